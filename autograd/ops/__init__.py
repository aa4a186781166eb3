"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import (
    arguments,
    arithmetic,
    functions,
    linalg,
    predicates,
    reduce,
    shape,
    statistics,
)

__all__ = [
    "arguments",
    "arithmetic",
    "functions",
    "linalg",
    "predicates",
    "reduce",
    "shape",
    "statistics",
]

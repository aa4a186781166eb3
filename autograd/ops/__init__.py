"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import (
    arithmetic,
    equations,
    factorizations,
    functions,
    linalg,
    norms,
    predicates,
    reduce,
    shape,
)

__all__ = [
    "arithmetic",
    "equations",
    "factorizations",
    "functions",
    "linalg",
    "norms",
    "predicates",
    "reduce",
    "shape",
]

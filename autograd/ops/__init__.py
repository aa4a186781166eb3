"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import (
    arithmetic,
    elementary,
    functions,
    linalg,
    predicates,
    reduce,
    refused,
    shape,
    special,
    steps,
)

__all__ = [
    "arithmetic",
    "elementary",
    "functions",
    "linalg",
    "predicates",
    "reduce",
    "refused",
    "shape",
    "special",
    "steps",
]

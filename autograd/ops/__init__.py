"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import (
    arithmetic,
    elementary,
    functions,
    joins,
    linalg,
    moves,
    padding,
    predicates,
    products,
    reduce,
    refused,
    sequences,
    shape,
    special,
    steps,
)

__all__ = [
    "arithmetic",
    "elementary",
    "functions",
    "joins",
    "linalg",
    "moves",
    "padding",
    "predicates",
    "products",
    "reduce",
    "refused",
    "sequences",
    "shape",
    "special",
    "steps",
]

"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import (
    arithmetic,
    functions,
    joins,
    linalg,
    moves,
    padding,
    predicates,
    products,
    reduce,
    sequences,
    shape,
)

__all__ = [
    "arithmetic",
    "functions",
    "joins",
    "linalg",
    "moves",
    "padding",
    "predicates",
    "products",
    "reduce",
    "sequences",
    "shape",
]

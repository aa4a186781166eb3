"""The ops, each stated once; importing this package fills the registry."""

from autograd.ops import arithmetic, assign, functions, linalg, predicates, reduce, shape

__all__ = ["arithmetic", "assign", "functions", "linalg", "predicates", "reduce", "shape"]

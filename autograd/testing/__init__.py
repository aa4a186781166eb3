"""Tests of derivatives: `check_grads` for any function, and `strategies` that draw its arguments.

A model or an op of your own is tested in five lines:

>>> from hypothesis import given
>>> from autograd.testing import check_grads, strategies
>>> @given(strategies.arrays((2, 3)), strategies.arrays((3,)))
... def test_my_model(w, x):
...     check_grads(lambda w, x: np.tanh(w @ x), (w, x))
>>> import numpy as np
>>> test_my_model()

`strategies` needs hypothesis (`pip install nodegrad[test]`); `check_grads` does not.
"""

from autograd.testing.checks import check_grads

__all__ = ["check_grads"]

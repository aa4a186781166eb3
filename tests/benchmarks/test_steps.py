"""Both sides of the optimizer's row take the same steps."""

import numpy as np

from benchmarks.steps import adam_contestants


def test_adam_contestants_agree():
    contestants = adam_contestants("32x2-16-16-1")
    for _ in range(5):
        nodes, arrays = contestants["engine"](), contestants["by hand"]()
    assert len(nodes) == len(arrays) == 6
    for node, array in zip(nodes, arrays, strict=True):
        np.testing.assert_allclose(node.value, array, rtol=1e-12)

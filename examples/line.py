"""Lesson 2: fit a line to noisy points by gradient descent, and compare with the exact answer.

    python examples/line.py [FOLDER]

A model of one layer is trained on all points at once; least squares has a closed form, so the
lesson can say how close the training came. The picture shows each parameter's share of the error.
"""

import sys
from pathlib import Path

import numpy as np

import nn
import viz
from autograd import Node


def points(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """100 points near the line y = 2x − 1, as columns."""
    x = rng.uniform(-1.0, 1.0, size=(100, 1))
    return x, 2.0 * x - 1.0 + 0.1 * rng.normal(size=x.shape)


def main(folder: Path) -> None:
    """Train, print both answers, and save the picture of six points in `folder`."""
    rng = np.random.default_rng(0)
    x, y = points(rng)
    model = nn.Linear(1, 1, rng=rng)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    nn.fit(
        model, x, y, loss=nn.functional.mse_loss, optimizer=optimizer, epochs=500, batch_size=100,
        rng=rng, progress=False,
    )  # fmt: skip
    slope, intercept = np.linalg.lstsq(np.hstack([x, np.ones_like(x)]), y, rcond=None)[0].ravel()
    print(f"trained: y = {model.weight.value.item():.6f}·x + {model.bias.value.item():.6f}")
    print(f"exact:   y = {slope:.6f}·x + {intercept:.6f}")
    batch = Node(x[:6], name="x", requires_grad=False)
    loss = nn.functional.mse_loss(model(batch), y[:6])
    folder.mkdir(parents=True, exist_ok=True)
    path = viz.draw(loss, title="Mean squared error of six points").save(folder / "line.svg")
    print(f"The picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))

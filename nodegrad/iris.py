"""Fisher's Iris, shipped with the package: four lengths of 150 flowers and their species."""

import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np

SPECIES = ("setosa", "versicolor", "virginica")
FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def load() -> tuple[np.ndarray, np.ndarray]:
    """The measurements in centimetres, shape (150, 4), and the species as 0, 1, 2, shape (150,).

    >>> x, species = load()
    >>> x.shape, x.mean(axis=0).round(3).tolist(), np.bincount(species).tolist()
    ((150, 4), [5.843, 3.057, 3.758, 1.199], [50, 50, 50])
    """
    path = resources.files("nodegrad") / "data" / "iris.csv"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    x = np.array([[float(row[feature]) for feature in FEATURES] for row in rows])
    return x, np.array([SPECIES.index(row["species"]) for row in rows])


@dataclass(frozen=True)
class Split:
    """Flowers to train on and flowers to test on, in units of the training flowers' spread."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def split(x: np.ndarray, y: np.ndarray, test: int, rng: np.random.Generator) -> Split:
    """Put `test` flowers of every species aside and standardise by what is left for training.

    The mean and the spread come from the training flowers alone: the test flowers stay unseen.
    """
    aside = np.concatenate(
        [rng.permutation(np.flatnonzero(y == kind))[:test] for kind in np.unique(y)]
    )
    training = np.setdiff1d(np.arange(len(y)), aside)
    mean, spread = x[training].mean(axis=0), x[training].std(axis=0)
    scaled = (x - mean) / spread
    return Split(scaled[training], y[training], scaled[aside], y[aside])

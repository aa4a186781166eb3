"""The data of the demo: 150 flowers with the statistics that are published, honestly split."""

import numpy as np

from nodegrad import iris


def test_the_data_has_the_published_statistics():
    x, species = iris.load()
    assert x.shape == (150, 4)
    assert np.bincount(species).tolist() == [50, 50, 50]
    np.testing.assert_array_equal(x.mean(axis=0).round(3), [5.843, 3.057, 3.758, 1.199])
    np.testing.assert_array_equal(x.std(axis=0, ddof=1).round(3), [0.828, 0.436, 1.765, 0.762])
    np.testing.assert_array_equal(x.min(axis=0), [4.3, 2.0, 1.0, 0.1])
    np.testing.assert_array_equal(x.max(axis=0), [7.9, 4.4, 6.9, 2.5])
    correlations = np.corrcoef(np.column_stack([x, species]).T)[-1, :4]
    np.testing.assert_array_equal(correlations.round(3), [0.783, -0.427, 0.949, 0.957])


def test_the_means_of_each_species_are_those_of_fishers_table():
    x, species = iris.load()
    means = [x[species == kind].mean(axis=0).round(3).tolist() for kind in range(3)]
    assert means == [
        [5.006, 3.428, 1.462, 0.246],
        [5.936, 2.77, 4.26, 1.326],
        [6.588, 2.974, 5.552, 2.026],
    ]


def test_flowers_35_and_38_are_fishers_own():
    x, _ = iris.load()
    assert x[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert x[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_the_split_is_stratified_disjoint_and_scaled_by_the_training_flowers_alone():
    x, species = iris.load()
    parts = iris.split(np.column_stack([x, np.arange(150)]), species, 15, np.random.default_rng(3))
    assert parts.x_train.shape == (105, 5) and parts.x_test.shape == (45, 5)
    assert np.bincount(parts.y_train).tolist() == [35, 35, 35]
    assert np.bincount(parts.y_test).tolist() == [15, 15, 15]
    np.testing.assert_allclose(parts.x_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(parts.x_train.std(axis=0), 1)
    assert abs(parts.x_test.mean(axis=0)).max() > 1e-3
    numbers = np.concatenate([parts.x_train, parts.x_test])[:, 4]  # each flower once, none twice
    assert len(np.unique(numbers)) == 150


def test_the_same_seed_gives_the_same_split():
    x, species = iris.load()
    one, two = (iris.split(x, species, 15, np.random.default_rng(0)) for _ in range(2))
    np.testing.assert_array_equal(one.x_test, two.x_test)

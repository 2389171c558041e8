"""Random problems for the tests of the recurrent package."""

import numpy as np

from lstm_course.recurrent import GRUParameters, LSTMParameters, SimpleRNNParameters

#: (batch, time, features, units), every size 1 at least once.
SHAPES = [(1, 1, 1, 1), (3, 4, 2, 5), (1, 6, 3, 2), (4, 1, 2, 3), (2, 5, 1, 4), (3, 3, 4, 1)]


def random_parameters(kind, features, units, seed=0, use_bias=True, **options):
    """Return parameters with distinct random values everywhere, float64."""
    rng = np.random.default_rng(seed)
    drawn = kind.initialize(features, units, rng, use_bias=use_bias, **options)
    arrays = [0.6 * rng.standard_normal(array.shape) for array in drawn.arrays()]
    return kind.from_arrays(arrays, **options)


def random_mask(batch, time, seed=0):
    """Return a mask with gaps; with several rows, the first is fully masked."""
    mask = np.random.default_rng(seed).random((batch, time)) < 0.6
    if batch > 1:
        mask[0] = False
        mask[-1] = True
    return mask


KINDS = {
    "rnn": (SimpleRNNParameters, {}),
    "lstm": (LSTMParameters, {}),
    "gru": (GRUParameters, {"reset_after": True}),
    "gru before": (GRUParameters, {"reset_after": False}),
}

import keras
import numpy as np
import pytest

from lstm_course.sentiment.pooling import MeanMaxPooling


@pytest.mark.parametrize(("batch", "time", "features"), [(1, 1, 1), (3, 7, 5)])
def test_it_is_the_mean_and_maximum_over_real_steps(batch, time, features):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, time, features)).astype("float32") - 3  # all below the padding's zeros
    lengths = rng.integers(1, time + 1, batch)
    mask = np.arange(time) < lengths[:, None]
    pooled = keras.ops.convert_to_numpy(MeanMaxPooling()(x, mask=mask))
    for row, length, found in zip(x, lengths, pooled, strict=True):
        real = row[:length]
        np.testing.assert_allclose(found, np.concatenate([real.mean(0), real.max(0)]), rtol=1e-5)


def test_without_a_mask_all_steps_count():
    x = np.arange(12, dtype="float32").reshape(1, 4, 3)
    pooled = keras.ops.convert_to_numpy(MeanMaxPooling()(x))
    assert pooled.tolist() == [[4.5, 5.5, 6.5, 9.0, 10.0, 11.0]]


def test_a_fully_masked_row_stays_finite():
    pooled = MeanMaxPooling()(np.ones((1, 2, 3), "float32"), mask=np.zeros((1, 2), bool))
    assert np.isfinite(keras.ops.convert_to_numpy(pooled)).all()


def test_padding_changes_nothing_in_a_model():
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(9, 4, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(3, return_sequences=True)),
            MeanMaxPooling(),
        ]
    )
    short = model.predict_on_batch(np.array([[3, 5, 2]]))
    padded = model.predict_on_batch(np.array([[3, 5, 2, 0, 0, 0]]))
    np.testing.assert_allclose(short, padded, atol=1e-6)
    assert model.output_shape == (None, 12)

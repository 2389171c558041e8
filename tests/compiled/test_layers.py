"""The compiled layer is ``recurrent.LSTM`` with every option, alone and in both directions."""

import numpy as np
import pytest

from lstm_course.compiled import CompiledLSTM
from lstm_course.recurrent import LSTM, Bidirectional


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"return_sequences": True, "return_state": True, "go_backwards": True},
        {"stateful": True, "use_bias": False},
        {"return_sequences": True, "zero_output_for_mask": True},
    ],
)
@pytest.mark.parametrize("wrap", [lambda layer: layer, Bidirectional], ids=["alone", "both ways"])
def test_layer_equals_the_readable_one(wrap, options):
    if wrap is Bidirectional and options.get("go_backwards"):
        options = {**options, "return_state": False}
    rng = np.random.default_rng(0)
    found, expected = (wrap(kind(4, **options)) for kind in (CompiledLSTM, LSTM))
    expected.build(3, rng, np.float64)
    found.set_weights(expected.weights)
    mask = rng.random((5, 6)) < 0.6
    for _ in range(2):  # a second batch meets used memory, and kept states
        x = rng.standard_normal((5, 6, 3))
        outputs, wanted = (layer.forward(x, mask) for layer in (found, expected))
        d_x, wanted_d_x = (layer.backward(wanted) for layer in (found, expected))
        pairs = zip(outputs, wanted, strict=True) if isinstance(wanted, list) else [(outputs, wanted)]
        for one, other in [*pairs, (d_x, wanted_d_x), *zip(found.gradients, expected.gradients, strict=True)]:
            np.testing.assert_allclose(one, other, atol=1e-12)


def test_other_activations_are_refused_at_once():
    with pytest.raises(ValueError, match="got 'relu' and 'sigmoid'"):
        CompiledLSTM(4, activation="relu")


def test_a_twin_is_made_of_the_configuration():
    layer = CompiledLSTM(4, use_bias=False)
    assert type(layer)(**layer.config()).config() == layer.config()

"""The variants as layers, with the options of ``RecurrentLayer``: they stack, mask and train as an LSTM."""

from typing import Any

import numpy as np

from lstm_course.recurrent.layers.recurrent import RecurrentLayer
from lstm_course.recurrent.variants.design import Design, VariantParameters
from lstm_course.recurrent.variants.gated_cell import variant_step, variant_step_backward
from lstm_course.recurrent.variants.layer_norm_cell import (
    LayerNormParameters,
    layer_norm_step,
    layer_norm_step_backward,
)
from lstm_course.recurrent.variants.loop import Step, StepBackward, loop_backward, loop_forward


class _LoopedLayer(RecurrentLayer):
    """A layer whose cell brings a step and a backward step."""

    state_count = 2
    _step: Step
    _step_backward: StepBackward

    def __init__(self, units: int, *, forget_bias: float = 1.0, **options: Any) -> None:
        super().__init__(units, **options)
        if self.activation != "tanh":
            raise ValueError(f"expected the activation tanh in a variant, got {self.activation}.")
        self.forget_bias = forget_bias

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().config(), "forget_bias": self.forget_bias}

    def _run(self, x, parameters, states, mask):
        h_0, c_0 = states
        outputs, finals, cache = loop_forward(
            type(self)._step, x, parameters, h_0=h_0, c_0=c_0, mask=mask, go_backwards=self.go_backwards
        )
        return outputs, list(finals), cache

    def _run_backward(self, d_outputs, d_states, cache):
        d_h_T, d_c_T = d_states
        d_x, d_h_0, d_c_0, d_parameters = loop_backward(
            type(self)._step_backward, d_outputs, d_h_T, d_c_T, cache
        )
        return d_x, [d_h_0, d_c_0], d_parameters


class VariantLSTM(_LoopedLayer):
    """An LSTM with gates left out, coupled, or given peepholes; see ``Design``.

    Parameters
    ----------
    units : int
        Size of the hidden state and of the cell state.
    without, coupled, peepholes
        The design; see ``Design``.
    forget_bias : float
        Where the forget gate's bias starts; matters to ``build`` alone.
    **options
        Those of ``RecurrentLayer``.

    Examples
    --------
    >>> layer = VariantLSTM(5, coupled=True, peepholes=True)
    >>> layer.build(features=3, rng=np.random.default_rng(0))
    5
    >>> [weight.shape for weight in layer.weights]
    [(3, 15), (5, 15), (15,), (2, 5)]
    >>> layer.forward(np.ones((2, 7, 3))).shape
    (2, 5)
    """

    _step = staticmethod(variant_step)
    _step_backward = staticmethod(variant_step_backward)

    def __init__(
        self,
        units: int,
        *,
        without: tuple[str, ...] = (),
        coupled: bool = False,
        peepholes: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(units, **options)
        self.design = Design(tuple(without), coupled, peepholes)
        if peepholes:
            self.weight_names = (*self.weight_names, "peepholes")

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        design = self.design
        return {
            **super().config(),
            "without": design.without,
            "coupled": design.coupled,
            "peepholes": design.peepholes,
        }

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights; see ``VariantParameters.initialize``."""
        self.weights = VariantParameters.initialize(
            features,
            self.units,
            rng,
            self.design,
            forget_bias=self.forget_bias,
            use_bias=self.use_bias,
            dtype=dtype,
        ).arrays()
        return self.units

    def _parameters(self, weights: list[np.ndarray]) -> VariantParameters:
        return VariantParameters.from_arrays(weights, self.design)


class LayerNormLSTM(_LoopedLayer):
    """An LSTM with layer normalisation; see ``layer_norm_cell``.

    Parameters
    ----------
    units : int
        Size of the hidden state and of the cell state, at least 2: of a single number normalising leaves
        nothing.
    forget_bias : float
        Where the forget gate's bias starts; matters to ``build`` alone.
    **options
        Those of ``RecurrentLayer``; ``use_bias=False`` is refused.

    Examples
    --------
    >>> layer = LayerNormLSTM(5)
    >>> layer.build(features=3, rng=np.random.default_rng(0))
    5
    >>> [weight.shape for weight in layer.weights]
    [(3, 20), (5, 20), (20,), (2, 20), (2, 5)]
    """

    _step = staticmethod(layer_norm_step)
    _step_backward = staticmethod(layer_norm_step_backward)

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(units, **options)
        if not self.use_bias:
            raise ValueError("expected a bias in a layer with layer normalisation, got use_bias=False.")
        if self.units == 1:
            raise ValueError(
                "expected at least 2 units with layer normalisation, got 1. "
                "Of a single number normalising leaves nothing."
            )
        self.weight_names = ("kernel", "recurrent_kernel", "bias", "gains", "state_norm")

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights; see ``LayerNormParameters.initialize``."""
        self.weights = LayerNormParameters.initialize(
            features, self.units, rng, forget_bias=self.forget_bias, dtype=dtype
        ).arrays()
        return self.units

    def _parameters(self, weights: list[np.ndarray]) -> LayerNormParameters:
        return LayerNormParameters.from_arrays(weights)

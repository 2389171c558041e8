"""Relatives of the LSTM: gates left out, coupled, with peepholes, with layer normalisation.

The GRU has modules of its own, ``gru_cell`` and ``gru_sequence``.
"""

from lstm_course.recurrent.variants.design import Design, VariantParameters
from lstm_course.recurrent.variants.gated_cell import variant_step, variant_step_backward
from lstm_course.recurrent.variants.layer_norm_cell import (
    LayerNormParameters,
    layer_norm_step,
    layer_norm_step_backward,
)
from lstm_course.recurrent.variants.layers import LayerNormLSTM, VariantLSTM
from lstm_course.recurrent.variants.loop import loop_backward, loop_forward

__all__ = [
    "Design",
    "LayerNormLSTM",
    "LayerNormParameters",
    "VariantLSTM",
    "VariantParameters",
    "layer_norm_step",
    "layer_norm_step_backward",
    "loop_backward",
    "loop_forward",
    "variant_step",
    "variant_step_backward",
]

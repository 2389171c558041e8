"""Specimens for assignment 05-keras."""

from tests.bug_zoo.specimens import (
    keras_layers_cell,
    keras_layers_masks,
    keras_layers_outputs,
    keras_layers_training,
    keras_layers_weights,
)

SPECIMENS = (
    *keras_layers_weights.SPECIMENS,
    *keras_layers_outputs.SPECIMENS,
    *keras_layers_cell.SPECIMENS,
    *keras_layers_masks.SPECIMENS,
    *keras_layers_training.SPECIMENS,
)

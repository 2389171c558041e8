"""Specimens for assignment 05-keras."""

from tests.bug_zoo.specimens import (
    keras_layers_cell,
    keras_layers_directions,
    keras_layers_from,
    keras_layers_masks,
    keras_layers_outputs,
    keras_layers_to,
    keras_layers_training,
)

SPECIMENS = (
    *keras_layers_to.SPECIMENS,
    *keras_layers_from.SPECIMENS,
    *keras_layers_outputs.SPECIMENS,
    *keras_layers_cell.SPECIMENS,
    *keras_layers_masks.SPECIMENS,
    *keras_layers_directions.SPECIMENS,
    *keras_layers_training.SPECIMENS,
)

"""Tasks of assignment 05-keras."""

from lstm_course.checks.tasks.keras_layers_cell import BIAS, GATES
from lstm_course.checks.tasks.keras_layers_masks import LAST, MASK
from lstm_course.checks.tasks.keras_layers_outputs import KERAS
from lstm_course.checks.tasks.keras_layers_training import DIRECTIONS, GRADIENTS, LOSS
from lstm_course.checks.tasks.keras_layers_weights import FROM, TO

TASKS = (TO, FROM, KERAS, GATES, BIAS, MASK, LAST, DIRECTIONS, GRADIENTS, LOSS)

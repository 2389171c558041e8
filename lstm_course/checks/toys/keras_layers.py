"""Call a function that runs a layer in both directions, and sort what it returns."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_course.checks.compare import described


def both_ways(
    function: Callable[..., Any], weights: list[np.ndarray], x: np.ndarray, mask: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Call once forwards and once backwards; take rows with padding and rows without apart.

    Returns
    -------
    tuple of ndarray
        Forwards: the outputs of the rows without padding, of the rows with padding, h_T and c_T. Then
        outputs, h_T and c_T backwards.
    """
    parts = []
    for backwards in (False, True):
        if backwards:
            value = function(weights, x, mask, True)
        else:  # the default; on copies, for the second call to be judged by itself
            value = function(*copy.deepcopy((weights, x, mask)))
        if not isinstance(value, (tuple, list)) or len(value) != 3:
            raise TypeError(f"expected three arrays (outputs, h_T, c_T), got {described(value)}")
        parts.append([np.asarray(part) for part in value])
    (outputs, h_last, c_last), backward = parts
    if outputs.shape[:1] != mask.shape[:1]:
        raise TypeError(f"expected outputs of shape {mask.shape + weights[1].shape[:1]}, got {outputs.shape}")
    full = np.array([row.all() for row in mask])
    rows = (outputs[full], outputs[~full])
    return *rows, h_last, c_last, *backward

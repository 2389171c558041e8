"""The same random numbers again: the dropout masks of two passes that are to be compared."""

from __future__ import annotations

import importlib
from typing import Any

import keras
from keras import ops


class Replay:
    """Where the random numbers of a Keras model stand.

    Parameters
    ----------
    model : keras.Model
        Its layers may drop out, at any depth.
    """

    def __init__(self, model: Any) -> None:
        self.draws = [weight for weight in model.variables if weight.name == "seed_generator_state"]
        self.starts = [ops.copy(draw) for draw in self.draws]
        self.torch = importlib.import_module("torch") if keras.backend.backend() == "torch" else None
        if self.torch is not None:  # there, Keras's plain Dropout draws from PyTorch's own generators
            self.own, self.on_gpus = self.torch.get_rng_state(), self.torch.cuda.get_rng_state_all()
            has_mps = self.torch.backends.mps.is_available()  # a Mac's GPU, Keras's first choice there
            self.on_mps = self.torch.mps.get_rng_state() if has_mps else None

    def rewind(self) -> None:
        """Let the model's next pass draw what the first one after this object was made has drawn."""
        for draw, start in zip(self.draws, self.starts, strict=True):
            draw.assign(start)
        if self.torch is not None:
            self.torch.set_rng_state(self.own)
            self.torch.cuda.set_rng_state_all(self.on_gpus)
            if self.on_mps is not None:
                self.torch.mps.set_rng_state(self.on_mps)

"""Two recurrent layers over the same sequence, one from each end (Schuster & Paliwal 1997)."""

from typing import Any

import numpy as np

from lstm_course.recurrent.layers.base import Layer
from lstm_course.recurrent.layers.recurrent import RecurrentLayer
from lstm_course.recurrent.sequence import check_gradient

MERGE_MODES = ("concat", "sum", "ave", "mul", None)


class Bidirectional(Layer):
    """Run a layer forwards and its twin backwards, and merge the outputs, as ``keras.layers.Bidirectional``.

    Parameters
    ----------
    layer : RecurrentLayer
        Gives both directions their options; it is not itself used, so its weights and states stay its own.
    merge_mode : {"concat", "sum", "ave", "mul", None}
        How the two outputs become one; with ``None`` both are returned.
    backward_layer : RecurrentLayer, optional
        Options of the second direction, where they differ; it needs ``go_backwards=True``.

    Raises
    ------
    ValueError
        If the merge mode is unknown or the two directions do not fit together.

    Notes
    -----
    As in Keras, ``zero_output_for_mask`` follows ``return_sequences`` in both directions: the outputs of
    padding are zeros in a sequence, and a single output is the state that was carried over the padding.

    Examples
    --------
    >>> from lstm_course.recurrent.layers.rnn import LSTM
    >>> both = Bidirectional(LSTM(5))
    >>> both.build(features=3, rng=np.random.default_rng(0))
    10
    >>> both.forward(np.ones((2, 7, 3))).shape
    (2, 10)
    """

    def __init__(
        self,
        layer: RecurrentLayer,
        merge_mode: str | None = "concat",
        backward_layer: RecurrentLayer | None = None,
    ) -> None:
        super().__init__()
        if merge_mode not in MERGE_MODES:
            raise ValueError(
                f"expected merge_mode among {MERGE_MODES}, got {merge_mode!r}. Check its spelling."
            )
        options = layer.config()
        second = backward_layer or layer
        second_options = second.config()
        if backward_layer is None:
            second_options["go_backwards"] = not options["go_backwards"]
        for name in ("stateful", "return_sequences", "return_state"):
            if options[name] != second_options[name]:
                raise ValueError(
                    f"expected the same {name} in both directions, got one of each. Make it equal."
                )
        if options["go_backwards"] == second_options["go_backwards"]:
            raise ValueError("expected two directions, got one twice. Give backward_layer go_backwards=True.")
        for each in (options, second_options):
            each["zero_output_for_mask"] = each["return_sequences"]
        self.forward_layer: RecurrentLayer = type(layer)(**options)
        self.backward_layer: RecurrentLayer = type(second)(**second_options)
        if merge_mode not in ("concat", None) and self.forward_layer.units != self.backward_layer.units:
            raise ValueError(f"expected equal units in both directions for {merge_mode!r}, got two sizes.")
        self.merge_mode = merge_mode
        self.return_sequences, self.return_state = layer.return_sequences, layer.return_state
        self.stateful = layer.stateful
        self.weight_names = self.forward_layer.weight_names + self.backward_layer.weight_names

    @property  # type: ignore[misc]
    def weights(self) -> list[np.ndarray]:
        """Both directions' arrays, the forward layer's first."""
        return self.forward_layer.weights + self.backward_layer.weights

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            "layer": self.forward_layer,
            "merge_mode": self.merge_mode,
            "backward_layer": self.backward_layer,
        }

    def build(self, features: int, rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float32) -> int:
        """Draw random weights for both directions."""
        width = self.forward_layer.build(features, rng, dtype)
        width_backwards = self.backward_layer.build(features, rng, dtype)
        return width + width_backwards if self.merge_mode in ("concat", None) else width

    def set_weights(self, weights: list[np.ndarray]) -> None:
        """Take copies of the forward layer's weights, then the backward layer's."""
        split = len(self.forward_layer.weight_names)
        if len(weights) != len(self.weight_names):
            raise ValueError(f"expected {len(self.weight_names)} weights, got {len(weights)}.")
        self.forward_layer.set_weights(weights[:split])
        self.backward_layer.set_weights(weights[split:])

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray | None:
        """Pass the mask on with ``return_sequences``."""
        return mask if self.return_sequences else None

    def reset_state(self) -> None:
        """Forget the states that both directions keep between batches."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def forward(
        self,
        x: np.ndarray,
        mask: np.ndarray | None = None,
        initial_state: list[np.ndarray] | None = None,
        *,
        training: bool = False,
    ) -> np.ndarray | list[np.ndarray]:
        """Run both directions; see ``RecurrentLayer.forward``.

        Returns
        -------
        ndarray or list of ndarray
            The merged output, or with ``merge_mode=None`` both, followed with ``return_state`` by the
            forward layer's states and the backward layer's.
        """
        self._require_weights()
        half = len(initial_state) // 2 if initial_state is not None else 0
        first_state, second_state = (
            (None, None) if initial_state is None else (initial_state[:half], initial_state[half:])
        )
        y: Any = self.forward_layer.forward(x, mask, first_state)
        y_back: Any = self.backward_layer.forward(x, mask, second_state)
        states: list[np.ndarray] = []
        if self.return_state:
            y, *states = y
            y_back, *states_back = y_back
            states = states + states_back
        if self.return_sequences:
            y_back = np.flip(y_back, axis=1)
        self._cache = y, y_back
        if self.merge_mode is None:
            return [y, y_back, *states]
        merged = self._merge(y, y_back)
        return [merged, *states] if self.return_state else merged

    def _merge(self, y: np.ndarray, y_back: np.ndarray) -> np.ndarray:
        if self.merge_mode == "concat":
            return np.concatenate([y, y_back], axis=-1)
        if self.merge_mode == "mul":
            return y * y_back
        return y + y_back if self.merge_mode == "sum" else (y + y_back) / y.dtype.type(2)

    def backward(self, d_output: Any) -> np.ndarray:
        """Backpropagate through both directions; ``d_output`` is shaped as ``forward`` returned."""
        y, y_back = self._require_cache()
        outputs = 2 if self.merge_mode is None else 1
        parts = list(d_output) if self.return_state or outputs == 2 else [d_output]
        d_states = parts[outputs:]
        if outputs == 2:
            d_y, d_y_back = parts[:2]
        else:
            d_y, d_y_back = self._unmerge(parts[0], y, y_back)
        if self.return_sequences and d_y_back is not None:
            d_y_back = np.flip(d_y_back, axis=1)
        if self.return_state:
            half = len(d_states) // 2
            d_y, d_y_back = [d_y, *d_states[:half]], [d_y_back, *d_states[half:]]
        d_x = self.forward_layer.backward(d_y) + self.backward_layer.backward(d_y_back)
        self.gradients = self.forward_layer.gradients + self.backward_layer.gradients
        return d_x

    def _unmerge(self, d_merged, y, y_back):
        if d_merged is None:
            return None, None
        width = y.shape[-1] + (y_back.shape[-1] if self.merge_mode == "concat" else 0)
        d_merged = check_gradient(d_merged, (*y.shape[:-1], width), "d_output")
        if self.merge_mode == "concat":
            return d_merged[..., : y.shape[-1]], d_merged[..., y.shape[-1] :]
        if self.merge_mode == "mul":
            return d_merged * y_back, d_merged * y
        share = d_merged if self.merge_mode == "sum" else d_merged / y.dtype.type(2)
        return share, share

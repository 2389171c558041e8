"""What the recurrent layers share: Keras's options around a sequence function.

Two rules of Keras deserve a word, since the equality with it rests on them. A masked step carries the
states, and its *output* repeats the previous output; before the first step that counts there is no previous
output, and Keras puts zeros there even if the initial state is not zero. And with ``zero_output_for_mask``
every masked step's output is zero, while the states are carried all the same.
"""

from typing import Any

import numpy as np

from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.layers.base import Layer, require_positive
from lstm_course.recurrent.sequence import check_gradient


class RecurrentLayer(Layer):
    """Options that the three recurrent layers share.

    Parameters
    ----------
    units : int
        Size of the hidden state.
    activation : str
        Squashes the candidate (and the LSTM's cell state).
    use_bias : bool
        Whether there is a bias.
    return_sequences : bool
        Return the output of every step, (batch, time, units), rather than the last one, (batch, units).
    return_state : bool
        Return a list: the output, then the final states.
    go_backwards : bool
        Read each sequence from its end, and return the outputs in the order in which they arose.
    stateful : bool
        Start each batch from the final states of the batch before, until ``reset_state``.
    zero_output_for_mask : bool
        Output zeros at masked steps.

    Attributes
    ----------
    states : list of ndarray, or None
        With ``stateful``: the states that the next batch starts from.
    d_initial_state : list of ndarray
        ∂L/∂initial state of the latest backward pass.
    """

    state_count = 1

    def __init__(
        self,
        units: int,
        *,
        activation: str | None = "tanh",
        use_bias: bool = True,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        zero_output_for_mask: bool = False,
    ) -> None:
        super().__init__()
        self.units = require_positive(units, "units")
        self.activation = get_activation(activation).name
        self.use_bias = use_bias
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful = go_backwards, stateful
        self.zero_output_for_mask = zero_output_for_mask
        self.weight_names = ("kernel", "recurrent_kernel", "bias")[: 3 if use_bias else 2]
        self.states: list[np.ndarray] | None = None
        self.d_initial_state: list[np.ndarray] = []

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        names = ["units", "activation", "use_bias", "return_sequences", "return_state"]
        names += ["go_backwards", "stateful", "zero_output_for_mask"]
        return {name: getattr(self, name) for name in names}

    def _check_weights(self, weights: list[np.ndarray]) -> None:
        found = self._parameters(weights)
        if found.units != self.units:
            raise ValueError(f"expected weights for {self.units} units, got weights for {found.units}.")

    def _parameters(self, weights: list[np.ndarray]) -> Any:
        raise NotImplementedError

    def _run(self, x, parameters, states, mask):
        """Return the outputs, the list of final states and the cache."""
        raise NotImplementedError

    def _run_backward(self, d_outputs, d_states, cache):
        """Return d_x, the list of initial states' gradients and the parameters' gradients."""
        raise NotImplementedError

    def compute_mask(self, x: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray | None:
        """Pass the mask on with ``return_sequences``; a single output has no steps to mask."""
        return mask if self.return_sequences else None

    def reset_state(self) -> None:
        """Forget the states kept between batches."""
        self.states = None

    def forward(
        self,
        x: np.ndarray,
        mask: np.ndarray | None = None,
        initial_state: np.ndarray | list[np.ndarray] | None = None,
        *,
        training: bool = False,
    ) -> np.ndarray | list[np.ndarray]:
        """Run over a batch of sequences.

        Parameters
        ----------
        x : ndarray of shape (batch, time, features)
            The sequences.
        mask : ndarray of bool of shape (batch, time), optional
            True where a step counts.
        initial_state : list of ndarray of shape (batch, units), optional
            One array for SimpleRNN and GRU (also without the list), h and c for LSTM.
        training : bool
            Without effect here.

        Returns
        -------
        ndarray or list of ndarray
            What the Keras layer returns: (batch, units), or (batch, time, units) with
            ``return_sequences``; with ``return_state`` a list of it and the final states.

        Raises
        ------
        ValueError
            If the layer has no weights yet or a shape does not fit.
        """
        self._require_weights()
        states = self._initial_states(initial_state, len(x))
        outputs, final_states, cache = self._run(x, self._parameters(self.weights), states, mask)
        shown = self._shown(mask)
        self._cache = cache, outputs.shape, shown
        if self.stateful:
            self.states = [state.copy() for state in final_states]
        if shown is not None:
            outputs = np.where(shown[:, :, None], outputs, outputs.dtype.type(0))
        output = outputs if self.return_sequences else outputs[:, -1].copy()
        return [output, *final_states] if self.return_state else output

    def _initial_states(self, initial_state, batch):
        if initial_state is None:
            if not self.stateful or self.states is None:
                return [None] * self.state_count
            if len(self.states[0]) != batch:
                raise ValueError(
                    f"expected a batch of {len(self.states[0])} sequences, as before, got {batch}. "
                    "A stateful layer goes on with the same sequences; call reset_state to begin others."
                )
            return self.states
        states = list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
        if len(states) != self.state_count:
            raise ValueError(
                f"expected {self.state_count} initial state(s) for {type(self).__name__}, got {len(states)}. "
                "An LSTM starts from [h, c], the others from one state."
            )
        return states

    def _shown(self, mask):
        """Return where an output is not zeroed, in the order of reading; None where all are shown."""
        if mask is None:
            return None
        mask = np.asarray(mask, bool)
        mask = mask[:, ::-1] if self.go_backwards else mask
        return mask if self.zero_output_for_mask else np.logical_or.accumulate(mask, axis=1)

    def backward(self, d_output: np.ndarray | list[np.ndarray | None]) -> np.ndarray:
        """Backpropagate through the latest forward pass.

        Parameters
        ----------
        d_output : ndarray, or list with ``return_state``
            ∂L/∂output, shaped as ``forward`` returned it; ``None`` in the list is zero.

        Returns
        -------
        d_x : ndarray of shape (batch, time, features)
            ∂L/∂x. The weights' gradients are in ``gradients``, the initial states' in ``d_initial_state``.

        Raises
        ------
        ValueError
            If there was no forward pass, a shape does not fit, or the list leaves a state out.
        """
        cache, shape, shown = self._require_cache()
        d_states: list[np.ndarray | None] = [None] * self.state_count
        d_out: Any = d_output
        if self.return_state:
            d_parts: list[Any] = list(d_output)
            if len(d_parts) != 1 + self.state_count:
                raise ValueError(
                    f"expected {1 + self.state_count} gradients for {type(self).__name__}, the output's and "
                    f"each final state's, got {len(d_parts)}. Give None for a gradient that is zero."
                )
            d_out, *d_states = d_parts
        expected = shape if self.return_sequences else (shape[0], shape[2])
        if d_out is not None:
            d_out = check_gradient(d_out, expected, "d_output")
            if shown is not None:
                d_out = d_out * (shown[:, :, None] if self.return_sequences else shown[:, -1:])
            if not self.return_sequences:  # the last output is the last hidden state
                if d_states[0] is not None:
                    d_out = d_out + check_gradient(d_states[0], expected, "the gradient of the hidden state")
                d_states[0] = d_out
                d_out = None
        d_x, self.d_initial_state, d_parameters = self._run_backward(d_out, d_states, cache)
        self.gradients = d_parameters.arrays()
        return d_x

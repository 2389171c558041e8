"""When memory joins a network that began without it: the paper's first remedy for the abuse problem.

In experiments 2a and 2b the paper adds the memory "whenever the error stops decreasing" and does not say how
it tells. Here the error has stopped falling when its mean over 512 sequences is less than 1 % below that over
the 512 before.

Source: Hochreiter & Schmidhuber (1997), section 4 (abuse problem) and experiment 2.
"""

import numpy as np

#: Sequences over which an error is averaged.
WINDOW = 512

#: An error that falls by less than this share from one window to the next has stopped falling.
LEAST_GAIN = 0.01


class Falling:
    """Watches the errors of one sequence after the other.

    Examples
    --------
    >>> falling = Falling()
    >>> [falling.goes_on(np.full(WINDOW, error)) for error in (0.5, 0.4, 0.399)]
    [True, True, False]
    """

    def __init__(self) -> None:
        self._errors = np.zeros(0)

    def goes_on(self, errors: np.ndarray) -> bool:
        """Return whether the error is still falling.

        Parameters
        ----------
        errors : ndarray of shape (batch,)
            Of the sequences learnt since the last call.
        """
        self._errors = np.append(self._errors, errors)[-2 * WINDOW :]
        if len(self._errors) < 2 * WINDOW:
            return True
        before, now = self._errors.reshape(2, WINDOW).mean(axis=1)
        return bool(now <= (1 - LEAST_GAIN) * before)

"""The one error that a person's input can cause, worded the same everywhere."""


class InputError(ValueError):
    """Bad input: says what was expected, what came, and what to do.

    Parameters
    ----------
    expected : str
        What would have been right.
    received : str
        What came instead.
    hint : str, optional
        What to do about it, a whole sentence.

    Examples
    --------
    >>> print(InputError("a label that is 0 or 1", "'good'", "Recode the column."))
    expected a label that is 0 or 1, got 'good'. Recode the column.
    """

    def __init__(self, expected: str, received: str, hint: str = "") -> None:
        self.expected, self.received, self.hint = expected, received, hint
        super().__init__(f"expected {expected}, got {received}." + (f" {hint}" if hint else ""))

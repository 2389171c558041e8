"""Which Keras the course needs. It imports nothing: whoever loads Keras may ask, also in a sandbox."""

EXTRA = 'python -m pip install "lstm-course[keras]"'
OLDEST_KERAS = (3, 10)
BACKENDS = ("tensorflow", "jax", "torch")
"""What Keras may run on: its others do not train."""


def keras_is_too_old(version: str) -> bool:
    """Tell whether a Keras is older than what the course is written for.

    Examples
    --------
    >>> [keras_is_too_old(version) for version in ("2.15.0", "3.9.2", "3.10.0", "4.0.0.dev1")]
    [True, True, False, False]
    """
    return tuple(map(int, version.split(".")[:2])) < OLDEST_KERAS

"""Loading Keras without TensorFlow's chatter, which no setting of its own silences."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import sys
import tempfile
from typing import Any

from lstm_course.errors import InputError
from lstm_course.keras_needed import BACKENDS, EXTRA, OLDEST_KERAS, keras_is_too_old

AMONG = f"among {', '.join(BACKENDS)} that is installed"


def load_keras_quietly() -> None:
    """Import Keras, and show what its backend writes to standard error only if that fails.

    TensorFlow's C++ side writes a few lines about oneDNN and CUDA before it has read
    ``TF_CPP_MIN_LOG_LEVEL``, straight to the file descriptor; so that is where they are caught. Without
    Keras nothing happens: the models that need it say so.

    Raises
    ------
    InputError
        A backend that Keras does not know, that is not installed, or that does not train; an old Keras.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # advice about retracing, above all
    if importlib.util.find_spec("keras") is None:
        return
    if "keras" not in sys.modules:
        _import_quietly()
    _insist_on_suitable(sys.modules["keras"])


def _insist_on_suitable(keras: Any) -> None:
    """Do nothing if the course can work with this Keras."""
    if keras_is_too_old(keras.__version__):
        wanted = f"Keras {OLDEST_KERAS[0]}.{OLDEST_KERAS[1]} or newer"
        raise InputError(wanted, keras.__version__, f"Install it: {EXTRA}")
    backend = keras.backend.backend()
    if backend not in BACKENDS:
        raise InputError(f"a Keras backend {AMONG}", repr(backend), "Set KERAS_BACKEND to one.")


def _import_quietly() -> None:
    """Import Keras and, where it is installed, TensorFlow."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as chatter:
        os.dup2(chatter.fileno(), 2)
        try:
            importlib.import_module("keras")
            if importlib.util.find_spec("tensorflow") is not None:
                importlib.import_module("tensorflow")  # Keras would do so later, whatever its backend
        except BaseException as error:
            os.dup2(kept, 2)
            chatter.seek(0)
            os.write(2, chatter.read())
            if isinstance(error, (ImportError, ValueError)):
                named = os.environ.get("KERAS_BACKEND")
                raise InputError(
                    f"a Keras backend {AMONG}",
                    f"{repr(named) if named else 'the one in keras.json or the usual one'} ({error})",
                    "Set KERAS_BACKEND to one, or install it.",
                ) from error
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)

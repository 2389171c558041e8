"""JSON files: one object each, read with care, written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from lstm_course.errors import InputError


def read_json(path: Path, expected: str = "a JSON file that can be read") -> dict[str, Any]:
    """Read one JSON object.

    Parameters
    ----------
    path : Path
    expected : str
        What a missing file is missing as, for the error.

    Raises
    ------
    InputError
        A file that is missing, unreadable, or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(expected, f"{path} ({error.strerror or error})") from error
    except ValueError as error:
        raise InputError(f"JSON in {path}", f"something else ({error})") from error
    if not isinstance(content, dict):
        raise InputError(f"a JSON object in {path}", type(content).__name__)
    return content


def read_record(path: str | Path, what: str, key: str, hint: str) -> dict[str, Any]:
    """Read the record of a measurement that was made before.

    Parameters
    ----------
    path : str or Path
    what : str
        Of what, for the error: "the ladder".
    key : str
        What it must have, and not empty: "rungs".
    hint : str
        How to make it.

    Raises
    ------
    InputError
        There is none, or it is not one.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the record of {what}", f"no file {path}", hint) from error
    except ValueError as error:
        raise InputError(f"the record of {what} as JSON", f"{path} ({error})", hint) from error
    if not isinstance(record, dict) or not record.get(key):
        raise InputError(f"a record with {key}", str(path), hint)
    return record


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write one JSON object, readable by people too; whoever reads meanwhile finds it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    try:
        unfinished.write_bytes(text.encode())
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise

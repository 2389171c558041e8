"""The templates of the instructor's pages, how numbers are written in them, and how a page gets to disk."""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from markupsafe import Markup

from lstm_course.grading.limits import MIB
from lstm_course.grading.safe_html import plain


@functools.cache
def environment() -> Any:
    """Return the templates; everything is escaped that is not known to be harmless."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("lstm_course.grading"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"plain": plain, "number": number, "share": share, "mib": mib, "percent": percent}
    return made


def render(name: str, sortable: bool = False, **context: Any) -> str:
    """Return a page.

    Parameters
    ----------
    name : str
        Of a template.
    sortable : bool
        Whether the headings of tables sort them. Of all scripts only that one may run, by its hash.
    **context
        For the template.
    """
    script, digest = sorting() if sortable else (Markup(), "")
    return str(environment().get_template(name).render(script=script, script_hash=digest, **context))


@functools.cache
def sorting() -> tuple[Markup, str]:
    """Return the script that sorts tables, and its hash for the Content-Security-Policy."""
    text = environment().loader.get_source(environment(), "sort.js")[0]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise


def number(value: float) -> str:
    """Return a number with at most two decimals.

    Examples
    --------
    >>> number(3.0), number(0.8375), number(12345.678), number(float("nan"))
    ('3', '0.84', '12345.68', '–')
    """
    return "–" if math.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def share(value: float) -> str:
    """Return a number between -1 and 1 with two decimals.

    Examples
    --------
    >>> share(0.5), share(-0.123), share(float("nan"))
    ('0.50', '−0.12', '–')
    """
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def percent(value: float) -> str:
    """Return a fraction in whole per cent.

    Examples
    --------
    >>> percent(0.876)
    '88 %'
    """
    return f"{100 * value:.0f} %"


def mib(value: float) -> str:
    """Return bytes in MiB.

    Examples
    --------
    >>> mib(80 * 2**20)
    '80 MiB'
    """
    return f"{value / MIB:.0f} MiB"

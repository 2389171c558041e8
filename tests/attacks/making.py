"""Building submissions and grading them: honest ones, wrong ones, and what attackers hand in."""

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lstm_course.checks.mending import mend
from lstm_course.checks.notebook import graded_as, read_notebook
from lstm_course.grading.environment import CONTENTS
from lstm_course.grading.grader import grade, release_notebook
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.submission import Packed

ROOT = Path(__file__).resolve().parents[2]
SECRET = b"a secret of the tests " * 2
RNN, LSTM = "02-rnn", "04-lstm"
STEP = {"step-value", "step-contract"}  # what rnn_step earns
TIGHT = {"seconds": 2, "total": 10, "memory": 192 * MIB, "disk": 8 * MIB, "output": MIB // 4, "processes": 8}


@dataclass(frozen=True)
class Impatient(Limits):
    """Limits that do not wait long for what computes nothing."""

    patience = 2.0
    longest = 6.0


@cache
def _honest(assignment):
    solution = read_notebook(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    return mend(solution, release_notebook(assignment))[0]


def honest(assignment=RNN):
    """Return the notebook of a student who has solved everything."""
    return copy.deepcopy(_honest(assignment))


def blank(assignment=RNN):
    """Return the notebook as it was given out."""
    return copy.deepcopy(release_notebook(assignment))


def hopeless(assignment=RNN, answer="None"):
    """Return a notebook in which every function is there and none is right."""
    notebook = blank(assignment)
    for name in functions(notebook):
        cell(notebook, name)["source"] = f"def {name}(*args, **options):\n    return {answer}"
    return notebook


def functions(notebook):
    """Return the names of the functions that are to be written."""
    return [graded_as(c)["grade_id"] for c in notebook["cells"] if graded_as(c).get("solution")]


def cell(notebook, grade_id):
    """Return the cell with this ``grade_id``."""
    return next(c for c in notebook["cells"] if graded_as(c).get("grade_id") == grade_id)


def writing(grade_id, source, notebook=None):
    """Return a notebook, the honest one by default, in which one function is written in this way."""
    notebook = notebook or honest()
    cell(notebook, grade_id)["source"] = source
    return notebook


def adding(source, notebook=None, kind="code", after="imports"):
    """Return a notebook, the hopeless one by default, with a cell more."""
    notebook = notebook or hopeless()
    place = notebook["cells"].index(cell(notebook, after)) + 1
    notebook["cells"].insert(place, {"cell_type": kind, "metadata": {}, "source": source})
    return notebook


def handed_in(notebook, assignment=RNN, files=None):
    """Return a notebook (or the bytes of a file) as it arrives at the grader."""
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return Packed({f"{assignment}.ipynb": content, **(files or {})})


def graded(notebook, assignment=RNN, files=None, kind=Limits, **limits):
    """Return the verdict on a notebook; ``limits`` are those of the assignment where nothing else is said."""
    own = kind(**vars(CONTENTS[assignment].limits) | limits)
    return grade(handed_in(notebook, assignment, files), assignment, "ana", SECRET, limits=own)


def lost(verdict):
    """Return the tests that did not earn their points."""
    return {mark.grade_id for mark in verdict.marks if mark.points != mark.most}


def messages(verdict):
    """Return all that is said of the tests."""
    return "\n".join(mark.message for mark in verdict.marks)


def outputs(verdict):
    """Return the text of all outputs of a graded notebook."""
    return json.dumps([c.get("outputs") for c in verdict.notebook["cells"]], ensure_ascii=False)


def printed(verdict):
    """Return what the notebook's own cells have printed."""
    found = [
        o for c in verdict.notebook["cells"] for o in c.get("outputs", ()) if o["output_type"] == "stream"
    ]
    return "".join(o["text"] for o in found)

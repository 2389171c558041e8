"""A class full of attackers: nothing stops the batch, each ends in the ledger, neighbours have their marks."""

# ruff: noqa: E501  (what attackers write)

import json
import os

import pytest

from lstm_course.grading.batch import grade_all
from lstm_course.grading.course import Course
from lstm_course.grading.importing import import_all
from tests.attacks.making import RNN, ROOT, adding, blank, cell, honest, writing
from tests.attacks.test_values import FORGING

GOOD = ("ana", "ben o'neill", "мария", "李雷", "zoe")
STARTED = "import os, time\n"
# The cell that each has added, to a notebook in which all else is right, and the points that are left of 30.
WITHIN = {
    "exits": ("import os\nos._exit(0)", 30),
    "kills": ("import os\nos.kill(-1, 9)", 30),
    "forks": ("import os, time\nwhile True:\n    if not os.fork(): time.sleep(600)", 30),
    "daemon": ("import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(600)", 30),
    "memory": ("x = []\nwhile True: x.append(bytearray(2**24))", 30),
    "disk": ("while True: open('x', 'ab').write(bytes(2**20))", 30),
    "output": ("import os\nwhile True: os.write(1, bytes(2**16))", 30),
    "closes": ("import os\nos.closerange(0, 256)", 30),
    "garbles": (f"{FORGING}\nsend(b'\\xff' * 100)", 30),
    "names": ("raise type('<b>\\x1b[2J', (Exception,), {})('\ud800\x00\x1b]0;x\\x07')", 30),
    "markdown": ("print('<script>alert(1)</script>')", 30),
    "startup": ("import os\nos.makedirs('/tmp/ipython/profile_default/startup')\nopen('/tmp/ipython/profile_default/startup/a.py', 'w').write('1/0')", 30),
}  # fmt: skip
FILES = {
    "empty": (b"", "person"),
    "half": (json.dumps(honest()).encode()[:9999], "person"),
    "list": (b"[]", "person"),
    "nested": (b"[" * 10**6, "person"),
    "many": (b'{"nbformat": 4, "cells": [' + b"{}," * 30_000 + b"{}]}", "person"),
    "marked": (b"\xef\xbb\xbf" + json.dumps(honest()).encode(), "graded"),
    "wide": (json.dumps(honest()).encode("utf-16"), "graded"),
    "surrogate": (json.dumps(adding("'\ud800'", honest())).encode(), "graded"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'lstm-course'\nc.CourseDirectory.source_directory = 'solutions'\n"
    )
    for name in GOOD:
        hand_in(root, name, honest())
    hand_in(root, "blank", blank())
    hand_in(root, "once-better", honest())
    for name, (source, _) in WITHIN.items():
        hand_in(root, name, adding(source, honest(), after="relative_error"))
    for name, (content, _) in FILES.items():
        hand_in(root, name, content)
    link, pipe, nothing = (folder_of(root, name) for name in ("link", "pipe", "nothing"))
    (link / f"{RNN}.ipynb").symlink_to(ROOT / "solutions" / RNN / f"{RNN}.ipynb")
    os.mkfifo(pipe / f"{RNN}.ipynb")
    assert nothing.is_dir()
    (root / "submitted" / "folder-is-link").mkdir()
    (root / "submitted" / "folder-is-link" / RNN).symlink_to(root / "submitted" / "ana" / RNN)
    hand_in(root, os.fsdecode(b"\xff\xfe"), honest())  # a name that no gradebook can hold
    return Course(root)


def folder_of(root, student):
    folder = root / "submitted" / student / RNN
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def hand_in(root, student, notebook):
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder_of(root, student) / f"{RNN}.ipynb").write_bytes(content)


def scores(course):
    """Return what the gradebook has of each student."""
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(RNN)
        return {one.student.id: one.score for one in found}


@pytest.mark.slow
def test_a_class_of_attackers(course):
    outcome = grade_all(course, RNN, workers=2)
    assert import_all(course, RNN) == outcome.graded
    with course.ledger() as ledger:
        found = {verdict.student: verdict for verdict in ledger.verdicts(RNN)}
    assert (
        len(found)
        == outcome.graded
        == len(set(os.listdir(course.root / "submitted")) - set(outcome.misnamed))
    )
    assert all(v.reason for v in found.values() if v.state != "graded")
    assert {name: found[name].score for name in GOOD} == dict.fromkeys(GOOD, 30)
    assert {name: found[name].score for name in WITHIN} == {
        name: score for name, (_, score) in WITHIN.items()
    }
    assert {name: found[name].state for name in FILES} == {name: state for name, (_, state) in FILES.items()}
    assert {found[name].state for name in ("link", "pipe", "nothing", "folder-is-link")} == {"zero"}
    assert (found["blank"].state, found["blank"].score) == ("graded", 0)

    marks = scores(course)
    assert {name: verdict.score for name, verdict in found.items()} == marks
    for name in GOOD:
        assert (course.place("autograded", name, RNN) / f"{RNN}.ipynb").is_file()

    again = grade_all(course, RNN, workers=2)
    assert (again.graded, again.kept, again.changes) == (0, outcome.graded, [])
    assert import_all(course, RNN) == 0
    assert scores(course) == marks

    worse = writing("rnn_step", "pass")
    for test in ("step-value", "bptt-chain"):
        worse["cells"].remove(cell(worse, test))
    hand_in(course.root, "once-better", worse)
    third = grade_all(course, RNN, workers=2)
    assert (third.graded, [change.student for change in third.changes]) == (1, ["once-better"])
    assert import_all(course, RNN) == 1
    assert scores(course) == marks | {"once-better": 27.0}

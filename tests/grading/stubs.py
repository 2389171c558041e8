"""Graders that stand in for the real one: what a submission does is written in a file beside its notebook."""

import hashlib
import os
import time
from pathlib import Path

from lstm_course.checks.notebook import tests_of
from lstm_course.grading.grader import key_of, release_notebook
from lstm_course.grading.submission import unpack
from lstm_course.grading.verdict import GRADED, Mark, Verdict

CONDUCT = "conduct.txt"  # beside the notebook: what the stub does with this submission
RECORD = "STUB_RECORD"  # environment variable: a folder, with a file for each time that a submission was run


def plausible(packed, assignment, student, secret, trusted=False):
    """Return a verdict at once: each test is right or wrong by the submission's hash."""
    submission = unpack(packed, assignment, release_notebook(assignment))
    right = hashlib.sha256(packed.digest.encode()).digest()
    marks = []
    for k, test in enumerate(tests_of(release_notebook(assignment))):
        passed = submission.state == GRADED and right[k % len(right)] % 2
        marks.append(Mark(test.grade_id, test.points * passed, test.points, "" if passed else "wrong"))
    found = submission.state, submission.reason, tuple(marks), submission.repairs, submission.notebook
    return Verdict(student, assignment, key_of(packed, assignment, secret), *found)


def behaving(packed, assignment, student, secret, trusted=False, record=None):
    """Do what the submission says, note that it was run, and return a plausible verdict."""
    record = Path(record or os.environ[RECORD])
    conduct = packed.files.get(CONDUCT, b"").decode()
    (record / f"{student} {time.monotonic_ns()} {os.getpid()}").write_text(conduct)
    word, _, rest = conduct.partition(" ")
    if word == "sleep":
        time.sleep(float(rest))
    elif word == "exit" and not (record / "well").exists():
        time.sleep(0.2)  # long enough for neighbours to be on this worker
        os._exit(9)
    elif word == "raise" and not (record / "well").exists():
        raise RuntimeError(f"no sandbox\x00 today{rest}")
    return plausible(packed, assignment, student, secret)


def runs(record, student):
    """Return how often a submission was run."""
    return len(list(Path(record).glob(f"{student} *")))

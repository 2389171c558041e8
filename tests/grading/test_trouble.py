"""Wrong settings, a damaged ledger, a gradebook not to be had: one sentence, exit status 2, no loss."""

import sqlite3
import time
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from lstm_course.cli import main
from lstm_course.errors import InputError
from lstm_course.grading import importing
from lstm_course.grading.importing import import_all, patiently
from lstm_course.grading.trouble import GradebookFailed, gradebook_used

ASSIGNMENT = "02-rnn"
LATE = 'c.AssignLatePenalties.plugin_class = "lstm_course.grading.late.LatePolicy"\n'
GRADE = ("grade", ASSIGNMENT, "--trust-submissions", "--workers", "1")
EXPORT = ("export", ASSIGNMENT)
FEEDBACK = ("report", ASSIGNMENT, "--feedback")
COMMANDS = pytest.mark.parametrize("words", [GRADE, EXPORT, FEEDBACK], ids=["grade", "export", "report"])


@pytest.fixture
def refused(small, capsys, monkeypatch):
    """Run a command that has to say what is wrong at once; gives what it says."""

    def no_sleep(seconds):
        raise AssertionError("waited for what does not pass")

    def run(*words):
        capsys.readouterr()
        with monkeypatch.context() as patch:
            # The name in this module alone: other threads of this process go by the true clock.
            patch.setattr(importing, "time", SimpleNamespace(sleep=no_sleep, monotonic=time.monotonic))
            status = main([*words, "--course", str(small.root)])
        error = capsys.readouterr().err
        assert status == 2, error
        [said] = [line for line in error.splitlines() if line.startswith("lstm-course: expected ")]
        assert "Traceback" not in error
        return said

    return run


@pytest.fixture
def ana(small):
    """A course where Ana's verdict is in the gradebook."""
    small.submit("ana")
    small.judge("ana")
    import_all(small.course, ASSIGNMENT)
    return small


# Settings


@pytest.mark.parametrize(
    ("config", "about"),
    [
        ("c.CourseDirectory.course_id = (\n", "SyntaxError: "),
        ("c.Exchange.root = folder\n", "line 3: NameError: name 'folder' is not defined"),
        ("c.CourseDirectory.db_url = 7\n", "TraitError: "),
    ],
)
@COMMANDS
def test_a_mistake_in_the_settings(ana, refused, words, config, about):
    ana.configure(config)
    said = refused(*words)
    assert f"settings that hold in {ana.root / 'nbgrader_config.py'}, got {about}" in said


@pytest.mark.parametrize(
    ("config", "about"),
    [
        (LATE + 'c.LatePolicy.method = "per-day"\n', "'per-day'"),
        (LATE + "c.LatePolicy.per_day = 10.0\n", "per_day"),
        (LATE.replace("LatePolicy", "LatePolitics"), "LatePolitics"),
    ],
)
def test_a_mistaken_policy_is_said_before_anything_is_graded(small, refused, config, about):
    small.configure(config)
    small.submit("ana")
    said = refused(*GRADE)
    assert f"settings that hold in {small.root / 'nbgrader_config.py'}, got TraitError: " in said
    assert about in said
    assert small.verdicts() == {}


# The ledger and the gradebook, damaged

DAMAGE = pytest.mark.parametrize(
    "damaged", [lambda content: content[:5000], lambda content: b"no database " * 1000], ids=["cut", "other"]
)


def damage(path, damaged):
    """Damage a file and return what is in it then."""
    path.write_bytes(damaged(path.read_bytes()))
    return path.read_bytes()


@DAMAGE
@COMMANDS
def test_a_damaged_ledger(ana, refused, words, damaged):
    path = ana.root / "grading" / "ledger.sqlite"
    content = damage(path, damaged)
    said = refused(*words)
    assert f"a ledger that can be used at {path}, got " in said
    assert "move it away" in said
    assert path.read_bytes() == content


@DAMAGE
@COMMANDS
def test_a_damaged_gradebook_is_not_waited_for(ana, refused, words, damaged):
    ana.judge("ana")  # something to bring into it
    path = ana.root / "gradebook.db"
    content = damage(path, damaged)
    said = refused(*words)
    assert f"a gradebook that can be used at {path}, got " in said
    assert "put a backup in its place" in said
    assert path.read_bytes() == content
    assert list(ana.verdicts()) == ["ana"]


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg2://grader:secret@127.0.0.1:1/none", "oracle://x", "book.db"]
)
@COMMANDS
def test_a_gradebook_that_cannot_be_reached(ana, refused, words, url):
    ana.judge("ana")
    ana.configure(f"c.CourseDirectory.db_url = {url!r}\n")
    said = refused(*words)
    assert "a gradebook that can be used" in said
    assert "db_url in nbgrader_config.py" in said
    assert "secret" not in said


# What is waited for


class ServerError(Exception):
    """What a driver of a database with a server raises."""


LOCKED = OperationalError("", {}, sqlite3.OperationalError("database is locked"))
MADE = OperationalError("", {}, sqlite3.OperationalError("table course already exists"))
TWICE = IntegrityError("", {}, sqlite3.IntegrityError("UNIQUE constraint failed: student.id"))
GONE = OperationalError("", {}, ServerError("the server has gone"))
CLOSED = DatabaseError("", {}, ServerError("the connection is closed"), connection_invalidated=True)
FULL = OperationalError("", {}, sqlite3.OperationalError("database or disk is full"))
NONE = DatabaseError("", {}, sqlite3.DatabaseError("file is not a database"))
FORBIDDEN = DatabaseError("", {}, ServerError("permission denied"))


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that are made, in no time."""
    made, now = [], [0.0]

    def sleep(seconds):
        made.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(importing, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: now[0]))
    return made


def failing(*errors):
    """Return an action that fails in these ways before it succeeds."""
    left = list(errors)

    def action():
        with gradebook_used("sqlite:///gradebook.db"):
            if left:
                raise left.pop(0)

    return action


@pytest.mark.parametrize("error", [LOCKED, MADE, TWICE, GONE, CLOSED])
def test_what_passes_is_waited_for_and_said_once(error, pauses, capsys):
    patiently(failing(error, error, error))
    assert pauses == [0.1, 0.2, 0.4]
    assert capsys.readouterr().err == f"waiting for the gradebook: {error.orig}\n"


@pytest.mark.parametrize("error", [FULL, NONE, FORBIDDEN])
def test_what_does_not_pass_is_said_at_once(error, pauses):
    with pytest.raises(InputError, match=str(error.orig)):
        patiently(failing(error))
    assert pauses == []


def test_at_first_a_server_has_to_be_there(pauses):
    with pytest.raises(GradebookFailed, match="has gone"):
        patiently(failing(GONE), first=True)
    assert pauses == []
    patiently(failing(LOCKED, TWICE), first=True)
    assert len(pauses) == 2


def test_patience_ends(pauses):
    with pytest.raises(GradebookFailed, match="is locked"):
        patiently(failing(*[LOCKED] * 1000))
    assert importing.PATIENCE < sum(pauses) < importing.PATIENCE + 6

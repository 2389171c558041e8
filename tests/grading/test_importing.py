"""The gradebook gets every verdict once, keeps what a person has marked, and knows who was late."""

import copy
import os
import sqlite3
import threading
from datetime import datetime, timedelta
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets.config import Configurable

from lstm_course.checks.notebook import graded_as
from lstm_course.errors import InputError
from lstm_course.grading import gradebook as books
from lstm_course.grading import importing
from lstm_course.grading.batch import alone
from lstm_course.grading.gradebook import timestamp_of
from lstm_course.grading.importing import import_all
from lstm_course.grading.ledger import Ledger
from lstm_course.grading.nbgrader_exporter import SandboxExporter
from lstm_course.grading.verdict import PERSON, ZERO

ASSIGNMENT = "02-rnn"
LATE = 'c.AssignLatePenalties.plugin_class = "lstm_course.grading.late.LatePolicy"\n'
DUE = datetime(2030, 5, 1, 12)


def imported(small):
    return import_all(small.course, ASSIGNMENT)


def content(small):
    """Everything that the gradebook holds."""
    with sqlite3.connect(small.root / "gradebook.db") as database:
        return list(database.iterdump())


def in_gradebook(small, student, change):
    """Look at a student's notebook in the gradebook, or change something about it."""
    with small.course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student)
        answer = change(notebook)
        gradebook.db.commit()
        return answer


def grades(notebook):
    return {
        grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
        for grade in notebook.grades
    }


@pytest.fixture
def ana(small):
    """A course where Ana's verdict is in the gradebook."""
    small.submit("ana")
    small.judge("ana")
    assert imported(small) == 1
    return small


def test_marks_are_those_of_the_verdicts_and_a_second_import_changes_nothing(small):
    for name in ("ana", "ben", "eva"):
        small.submit(name, f"be {name}")
    small.judge("ana", "ben", "eva")
    assert imported(small) == 3
    verdicts, before = small.verdicts(), content(small)
    assert small.scores() == {name: verdict.score for name, verdict in verdicts.items()}
    for name, verdict in verdicts.items():
        marks = {mark.grade_id: (mark.points, None, False) for mark in verdict.marks}
        assert in_gradebook(small, name, grades) == marks
        folder = small.course.place("autograded", name, ASSIGNMENT)
        assert [path.name for path in folder.iterdir()] == [f"{ASSIGNMENT}.ipynb"]
        assert nbformat.read(folder / f"{ASSIGNMENT}.ipynb", 4)["cells"]
    assert imported(small) == 0
    small.judge("ana", "ben", "eva")
    assert imported(small) == 3
    assert content(small) == before


def test_a_stop_between_gradebook_and_ledger_doubles_nothing(small, monkeypatch):
    small.submit("ana")
    small.judge("ana")
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "mark_imported", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            imported(small)
    before = content(small)
    assert imported(small) == 1
    assert content(small) == before


def test_what_a_person_has_marked_stays(ana):
    def by_hand(notebook):
        grade, comment = notebook.grades[0], notebook.comments[0]
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.25, 0.5, False
        comment.manual_comment = "Well argued."
        return grade.name, comment.name

    test, function = in_gradebook(ana, "ana", by_hand)
    ana.submit("ana", "another")
    ana.judge("ana")
    assert imported(ana) == 1
    verdict = ana.verdicts()["ana"]
    points = {mark.grade_id: mark.points for mark in verdict.marks}
    marks = in_gradebook(ana, "ana", grades)
    # Whoever marked it is asked to look again, as nbgrader does it.
    assert marks.pop(test) == (points[test], 0.25, True)
    assert marks == {name: (own, None, False) for name, own in points.items() if name != test}
    assert (
        in_gradebook(ana, "ana", lambda n: {c.name: c.comment for c in n.comments})[function]
        == "Well argued."
    )
    assert ana.scores() == {"ana": verdict.score - points[test] + 0.75}


def test_a_case_for_a_person_has_no_marks_until_there_is_one(small):
    small.submit("ana", source="exercises")
    small.judge("ana", state=PERSON, reason="cut\x00 off\ud800", notebook={})
    imported(small)
    assert set(in_gradebook(small, "ana", grades).values()) == {(None, None, True)}
    assert in_gradebook(small, "ana", lambda n: {c.auto_comment for c in n.comments}) == {"cut off?"}
    shown = nbformat.read(small.course.place("autograded", "ana", ASSIGNMENT) / f"{ASSIGNMENT}.ipynb", 4)
    assert {out.ename for cell in shown.cells for out in cell.get("outputs", ())} == {"NotGraded"}
    small.judge("ana")
    imported(small)
    assert {needs for _, _, needs in in_gradebook(small, "ana", grades).values()} == {False}


def test_comments_say_why_there_is_nothing(small):
    small.submit("ana", rnn_step="def rnn_step(): pass", source="exercises"), small.submit("ben")
    small.judge("ana")
    small.judge("ben", state=ZERO, reason="nothing was submitted", notebook={})
    imported(small)
    comments = in_gradebook(small, "ana", lambda n: {c.name: c.auto_comment for c in n.comments})
    assert comments.pop("rnn_step") is None
    assert set(comments.values()) == {"No response."}
    said = in_gradebook(small, "ben", lambda n: {c.auto_comment for c in n.comments})
    assert said == {"nothing was submitted"}


# Late


def submitted_late(small, config, late=timedelta(hours=30), extension=None, due=DUE):
    """Import a submission that was so late; return its score and what it lost of that."""
    small.configure(config)
    small.submit("ana", timestamp=f"{DUE + late} UTC")
    small.judge("ana")
    with small.course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=due)
        if extension is not None:
            gradebook.find_submission(ASSIGNMENT, "ana").extension = extension
            gradebook.db.commit()
    imported(small)
    return small.scores()["ana"], in_gradebook(small, "ana", lambda n: n.late_submission_penalty)


@pytest.mark.parametrize(
    ("config", "lost"),
    [
        ("", None),
        (LATE, None),
        (LATE + 'c.LatePolicy.method = "per day"\n', 0.2),
        (LATE + 'c.LatePolicy.method = "per day"\nc.LatePolicy.per_day = 0.75\n', 1.0),
        (LATE + 'c.LatePolicy.method = "per day"\nc.LatePolicy.grace = 6 * 3600\n', 0.1),
        (LATE + 'c.LatePolicy.method = "cut-off"\n', 1.0),
        (LATE + 'c.LatePolicy.method = "cut-off"\nc.LatePolicy.cut_off = 2 * 86400\n', None),
        (LATE + 'c.LatePolicy.method = "cut-off"\nc.LatePolicy.grace = 31 * 3600\n', None),
        ('c.LateSubmissionPlugin.penalty_method = "zero"\n', 1.0),
    ],
)
def test_what_being_late_costs(small, config, lost):
    score, penalty = submitted_late(small, config)
    assert score > 0
    assert penalty == (None if lost is None else pytest.approx(lost * score))


CUT_OFF = LATE + 'c.LatePolicy.method = "cut-off"\n'


def test_in_time_and_with_an_extension(small):
    assert submitted_late(small, CUT_OFF, timedelta(0))[1] is None
    assert submitted_late(small, CUT_OFF)[1] is not None
    assert submitted_late(small, CUT_OFF, extension=timedelta(days=2))[1] is None
    assert submitted_late(small, CUT_OFF, extension=timedelta(days=1))[1] is not None


def test_an_extension_without_a_due_date(small):
    assert submitted_late(small, CUT_OFF, due=None)[1] is None
    assert submitted_late(small, CUT_OFF, extension=timedelta(days=1), due=None)[1] is None


def test_the_time_comes_along_and_goes_again(small):
    folder = small.submit("ana", timestamp="2030-05-01T14:30:00+02:00")
    small.judge("ana"), imported(small)
    copied = small.course.place("autograded", "ana", ASSIGNMENT) / "timestamp.txt"
    assert copied.read_text() == "2030-05-01 12:30:00 UTC"
    assert in_gradebook(small, "ana", lambda n: n.assignment.timestamp) == datetime(2030, 5, 1, 12, 30)
    (folder / "timestamp.txt").unlink()
    small.judge("ana"), imported(small)
    assert not copied.exists()
    assert in_gradebook(small, "ana", lambda n: n.assignment.timestamp) is None


def test_a_new_submission_without_a_time_is_not_as_late_as_the_one_before(small):
    assert submitted_late(small, CUT_OFF)[1] is not None
    (small.submit("ana", "another") / "timestamp.txt").unlink()
    small.judge("ana"), imported(small)
    assert in_gradebook(small, "ana", lambda n: n.late_submission_penalty) is None


def test_a_penalty_is_never_more_than_the_score():
    policy = SimpleNamespace(late_submission_penalty=lambda *_: 3.0)
    assert books.penalty(policy, "ana", 1.0, 60.0) == 1.0
    assert books.penalty(policy, "ana", 1.0, 0.0) is None


NO_TIMES = (
    "",
    "yesterday",
    "\0",
    "9" * 10_000,
    "2030-05-01 12:00:00 " + "9" * 30,
    "2030-05-01 12:00:00 /etc/passwd",
    "0001-01-01 00:00:00 80000",
    "1e400",
    "[]",
    "\ud800",
)


@pytest.mark.parametrize("text", NO_TIMES)
def test_a_hostile_time_is_none(small, text):
    folder = small.submit("ana", timestamp="")
    (folder / "timestamp.txt").write_bytes(text.encode(errors="surrogatepass"))
    small.judge("ana")
    assert imported(small) == 1
    assert timestamp_of(folder) is None


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40) | st.from_regex(r"[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,3} [0-9:.]{1,12} [A-Z+\-0-9]{0,6}")
)
def test_any_time_at_all(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp()
    (folder / "timestamp.txt").write_bytes(text.encode(errors="surrogatepass"))
    assert isinstance(timestamp_of(folder), datetime | None)


def test_a_time_that_is_no_file(small, tmp_path):
    folder = small.submit("ana")
    (tmp_path / "elsewhere").write_text(f"{DUE} UTC")
    (folder / "timestamp.txt").symlink_to(tmp_path / "elsewhere")
    assert timestamp_of(folder) is None
    (folder / "timestamp.txt").unlink()
    os.mkfifo(folder / "timestamp.txt")
    assert timestamp_of(folder) is None
    small.judge("ana")
    assert imported(small) == 1


# An assignment that is mended when there are marks already


def test_tests_are_added_removed_and_given_other_points(ana, monkeypatch):
    release = copy.deepcopy(books.release_notebook(ASSIGNMENT))
    tests = [cell for cell in release["cells"] if graded_as(cell).get("grade")]
    solutions = [cell for cell in release["cells"] if graded_as(cell).get("solution")]
    gone = [tests[0], solutions[0]]
    tests[1]["metadata"]["nbgrader"]["points"] = 7.5
    fresh = copy.deepcopy(tests[2])
    fresh["metadata"]["nbgrader"] |= {"grade_id": "fresh", "points": 3.0}
    release["cells"] = [cell for cell in release["cells"] if cell not in gone] + [fresh]
    monkeypatch.setattr(books, "release_notebook", lambda _: release)
    books.sources_given.cache_clear()
    ana.judge("ana")
    assert imported(ana) == 1
    books.sources_given.cache_clear()
    expected = {graded_as(cell)["grade_id"]: graded_as(cell)["points"] for cell in [*tests[1:], fresh]}
    with ana.course.gradebook() as gradebook:
        notebook = gradebook.find_notebook(ASSIGNMENT, ASSIGNMENT)
        assert {cell.name: cell.max_score for cell in notebook.grade_cells} == expected
        names = {graded_as(cell)["grade_id"] for cell in solutions[1:]}
        assert {cell.name for cell in notebook.solution_cells} == names
        kept = {graded_as(cell)["grade_id"] for cell in books.graded_cells(ASSIGNMENT)}
        assert {cell.name for cell in notebook.source_cells} == kept
    marks = in_gradebook(ana, "ana", grades)
    assert set(marks) == set(expected)
    assert marks["fresh"] == (None, None, True)
    before = {mark.grade_id: mark.points for mark in ana.verdicts()["ana"].marks}
    assert {marks[name][0] for name in marks if name != "fresh"} == {before[n] for n in marks if n != "fresh"}
    assert in_gradebook(ana, "ana", lambda n: {c.name for c in n.comments}) == names


# A gradebook that is not to be had


@pytest.mark.slow
def test_a_locked_gradebook_is_waited_for(ana, capsys):
    ana.submit("ben")
    ana.judge("ben")
    other = sqlite3.connect(ana.root / "gradebook.db", check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(12, other.rollback)  # longer than SQLite itself waits
    release.start()
    try:
        assert imported(ana) == 1
        assert not other.in_transaction
        assert set(ana.scores()) == {"ana", "ben"}
        assert capsys.readouterr().err == "waiting for the gradebook: database is locked\n"
    finally:
        release.join()
        other.close()


WRONG = (
    "sqlite:////nowhere/at/all.db",
    "postgresql+psycopg2://127.0.0.1:1/none",
    "oracle://x",
    "gradebook.db",
)


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_address_is_said_at_once(small, url):
    small.configure(f"c.CourseDirectory.db_url = {url!r}\n")
    small.submit("ana")
    small.judge("ana")
    with pytest.raises(InputError, match="expected a gradebook that can be used"):
        imported(small)
    assert list(small.verdicts()) == ["ana"]


def test_a_verdict_that_comes_during_an_import_is_not_taken_for_imported(ana, monkeypatch):
    ana.judge("ana")
    write_marks = importing.write_marks

    def meanwhile(*arguments):
        ana.submit("ana", "another")
        ana.judge("ana")
        write_marks(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "write_marks", meanwhile)
        imported(ana)
    assert ana.scores() != {"ana": ana.verdicts()["ana"].score}
    assert imported(ana) == 1
    assert ana.scores() == {"ana": ana.verdicts()["ana"].score}


def test_nbgraders_own_run_holds_the_same_lock(ana):
    class Converter(Configurable):
        coursedir, _sanitizing = SimpleNamespace(root=str(ana.root)), False

    def autograded():
        resources = {"nbgrader": {"student": "ana", "assignment": ASSIGNMENT}}
        return SandboxExporter(parent=Converter()).from_filename("", resources)

    ana.submit("ana", "another")
    ana.judge("ana")
    before = ana.scores()
    with (
        alone(ana.course.folder / f"{ASSIGNMENT}.lock"),
        pytest.raises(InputError, match="another run at work"),
    ):
        autograded()
    assert ana.scores() == before
    autograded()
    assert ana.scores() == {"ana": ana.verdicts()["ana"].score} != before
    assert imported(ana) == 0


def test_one_at_a_time(ana):
    with (
        alone(ana.course.folder / f"{ASSIGNMENT}.lock"),
        pytest.raises(InputError, match="another run at work"),
    ):
        imported(ana)

"""Marks for spreadsheets, Canvas and Moodle: what counts, what is quoted, what is harmless."""

import csv
import io
import os
import shutil
import sqlite3
import stat
import string
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from lstm_course import cli
from lstm_course.cli import export as command_line
from lstm_course.errors import InputError
from lstm_course.grading import export as exporting
from lstm_course.grading.course import Course
from lstm_course.grading.export import Result, as_table, results_of
from lstm_course.grading.rosters import fill_canvas, fill_moodle
from lstm_course.grading.tables import FORMULA, INNER_FORMULA, NUMBER, Table, neutral, read_table
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict

NAME, OTHER = "04-lstm", "02-rnn"
CELLS = {"gates": 6.0, "step": 4.0}
DUE, IN_TIME, TOO_LATE = datetime(2026, 3, 2), "2026-03-01 10:00:00 UTC", "2026-03-02 10:00:00 UTC"
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "lstm"
c.AssignLatePenalties.plugin_class = "lstm_course.grading.late.LatePolicy"
c.LatePolicy.method = "per day"
c.LatePolicy.per_day = 0.2
"""


# nbgrader adds a submission's rows before the submission.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A course with two assignments in its gradebook and nobody in it."""
    folder = tmp_path_factory.mktemp("begun")
    (folder / "nbgrader_config.py").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        # It starts a program for a number that only an upgrade of nbgrader looks at.
        patch.setattr("nbgrader.api.get_alembic_version", lambda: "0")
        Gradebook(Course(folder).db_url, "lstm").close()
    with Gradebook(Course(folder).db_url, "lstm") as opened:
        for assignment in (NAME, OTHER):
            opened.add_assignment(assignment, duedate=DUE)
            opened.add_notebook(assignment, assignment)
            for cell, most in CELLS.items():
                opened.add_grade_cell(cell, assignment, assignment, max_score=most, cell_type="code")
    return folder


@pytest.fixture
def course(begun, tmp_path):
    return Course(shutil.copytree(begun, tmp_path / "course"))


@pytest.fixture
def gradebook(tmp_path, request):
    """The gradebook of the course that the test works with."""
    request.getfixturevalue("graded" if "graded" in request.fixturenames else "course")
    with Gradebook(Course(tmp_path / "course").db_url, "lstm") as opened:
        yield opened


def book(gradebook, student, gates, step, assignment=NAME, time=None):
    gradebook.update_or_create_student(student)
    gradebook.add_submission(assignment, student, timestamp=time)
    for cell, score in (("gates", gates), ("step", step)):
        gradebook.find_grade(cell, assignment, assignment, student).auto_score = score
    gradebook.db.commit()


def judge(course, student, state=GRADED, reason="", imported=True, assignment=NAME):
    marks = tuple(Mark(cell, 0.0, most) for cell, most in CELLS.items())
    with course.ledger() as ledger:
        verdict = Verdict(student, assignment, "key", state, reason, marks)
        ledger.record(verdict)
        if imported:
            ledger.mark_imported([verdict])


@pytest.fixture(scope="module")
def ended(begun, tmp_path_factory):
    """A course with one student for each way that a submission can end."""
    course = Course(shutil.copytree(begun, tmp_path_factory.mktemp("ended") / "course"))
    with Gradebook(course.db_url, "lstm") as gradebook:
        book(gradebook, "ana", 6.0, 2.5, time=IN_TIME)
        judge(course, "ana")
        book(gradebook, "bo", 6.0, 4.0, time=TOO_LATE)
        judge(course, "bo")
        book(gradebook, "cy", 0.0, 0.0)
        judge(course, "cy", ZERO, "no notebook was submitted")
        book(gradebook, "di", 0.0, 0.0)
        judge(course, "di", PERSON, "the notebook is empty")
        book(gradebook, "ed", 5.0, 3.0)
        judge(course, "ed", imported=False)
        judge(course, "flo", imported=False)
        book(gradebook, "gus", 6.0, 4.0)
        gradebook.add_student("hal")
    return course.root


@pytest.fixture
def graded(ended, tmp_path):
    return Course(shutil.copytree(ended, tmp_path / "course"))


def scores(results):
    return {result.student: result.score for result in results}


def test_what_counts(graded):
    results = results_of(graded, [NAME])
    assert scores(results) == {
        "ana": 8.5,
        "bo": 8.0,
        "cy": 0.0,
        "di": None,
        "ed": None,
        "flo": None,
        "gus": None,
        "hal": None,
    }
    assert {result.most for result in results} == {sum(CELLS.values())}
    assert [result.student for result in exporting.unfinished(results)] == ["di", "ed", "flo", "gus"]


def test_scores_and_times_are_nbgraders_own(graded, gradebook):
    for result in results_of(graded, [NAME]):
        if result.score is not None:
            submission = gradebook.find_submission(NAME, result.student)
            assert result.score + result.penalty == submission.score
            assert (result.penalty > 0) == (submission.total_seconds_late > 0)
            assert result.most == submission.max_score


def test_what_a_person_did_by_hand_counts(graded, gradebook):
    def by_hand(student, **more):
        for cell, score in more.items():
            gradebook.find_grade(cell, NAME, NAME, student).manual_score = score
        gradebook.db.commit()
        return scores(results_of(graded, [NAME]))[student]

    assert by_hand("ana", gates=1.0) == 3.5
    assert by_hand("di", gates=5.0) is None, "half of a person's decision is none"
    assert by_hand("di", step=0.0) == 5.0
    assert by_hand("gus", gates=1.0, step=1.0) == 2.0
    gradebook.find_grade("gates", NAME, NAME, "ana").extra_credit = 2.0
    gradebook.db.commit()
    assert scores(results_of(graded, [NAME]))["ana"] == 5.5


def test_being_late_costs_a_part_of_what_counts_now(graded, gradebook):
    def counts(student):
        gradebook.db.commit()
        [result] = [result for result in results_of(graded, [NAME]) if result.student == student]
        return result.score, result.penalty

    gradebook.find_submission(NAME, "di").timestamp = DUE + timedelta(hours=30)
    for cell, most in CELLS.items():
        gradebook.find_grade(cell, NAME, NAME, "di").manual_score = most
    assert counts("di") == (6.0, 4.0), "a case for a person had no points when it was imported"
    gradebook.find_grade("gates", NAME, NAME, "bo").manual_score = 1.0
    assert counts("bo") == (4.0, 1.0)
    gradebook.find_submission(NAME, "bo").extension = timedelta(days=1)
    assert counts("bo") == (5.0, 0.0)
    gradebook.find_assignment(NAME).duedate = None
    assert counts("di") == (10.0, 0.0)


def test_several_assignments(graded, gradebook):
    book(gradebook, "ana", 1.0, 1.0, OTHER)
    judge(graded, "ana", assignment=OTHER)
    results = results_of(graded, [OTHER, NAME])
    assert [(r.assignment, r.score) for r in results if r.student == "ana"] == [(OTHER, 2.0), (NAME, 8.5)]


def test_nothing_graded_and_no_such_assignment(course, gradebook):
    with pytest.raises(InputError, match="graded submissions"):
        results_of(course, [NAME])
    with pytest.raises(InputError, match="an assignment among"):
        results_of(course, ["99-no"])
    gradebook.close()
    Path(course.db_url.removeprefix("sqlite:///")).unlink()
    with pytest.raises(InputError, match="a gradebook at"):
        results_of(course, [NAME])


def test_ten_thousand_students_take_few_queries(course, gradebook):
    """Queries are counted, because one for each student would take hours."""
    from nbgrader.api import Assignment, Notebook
    from sqlalchemy import event, select

    assignment = gradebook.db.scalar(select(Assignment.id).where(Assignment.name == NAME))
    notebook = gradebook.db.scalar(select(Notebook.id).where(Notebook.assignment_id == assignment))
    cells = [cell.id for cell in gradebook.find_notebook(NAME, NAME).grade_cells]
    students = [f"s{n:05}" for n in range(10_000)]
    with sqlite3.connect(course.db_url.removeprefix("sqlite:///")) as raw:
        add = raw.executemany
        add("INSERT INTO student (id) VALUES (?)", [(s,) for s in students])
        rows = [(f"a{s}", assignment, s) for s in students]
        add("INSERT INTO submitted_assignment (id, assignment_id, student_id) VALUES (?, ?, ?)", rows)
        rows = [(f"n{s}", f"a{s}", notebook) for s in students]
        add("INSERT INTO submitted_notebook (id, assignment_id, notebook_id) VALUES (?, ?, ?)", rows)
        rows = [(f"g{s}{c}", f"n{s}", c) for s in students for c in cells]
        columns = "id, notebook_id, cell_id, auto_score, needs_manual_grade"
        add(f"INSERT INTO grade ({columns}) VALUES (?, ?, ?, 2, 0)", rows)
    raw.close()
    with course.ledger() as ledger:
        with ledger.transaction():
            for student in students:
                ledger.record(Verdict(student, NAME, "key", GRADED))
        ledger.mark_imported(Verdict(student, NAME, "key", GRADED) for student in students)
    asked = []

    def count(connection, cursor, statement, *more):
        asked.append(statement)

    from sqlalchemy.engine import Engine

    event.listen(Engine, "before_cursor_execute", count)
    try:
        results = results_of(course, [NAME])
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert scores(results) == dict.fromkeys(students, 2.0 * len(cells))
    assert len(asked) < 50


# Tables


def parsed(text, delimiter=","):
    return list(
        csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    )


CELL = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_a_table_survives_writing_and_reading(tmp_path_factory, rows, delimiter, line_end, bom, quoting):
    table = Table(["Student", "ID", "Section"], rows, delimiter, line_end, quoting, bom)
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_bytes(table.text().encode())
    again = read_table(path)
    assert again == table
    assert again.text() == table.text()


@given(CELL, CELL)
def test_a_row_of_ours_survives(student, reason):
    table = as_table([Result(student, NAME, 0.5, 10.0, 0.25, ZERO, reason)])
    assert parsed(table.text()) == [
        exporting.HEADER,
        [neutral(student), NAME, "0.5", "10", "0.25", "zero", neutral(reason), ""],
    ]


ATTACKS = [
    "=1+2",
    "+1+2",
    "-1+2",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "\t=1",
    "\r=1",
    "\tharmless",
    "  =1",
    "\n=1",
    "\xa0=1",
    "\u200b=1",
    "\ufeff=1",
    "＝1+2",
    "＋1",
    "－1+x",
    "＠SUM(1)",
    "﹦1+2",
    "﹢1",
    "﹣1+x",
    "﹫x",
    '"=1"',
    '="=1"',
    "x;=1",
    "x,=1",
    'x";"=1',
    "x\n=1",
    "x\t =1",
    "-",
    "--",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("delimiter", list(",;\t"))
def test_no_reader_finds_a_formula(attack, delimiter):
    """Whatever delimiter a spreadsheet expects, no cell of what we write begins as a formula does."""
    text = as_table([Result("ana", NAME, 1.0, 10.0, 0.0, ZERO, attack)]).text()
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for cell in row:
            bare = cell.strip(string.whitespace + '\xa0\u200b\ufeff"')
            assert bare[:1] not in tuple("=+-@＝＋－＠﹦﹢﹣﹫") or bare == "-" or not bare, cell


@pytest.mark.parametrize(
    "text", ["-", "-1", "+2.5", "-1,5", "1e-3", "50%", "ana", "a-b", "x@y.example", "", "'=1", "３"]
)
def test_what_is_no_formula_stays(text):
    assert neutral(text) == text


@given(st.text(st.sampled_from("=+-@＝ \t\r\n\"';,ax1"), max_size=12))
def test_harmless_once_is_harmless_for_ever(text):
    once = neutral(text)
    assert neutral(once) == once
    assert once.replace("'", "") == text.replace("'", ""), "nothing but apostrophes is added"
    if not (text == "-" or NUMBER.fullmatch(text)):
        assert not FORMULA.match(once)
        assert not INNER_FORMULA.search(once)
        assert once[:1] not in tuple("=+-@\t\r")


@pytest.mark.parametrize(
    ("content", "about"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("Näme,ID\n".encode("latin-1"), "UTF-8"),
        (b'Student,ID\n"x" y,2\n', "cannot be read"),
        (None, "No such file"),
    ],
)
def test_a_mistaken_table(tmp_path, content, about):
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=about):
        read_table(path)


# Canvas

CANVAS = '''\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,04-lstm (4711),02-rnn (4712),Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,,10.00,10.00,(read only)
"Müller, Ana",101,u1,ana,"Group ""A"", Monday",- ask her,,7.00,70.0
"Li, Bo",102,u2,bo,B,,3.00,,
"=""=1+1""",103,u3,cy,B,,,,
"Roe, Di",104,u4,di,B,,9.00,,
"Poe, Ex",105,u5,ex,B,,EX,,
"@Nobody",106,+u6,nobody,B,,1.00,N/A,
"Student, Test",107,,abc,B,,,,
'''


def canvas(tmp_path, text=CANVAS):
    path = tmp_path / "canvas.csv"
    path.write_bytes(text.encode())
    return path


def test_canvas(graded, gradebook, tmp_path):
    book(gradebook, "ex", 6.0, 4.0)
    judge(graded, "ex")
    path = canvas(tmp_path)
    table, missing = fill_canvas(path, [NAME], results_of(graded, [NAME]))
    assert missing == []
    before, after = parsed(CANVAS), parsed(table.text())
    assert table.text().startswith("\ufeff")
    assert "\r" not in table.text()
    assert after[:3] == before[:3]
    assert [row[1] for row in after] == [row[1] for row in before]
    assert {row[3]: row[6] for row in after[3:]} == {
        "ana": "8.5",
        "bo": "8",
        "cy": "0",
        "di": "9.00",
        "ex": "EX",
        "nobody": "1.00",
        "abc": "",
    }
    changed = {
        (row, column)
        for row in range(len(before))
        for column in range(len(before[0]))
        if before[row][column] != after[row][column]
    }
    assert changed == {(3, 6), (4, 6), (5, 6), (5, 0), (8, 0), (8, 2)}, "marks, and what began a formula"
    assert after[5][0] == '\'="=1+1"'
    assert after[3][5] == "- ask her", "a teacher's note is read back"
    path.write_bytes(table.text().encode())
    assert fill_canvas(path, [NAME], results_of(graded, [NAME]))[0].text() == table.text()


def test_canvas_with_a_new_column_and_semicolons(graded, tmp_path):
    text = (
        CANVAS.replace(",04-lstm (4711)", "").replace("Manual Posting,", "").replace(",10.00,10.00", ",10.00")
    )
    rows = [row[:6] + row[7:] for row in parsed(CANVAS)]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows(rows)
    text = written.getvalue()
    table, _ = fill_canvas(canvas(tmp_path, text), [NAME], results_of(graded, [NAME]))
    after = parsed(table.text(), ";")
    assert table.text().count("\r\n") == len(rows)
    assert after[0] == [*rows[0], NAME]
    assert after[2] == [*rows[2], "10"]
    assert {row[3]: row[-1] for row in after[3:]} == {"ana": "8.5", "bo": "8", "cy": "0"} | dict.fromkeys(
        ("di", "ex", "nobody", "abc"), ""
    )


@pytest.mark.parametrize("key", ["101", "u1", "ana", "ANA"])
def test_canvas_finds_people_by_any_number_or_name(course, gradebook, tmp_path, key):
    book(gradebook, key, 1.0, 1.0)
    judge(course, key)
    table, missing = fill_canvas(canvas(tmp_path), [NAME], results_of(course, [NAME]))
    assert table.rows[2][6] == "2"
    assert missing == []


def filled(course, gradebook, tmp_path, students, people):
    """Fill a gradebook with two points for each of these students; return what is in whose row."""
    for student in students:
        book(gradebook, student, 1.0, 1.0)
        judge(course, student)
    head = f"Student,ID,SIS Login ID,{NAME}\n    Points Possible,,,10\n"
    table, missing = fill_canvas(canvas(tmp_path, head + people), [NAME], results_of(course, [NAME]))
    return {row[0]: row[3] for row in table.rows[1:]}, missing


@pytest.mark.parametrize(
    ("students", "people", "got", "missing"),
    [
        # Eva's number is another student's id, who has left the platform's course.
        (
            ["12", "bo", "cy"],
            "Eva,12,eva,\nBo,13,bo,\nCy,14,cy,\n",
            {"Eva": "", "Bo": "2", "Cy": "2"},
            ["12"],
        ),
        (["12", "bo"], "Eva,12,eva,\nTwelve,99,12,\nBo,13,bo,\n", {"Eva": "", "Twelve": "2", "Bo": "2"}, []),
        (["Anna", "anna"], "A,1,anna,\nB,2,Anna,\n", {"A": "2", "B": "2"}, []),
        (["Anna", "anna"], "A,1,Anna,\n", {"A": "2"}, ["anna"]),
        (["Anna", "anna"], "A,1,ANNA,\nB,2,bo,\n", {"A": "", "B": ""}, ["Anna", "anna"]),
        (["12"], "Twelve,12,12,\n", {"Twelve": "2"}, []),
        (["anna"], "A,1,ANNA,\nB,2,anna,\n", {"A": "", "B": "2"}, []),
    ],
)
def test_nobody_gets_anothers_mark(course, gradebook, tmp_path, students, people, got, missing):
    assert filled(course, gradebook, tmp_path, students, people) == (got, missing)


def test_which_column_is_meant_cannot_be_told(course, gradebook, tmp_path):
    with pytest.raises(InputError, match="as many of them, for others, in 'ID' as in 'SIS Login ID'"):
        filled(course, gradebook, tmp_path, ["12", "bo"], "Eva,12,eva,\nBo,13,bo,\n")


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ("102,u2,bo", "102,u2,ana", "two that fit 'ana'"),
        ("02-rnn (4712)", "04-lstm (4713)", "2 columns"),
        ("10.00,10.00", "100.00,10.00", "10 points"),
        ("    Points Possible", "Points", "Points Possible"),
        ("Student,ID", "Student,Number", "'ID'"),
    ],
)
def test_a_mistaken_canvas_gradebook(graded, tmp_path, old, new, about):
    assert old in CANVAS
    with pytest.raises(InputError, match=about):
        fill_canvas(canvas(tmp_path, CANVAS.replace(old, new)), [NAME], results_of(graded, [NAME]))


# Moodle

MOODLE = """\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Online text","Last modified (grade)","Feedback comments"
"Participant 501","Ana Müller",ana@uni.example,"Submitted for grading",,10.00,Yes,\
"Sunday, 1 March 2026, 10:00 AM",,-,
"Participant 502","Bo Li",Bo@Uni.example,"Submitted for grading",1.00,10.00,Yes,\
"Sunday, 1 March 2026, 10:00 AM","=HYPERLINK(""http://evil.example"")",-,"- well begun"
"Participant 503","=Cy",cy@uni.example,"No submission",,10.00,Yes,-,,-,
"Participant 504","Di Roe",di@uni.example,"Submitted for grading",,10.00,Yes,-,,-,
"""


def moodle(tmp_path, text=MOODLE):
    path = tmp_path / "moodle.csv"
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def worksheet_course(course, gradebook):
    book(gradebook, "501", 6.0, 2.5, time=TOO_LATE)
    judge(course, "501")
    book(gradebook, "502", 6.0, 4.0)
    judge(course, "502")
    book(gradebook, "503", 0.0, 0.0)
    judge(course, "503", ZERO, "no notebook was submitted")
    judge(course, "504", PERSON, "the notebook is empty")
    return course


def test_moodle(worksheet_course, tmp_path):
    table, missing = fill_moodle(moodle(tmp_path), results_of(worksheet_course, [NAME]))
    before, after = parsed(MOODLE), parsed(table.text())
    assert missing == []
    assert table.text().startswith("\ufeffIdentifier,")
    assert [row[4] for row in after[1:]] == ["6.8", "10", "0", ""]
    assert [row[10] for row in after[1:]] == [
        "6.8 of 10 points. 1.7 lost by being late.",
        "- well begun",
        "0 of 10 points. No notebook was submitted.",
        "",
    ]
    assert after[2][8] == '\'=HYPERLINK("http://evil.example")'
    assert after[3][1] == "'=Cy"
    for old, new in zip(before, after, strict=True):
        kept = [index for index in range(len(old)) if index not in (1, 4, 8, 10)]
        assert [old[index] for index in kept] == [new[index] for index in kept]


def test_moodle_by_address(course, gradebook, tmp_path):
    for student in ("ana@uni.example", "bo@uni.example", "504"):
        book(gradebook, student, 6.0, 4.0)
        judge(course, student)
    table, missing = fill_moodle(moodle(tmp_path), results_of(course, [NAME]))
    assert missing == ["504"]
    assert [row[4] for row in table.rows] == ["10", "10", "", ""]


@pytest.mark.parametrize(
    ("old", "new", "about"),
    [
        ("Participant 504", "Participant 501", "two that fit '501'"),
        ("10.00,Yes", "100.00,Yes", "10 points"),
        ("Grade,", "Note,", "'Grade'"),
        ("Identifier", "Number", "'Identifier'"),
    ],
)
def test_a_mistaken_worksheet(worksheet_course, tmp_path, old, new, about):
    with pytest.raises(InputError, match=about):
        fill_moodle(moodle(tmp_path, MOODLE.replace(old, new, 1)), results_of(worksheet_course, [NAME]))


# The command


@pytest.fixture
def command(monkeypatch, capsys):
    monkeypatch.setattr(cli, "COMMANDS", (command_line,))

    def run(*words):
        status = cli.main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_csv_to_standard_output(graded, command):
    status, out, err = command("export", NAME, NAME, "--course", graded.root)
    rows = parsed(out)
    assert status == 0
    assert rows[0] == exporting.HEADER
    assert rows[1] == ["ana", NAME, "8.5", "10", "0", "graded", "", "2026-03-01 10:00:00"]
    assert rows[2] == ["bo", NAME, "8", "10", "2", "graded", "", "2026-03-02 10:00:00"]
    assert rows[4] == ["di", NAME, "", "10", "0", "person", "the notebook is empty", ""]
    assert rows[8] == ["hal", NAME, "", "10", "0", "", "", ""]
    assert len(rows) == 9
    assert err.startswith("4 without a mark")
    assert "di (04-lstm)" in err


def test_a_file_is_whole_private_and_not_written_over(graded, command, tmp_path, monkeypatch):
    out = tmp_path / "marks.csv"
    words = ("export", NAME, "--course", graded.root, "--out", out)
    assert command(*words)[0] == 0
    first = out.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    status, _, err = command(*words)
    assert status == 2
    assert "--force" in err
    out.write_text("old")

    def failing(old, new):
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        assert command(*words, "--force")[0] == 1
    assert out.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["course", "marks.csv"], "no half of a file stays"
    assert command(*words, "--force")[0] == 0
    assert out.read_bytes() == first


def test_who_is_not_in_the_roster(graded, command, tmp_path):
    path = canvas(tmp_path, CANVAS.replace("101,u1,ana", "101,u1,anna"))
    words = ("export", NAME, "--course", graded.root, "--format", "canvas", "--roster", path)
    status, out, err = command(*words)
    assert status == 1
    assert f"has a mark, but is not in {path}: ana\n" in err
    assert len(parsed(out)) == len(parsed(CANVAS))


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ((NAME, "--format", "canvas"), "--roster"),
        ((NAME, "--roster", "x.csv"), "--roster"),
        ((NAME, "--format", "excel"), "a format among csv, canvas, moodle"),
        ((NAME, OTHER, "--format", "moodle", "--roster", "x.csv"), "one assignment"),
        ((NAME, "--out", "nowhere/x.csv"), "a folder for"),
        ((NAME, "--out", "course"), "a file to write at course, got a folder. Name a file in it"),
        ((NAME, "--out", "course", "--force"), "a file to write at course, got a folder"),
        ((NAME, "--format", "canvas", "--roster", "nowhere.csv"), "a CSV file at nowhere.csv"),
    ],
)
def test_mistaken_options(graded, command, monkeypatch, tmp_path, words, about):
    monkeypatch.chdir(tmp_path)
    status, _, err = command("export", *words, "--course", graded.root)
    assert status == 2
    assert about in err

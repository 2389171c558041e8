"""A student's page: what it tells, what it keeps to itself, and what a hostile notebook can do in it."""

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from lstm_course.checks.notebook import graded_as
from lstm_course.cli import report as command
from lstm_course.cli.parser import CourseParser
from lstm_course.errors import InputError
from lstm_course.grading.course import CONFIG, Course
from lstm_course.grading.feedback import LONGEST_PAGE, feedback_page, write_feedback
from lstm_course.grading.finishing import make_harmless, outputs_of
from lstm_course.grading.grader import release_notebook
from lstm_course.grading.importing import import_all
from lstm_course.grading.verdict import GRADED, PERSON, ZERO
from tests.grading.made_up import ASSIGNMENT, made_up_class
from tests.grading.pages import DESK, PHONE, assert_accessible, assert_harmless, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def verdicts():
    """A small class, by student."""
    return {verdict.student: verdict for verdict in made_up_class(12)}


@pytest.fixture(scope="module")
def hostile(verdicts):
    return next(verdict for student, verdict in verdicts.items() if student.startswith("mallory"))


def one(verdicts, state):
    return next(verdict for verdict in verdicts.values() if verdict.state == state)


@pytest.fixture(scope="module")
def template(tmp_path_factory, verdicts):
    """A course with the class in its ledger and its gradebook, which takes seconds to be made."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copy(ROOT / CONFIG, folder)
    course = Course(folder)
    with course.ledger() as ledger:
        for verdict in verdicts.values():
            ledger.record(verdict)
    import_all(course, ASSIGNMENT)
    return folder


@pytest.fixture
def course(tmp_path, template):
    """A course of one's own, with the class in its ledger and gradebook."""
    return Course(shutil.copytree(template, tmp_path / "course"))


def page_of(course, student):
    return course.place("feedback", student, ASSIGNMENT) / f"{ASSIGNMENT}.html"


def words(html):
    """Return what a person reads."""
    text = re.sub(r"<[^>]+>", "", html.partition("<body>")[2])
    return text.replace("&#39;", "'").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")


def test_each_test_has_its_points_its_message_and_its_hint(verdicts):
    for verdict in (v for v in verdicts.values() if v.state == GRADED):
        text = words(feedback_page(verdict))
        assert f"{verdict.score:g} of {verdict.most:g} points" in text
        for mark in verdict.marks:
            assert mark.grade_id in text
            assert mark.hint in text
            assert mark.message.partition("\x1b")[0] in text
            assert not mark.mistake or f"Likely: {mark.mistake}." in text
        assert text.count("✓ Right") == sum(mark.points == mark.most for mark in verdict.marks)
        assert text.count("✗ Not right yet") == sum(mark.points == 0 for mark in verdict.marks)
        assert all(repair in text for repair in verdict.repairs)


def test_the_notebook_is_shown_with_what_it_printed(hostile):
    text = words(feedback_page(hostile))
    for cell in hostile.notebook["cells"]:
        if graded_as(cell).get("solution"):
            assert "".join(cell["source"]).strip("\n") in text
    assert "hello\n" in text


@pytest.mark.parametrize(
    "attack", ["<script>alert(8)", "</pre><script>alert(11)", "<script>alert(10)", "<img src=x", "<iframe "]
)
def test_what_a_student_wrote_is_shown_and_does_nothing(hostile, attack):
    page = feedback_page(hostile)
    assert_harmless(page)
    assert attack in words(page)
    assert attack not in page
    assert "alert(12)" not in page  # an output that is not plain text


def test_links_that_act_are_dead_and_text_that_turns_is_told(hostile):
    page = feedback_page(hostile)
    assert not re.search(r"href=[\"']?\s*(javascript|data|vbscript)", page, re.IGNORECASE)
    assert "http://evil.example" not in re.sub(r"&#34;.*?&#34;", "", page)
    assert "\u202e" not in page
    assert "[U+202E]" in page
    assert page.count('class="verdict') == len(hostile.marks)  # and not one more, of the student's own


@pytest.mark.parametrize(
    "source",
    [
        "[a](  javascript:alert(1))",
        "[a](java\tscript:alert(1))",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
        "![a](x.png 'b\" onerror=\"alert(1)')",
        '[a](http://b.example "c\\" onmouseover=alert(1)")',
        "$</span><script>alert(1)</script>$",
        "$$\n</div><img src=x onerror=alert(1)>\n$$",
        '```html"><script>alert(1)</script>\n<script>alert(1)</script>\n```',
        "|a|\n|-|\n|<script>alert(1)</script>|",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "# <svg/onload=alert(1)>",
        "[" * 3000 + "]" * 3000,
    ],
)
def test_markdown_cannot_act(verdicts, source):
    own = {"cell_type": "markdown", "id": "own-1", "metadata": {}, "source": source}
    assert_harmless(feedback_page(replace(one(verdicts, GRADED), notebook={"cells": [own]})))


def test_a_students_own_text_is_rendered_once(verdicts):
    text = {"id": "own-1", "cell_type": "markdown", "metadata": {}, "source": "# My *idea*"}
    make_harmless(text)
    verdict = replace(one(verdicts, GRADED), notebook={"cells": [text]})
    assert "<h3>My <em>idea</em></h3>" in feedback_page(verdict)


def test_outputs_of_other_kinds_are_left_out(verdicts):
    html = {
        "output_type": "execute_result",
        "data": {"text/html": "<b>1</b>", "image/svg+xml": "<svg/>"},
        "metadata": {},
    }
    cell = {
        "cell_type": "code",
        "id": "own-1",
        "metadata": {},
        "source": "1",
        "outputs": [html, *outputs_of({}, "2")],
    }
    page = feedback_page(replace(one(verdicts, GRADED), notebook={"cells": [cell]}))
    assert_harmless(page)
    assert page.count('class="output"') == 1


def test_nothing_of_the_model_solution_is_in_it(verdicts):
    solution = json.loads(
        (ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    )
    release = release_notebook(ASSIGNMENT)
    given = "\n".join("".join(cell["source"]) for cell in release["cells"])
    cells = [c for c in solution["cells"] if graded_as(c).get("grade_id")]
    secret = [
        line
        for c in cells
        for line in "".join(c["source"]).splitlines()
        if line.strip() and line not in given
    ]
    assert len(secret) > 40
    text = words(feedback_page(replace(one(verdicts, GRADED), notebook=release)))
    assert [line for line in secret if len(line.strip()) > 8 and line in text] == []


def test_zero_comes_with_its_reason(verdicts):
    page = feedback_page(one(verdicts, ZERO))
    assert "There are no points, because: nothing was submitted." in words(page)
    assert "Your notebook" not in page
    assert_harmless(page)


def test_what_is_lost_by_being_late_or_changed_by_hand_is_told(verdicts):
    verdict = one(verdicts, GRADED)
    late = words(feedback_page(verdict, penalty=1.5))
    assert f"{verdict.score - 1.5:g} of {verdict.most:g} points" in late
    assert "less 1.5 for handing in late" in late
    assert "A person" not in late
    by_hand = words(feedback_page(verdict, 0.0, 29.5))
    assert "29.5 of 30 points" in by_hand
    assert f"The tests gave {verdict.score:g}. A person has looked" in by_hand
    assert "0 of 30 points" in words(feedback_page(verdict, penalty=100))


def test_a_notebook_without_end_is_cut(verdicts):
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "source": "x = 1\n" * 2000, "outputs": []}
    page = feedback_page(replace(one(verdicts, GRADED), notebook={"cells": [cell] * 1000}))
    assert "what comes after this is not shown" in page
    assert page.count("x</span>") * len("x = 1\n") <= LONGEST_PAGE


def test_everybody_has_a_page_but_who_waits_for_a_person(course, verdicts):
    done = write_feedback(course, ASSIGNMENT)
    waiting = [(v.student, v.reason) for v in verdicts.values() if v.state == PERSON]
    assert waiting
    assert done.waiting == waiting
    assert sorted([*done.written, *(student for student, _ in waiting)]) == sorted(verdicts)
    for student, verdict in verdicts.items():
        path = page_of(course, student)
        assert path.is_file() == (verdict.state != PERSON)
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o644
            assert os.listdir(path.parent) == [path.name]


def test_only_those_asked_for(course, verdicts):
    student = one(verdicts, GRADED).student
    assert write_feedback(course, ASSIGNMENT, [student]).written == [student]
    assert not page_of(course, one(verdicts, ZERO).student).exists()
    with pytest.raises(InputError, match="expected a student with a verdict on 04-lstm, got 'nobody'"):
        write_feedback(course, ASSIGNMENT, ["nobody"])


def test_a_page_that_is_no_longer_true_goes_and_another_tools_stays(course, verdicts):
    person = one(verdicts, PERSON)
    path = page_of(course, person.student)
    with course.ledger() as ledger:
        ledger.record(replace(person, state=ZERO, reason="nothing was submitted"))
        import_all(course, ASSIGNMENT)
        write_feedback(course, ASSIGNMENT)
        assert path.is_file()
        ledger.record(person)
    write_feedback(course, ASSIGNMENT)
    assert not path.exists()
    path.write_text("<p>from nbgrader</p>")
    write_feedback(course, ASSIGNMENT)
    assert path.read_text() == "<p>from nbgrader</p>"


def test_what_the_gradebook_does_not_have_yet_waits(course, verdicts):
    settings = course.root / CONFIG
    settings.write_text(settings.read_text() + 'c.LatePolicy.method = "cut-off"\n')
    course = Course(course.root)
    verdict = next(v for v in verdicts.values() if v.state == GRADED and v.score > 0)
    path = page_of(course, verdict.student)
    assert write_feedback(course, ASSIGNMENT, [verdict.student]).written == [verdict.student]
    hand_in(course, verdict.student)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=datetime(2026, 11, 20, 9))
    with course.ledger() as ledger:
        ledger.record(replace(verdict, key="another submission"))
    reason = f"not in the gradebook yet: run lstm-course grade {ASSIGNMENT}"
    assert write_feedback(course, ASSIGNMENT, [verdict.student]).waiting == [(verdict.student, reason)]
    assert not path.exists()
    import_all(course, ASSIGNMENT)
    assert write_feedback(course, ASSIGNMENT, [verdict.student]).waiting == []
    assert f"less {verdict.score:g} for handing in late" in words(path.read_text(encoding="utf-8"))


def test_who_was_marked_by_hand_has_a_page(course, verdicts, monkeypatch):
    person = one(verdicts, PERSON)

    def by_hand(*arguments):
        return [replace(r, score=12.0) if r.student == person.student else r for r in results_of(*arguments)]

    from lstm_course.grading.export import results_of

    monkeypatch.setattr("lstm_course.grading.feedback.results_of", by_hand)
    assert write_feedback(course, ASSIGNMENT).waiting == []
    text = words(page_of(course, person.student).read_text(encoding="utf-8"))
    assert "12 of 30 points" in text
    assert "A person has looked" in text


def hand_in(course, student):
    folder = course.place("submitted", student, ASSIGNMENT)
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-11-20 10:00:00.000000 UTC")
    (folder / "submission_secret.txt").write_text("abc" * 20)
    return folder


@pytest.mark.filterwarnings("ignore:.*timestamp.txt")  # which nbgrader leaves open
def test_nbgrader_releases_it_to_the_student(course, verdicts, tmp_path_factory, monkeypatch):
    from nbgrader.exchange.default import ExchangeReleaseFeedback
    from nbgrader.utils import notebook_hash
    from traitlets.config import Config

    student = one(verdicts, GRADED).student
    hand_in(course, student)
    write_feedback(course, ASSIGNMENT, [student])
    root = tmp_path_factory.mktemp("exchange")
    config = Config(course.config)
    config.Exchange.root = str(root)
    course.directory.assignment_id, course.directory.student_id = ASSIGNMENT, student
    monkeypatch.setattr(ExchangeReleaseFeedback, "ensure_root", lambda self: None)
    ExchangeReleaseFeedback(coursedir=course.directory, config=config).start()
    name = notebook_hash(secret="abc" * 20, notebook_id=ASSIGNMENT)
    released = root / "lstm-course" / "feedback" / f"{name}.html"
    assert released.read_text(encoding="utf-8") == page_of(course, student).read_text(encoding="utf-8")
    assert released.stat().st_mode & 0o004


def test_a_link_in_place_of_the_exchanges_note_is_not_followed(course, verdicts):
    student = one(verdicts, GRADED).student
    folder = hand_in(course, student)
    (folder / "timestamp.txt").unlink()
    (folder / "timestamp.txt").symlink_to(course.root / CONFIG)
    (folder / "submission_secret.txt").write_text("x" * 10_000)
    write_feedback(course, ASSIGNMENT, [student])
    assert os.listdir(page_of(course, student).parent) == [f"{ASSIGNMENT}.html"]


def test_the_command_writes_everything_and_says_where(course, verdicts, capsys):
    parser = CourseParser(prog="lstm-course")
    command.add_parser(parser.add_subparsers(parser_class=CourseParser))
    words = ["report", ASSIGNMENT, "--course", str(course.root), "--feedback", "--similarity"]
    options = parser.parse_args(words)
    assert options.run(options) == 0
    told = capsys.readouterr().out
    for name in (f"{ASSIGNMENT}.html", f"{ASSIGNMENT}-similarity.html"):
        path = course.root / "grading" / "reports" / name
        assert path.is_file()
        assert str(path) in told
    person = one(verdicts, PERSON)
    assert f"feedback for {len(verdicts) - 1}: " in told
    assert f"no feedback yet for {person.student}: {person.reason}" in told


@pytest.mark.slow
@pytest.mark.parametrize(("width", "mode"), [(DESK, "light"), (PHONE, "dark")])
def test_a_hostile_page_in_a_browser(browser, hostile, tmp_path, width, mode):
    path = tmp_path / "page.html"
    path.write_text(feedback_page(hostile), encoding="utf-8")
    with opened(browser, path, width, mode) as (page, trouble):
        assert_accessible(page)
        assert page.locator("script, img, iframe, form").count() == 0
    assert trouble == []

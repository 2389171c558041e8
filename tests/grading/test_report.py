"""The instructor's page on an assignment, its command, and what both do where there is nothing."""

import re
import shutil
from pathlib import Path

import pytest

from lstm_course.cli import report as command
from lstm_course.cli.parser import CourseParser
from lstm_course.errors import InputError
from lstm_course.grading.course import CONFIG, Course
from lstm_course.grading.pages import write
from lstm_course.grading.report import report_page
from lstm_course.grading.statistics import summarise
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict
from tests.grading.made_up import ASSIGNMENT, made_up_class
from tests.grading.pages import DESK, PHONE, assert_accessible, assert_harmless, opened

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page():
    return report_page(ASSIGNMENT, summarise(made_up_class()))


@pytest.fixture
def course(tmp_path):
    shutil.copy(ROOT / CONFIG, tmp_path)
    return Course(tmp_path)


def run(*words):
    """Run ``lstm-course report``; gives the exit status."""
    parser = CourseParser(prog="lstm-course")
    command.add_parser(parser.add_subparsers(parser_class=CourseParser))
    options = parser.parse_args(["report", *map(str, words)])
    return options.run(options)


def test_page_runs_only_the_script_that_sorts_and_loads_nothing(page):
    assert_harmless(page, scripts=1)
    assert page.count("mallory&lt;img src=x") == 1


def test_page_has_every_test_everybody_who_waits_and_the_hints(page):
    found = summarise(made_up_class())
    for item in found.items:
        assert f'<tr id="test-{item.grade_id}">' in page
    assert found.persons
    for note in (*found.persons, *found.zeros):
        assert note.student.replace("'", "&#39;") in page
    assert found.mistakes[0].name.replace("'", "&#39;") in page
    assert page.count('role="img" aria-label="') == 3
    assert page.count("<caption>") == page.count("<table>")


def test_figures_take_the_colours_of_the_page(page):
    figures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(figures) == 3
    for figure in figures:
        assert "currentColor" in figure
        used = re.findall(r'(?:href="|url\()#([^")]+)', figure)
        assert used
        assert all(f'id="{name}"' in figure for name in used)
        assert not re.search(r"#24292f|#000000|#ffffff|white|black", figure)


def test_tests_that_somebody_should_look_at_are_named():
    def verdict(k):
        marks = (Mark("hard", k % 10 == 0, 1), Mark("even", k % 2, 1), Mark("also-even", k % 2, 1))
        return Verdict(f"s{k}", ASSIGNMENT, "", GRADED, "", marks)

    page = report_page(ASSIGNMENT, summarise(map(verdict, range(40))))
    assert 'Few of its points were earned: <a href="#test-hard">' in page
    assert page.count("look at this test") == 1
    assert "look at this test" not in report_page(ASSIGNMENT, summarise(map(verdict, range(10))))


def test_page_where_nothing_ran_still_says_what_there_is():
    marks = (Mark("a", 0, 1),)
    verdicts = [
        Verdict("ana", ASSIGNMENT, "", ZERO, "why", marks),
        Verdict("ben", ASSIGNMENT, "", PERSON, "so", marks),
    ]
    page = report_page(ASSIGNMENT, summarise(verdicts))
    assert_harmless(page, scripts=1)
    assert "<svg" not in page
    assert "<bdi>why</bdi>" in page
    assert "<bdi>so</bdi>" in page


def test_command_writes_the_page_into_the_graders_own_folder(course, capsys):
    with course.ledger() as ledger:
        for verdict in made_up_class(8):
            ledger.record(verdict)
    assert run(ASSIGNMENT, "--course", course.root) == 0
    path = course.root / "grading" / "reports" / f"{ASSIGNMENT}.html"
    assert str(path) in capsys.readouterr().out
    assert_harmless(path.read_text(encoding="utf-8"), scripts=1)
    assert path.stat().st_mode & 0o077 == 0
    assert run(ASSIGNMENT, "--course", course.root, "--out", course.root / "elsewhere") == 0
    assert [path.name for path in (course.root / "elsewhere").iterdir()] == [f"{ASSIGNMENT}.html"]


@pytest.mark.parametrize("inside", [".", "reports/4"])
def test_command_says_so_if_a_file_is_where_the_pages_should_go(course, inside):
    with course.ledger() as ledger:
        for verdict in made_up_class(8):
            ledger.record(verdict)
    (course.root / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"expected a folder at \S+notes.txt, got a file"):
        run(ASSIGNMENT, "--course", course.root, "--out", course.root / "notes.txt" / inside)
    assert (course.root / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("more", [(), ("--feedback",), ("--similarity",)])
def test_command_says_so_if_nothing_is_graded_yet(course, more):
    with pytest.raises(InputError, match="expected graded submissions of 04-lstm, got none"):
        run(ASSIGNMENT, "--course", course.root, *more)
    with pytest.raises(InputError, match="an assignment among"):
        run("08-none", "--course", course.root, *more)


def test_a_page_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "page.html"
    write(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write(path, "new \ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "mode"), [(DESK, "light"), (PHONE, "dark")])
def test_page_in_a_browser(browser, page, tmp_path, width, mode):
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    with opened(browser, tmp_path / "page.html", width, mode) as (shown, trouble):
        assert_accessible(shown)
        for name, place in (("Difficulty", 4), ("Discrimination", 5)):
            heading = shown.get_by_role("button", name=name)
            cells = shown.locator("table", has=heading).locator(f"tbody td:nth-child({place})")
            heading.click()
            column = [float(text.replace("−", "-").replace("–", "-9")) for text in cells.all_inner_texts()]
            assert column == sorted(column)
            assert len(set(column)) > 3
            heading.click()
            assert float(cells.first.inner_text()) == column[-1]
    assert trouble == []

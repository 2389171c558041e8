"""The chapters' sources: in the contents, run by a kernel, cells short, figures described."""

import json
import re

import pytest
import yaml

from .conftest import FRONT_MATTER, ROOT

CHAPTERS = sorted(path for path in (ROOT / "book").rglob("*.md") if "_" not in path.parent.name)
ASSIGNMENTS = sorted((ROOT / "exercises").glob("*/*.ipynb"))
PARTS = ("book/recurrence", "book/lstm", "book/language")
TAUGHT = [path for path in CHAPTERS if path.relative_to(ROOT).parent.as_posix() in PARTS]
"""The chapters that teach; the others are there to be looked things up in."""

CELL = re.compile(
    r"^```\{code-cell\}.*\n(?:---\n(?:.*\n)*?---\n|(?::.*\n)+)?\n?((?:.*\n)*?)```$", re.MULTILINE
)
FIGURE = re.compile(r"^```\{figure\} (\S+)\n((?::.*\n)*)", re.MULTILINE)


@pytest.fixture(params=CHAPTERS, ids=[path.stem for path in CHAPTERS])
def chapter(request):
    return request.param.read_text(encoding="utf-8")


def in_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return {toc["root"], *listed}


def test_contents_and_folder_agree():
    have = {path.relative_to(ROOT).with_suffix("").as_posix() for path in [*CHAPTERS, *ASSIGNMENTS]}
    assert in_contents() == have


def test_a_chapter_leads_to_every_assignment():
    led_to = {
        name
        for path in TAUGHT
        for name in re.findall(r"\{doc\}`../../(exercises/[^`]*)`", path.read_text("utf-8"))
    }
    assert led_to == {path.relative_to(ROOT).with_suffix("").as_posix() for path in ASSIGNMENTS}


def test_cells_have_a_kernel(chapter):
    assert ("{code-cell}" not in chapter) or chapter.startswith(FRONT_MATTER)


def test_cells_are_short_and_narrow(chapter):
    for cell in CELL.findall(chapter):
        lines = cell.rstrip("\n").split("\n")
        assert len(lines) <= 15, cell
        assert max(map(len, lines)) <= 95, cell


def test_cells_are_found():
    cells = CELL.findall(
        "```{code-cell}\n---\nmystnb: {}\n---\na = 1\nb = 2\n```\n\n```{code-cell}\n:tags: [x]\n\nc\n```\n"
    )
    assert cells == ["a = 1\nb = 2\n", "c\n"]


def test_figures_are_named_described_and_follow_the_colour_mode(chapter):
    for source, options in FIGURE.findall(chapter):
        for option in (":name: fig-", ":alt: ", ":class: dark-light"):
            assert option in options, (source, option)


@pytest.fixture(params=TAUGHT, ids=[path.stem for path in TAUGHT])
def taught(request):
    return request.param


def test_chapter_says_what_it_is_for_and_ends_as_all_do(taught):
    text = taught.read_text(encoding="utf-8")
    assert re.search(r"^:::\{admonition\} What you will be able to do$", text, re.MULTILINE)
    assert re.search(r"^Reading time: about \d+ minutes\.", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", CELL.sub("", text), re.MULTILINE)
    assert headings[-4:] == ["Summary", "Quiz", "Exercises", "Further reading"]
    assert "{cite" in text.split("## Further reading")[1]


def test_chapter_has_a_drawn_figure_and_one_made_by_its_code(taught):
    text = taught.read_text(encoding="utf-8")
    assert FIGURE.findall(text)
    assert re.search(r"^    name: fig-\S+$", text, re.MULTILINE)


def test_exercises_are_three_to_six_and_each_has_a_solution(taught):
    exercises = taught.read_text(encoding="utf-8").split("\n## Exercises\n")[1].split("\n## Further")[0]
    parts = re.split(r"^\*\*Exercise (\d+)\.\*\*", exercises, flags=re.MULTILINE)
    numbers, texts = [int(number) for number in parts[1::2]], parts[2::2]
    assert 3 <= len(numbers) <= 6
    assert numbers == list(range(1, len(numbers) + 1))
    for text in texts:
        assert "{dropdown} Solution" in text or "hide-cell" in text, text
    assert any("hide-cell" in text for text in texts), "no solution that runs"


def test_quiz_explains_every_answer(taught):
    path = ROOT / "book" / "quizzes" / f"{taught.stem}.json"
    assert f'display_quiz("../quizzes/{taught.stem}.json")' in taught.read_text(encoding="utf-8")
    questions = json.loads(path.read_text(encoding="utf-8"))
    assert 4 <= len(questions) <= 6
    for question in questions:
        answers, kind = question["answers"], question["type"]
        right = [answer for answer in answers if answer.get("correct")]
        assert kind in ("multiple_choice", "many_choice", "numeric")
        assert all(len(answer["feedback"]) > 10 for answer in answers), question["question"]
        assert len(right) == 1 if kind == "multiple_choice" else right, question["question"]
        assert len(right) < len(answers), question["question"]


def test_quizzes_all_belong_to_a_chapter():
    have = {path.stem for path in (ROOT / "book" / "quizzes").glob("*.json")}
    assert have == {path.stem for path in TAUGHT}


def test_glossary_and_chapters_know_each_other():
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    inside = text.split("```{glossary}\n")[1].split("\n```")[0]
    terms = [line for line in inside.split("\n") if line and not line.startswith(" ")]
    assert [term.lower() for term in terms] == sorted(term.lower() for term in terms)
    chapters = "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)
    linked = {
        found.split("<")[-1].rstrip(">").lower() for found in re.findall(r"\{term\}`([^`]+)`", chapters)
    }
    assert {term.lower() for term in terms} - linked == set(), "explained in the glossary, used nowhere"

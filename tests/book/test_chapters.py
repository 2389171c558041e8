"""The chapters' sources: in the contents, run by a kernel, cells short, figures described."""

import re

import pytest
import yaml

from .conftest import FRONT_MATTER, ROOT

CHAPTERS = sorted(path for path in (ROOT / "book").rglob("*.md") if "_" not in path.parent.name)
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
    have = {path.relative_to(ROOT).with_suffix("").as_posix() for path in CHAPTERS}
    assert in_contents() == have


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

"""The drawn figures: their colours are the plots' colours, nothing is fetched, no text collides."""

import re
import xml.etree.ElementTree as ET

import pytest

from lstm_course.plots.style import SYMBOL_COLORS
from lstm_course.sentiment.ladder import RUNGS

from .conftest import ROOT

FIGURES = sorted((ROOT / "book" / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=FIGURES, ids=[path.stem for path in FIGURES])
def figure(request):
    return request.param


def test_there_are_figures():
    assert {"cell", "weights-layout", "course-map"} <= {path.stem for path in FIGURES}


def test_symbols_have_the_colours_of_the_plots(figure):
    style = ET.parse(figure).getroot().find(f"{SVG}style").text
    rules = re.findall(r"\.([ifgoch])(?:-fill)? \{ (?:stroke|fill): (#\w{6})", style)
    for letter, color in rules:
        assert color.upper() == SYMBOL_COLORS[f"{letter}_t"], letter
    drawn = ET.parse(figure).getroot().iter()
    used = {name for element in drawn for name in element.get("class", "").split()}
    letters = {letter for letter, _ in rules}
    assert {name.removesuffix("-fill") for name in used} & set("ifgoch") <= letters


def test_figure_is_self_contained_titled_and_knows_both_modes(figure):
    text = figure.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    assert len(root.find(f"{SVG}title").text) > 20
    assert "prefers-color-scheme: dark" in text
    assert root.find(f"{SVG}rect").get("class") == "ground"
    outside = re.findall(r"""(?:href=["']|url\(|@import|@font-face|<script)""", text)
    assert outside == []
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def test_the_map_of_the_ladder_names_every_rung():
    texts = ET.parse(ROOT / "book" / "figures" / "ladder-places.svg").getroot().iter(f"{SVG}text")
    drawn = {name for text in texts if text.get("class") == "code" for name in text.text.split()}
    assert drawn == set(RUNGS) - {"bilstm-combined"}  # which changes three places at once
    chapter = (ROOT / "book" / "language" / "ladder.md").read_text(encoding="utf-8")
    said = chapter.split("ladder-places.svg\n")[1].split("\n```")[0]
    assert set(re.findall(r"[\w-]+", said)) >= set(RUNGS)


@pytest.mark.slow
def test_no_text_leaves_the_figure_or_covers_another(figure, browser):
    page = browser.new_page(viewport={"width": 1000, "height": 1000})
    page.goto(figure.as_uri())
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('text')].map(t => {const b = t.getBBox();"
        " return [t.textContent, b.x, b.y, b.x + b.width, b.y + b.height]})"
    )
    _, _, width, height = map(float, ET.parse(figure).getroot().get("viewBox").split())
    page.close()
    assert boxes
    for text, left, top, right, bottom in boxes:
        assert 0 <= left < right <= width, text
        assert 0 <= top < bottom <= height, text
    slack = 6  # a line's box is taller than its letters
    for i, (text, left, top, right, bottom) in enumerate(boxes):
        for other, left_2, top_2, right_2, bottom_2 in boxes[i + 1 :]:
            apart = right <= left_2 or right_2 <= left
            apart = apart or bottom - slack <= top_2 or bottom_2 - slack <= top
            assert apart, f"{text!r} and {other!r} overlap"


@pytest.mark.slow
def test_text_is_legible_on_a_phone(figure, browser):
    page = browser.new_page()
    page.goto(figure.as_uri())
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize))"
    )
    page.close()
    width = float(ET.parse(figure).getroot().get("viewBox").split()[2])
    assert min(sizes) * 350 / width >= 9, min(sizes)

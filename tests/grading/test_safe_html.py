"""Text that would take long to render is shown all the same: at once, whole and as it was typed."""

import re
import time

import pytest
from markupsafe import Markup

from lstm_course.grading.finishing import MOST_RENDERED, finished
from lstm_course.grading.limits import Limits
from lstm_course.grading.running import Run
from lstm_course.grading.safe_html import LONGEST_RENDERED, code, markdown

SECONDS = 2.0  # of processor time; without the bounds each of these texts takes more
SLOW = {
    "blanks in a heading": "# a" + " " * 49_000 + "b",
    "blank lines": "a" + " \n" * 24_000 + "b",
    "short runs of blanks": ("# a" + " " * 90 + "b\n") * 2000,
    "stars": "**a " * 60_000,
    "brackets": "[" * 100_000,
}


def read(html):
    """Return the text that a page shows."""
    return re.sub(r"<[^>]+>", "", html).replace("&lt;", "<").replace("&#39;", "'").replace("&amp;", "&")


def own_cells(*sources):
    """Return the notebook with these text cells of a student's own, as a person sees it."""
    cells = [
        {"cell_type": "markdown", "id": f"own-{k}", "metadata": {}, "source": source}
        for k, source in enumerate(sources)
    ]
    return [cell["source"] for cell in finished({"cells": cells}, Run(), (), Limits())["cells"]]


@pytest.mark.parametrize("show", [code, markdown, lambda text: own_cells(text)[0].replace("&#93;", "]")])
@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_what_takes_long_is_shown_as_it_was_typed(text, show):
    began = time.process_time()
    shown = show(text)
    assert time.process_time() - began < SECONDS
    assert read(shown) == text


def test_what_is_as_long_as_usual_is_rendered():
    text = "**m** " * (LONGEST_RENDERED // 6)
    assert markdown(text).startswith("<p><strong>m</strong>")
    assert markdown(text + " m" * 6) == Markup("<pre>{}</pre>").format(text + " m" * 6)
    blanks = "# a" + " " * 101 + "b"
    assert (markdown(blanks), code(blanks)) == (f"<pre>{blanks}</pre>", blanks)
    assert '<span class="n">x</span>' in code("x = 1\n" + " " * 80 + "\n")


def test_many_cells_together_are_not_rendered_either():
    cell = "**m** " * 800
    shown = own_cells(*[cell] * 40)
    rendered = MOST_RENDERED // len(cell)
    assert all(text.startswith("<p><strong>m") for text in shown[:rendered])
    assert shown[rendered:] == [f"<pre>{cell}</pre>"] * (40 - rendered)


@pytest.mark.parametrize("show", [code, markdown])
def test_as_it_was_typed_it_does_nothing(show):
    shown = show("<script>alert(1)</script>\u202e\x1b[31m" + " " * 200)
    assert "<script" not in shown
    assert shown.replace("<pre>", "").startswith("&lt;script&gt;alert(1)&lt;/script&gt;[U+202E] ")

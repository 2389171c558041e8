"""Books to test: a small one, built here with the real settings, and the real one where it is built."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "_config.yml",
    "book/_ext",
    "book/_static",
    "book/figures",
    "book/references.bib",
    "book/notation.md",
)
CODE = ("lstm_course", "requirements/course.txt", "tools")

FRONT_MATTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""

CHAPTER = (
    FRONT_MATTER
    + """\
# A chapter that runs

Its equation is

$$
c_t = f_t \\odot c_{t-1} + i_t \\odot g_t
$$ (eq-state)

and {eq}`eq-state` is cited from {cite:t}`hochreiter1997`.

```{code-cell}
from lstm_course.probe import WORD

print("the probe says", WORD)
```

```{code-cell}
---
mystnb:
  figure:
    caption: A plot.
    name: fig-plot
  image:
    alt: A falling line.
---
from lstm_course.plots.style import new_figure

fig, ax = new_figure(7, 2)
ax.plot([1.0, 0.5, 0.25])
fig
```

{numref}`fig-plot` falls.

## Quiz

```{code-cell}
:tags: [remove-input]

from jupyterquiz import display_quiz

display_quiz("quizzes/chapter.json")
```
"""
)

QUIZ = """\
[
  {
    "question": "Why does it fall?",
    "type": "multiple_choice",
    "answers": [
      {"answer": "it is halved", "correct": true, "feedback": "Each number is half of the one before."},
      {"answer": "it is cut", "correct": false, "feedback": "Look at the numbers again."}
    ]
  },
  {
    "question": "What comes next?",
    "type": "numeric",
    "answers": [
      {"type": "value", "value": 0.125, "correct": true, "feedback": "Half of a quarter."},
      {"type": "default", "feedback": "Halve the last number."}
    ]
  }
]
"""

TOC = """\
format: jb-book
root: book/notation
chapters:
  - file: book/lstm/cell
  - file: book/chapter
  - file: book/glossary
  - file: book/references
"""


class Book:
    """A book with the real settings and package, few pages, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        for name in (*SOURCES, *CODE):
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        self.write("lstm_course/probe.py", 'WORD = "before"\n')
        self.write("_toc.yml", TOC)
        self.write("book/lstm/cell.md", "# The cell\n\nA page that others link to.\n")
        glossary = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
        self.write("book/glossary.md", re.sub(r" See \{doc\}`\S+`\.", "", glossary))
        self.write("book/chapter.md", CHAPTER)
        self.write("book/quizzes/chapter.json", QUIZ)
        self.write("book/references.md", "# References\n\n```{bibliography}\n```\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self):
        """Build as ``make book`` does; return the exit status and all that was printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tools.build_book"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def page(self, name):
        return (self.html / f"{name}.html").read_text(encoding="utf-8")

    @property
    def html(self):
        return self.folder / "_build" / "html"


@pytest.fixture(scope="session")
def small_book(tmp_path_factory):
    """A small book, built once; its printed output is ``small_book.output``."""
    book = Book(tmp_path_factory.mktemp("small"))
    status, book.output = book.build()
    assert status == 0, book.output
    return book


@pytest.fixture(params=["small", "real"])
def built(request):
    """The folder of a built book's pages: the small one's, then the real one's."""
    if request.param == "small":
        return request.getfixturevalue("small_book").html
    if not (ROOT / "_build" / "html" / "index.html").exists():
        pytest.skip("the book is not built: run make book first")
    return ROOT / "_build" / "html"

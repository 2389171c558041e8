"""The build is strict: what is wrong fails it and is named, and what is stale runs again."""

import pytest

from .conftest import FRONT_MATTER, Book

pytestmark = pytest.mark.slow


def test_a_good_book_is_built_and_announced(small_book):
    assert f"open {(small_book.html / 'index.html').as_uri()}" in small_book.output
    page = small_book.page("book/chapter")
    assert "the probe says before" in page
    assert "Hochreiter" in page
    assert "(1)" in page


def test_pages_can_be_downloaded_as_notebooks_without_a_server(small_book):
    assert "chapter.ipynb" in small_book.page("book/chapter")
    notebook = (small_book.html / "_sources/book/chapter.ipynb").read_text(encoding="utf-8")
    assert "the probe says before" in notebook
    assert "keep it in the folder `book` of a copy of the course." in notebook
    assert "git clone" not in notebook
    assert ".ipynb" not in small_book.page("book/references")


def test_no_repository_or_service_is_named_and_one_line_names_each(small_book, tmp_path):
    assert "source-repository-button" not in small_book.page("book/chapter")
    assert "Launch on" not in small_book.page("book/chapter")
    book = Book(tmp_path / "named")
    config = (book.folder / "_config.yml").read_text(encoding="utf-8")
    for line, value in (
        ('\n  url: ""', "https://github.com/someone/course"),
        ('\n  colab_url: ""', "https://colab.research.google.com"),
        ('\n  jupyterhub_url: ""', "https://hub.example.org"),
    ):
        assert config.count(line) == 1
        config = config.replace(line, line.replace('""', f'"{value}"'))
    book.write("_config.yml", config)
    status, output = book.build()
    assert status == 0, output
    assert 'href="https://github.com/someone/course"' in book.page("book/chapter")
    notebook = (book.html / "_sources/book/chapter.ipynb").read_text(encoding="utf-8")
    assert "git clone --quiet --depth 1 https://github.com/someone/course" in notebook
    page = book.page("book/chapter")
    colab = (
        "https://colab.research.google.com/github/someone/course/blob/gh-pages/_sources/book/chapter.ipynb"
    )
    assert colab in page
    assert "https://hub.example.org/hub/user-redirect/git-pull?" in page
    assert "course/_sources/book/chapter.ipynb" in page
    assert "branch=gh-pages" in page


def test_second_build_reads_what_changed_runs_what_must_and_no_more(tmp_path):
    book = Book(tmp_path / "cached")
    chapter = book.folder / "book/chapter.md"
    used, executed = f"{chapter}: Using cached notebook", "build_book: book/chapter.md ran in"

    status, output = book.build()
    assert (status, executed in output) == (0, True), output
    status, output = book.build()
    assert (status, executed in output, used in output) == (0, False, False), output
    assert "the probe says before" in book.page("book/chapter")

    chapter.write_text(chapter.read_text(encoding="utf-8").replace("falls.", "falls, and falls."))
    status, output = book.build()
    assert (status, executed in output, used in output) == (0, False, True), output
    assert "falls, and falls." in book.page("book/chapter")
    assert "the probe says before" in book.page("book/chapter")

    quiz = (book.folder / "book/quizzes/chapter.json").read_text(encoding="utf-8")
    book.write("book/quizzes/chapter.json", quiz.replace("Why does it fall?", "Why did it fall?"))
    status, output = book.build()
    assert (status, executed in output) == (0, True), output
    assert f"{chapter}: Executing notebook" not in output, "run twice"
    assert "book/chapter.md reads changed" in output
    assert "Why did it fall?" in book.page("book/chapter")
    assert "book/notation.md ran" not in output

    book.write("lstm_course/probe.py", 'WORD = "after"\n')
    status, output = book.build()
    assert (status, executed in output) == (0, True), output
    assert "the probe says after" in book.page("book/chapter")


def test_label_that_is_gone_fails_the_pages_that_did_not_change(tmp_path):
    book = Book(tmp_path / "gone")
    other = "# Another\n\nIt looks back at {numref}`fig-plot` and {eq}`eq-state`.\n"
    book.write("book/other.md", other)
    toc = (book.folder / "_toc.yml").read_text(encoding="utf-8")
    book.write("_toc.yml", toc.replace("book/chapter\n", "book/chapter\n  - file: book/other\n"))
    assert book.build()[0] == 0
    chapter = book.folder / "book/chapter.md"
    text = chapter.read_text(encoding="utf-8").replace("eq-state", "eq-states")
    chapter.write_text(text.replace("fig-plot", "fig-line"), encoding="utf-8")
    status, output = book.build()
    assert status != 0
    assert "undefined label: 'fig-plot'" in output
    assert "equation not found: eq-state" in output


def test_failing_cell_fails_the_build_and_shows_its_traceback(tmp_path):
    book = Book(tmp_path / "failing")
    book.write("book/chapter.md", FRONT_MATTER + "# Fails\n\n```{code-cell}\nsum([1, 2]) / 0\n```\n")
    status, output = book.build()
    assert status != 0
    assert "book/chapter.md FAILED" in output
    assert "ZeroDivisionError: division by zero" in output
    assert "sum([1, 2]) / 0" in output
    assert "the book was not built" in output
    assert not (book.html / "index.html").exists()


def test_every_kind_of_mistake_fails_the_build_and_is_named(tmp_path):
    book = Book(tmp_path / "mistaken")
    book.write(
        "book/chapter.md",
        "# Mistakes\n\n{cite:t}`nobody1900` wrote {doc}`missing/page`, {numref}`fig-nowhere` and"
        " {eq}`eq-nowhere`.\n\n```{code-cell}\nprint('never run')\n```\n",
    )
    status, output = book.build()
    assert status != 0
    for message in (
        'could not find bibtex key "nobody1900"',
        "unknown document: 'missing/page'",
        "undefined label: 'fig-nowhere'",
        "equation not found: eq-nowhere",
        "Jupytext header content was missing",
    ):
        assert message in output, message


def test_second_build_repeats_the_warnings_of_the_first(tmp_path):
    book = Book(tmp_path / "again")
    book.write("book/chapter.md", "# Mistake\n\n{doc}`missing/page`\n")
    assert book.build()[0] != 0
    status, output = book.build()
    assert status != 0
    assert "unknown document: 'missing/page'" in output

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
    assert ".ipynb" not in small_book.page("book/references")


def test_no_repository_is_named_and_one_line_names_it(small_book, tmp_path):
    assert "source-repository-button" not in small_book.page("book/chapter")
    book = Book(tmp_path / "named")
    config = (book.folder / "_config.yml").read_text(encoding="utf-8")
    assert 'url: ""' in config
    book.write("_config.yml", config.replace('url: ""', 'url: "https://github.com/someone/course"'))
    status, output = book.build()
    assert status == 0, output
    assert 'href="https://github.com/someone/course"' in book.page("book/chapter")


def test_cache_serves_what_is_unchanged_and_notices_a_changed_package(tmp_path):
    book = Book(tmp_path / "cached")
    chapter = book.folder / "book/chapter.md"
    assert book.build()[0] == 0
    status, output = book.build()
    assert status == 0
    assert f"{chapter}: Using cached notebook" in output
    assert f"{chapter}: Executing notebook" not in output
    book.write("lstm_course/probe.py", 'WORD = "after"\n')
    status, output = book.build()
    assert status == 0
    assert f"{chapter}: Executing notebook" in output
    assert "the probe says after" in book.page("book/chapter")


def test_failing_cell_fails_the_build_and_shows_its_traceback(tmp_path):
    book = Book(tmp_path / "failing")
    book.write("book/chapter.md", FRONT_MATTER + "# Fails\n\n```{code-cell}\nsum([1, 2]) / 0\n```\n")
    status, output = book.build()
    assert status != 0
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

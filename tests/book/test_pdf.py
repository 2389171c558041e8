"""The book on paper: every chapter, a table of contents with true page numbers, set mathematics."""

import re
import subprocess
import sys

import pytest
from pypdf import PdfReader

from tests.loading import load_script

from .conftest import ROOT, Book


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What ``make pdf`` makes of the small book: its pages and what was printed on the way."""
    book = Book(tmp_path_factory.mktemp("printed"))
    done = print_book(book)
    assert done.returncode == 0, done.stdout
    return PdfReader(book.folder / "_build/pdf/long-short-term-memory.pdf"), done.stdout


def print_book(book, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tools.build_pdf"],
        cwd=book.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        **environment,
    )


@pytest.mark.slow
def test_pdf_holds_every_chapter_and_says_where_it_is(printed):
    pdf, output = printed
    assert f"{len(pdf.pages)} pages, open file:" in output
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert text.startswith("Long Short-Term Memory for")
    for words in ("Notation", "the probe says before", "Right: it is halved.", "Right: 0.125.", "References"):
        assert words in text
    assert r"\odot" not in text, "mathematics that was not set"


@pytest.mark.slow
def test_contents_name_the_pages_that_the_headings_are_on(printed):
    pdf, _ = printed
    contents = pdf.pages[1].extract_text()
    lines = re.findall(r"^(.+?)\s+(\d+)$", contents, re.MULTILINE)
    listed = {title.strip(): int(number) for title, number in lines}
    assert {"Notation", "Masks", "A chapter that runs", "Quiz", "References"} <= set(listed), contents
    for title, number in listed.items():
        assert title in pdf.pages[number - 1].extract_text(), (title, number)
    assert len(set(listed.values())) > 3


@pytest.mark.slow
def test_bookmarks_follow_chapters_and_sections(printed):
    pdf, _ = printed
    chapters = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert chapters == ["Notation", "The cell", "A chapter that runs", "Glossary", "References"]
    sections = next(entry for entry in pdf.outline if isinstance(entry, list))
    assert "Masks" in [entry.title for entry in sections if not isinstance(entry, list)]


def test_a_browser_that_is_not_on_path_is_found_where_it_is_usually_installed(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    module = load_script(ROOT / "tools/build_pdf.py")
    assert all("/" in place or "\\" in place for place in module.PLACES)
    chrome = tmp_path / "Google Chrome.app" / "Google Chrome"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "PLACES", ("/nowhere/chrome", str(chrome)))
    with pytest.raises(SystemExit):
        module.find_browser()
    chrome.parent.mkdir()
    chrome.write_text("")
    chrome.chmod(0o755)
    assert module.find_browser() == str(chrome)


def test_without_a_browser_it_says_what_to_install(tmp_path):
    book = Book(tmp_path)
    done = print_book(book, env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert "sudo apt install chromium" in done.stdout
    assert not (book.folder / "_build").exists()

"""What empties the cache of executed chapters, and what does not."""

import os
import re

import pytest

from tests.loading import load_script

from .conftest import ROOT


@pytest.fixture
def tool(tmp_path, monkeypatch):
    module = load_script(ROOT / "tools/build_book.py")
    for name in (
        "lstm_course/__pycache__/a.pyc",
        "lstm_course/a.py",
        "requirements/course.txt",
        "_config.yml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "BUILD", tmp_path / "_build")
    monkeypatch.setattr(module, "CACHE", tmp_path / "_build/.jupyter_cache")
    monkeypatch.setattr(module, "DOCTREES", tmp_path / "_build/.doctrees")
    monkeypatch.setattr(module, "STAMP", tmp_path / "_build/cache-keys.json")
    monkeypatch.setattr(module, "CLEAN", tmp_path / "_build/clean")
    return module


@pytest.mark.parametrize(
    "name",
    [
        "lstm_course/a.py",
        "lstm_course/new/b.py",
        "requirements/course.txt",
        "_config.yml",
    ],
)
def test_key_follows_all_that_decides_an_output(tool, name):
    before = tool.fingerprint(tool.INPUTS)
    path = tool.ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("two")
    assert tool.fingerprint(tool.INPUTS) != before


def test_key_ignores_compiled_files_and_chapters(tool):
    before = tool.fingerprint(tool.INPUTS)
    (tool.ROOT / "lstm_course/__pycache__/a.pyc").write_text("two")
    (tool.ROOT / "book").mkdir()
    (tool.ROOT / "book/chapter.md").write_text("two")
    assert tool.fingerprint(tool.INPUTS) == before


def test_key_ignores_what_no_chapter_runs(tool):
    before = tool.fingerprint(tool.INPUTS)
    for part in tool.APART:
        (tool.ROOT / part).mkdir(parents=True)
        (tool.ROOT / part / "new.py").write_text("two")
    assert tool.fingerprint(tool.INPUTS) == before
    for chapter in (ROOT / "book").rglob("*.md"):
        code = "\n".join(
            re.findall(r"^```\{(?:code-cell|literalinclude).*?^```$", chapter.read_text(), re.M | re.S)
        )
        for part in tool.APART:
            assert part.rstrip("/") not in code, chapter
            assert part.rstrip("/").replace("/", ".") not in code, chapter


def test_renamed_file_changes_the_key(tool):
    before = tool.fingerprint(tool.INPUTS)
    (tool.ROOT / "lstm_course/a.py").rename(tool.ROOT / "lstm_course/b.py")
    assert tool.fingerprint(tool.INPUTS) != before


def test_cache_is_kept_until_the_package_changes(tool, capsys):
    tool.renew_cache()
    executed = tool.CACHE / "executed"
    executed.parent.mkdir(parents=True)
    executed.write_text("outputs")
    tool.renew_cache()
    assert executed.read_text() == "outputs"
    tool.CLEAN.touch()
    (tool.ROOT / "lstm_course/a.py").write_text("two")
    tool.renew_cache()
    assert not executed.exists()
    assert not tool.CLEAN.exists()
    assert "every chapter runs again" in capsys.readouterr().out


def test_chapter_depends_on_the_records_and_the_quiz_that_it_names(tool):
    for name, text in (
        ("book/lstm/a.md", 'open("../../results/a.json")\ndisplay_quiz("../quizzes/a.json")'),
        ("book/lstm/b.md", "reads nothing"),
        ("results/a.json", "one"),
        ("results/other.json", "one"),
        ("book/quizzes/a.json", "one"),
    ):
        (tool.ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (tool.ROOT / name).write_text(text)
    keys = [tool.chapter_keys()]
    for name in ("results/other.json", "results/a.json", "book/quizzes/a.json"):
        (tool.ROOT / name).write_text("two")
        keys.append(tool.chapter_keys())
    assert keys[0] == keys[1]
    assert len({key["book/lstm/a.md"] for key in keys}) == 3
    assert len({key["book/lstm/b.md"] for key in keys}) == 1


def test_every_record_that_a_chapter_reads_is_in_its_key():
    named = load_script(ROOT / "tools/build_book.py").NAMED
    folders = (ROOT / "results", ROOT / "book/quizzes")
    found = set()
    for chapter in (ROOT / "book").rglob("*.md"):
        text = chapter.read_text(encoding="utf-8")
        code = "\n".join(re.findall(r"^```\{code-cell.*?^```$", text, re.M | re.S))
        keyed = {(chapter.parent / name).resolve() for name in named.findall(text)}
        read = set(re.findall(r"[\w-]+\.json\b", code))
        assert read <= {path.name for path in keyed if path.parent in folders}, chapter
        found |= read
    assert {"grading-rate.json", "padding-and-masks.json", "text.json"} <= found


@pytest.mark.parametrize(
    "name", ["_toc.yml", "book/lstm/b.md", "book/quizzes/b.json", "exercises/04-lstm/04-lstm.ipynb"]
)
def test_page_about_the_others_depends_on_chapters_quizzes_and_assignments(tool, name):
    for path, text in (
        ("book/teaching/a.md", 'Path("../../_toc.yml").read_text()'),
        ("book/lstm/b.md", "one"),
        ("book/lstm/c.md", "one"),
        (name, "one"),
    ):
        (tool.ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (tool.ROOT / path).write_text(text)
    before = tool.chapter_keys()
    (tool.ROOT / name).write_text("two")
    after = tool.chapter_keys()
    assert after["book/teaching/a.md"] != before["book/teaching/a.md"]
    assert after["book/lstm/c.md"] == before["book/lstm/c.md"]


def test_kernels_read_files_as_utf8_wherever_they_run(tool):
    assert tool.ENVIRONMENT["PYTHONUTF8"] == "1"


@pytest.mark.parametrize("name", ["book/_ext/a.py", "book/references.bib", "_toc.yml"])
def test_what_all_pages_share_makes_every_page_be_read_again(tool, name):
    tool.renew_cache()
    tool.CLEAN.touch()
    tool.renew_cache()
    assert tool.CLEAN.exists()
    (tool.ROOT / name).parent.mkdir(parents=True, exist_ok=True)
    (tool.ROOT / name).write_text("two")
    tool.renew_cache()
    assert not tool.CLEAN.exists()


def test_only_what_changed_since_a_clean_build_is_looked_at(tool):
    for name in ("old", "new", "forgotten"):
        path = tool.ROOT / f"book/{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("text")
        os.utime(path, (1000, 1000))
    everything = ["book/forgotten.md", "book/new.md", "book/old.md"]
    assert tool.to_look_at([]) == everything
    (tool.ROOT / "_build").mkdir()
    tool.CLEAN.touch()
    assert tool.to_look_at(["book/forgotten.md"]) == ["book/forgotten.md"]
    os.utime(tool.CLEAN, (2000, 2000))
    os.utime(tool.ROOT / "book/new.md", (3000, 3000))
    assert tool.to_look_at(["book/forgotten.md"]) == ["book/forgotten.md", "book/new.md"]

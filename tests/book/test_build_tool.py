"""What empties the cache of executed chapters, and what does not."""

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
    monkeypatch.setattr(module, "STAMP", tmp_path / "_build/cache-key.txt")
    return module


@pytest.mark.parametrize(
    "name",
    [
        "lstm_course/a.py",
        "lstm_course/new/b.py",
        "results/run.json",
        "requirements/course.txt",
        "_config.yml",
    ],
)
def test_key_follows_all_that_decides_an_output(tool, name):
    before = tool.cache_key()
    path = tool.ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("two")
    assert tool.cache_key() != before


def test_key_ignores_compiled_files_and_chapters(tool):
    before = tool.cache_key()
    (tool.ROOT / "lstm_course/__pycache__/a.pyc").write_text("two")
    (tool.ROOT / "book").mkdir()
    (tool.ROOT / "book/chapter.md").write_text("two")
    assert tool.cache_key() == before


def test_renamed_file_changes_the_key(tool):
    before = tool.cache_key()
    (tool.ROOT / "lstm_course/a.py").rename(tool.ROOT / "lstm_course/b.py")
    assert tool.cache_key() != before


def test_cache_is_kept_until_the_package_changes(tool, capsys):
    tool.renew_cache()
    executed = tool.CACHE / "executed"
    executed.parent.mkdir(parents=True)
    executed.write_text("outputs")
    tool.renew_cache()
    assert executed.read_text() == "outputs"
    (tool.ROOT / "lstm_course/a.py").write_text("two")
    tool.renew_cache()
    assert not executed.exists()
    assert "every chapter runs again" in capsys.readouterr().out

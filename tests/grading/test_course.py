"""A course's secret: made once, whole, and the same for all who grade."""

import os
import stat

import pytest

from lstm_course.errors import InputError
from lstm_course.grading.course import CONFIG, LENGTH_OF_SECRET, Course


@pytest.fixture
def course(tmp_path):
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    return Course(tmp_path)


def test_it_is_made_once_and_private(course):
    first = course.secret
    assert len(first) == LENGTH_OF_SECRET
    assert course.secret == Course(course.root).secret == first
    assert os.listdir(course.folder) == ["secret"]
    assert stat.S_IMODE((course.folder / "secret").stat().st_mode) == 0o600


def test_a_full_disk_leaves_none(course, monkeypatch):
    def full(descriptor):
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            assert course.secret
    assert os.listdir(course.folder) == []
    assert len(course.secret) == LENGTH_OF_SECRET


def test_the_first_of_two_counts(course, monkeypatch):
    def meanwhile(descriptor):
        (course.folder / "secret").write_bytes(b"s" * LENGTH_OF_SECRET)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert course.secret == b"s" * LENGTH_OF_SECRET
    assert os.listdir(course.folder) == ["secret"]


def test_a_file_system_without_links_will_do(course, monkeypatch):
    def refused(*_):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    assert course.secret == course.secret
    assert os.listdir(course.folder) == ["secret"]


@pytest.mark.parametrize("length", [0, LENGTH_OF_SECRET - 1, LENGTH_OF_SECRET + 1])
def test_a_damaged_one_is_refused(course, length):
    (course.folder / "secret").write_bytes(bytes(length))
    with pytest.raises(InputError, match=f"a secret of 32 bytes at .*secret, got {length} bytes"):
        assert course.secret

import io
import tarfile

import pytest

from lstm_course.errors import InputError
from lstm_course.text import load_corpus
from lstm_course.text.acl_imdb import LARGEST_REVIEW, read_acl_imdb, read_unlabelled


@pytest.fixture
def folder(tmp_path, imdb):
    """Real reviews laid out as in aclImdb: ids whose order as text and as numbers differs, ratings."""
    root = tmp_path / "aclImdb"
    for part, start in (("train", 0), ("test", 12)):
        for name, offset, rating in (("neg", 0, 2), ("pos", 12_500, 9)):
            place = root / part / name
            place.mkdir(parents=True)
            for i in range(12):
                (place / f"{i}_{rating}.txt").write_text(imdb.texts[offset + start + i], encoding="utf-8")
    unsup = root / "train" / "unsup"
    unsup.mkdir()
    for i in range(3):
        (unsup / f"{i}_0.txt").write_text(imdb.texts[100 + i], encoding="utf-8")
    (root / "README").write_text("Large Movie Review Dataset")
    (root / "train" / "urls_pos.txt").write_text("http://www.imdb.com/title/tt0453418/usercomments")
    return root


@pytest.fixture
def archive(folder, tmp_path):
    path = tmp_path / "aclImdb_v1.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        file.add(folder, "aclImdb")
    return path


def test_the_folder_gives_labels_order_and_the_test_part_apart(folder, imdb):
    corpus = load_corpus("aclimdb", folder)
    assert corpus.texts == imdb.texts[:12] + imdb.texts[12_500:12_512]
    assert corpus.labels == (0,) * 12 + (1,) * 12
    assert corpus.test is not None
    assert corpus.test.texts == imdb.texts[12:24] + imdb.texts[12_512:12_524]
    assert read_acl_imdb(folder.parent) == corpus  # the folder that holds it will do


def test_the_archive_gives_what_the_folder_gives(folder, archive, imdb):
    assert read_acl_imdb(archive) == read_acl_imdb(folder)
    assert read_unlabelled(archive) == read_unlabelled(folder) == imdb.texts[100:103]


def odd_archive(path, member, content=b""):
    with tarfile.open(path, "w:gz") as file:
        for name in ("aclImdb/train/pos/0_9.txt", "aclImdb/train/neg/0_2.txt"):
            usual = tarfile.TarInfo(name)
            usual.size = 4
            file.addfile(usual, io.BytesIO(b"good"))
        member.size = len(content)
        file.addfile(member, io.BytesIO(content))
    return path


def member(name, kind=tarfile.REGTYPE, linkname=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, linkname
    return info


@pytest.mark.parametrize(
    "odd",
    [
        member("aclImdb/train/pos/1_9.txt", tarfile.SYMTYPE, "/etc/passwd"),
        member("aclImdb/train/pos/1_9.txt", tarfile.LNKTYPE, "aclImdb/train/pos/0_9.txt"),
        member("aclImdb/pipe", tarfile.FIFOTYPE),
        member("aclImdb/device", tarfile.CHRTYPE),
        member("../train/pos/1_9.txt"),
        member("/aclImdb/train/pos/1_9.txt"),
    ],
    ids=["symlink", "hard link", "pipe", "device", "outside", "absolute"],
)
def test_members_that_do_not_belong_are_refused(tmp_path, odd):
    with pytest.raises(InputError, match="plain files and folders"):
        read_acl_imdb(odd_archive(tmp_path / "odd.tar.gz", odd))


def test_reviews_that_cannot_be_ones_are_refused(tmp_path):
    huge = odd_archive(tmp_path / "a.tar.gz", member("aclImdb/test/pos/1_9.txt"), b"x" * (LARGEST_REVIEW + 1))
    with pytest.raises(InputError, match="at most 1,000,000 bytes"):
        read_acl_imdb(huge)
    latin = odd_archive(tmp_path / "b.tar.gz", member("aclImdb/test/pos/1_9.txt"), "café".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_acl_imdb(latin)


def test_what_is_no_archive_is_refused(tmp_path, archive):
    with pytest.raises(InputError, match="does not exist"):
        read_acl_imdb(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="none in"):
        read_acl_imdb(empty)
    torn = tmp_path / "torn.tar.gz"
    torn.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(InputError, match=r"whole \.tar\.gz"):
        read_acl_imdb(torn)
    text = tmp_path / "text.tar.gz"
    text.write_text("no archive")
    with pytest.raises(InputError, match=r"whole \.tar\.gz"):
        read_acl_imdb(text)

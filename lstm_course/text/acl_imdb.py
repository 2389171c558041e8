"""The original IMDB archive of Maas et al. (2011), read from its folder or straight from the .tar.gz.

The archive holds ``aclImdb/{train,test}/{pos,neg}/<id>_<rating>.txt``, and 50,000 unlabelled reviews in
``aclImdb/train/unsup``. It is read without unpacking, so nothing in it can reach the disk.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from lstm_course.errors import InputError
from lstm_course.text.corpus import NEGATIVE, POSITIVE, Corpus

LARGEST_REVIEW = 1_000_000  # bytes; the longest real one has 14,106
_REVIEW = re.compile(r"(?:^|.*/)(train|test)/(pos|neg|unsup)/(\d+)_(\d+)\.txt$")
_LABELS = {"pos": POSITIVE, "neg": NEGATIVE}
_Review = tuple[str, str, int, str]  # part, class, id, text


def read_acl_imdb(path: str | Path) -> Corpus:
    """Read the labelled reviews; those of ``test/`` come apart, as ``corpus.test``.

    Parameters
    ----------
    path : str or Path
        The folder ``aclImdb`` (or the folder that holds it), or the archive.

    Raises
    ------
    InputError
        Nothing there, no such reviews in it, a review that is not UTF-8 or far too long, or an archive
        with a member that has no business there: a link, a device, a path that leads outside.
    """
    found: dict[str, list[_Review]] = {"train": [], "test": []}
    for review in _reviews(Path(path), ("pos", "neg")):
        found[review[0]].append(review)
    if not found["train"]:
        raise InputError("reviews in train/pos and train/neg", f"none in {path}")
    test = _corpus(found["test"]) if found["test"] else None
    return _corpus(found["train"], test)


def read_unlabelled(path: str | Path) -> tuple[str, ...]:
    """Read the unlabelled reviews of ``train/unsup`` from the folder or the archive, in order of their id."""
    reviews = sorted(_reviews(Path(path), ("unsup",)), key=lambda review: review[2])
    if not reviews:
        raise InputError("reviews in train/unsup", f"none in {path}")
    return tuple(review[3] for review in reviews)


def _corpus(reviews: list[_Review], test: Corpus | None = None) -> Corpus:
    """Order reviews by class and id, so that folder and archive give the same corpus."""
    ordered = sorted(reviews, key=lambda review: (review[1], review[2]))
    return Corpus("aclimdb", tuple(r[3] for r in ordered), tuple(_LABELS[r[1]] for r in ordered), test)


def _reviews(path: Path, classes: tuple[str, ...]) -> Iterator[_Review]:
    """Yield the reviews of the wanted classes from a folder or an archive."""
    if path.is_dir():
        root = path / "aclImdb" if (path / "aclImdb").is_dir() else path
        for part in ("train", "test"):
            for name in classes:
                for file in sorted((root / part / name).glob("*.txt")):
                    match = _REVIEW.match(file.as_posix())
                    if match:
                        yield part, name, int(match[3]), _decode(_bounded(file), str(file))
    elif path.is_file():
        try:
            yield from _archived(path, classes)
        except (tarfile.TarError, EOFError, zlib.error, LZMAError, OSError) as error:
            raise InputError("a whole .tar.gz archive", f"{path} ({error})") from error
    else:
        raise InputError("the folder aclImdb or its archive", f"{path}, which does not exist")


def _archived(path: Path, classes: tuple[str, ...]) -> Iterator[_Review]:
    """Yield the reviews of the wanted classes from an archive, refusing members that do not belong."""
    with tarfile.open(path, "r:*") as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if name.is_absolute() or ".." in name.parts or not (member.isfile() or member.isdir()):
                raise InputError("plain files and folders in the archive", f"{member.name!r} in {path}")
            match = _REVIEW.match(member.name)
            if not match or match[2] not in classes or not member.isfile():
                continue
            if member.size > LARGEST_REVIEW:
                raise _too_long(member.name, member.size)
            stream = archive.extractfile(member)
            if stream is not None:
                yield match[1], match[2], int(match[3]), _decode(stream.read(), member.name)


def _bounded(file: Path) -> bytes:
    """Read one review's file."""
    size = file.stat().st_size
    if size > LARGEST_REVIEW:
        raise _too_long(str(file), size)
    return file.read_bytes()


def _too_long(name: str, size: int) -> InputError:
    return InputError(f"reviews of at most {LARGEST_REVIEW:,} bytes", f"{name!r} with {size:,}")


def _decode(content: bytes, name: str) -> str:
    """Decode one review."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("reviews in UTF-8", f"other bytes in {name!r}") from error

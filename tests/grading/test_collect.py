"""Submissions from folders and from Canvas's and Moodle's archives, friendly and hostile."""

import io
import json
import os
import stat
import time
import unicodedata
import zipfile

import pytest
from nbgrader.coursedir import CourseDirectory

from lstm_course import cli
from lstm_course.cli import collect as command_line
from lstm_course.errors import InputError
from lstm_course.grading import collect as collecting
from lstm_course.grading import incoming
from lstm_course.grading.collect import FORCED, NEW, NEWER, REFUSED, SAME, UNMATCHED, collect
from lstm_course.grading.course import Course
from lstm_course.grading.people import People, read_people

NAME = "04-lstm"
NOTEBOOK = f"{NAME}.ipynb"
EARLY, LATE = (2026, 3, 1, 10, 0, 0), (2026, 3, 2, 11, 30, 0)


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course(folder)


@pytest.mark.parametrize("source", [".", "..", "submitted", "submitted/ana", "grading", "feedback"])
def test_the_courses_own_folders_are_not_handed_in(course, source):
    assert course.secret
    (course.root / source).mkdir(parents=True, exist_ok=True)
    with pytest.raises(
        InputError, match=r"submissions from elsewhere, got .*, which is a folder of the course"
    ):
        list(collect(course, NAME, course.root / source))
    assert not list(course.root.glob("submitted/*/*"))


def notebook(text="print(1)"):
    cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def archive(path, files, when=EARLY):
    """Write a zip archive of (name, content) pairs; a name may be a ZipInfo."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, when)
            target.writestr(info, content)
    return path


def zipped(*files):
    content = io.BytesIO()
    archive(content, files)
    return content.getvalue()


def folder_of(root, files, when=None):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        if when is not None:
            os.utime(path, (when, when))
    return root


def states(outcomes):
    return {outcome.who: outcome.state for outcome in outcomes}


def handed_in(course, student):
    place = course.place("submitted", student, NAME)
    return {
        path.relative_to(place).as_posix(): path.read_text() for path in place.rglob("*") if path.is_file()
    }


def written(course):
    return sorted(
        path.relative_to(course.root).as_posix() for path in course.root.rglob("*") if path.is_file()
    )


def test_a_folder_for_each_student(course, tmp_path):
    source = folder_of(
        tmp_path / "in",
        {
            f"ana/{NOTEBOOK}": notebook(),
            "ana/data/words.txt": "a b",
            f"bo/{NAME}/{NOTEBOOK}": notebook("bo"),
            f"bo/{NAME}/timestamp.txt": "2026-03-01 09:00:00.5 UTC",
            "ana/.ipynb_checkpoints/04-lstm-checkpoint.ipynb": "{}",
            "ana/.DS_Store": "x",
            f"ana/._{NOTEBOOK}": "x",
        },
        when=86400,
    )
    assert states(collect(course, NAME, source)) == {"ana": NEW, "bo": NEW}
    assert handed_in(course, "ana") == {NOTEBOOK: notebook(), "data/words.txt": "a b"}
    assert handed_in(course, "bo") == {NOTEBOOK: notebook("bo")}, "a time that anybody may have written"
    assert list(course.students(NAME)) == ["ana", "bo"]


FILES, STAMP = "1970-01-02 00:00:00.000000 UTC", "2026-03-01 09:00:00.500000 UTC"


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ("none", {"ana": None, "bo": None, "cy": None}),
        ("files", {"ana": FILES, "bo": FILES, "cy": FILES}),
        ("stamps", {"ana": None, "bo": STAMP, "cy": None}),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_which_times_are_believed(course, tmp_path, times, found, listed):
    source = folder_of(
        tmp_path / "in",
        {
            f"ana/{NOTEBOOK}": notebook(),
            f"bo/{NOTEBOOK}": notebook(),
            "bo/timestamp.txt": "2026-03-01 09:00:00.5 UTC",
            f"cy/{NOTEBOOK}": notebook(),
            "cy/timestamp.txt": "soon" * 100 if times == "none" else "soon",
        },
        when=86400,
    )
    people = People({name: name for name in found}, {"bo": 0.0, "cy": 0.0}) if listed else None
    assert states(collect(course, NAME, source, people, times=times)) == dict.fromkeys(found, NEW)
    if listed:
        found = found | dict.fromkeys(("bo", "cy"), "1970-01-01 00:00:00.000000 UTC")
    assert {name: handed_in(course, name).get("timestamp.txt") for name in found} == found
    reader = CourseDirectory(root=str(course.root))
    for name, time_of_it in found.items():
        read = reader.get_existing_timestamp(str(course.place("submitted", name, NAME)))
        assert (read is None) == (time_of_it is None)


def test_of_two_folders_of_one_student_the_later_counts_if_times_are_believed(course, tmp_path):
    folder_of(tmp_path / "in", {f"1/{NOTEBOOK}": notebook("early")}, when=86400)
    source = folder_of(tmp_path / "in", {f"2/{NOTEBOOK}": notebook("late")}, when=2 * 86400)
    people = People({"1": "ana", "2": "ana"}, {})
    assert states(collect(course, NAME, source, people)) == {"ana": REFUSED}
    assert states(collect(course, NAME, source, people, times="files")) == {"ana": NEW}
    assert handed_in(course, "ana")[NOTEBOOK] == notebook("late")


def test_canvas(course, tmp_path):
    source = archive(
        tmp_path / "submissions.zip",
        [
            (f"muellerana_101_5001_{NOTEBOOK}", notebook("first")),
            ("muellerana_101_5003_04-lstm-2.ipynb", notebook("second")),
            ("muellerana_101_5002_notes_2026_03_01.txt", "x"),
            ("smithbo_LATE_102_5004_04-lstm-1.ipynb", notebook("late")),
            ("jonescy_103_text.html", "<p>I forgot"),
        ],
    )
    outcomes = list(collect(course, NAME, source))
    assert states(outcomes) == {"101": NEW, "102": NEW, "jonescy_103_text.html": UNMATCHED}
    assert handed_in(course, "101") == {NOTEBOOK: notebook("second"), "notes_2026_03_01.txt": "x"}
    assert handed_in(course, "102") == {NOTEBOOK: notebook("late")}, (
        "a download's time is no time of handing in"
    )
    assert any("latest" in outcome.reason for outcome in outcomes)


MOODLE = {
    "since 4.1": "Ana María Müller_12345_assignsubmission_file/",
    "since 3.1": "Ana María Müller_12345_assignsubmission_file_/",
    "flat": "Ana María Müller_12345_assignsubmission_file_",
}


@pytest.mark.parametrize("form", MOODLE)
def test_moodle(course, tmp_path, form):
    prefix = MOODLE[form]
    other = prefix.replace("Ana María Müller_12345", "Bo Li_12346")
    source = archive(
        tmp_path / "course.zip",
        [
            (prefix + NOTEBOOK, notebook("ana")),
            # A student chooses a file's name, and may put another's number into it.
            (f"{prefix}x_12346_assignsubmission_file_{NOTEBOOK}", notebook("planted")),
            (f"{prefix}timestamp.txt", "1999-01-01 00:00:00 UTC"),
            (other + NOTEBOOK, notebook("bo")),
        ],
    )
    assert states(collect(course, NAME, source)) == {"12345": NEW, "12346": NEW}
    assert handed_in(course, "12345")[NOTEBOOK] == notebook("ana")
    assert handed_in(course, "12346") == {NOTEBOOK: notebook("bo")}
    assert "timestamp.txt" not in handed_in(course, "12345"), "a student does not say when"


def test_an_unpacked_archive_with_a_folder_around_it(course, tmp_path):
    source = folder_of(
        tmp_path / "in", {f"all/doe_7_8_{NOTEBOOK}": notebook(), f"all/roe_9_10_{NOTEBOOK}": "{}"}
    )
    assert states(collect(course, NAME, source)) == {"7": NEW, "9": NEW}


def test_names_without_the_flag_for_utf_8(course, tmp_path):
    """As macOS and Canvas write them: UTF-8, decomposed, and nothing that says so."""
    decomposed = unicodedata.normalize("NFD", "müllerana")
    content = zipped((f"{decomposed}_11_22_{NOTEBOOK}", notebook()), (f"{decomposed}_11_23_größe.txt", "x"))
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert all(info.flag_bits & incoming.UTF8 for info in found.infolist())
    bare = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        at = bare.find(mark)
        while at >= 0:
            bare[at + offset] &= ~(incoming.UTF8 >> 8)
            at = bare.find(mark, at + 1)
    source = tmp_path / "in.zip"
    source.write_bytes(bare)
    assert states(collect(course, NAME, source)) == {"11": NEW}
    assert set(handed_in(course, "11")) == {NOTEBOOK, "größe.txt"}


def test_a_list_of_people(course, tmp_path):
    listed = tmp_path / "people.csv"
    listed.write_text(
        "\ufefflms;student;time\r\n"
        "12345;ana;2026-02-28 23:59:59\r\n"
        f"{unicodedata.normalize('NFD', 'Bjørn Åse')};bo;\r\n"
        "Li Wei;chen;\r\n"
    )
    source = archive(
        tmp_path / "in.zip",
        [
            (f"Ana Müller_12345_assignsubmission_file/{NOTEBOOK}", notebook("ana")),
            (f"Bjørn Åse_12346_assignsubmission_file/{NOTEBOOK}", notebook("bo")),
            (f"Li Wei_12347_assignsubmission_file/{NOTEBOOK}", notebook("one")),
            (f"Li Wei_12348_assignsubmission_file/{NOTEBOOK}", notebook("two of that name")),
            (f"Eve Unlisted_12349_assignsubmission_file/{NOTEBOOK}", notebook("eve")),
        ],
    )
    outcomes = states(collect(course, NAME, source, read_people(listed)))
    assert outcomes == {"ana": NEW, "bo": NEW, "12347": REFUSED, "12348": REFUSED, "12349": REFUSED}
    assert handed_in(course, "ana")["timestamp.txt"] == "2026-02-28 23:59:59.000000 UTC"
    assert list(course.students(NAME)) == ["ana", "bo"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("lms,student\n1,ana\n1,bo\n", "once"),
        ("lms,student\n1,../x\n", "student's id"),
        ("number,student\n1,ana\n", "'lms'"),
        ("lms,student,time\n1,ana,soon\n", "time"),
    ],
)
def test_a_mistaken_list(tmp_path, text, about):
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=about):
        read_people(path)


def test_a_submission_is_replaced_by_a_newer_one_only_and_never_lost(course, tmp_path):
    def gathered(text, when, **more):
        path = archive(tmp_path / "in.zip", [(f"doe_7_8_{NOTEBOOK}", notebook(text))], when)
        return states(collect(course, NAME, path, **more))["7"]

    assert gathered("one", LATE) == NEW
    assert gathered("one", EARLY) == SAME
    assert gathered("two", LATE) == REFUSED
    assert gathered("two", EARLY) == REFUSED
    assert handed_in(course, "7") == {NOTEBOOK: notebook("one")}
    assert not (course.root / "grading" / "replaced").exists()
    assert gathered("three", (2026, 3, 3, 0, 0, 0), dry_run=True) == NEWER
    assert handed_in(course, "7") == {NOTEBOOK: notebook("one")}
    assert gathered("three", (2026, 3, 3, 0, 0, 0)) == NEWER
    assert gathered("four", EARLY, force=True) == FORCED
    assert gathered("five", EARLY, force=True) == FORCED
    assert gathered("six", EARLY, force=True) == FORCED
    assert handed_in(course, "7") == {NOTEBOOK: notebook("six")}
    kept = sorted((course.root / "grading" / "replaced" / "7" / NAME).glob(f"*/{NOTEBOOK}"))
    assert {path.read_text() for path in kept} == {
        notebook(text) for text in ("one", "three", "four", "five")
    }
    assert not list((course.root / "submitted").glob(".*")), "nothing is left of the building"


def test_what_the_exchange_brought_counts_by_its_timestamp(course, tmp_path):
    place = course.place("submitted", "ana", NAME)
    folder_of(
        place, {NOTEBOOK: notebook("exchange"), "timestamp.txt": "2026-03-01 12:00:00.000000 UTC"}, when=0
    )
    source = tmp_path / "in"
    noon = time.mktime((2026, 3, 1, 12, 0, 0, 0, 0, 0)) - time.timezone
    for when, state in ((noon - 60, REFUSED), (noon + 60, NEWER)):
        folder_of(source, {f"ana/{NOTEBOOK}": notebook("folder")}, when)
        assert states(collect(course, NAME, source)) == {"ana": state}


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_if_the_second_move_fails_the_old_one_comes_back(course, tmp_path, monkeypatch, error):
    place = course.place("submitted", "ana", NAME)
    folder_of(place, {NOTEBOOK: notebook("old")}, when=0)
    source = folder_of(tmp_path / "in", {f"ana/{NOTEBOOK}": notebook("new")})
    move = os.rename

    def failing(old, new):
        if "built" in str(old):
            raise error("no space")
        move(old, new)

    monkeypatch.setattr(collecting.os, "rename", failing)
    with pytest.raises(error, match="no space"):
        list(collect(course, NAME, source))
    assert handed_in(course, "ana") == {NOTEBOOK: notebook("old")}


def test_a_dry_run_writes_nothing(course, tmp_path):
    source = folder_of(tmp_path / "in", {f"ana/{NOTEBOOK}": notebook()})
    before = written(course)
    assert states(collect(course, NAME, source, dry_run=True)) == {"ana": NEW}
    assert written(course) == before
    assert not (course.root / "submitted").exists()
    assert not (course.root / "grading").exists()


def test_a_students_own_archive_is_unpacked(course, tmp_path):
    own = zipped(
        (f"{NAME}/{NOTEBOOK}", notebook()),
        (f"{NAME}/data.csv", "1"),
        (f"__MACOSX/{NAME}/._{NOTEBOOK}", "x"),
        (f"{NAME}/inner.zip", zipped(("deep.txt", "x"))),
        (f"{NAME}/timestamp.txt", "1999-01-01 00:00:00 UTC"),
    )
    source = archive(tmp_path / "in.zip", [("Ana_5_assignsubmission_file_/work.zip", own)])
    assert states(collect(course, NAME, source)) == {"5": NEW}
    place = course.place("submitted", "5", NAME)
    assert sorted(os.listdir(place)) == [NOTEBOOK, "data.csv", "inner.zip"], "one level, and not the next"


def test_two_archives_with_one_name_in_both(course, tmp_path):
    own = [(f"doe_7_{n}_{n}.zip", zipped((NOTEBOOK, notebook(str(n))))) for n in (1, 2)]
    assert states(collect(course, NAME, archive(tmp_path / "in.zip", own))) == {"7": REFUSED}


def test_an_archive_beside_a_notebook_is_data(course, tmp_path):
    source = archive(
        tmp_path / "in.zip",
        [(f"doe_7_8_{NOTEBOOK}", notebook()), ("doe_7_9_data.zip", zipped(("a.txt", "x")))],
    )
    list(collect(course, NAME, source))
    assert sorted(os.listdir(course.place("submitted", "7", NAME))) == [NOTEBOOK, "data.zip"]


UNSAFE = [
    "../evil.ipynb",
    "ana/../../evil.ipynb",
    "/etc/evil.ipynb",
    "C:/evil.ipynb",
    "C:\\evil.ipynb",
    "ana\\..\\..\\evil.ipynb",
    "ana//evil.ipynb",
    "ana/./evil.ipynb",
    "ana/ev\x1b[31mil.ipynb",
    "ana/ev\u202eil.ipynb",
    f"ana/{'e' * 300}.ipynb",
    "/".join(["ana", *"d" * 30, "evil.ipynb"]),
]


@pytest.mark.parametrize("name", UNSAFE)
def test_no_name_leads_out(course, tmp_path, name):
    source = archive(tmp_path / "in.zip", [(f"ana/{NOTEBOOK}", notebook()), (name, "evil")])
    outcomes = states(collect(course, NAME, source))
    assert outcomes == {"ana": NEW, name: UNMATCHED}
    assert not [path for path in tmp_path.rglob("*evil*") if path.is_file()]


@pytest.mark.parametrize("name", UNSAFE)
def test_no_name_inside_a_students_archive_leads_out(course, tmp_path, name):
    source = archive(
        tmp_path / "in.zip",
        [
            ("doe_7_8_work.zip", zipped((NOTEBOOK, notebook()), (name, "evil"))),
            (f"roe_9_10_{NOTEBOOK}", notebook()),
        ],
    )
    assert states(collect(course, NAME, source)) == {"7": REFUSED, "9": NEW}
    assert not [path for path in tmp_path.rglob("*evil*") if path.is_file()]
    assert list(course.students(NAME)) == ["9"], "all of it or nothing"


def test_links_in_an_archive(course, tmp_path):
    link = zipfile.ZipInfo(f"ana/{NOTEBOOK}", EARLY)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    source = archive(tmp_path / "in.zip", [(link, "/etc/passwd"), (f"bo/{NOTEBOOK}", notebook())])
    assert states(collect(course, NAME, source)) == {"ana": REFUSED, "bo": NEW}
    assert list(course.students(NAME)) == ["bo"]


@pytest.mark.parametrize("what", ["file", "folder", "student", "pipe"])
def test_links_and_pipes_in_a_folder(course, tmp_path, what):
    secret = folder_of(tmp_path / "secret", {NOTEBOOK: "secret"})
    source = folder_of(tmp_path / "in", {f"bo/{NOTEBOOK}": notebook(), "ana/x.txt": "x"})
    if what == "file":
        (source / "ana" / NOTEBOOK).symlink_to(secret / NOTEBOOK)
    elif what == "folder":
        (source / "ana" / "data").symlink_to(secret)
    elif what == "pipe":
        os.mkfifo(source / "ana" / NOTEBOOK)
    else:
        (source / "ana" / "x.txt").unlink()
        (source / "ana").rmdir()
        (source / "ana").symlink_to(secret)
    assert states(collect(course, NAME, source)) == {
        "ana": UNMATCHED if what == "student" else REFUSED,
        "bo": NEW,
    }
    assert list(course.students(NAME)) == ["bo"]
    assert not [path for path in course.root.rglob("*") if path.is_file() and path.read_text() == "secret"]


def test_bombs(course, tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "LARGEST", 200_000)
    monkeypatch.setattr(collecting, "MOST_FILES", 50)
    monkeypatch.setattr(incoming, "MOST_FILES", 50)
    crowd = zipped((NOTEBOOK, notebook()), *((f"{n}.txt", "") for n in range(60)))
    source = archive(
        tmp_path / "in.zip",
        [
            (f"large_1_1_{NOTEBOOK}", bytes(10**6)),
            *((f"many_2_{n}_{n}.txt", bytes(10)) for n in range(60)),
            ("crowd_3_1_work.zip", crowd),
            ("packed_4_1_work.zip", zipped((NOTEBOOK, bytes(10**6)))),
            *((f"sum_5_{n}_{n}.txt", bytes(50_000)) for n in range(5)),
            (f"good_6_1_{NOTEBOOK}", notebook()),
        ],
    )
    outcomes = {outcome.who: outcome for outcome in collect(course, NAME, source)}
    assert {who for who, outcome in outcomes.items() if outcome.state == REFUSED} == set("12345")
    assert outcomes["6"].state == NEW
    assert list(course.students(NAME)) == ["6"]


def test_a_crowd_is_counted_before_it_is_read():
    """Thirty megabytes of names alone would become hundreds of megabytes of objects."""
    crowd = zipped(*((f"{n}", "") for n in range(incoming.MOST_FILES + 1)))
    with pytest.raises(incoming.Refused, match="more than"):
        incoming.unpacked(crowd)
    assert len(incoming.unpacked(zipped(("a", ""), ("b", "")))) == 2


def test_a_size_in_the_header_is_not_believed(course, tmp_path, monkeypatch):
    """An entry that says it has ten bytes and unpacks to a million."""
    monkeypatch.setattr(collecting, "LARGEST", 200_000)
    content = bytearray(zipped((f"ana/{NOTEBOOK}", bytes(10**6))))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    source = tmp_path / "in.zip"
    source.write_bytes(content)
    assert states(collect(course, NAME, source)) == {"ana": REFUSED}


def test_the_whole_source_has_a_limit(course, tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "LARGEST_SOURCE", 1000)
    source = folder_of(tmp_path / "in", {f"s{n}/{NOTEBOOK}": notebook("x" * 600) for n in range(4)})
    with pytest.raises(InputError, match="at most"):
        list(collect(course, NAME, source))
    monkeypatch.setattr(incoming, "MOST_ENTRIES", 3)
    with pytest.raises(InputError, match="at most 3 files"):
        list(collect(course, NAME, source))


def test_damaged_and_encrypted_archives(course, tmp_path):
    good = zipped((f"ana/{NOTEBOOK}", notebook()))
    encrypted = bytearray(good)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.find(mark) + offset] |= incoming.ENCRYPTED
    for content in (b"", b"PK", good[: len(good) // 2], notebook().encode(), bytes(encrypted)):
        source = tmp_path / "in.zip"
        source.write_bytes(content)
        with pytest.raises(InputError, match="zip archive"):
            list(collect(course, NAME, source))
    with pytest.raises(InputError, match="nothing"):
        list(collect(course, NAME, tmp_path / "nowhere"))
    # In a student's hands it is that student's loss, and said.
    folder_of(tmp_path / "folder", {f"bo/{NOTEBOOK}": notebook()})
    (tmp_path / "folder" / "ana").mkdir()
    for content in (b"PK", good[: len(good) // 2], bytes(encrypted)):
        (tmp_path / "folder" / "ana" / "work.zip").write_bytes(content)
        assert states(collect(course, NAME, tmp_path / "folder"))["ana"] == REFUSED


def test_a_flipped_bit_costs_one_submission(course, tmp_path):
    source = tmp_path / "in.zip"
    with zipfile.ZipFile(source, "w") as target:
        for student in ("ana", "bo"):
            target.writestr(zipfile.ZipInfo(f"{student}/{NOTEBOOK}", EARLY), notebook(student))
    content = bytearray(source.read_bytes())
    content[content.find(b'"source": "ana"') + 11] ^= 1
    source.write_bytes(content)
    assert states(collect(course, NAME, source)) == {"ana": REFUSED, "bo": NEW}


def test_unusual_compression_is_not_opened(course, tmp_path):
    info = zipfile.ZipInfo(f"ana/{NOTEBOOK}", EARLY)
    info.compress_type = zipfile.ZIP_LZMA
    source = archive(tmp_path / "in.zip", [(info, notebook()), (f"bo/{NOTEBOOK}", notebook())])
    assert states(collect(course, NAME, source)) == {"ana": REFUSED, "bo": NEW}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_one_name_twice_in_an_archive(course, tmp_path):
    early, late = zipfile.ZipInfo(f"ana/{NOTEBOOK}", EARLY), zipfile.ZipInfo(f"ana/{NOTEBOOK}", LATE)
    source = archive(tmp_path / "in.zip", [(late, notebook("late")), (early, notebook("early"))])
    (outcome,) = collect(course, NAME, source)
    assert "latest" in outcome.reason
    assert handed_in(course, "ana")[NOTEBOOK] == notebook("late")


def test_two_attempts_of_one_student(course, tmp_path):
    listed = tmp_path / "people.csv"
    listed.write_text("lms,student\n1,ana\n2,ana\n3,bo\n4,bo\n")
    source = archive(
        tmp_path / "in.zip",
        [
            (f"doe_1_900_{NOTEBOOK}", notebook("later")),
            (f"doe_2_800_{NOTEBOOK}", notebook("earlier")),
            ("doe_2_801_more.txt", "x"),
        ],
    )
    assert states(collect(course, NAME, source, read_people(listed))) == {"ana": NEW}
    assert handed_in(course, "ana") == {NOTEBOOK: notebook("later")}
    source = archive(
        tmp_path / "moodle.zip",
        [
            (f"Bo A_3_assignsubmission_file/{NOTEBOOK}", notebook("one")),
            (f"Bo B_4_assignsubmission_file/{NOTEBOOK}", notebook("other")),
        ],
    )
    assert states(collect(course, NAME, source, read_people(listed))) == {"bo": REFUSED}


def test_a_name_with_anothers_number_in_it(course, tmp_path):
    """Canvas takes hyphens out of a name: a person called "x_-7_-999_" has a number between underscores."""
    source = archive(
        tmp_path / "in.zip",
        [(f"doe_7_8_{NOTEBOOK}", notebook("doe")), (f"x_7_999_y_66_77_{NOTEBOOK}", notebook("planted"))],
    )
    assert states(collect(course, NAME, source)) == {"7": REFUSED}


def test_capitals_and_composed_letters(course, tmp_path):
    source = folder_of(
        tmp_path / "in",
        {
            f"Ana/{NOTEBOOK}": notebook(),
            f"ana/{NOTEBOOK}": notebook(),
            f"bo/{NOTEBOOK}": notebook(),
            "bo/Data.txt": "x",
            "bo/data.TXT": "x",
            f"cy/{NOTEBOOK}": notebook(),
            "cy/data": "x",
            "cy/Data/more.txt": "x",
            f"{unicodedata.normalize('NFD', 'Zoë')}/{NOTEBOOK}": notebook(),
            f"max/{NOTEBOOK}": notebook(),
        },
    )
    folder_of(course.root / "submitted" / "Max" / NAME, {NOTEBOOK: notebook()})
    outcomes = states(collect(course, NAME, source))
    assert outcomes == dict.fromkeys(("Ana", "ana", "bo", "cy", "max"), REFUSED) | {"Zoë": NEW}
    assert list(course.students(NAME)) == ["Max", "Zoë"]


def test_ids_that_are_no_folders(course, tmp_path):
    source = folder_of(tmp_path / "in", {f"a?b/{NOTEBOOK}": notebook(), f"bo/{NOTEBOOK}": notebook()})
    assert states(collect(course, NAME, source)) == {"a?b": REFUSED, "bo": NEW}


def test_a_link_where_a_submission_belongs(course, tmp_path):
    elsewhere = folder_of(tmp_path / "elsewhere", {"precious.txt": "x"})
    place = course.place("submitted", "ana", NAME)
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere)
    source = folder_of(tmp_path / "in", {f"ana/{NOTEBOOK}": notebook()})
    assert states(collect(course, NAME, source, force=True)) == {"ana": REFUSED}
    assert os.listdir(elsewhere) == ["precious.txt"]


def test_no_such_assignment(course, tmp_path):
    with pytest.raises(InputError, match="an assignment among"):
        list(collect(course, "99-no", tmp_path))


@pytest.fixture
def command(monkeypatch, capsys):
    monkeypatch.setattr(cli, "COMMANDS", (command_line,))

    def run(*words):
        status = cli.main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_command(course, tmp_path, command):
    source = archive(tmp_path / "in.zip", [(f"ana/{NOTEBOOK}", notebook())])
    words = ("collect", NAME, source, "--course", course.root)
    assert command(*words, "--dry-run") == (0, "new       ana\n1 new (nothing was written).\n", "")
    assert command(*words) == (0, "new       ana\n1 new.\n", "")
    assert command(*words) == (0, "same      ana\n1 same.\n", "")
    archive(source, [(f"ana/{NOTEBOOK}", notebook("else")), ("lo\x1b[31mose.txt", "x")])
    status, out, err = command(*words)
    assert status == 1
    assert out == "1 unmatched, 1 refused.\n"
    assert "\x1b" not in err
    assert "--force" in err
    assert command(*words, "--force")[0] == 1, "the loose file is still nobody's"
    assert "timestamp.txt" not in handed_in(course, "ana")
    assert command(*words, "--force", "--times", "files")[1] == "forced    ana\n1 unmatched, 1 forced.\n"
    assert "timestamp.txt" in handed_in(course, "ana")
    assert "a kind of times among none, files, stamps" in command(*words, "--times", "now")[2]
    assert command("collect", NAME, archive(tmp_path / "empty.zip", []), "--course", course.root)[0] == 1
    status, _, err = command("collect", NAME, tmp_path / "nowhere", "--course", course.root)
    assert status == 2
    assert err.startswith("lstm-course: expected a folder or a zip archive")

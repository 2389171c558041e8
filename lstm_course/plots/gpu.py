"""What ``benchmarks/gpu.py`` found on a GPU, for the page that waits for it: four tables in text, one figure.

Only what a backend measured on a GPU counts; what is not there is named, with the record's reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lstm_course.errors import InputError
from lstm_course.plots.style import PALETTE, CourseFigure, new_figure

PAIRS = (("loop", "fused"), ("masked", "right-padded"))
#: what "loop" is: JAX compiles its programs, the others start an operation at a time
LOOPS = {"jax": "XLA loop", "torch": "plain loop", "tensorflow": "plain loop"}
PRECISIONS = ("float32", "mixed_bfloat16")
PASS = "forward+backward"
TARGETS = ("target-right-padded", "target")
Row = Mapping[str, Any]


def on_gpu(record: Mapping[str, Any], part: str) -> list[Row]:
    """Return the rows of a part that were measured on a GPU."""
    devices = record.get("devices", {})
    gpus = {backend for backend, seen in devices.items() if seen.get("device", {}).get("gpu")}
    return [row for row in record.get(part, []) if row["backend"] in gpus]


def layer_pairs(
    record: Mapping[str, Any], pair: tuple[str, str] = PAIRS[0], precision: str = "float32"
) -> list[tuple[Row, Row]]:
    """Return the rows of a layer's two ways of computing the same, side by side.

    Parameters
    ----------
    record : mapping
        The record of ``benchmarks/gpu.py``.
    pair : tuple of str
        ``("loop", "fused")``, where the second is what Keras takes by itself; or
        ``("masked", "right-padded")``.
    precision : str
        ``"float32"`` or ``"mixed_bfloat16"``.

    Returns
    -------
    list of (row, row)
        Both of one backend and one shape (batch, time, features, units), sorted by them.
    """
    rows = [row for row in on_gpu(record, "layers") if row["precision"] == precision]
    found = {(row["backend"], tuple(row["shape"]), row["kernel"]): row for row in rows}
    places = sorted({key[:2] for key in found})
    both = [(found.get((*place, pair[0])), found.get((*place, pair[1]))) for place in places]
    return [(first, second) for first, second in both if first is not None and second is not None]


def gpu_report(record: Mapping[str, Any] | None) -> str:
    """Return what was measured as text, and for each of the four questions what is missing.

    Parameters
    ----------
    record : mapping or None
        The record of ``benchmarks/gpu.py``; None where there is none.

    Examples
    --------
    >>> print(gpu_report(None).splitlines()[0])
    cuDNN against the loop, by length and by width: missing (there is no record)
    """
    record = record or {}
    sections: dict[str, tuple[tuple[str, ...], list[str]]] = {
        "cuDNN against the loop, by length and by width": (("layers",), list(_layer_lines(record))),
        "tokens per second in training": (("training",), list(_training_lines(record))),
        "time to the target": (TARGETS, list(_target_lines(record))),
        "memory": (("layers",), list(_memory_lines(record))),
    }
    text = [f"{record['date']}, {record['driver'] or record['machine']}"] if record else []
    said: set[str] = set()
    for title, (parts, lines) in sections.items():
        why = _why(record, parts)
        if not lines:
            text.append(f"{title}: missing ({why or _why_nothing(record)})")
        else:
            text += [f"{title}:", *lines]
            if why and why not in said:
                text.append(f"  missing: {why}")
        said.add(why)
    return "\n".join(text)


def _why(record: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return what parts were asked for and lack, with the reasons; nothing where they lack nothing."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in record.get("missing", []):
        if one["part"] in parts:
            groups.setdefault((one["backend"], one["why"]), []).append(one["cell"])
    return "; ".join(f"{backend}{_cells(cells)}: {why}" for (backend, why), cells in groups.items())


def _cells(cells: Sequence[str]) -> str:
    if set(cells) == {"all"}:
        return ""
    return f", {cells[0]}" if len(cells) == 1 else f", {len(cells)} cells, the first {cells[0]}"


def _why_nothing(record: Mapping[str, Any]) -> str:
    return "not measured on a GPU" if record else "there is no record"


def _layer_lines(record: Mapping[str, Any]) -> Iterator[str]:
    for precision in PRECISIONS:
        for pair in PAIRS:
            for first, second in layer_pairs(record, pair, precision):
                before, after = (1e3 * row[PASS]["seconds"] for row in (first, second))
                yield (
                    f"  {_place(first)} {_name(first)} {before:.2f} ms, {_name(second)} {after:.2f} ms, "
                    f"ratio {before / after:.1f}, {'cuDNN' if second['on_cudnn'] else 'not cuDNN'}"
                )


def _training_lines(record: Mapping[str, Any]) -> Iterator[str]:
    for row in on_gpu(record, "training"):
        yield (
            f"  {row['backend']:10} {row['lstm']:12} {row['precision']:14} batch {row['batch_size']:4}"
            f" {row['tokens_per_second']:11,.0f} tokens/s  {', '.join(row['kernels'])}{_memory(row)}"
        )


def _target_lines(record: Mapping[str, Any]) -> Iterator[str]:
    for row in (row for part in TARGETS for row in on_gpu(record, part)):
        seconds = f"{row['seconds_from_start']:.0f} s, {row['epoch_seconds']:.0f} s of them in epochs"
        outcome = f"in {seconds}" if row["reached"] else f"not reached in {seconds}"
        yield f"  {row['backend']:10} {row['lstm']:12} {row['target']:.0%} {outcome}{_memory(row)}"


def _memory_lines(record: Mapping[str, Any]) -> Iterator[str]:
    for first, second in layer_pairs(record):
        peaks = [row[PASS]["peak_mebibytes"] for row in (first, second)]
        if None not in peaks:
            yield f"  {_place(first)} {_name(first)} {peaks[0]:,.0f} MiB, fused {peaks[1]:,.0f} MiB"


def _memory(row: Row) -> str:
    return "" if row["peak_mebibytes"] is None else f", {row['peak_mebibytes']:,.0f} MiB"


def _place(row: Row) -> str:
    return f"{row['backend']:10} {'×'.join(map(str, row['shape'])):18} {row['precision']:14}"


def _name(row: Row) -> str:
    """Return what a layer's kernel is called; a loop is not the same thing on every backend."""
    return LOOPS[row["backend"]] if row["kernel"] == "loop" else str(row["kernel"])


def layer_times(record: Mapping[str, Any]) -> CourseFigure:
    """Draw the times of a layer's loop and of its fused call against length and against width.

    Raises
    ------
    InputError
        Where the record has no such pair from a GPU.
    """
    pairs = layer_pairs(record)
    if not pairs:
        raise InputError("a record with layers measured on a GPU", "one without")
    plan = record["plan"]
    fig, axes = new_figure(7, 3.2, columns=2, sharey=True)
    sweeps: Sequence[tuple[str, int, int, Any]] = (
        ("length (steps)", 1, 3, plan["units"]),
        ("units", 3, 1, plan["length"]),
    )
    for ax, (label, varied, held, value) in zip(axes, sweeps, strict=True):
        for number, backend in enumerate(sorted({first["backend"] for first, _ in pairs})):
            chosen = [both for both in pairs if both[0]["backend"] == backend]
            chosen = sorted(
                (both for both in chosen if both[0]["shape"][held] == value),
                key=lambda both: both[0]["shape"][varied],
            )
            for place, (style, name) in enumerate((("o--", LOOPS[backend]), ("s-", "fused"))):
                ax.loglog(
                    [both[place]["shape"][varied] for both in chosen],
                    [1e3 * both[place][PASS]["seconds"] for both in chosen],
                    style,
                    color=PALETTE[number],
                    label=f"{backend}, {name}",
                )
        sizes = sorted({both[0]["shape"][varied] for both in pairs if both[0]["shape"][held] == value})
        ax.set_xticks(sizes, labels=list(map(str, sizes)))
        ax.set_xticks([], minor=True)
        ax.set_xlabel(label)
    axes[0].set_ylabel("forward and backward (ms)")
    axes[0].legend(fontsize=8)
    return fig

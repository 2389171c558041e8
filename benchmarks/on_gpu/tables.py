"""The record of ``gpu.py`` as tables for people."""

from __future__ import annotations

from typing import Any

from on_gpu.plan import PADDED, PLAIN

PASSES = ("forward", "forward+backward")


def tables(record: dict[str, Any]) -> str:
    """Return all tables, and how much is missing."""
    lines = [f"{record['machine']}; {record['driver'] or 'no NVIDIA driver'}"]
    for backend, seen in record["devices"].items():
        lines += [f"{backend}: {device['name']}" for device in seen.values()]
    for layers in (record["layers"], record["cpu"]):
        lines += _layers(layers)
    if record["training"]:
        lines += [
            "",
            f"{'bilstm in training':<42} {'tokens/s':>11} {'to compile':>12} {'waits':>6} {'MiB':>8}",
        ]
    for row in record["training"]:
        lines.append(
            f"{row['backend'] + ' ' + row['cell']:<42} {row['tokens_per_second']:>11,.0f} "
            f"{row['compiling_seconds']:>10.1f} s {row['waiting_share']:>6.1%} {_of(row['peak_mebibytes'])}"
            f"  {', '.join(row['kernels'])}"
        )
    targets = record["target-right-padded"] + record["target"]
    if targets:
        lines += ["", f"{'to the target':<42} {'best':>7} {'from start':>11} {'epochs':>9} {'MiB':>8}"]
    for row in targets:
        best = "-" if row["best"] is None else f"{row['best']:.2%}"
        lines.append(
            f"{row['backend'] + ' ' + row['cell']:<42} {best:>7} {row['seconds_from_start']:>9.1f} s "
            f"{row['epoch_seconds']:>7.1f} s {_of(row['peak_mebibytes'])}  "
            f"{', '.join(row['kernels'])}{'' if row['reached'] else ': not reached'}"
        )
    lines += _missing(record["missing"])
    return "\n".join(lines)


def _layers(rows: list[dict[str, Any]]) -> list[str]:
    """Return a line for each pass of a pair: both times and their ratio."""
    if not rows:
        return []
    lines = ["", f"{'layer, ms':<50} {'pass':<17} {'first':>9} {'second':>9} {'ratio':>6} {'apart':>8}"]
    by_cell = {(row["backend"], row["cell"]): row for row in rows}
    for row in rows:
        own, other = next(pair for pair in (PLAIN, PADDED) if row["kernel"] in pair)
        if row["kernel"] == other:
            continue
        second = by_cell.get((row["backend"], row["cell"].replace(own, other, 1)))
        what = f"{row['backend']} {row['cell'].replace(own, f'{own}/{other}', 1)}"
        for name in PASSES:
            milliseconds = 1e3 * row[name]["seconds"]
            line = f"{what:<50} {name:<17} {milliseconds:>9.3f}"
            if second is not None:
                faster = 1e3 * second[name]["seconds"]
                line += f" {faster:>9.3f} {milliseconds / faster:>6.2f} {second['difference']:>8.0e}"
                line += "  cuDNN" if second["on_cudnn"] else ""
                line += "" if second["on_cudnn"] == second["cudnn_expected"] else "  not as expected"
            lines.append(line)
    return lines


def _missing(missing: list[dict[str, str]]) -> list[str]:
    """Return a line for each reason in each part."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in missing:
        groups.setdefault((one["backend"], one["part"], one["why"]), []).append(one["cell"])
    lines = ["", "missing:"] if groups else []
    for (backend, part, why), cells in groups.items():
        which = cells[0] if len(cells) == 1 else f"{len(cells)} cells, the first {cells[0]}"
        lines.append(f"  {backend} {part}, {which}: {why[:150]}")
    return lines


def _of(mebibytes: float | None) -> str:
    return f"{'-' if mebibytes is None else format(mebibytes, ',.0f'):>8}"

"""One part on one backend, in a process of its own: ``gpu.py`` starts it with ``KERAS_BACKEND`` set.

After each cell it writes its share of the record, so that it may be killed at any time.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lstm_course.cli.quiet import load_keras_quietly
from lstm_course.json_files import write_json
from on_gpu.plan import FULL, PARTS, QUICK, Cell, Plan, cells_of, name_of, refusal


def measures(part: str, plan: Plan, options: argparse.Namespace) -> Callable[[Any], dict[str, Any]]:
    """Return what measures one cell of a part."""
    if part in ("layers", "cpu"):
        from on_gpu.layers import Layers

        return Layers(plan, options.seed).measure
    from on_gpu.training import Training, to_target

    if part == "training":
        return Training(plan, options.seed).measure
    clock = {"began": options.began, "until": options.until}
    return lambda cell: to_target(cell, plan, options.seed, target=options.target, **clock)


def device() -> dict[str, Any]:
    """Return what the backend computes on."""
    import keras

    from lstm_course.sentiment.devices import gpu_devices
    from on_gpu.backends import backend_in_use

    backend = backend_in_use()
    found = {"gpu": bool(gpu_devices()), "name": backend.device(), "keras": keras.__version__}
    return found | backend.switches()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--share", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--target", type=float, required=True)
    parser.add_argument("--began", type=float, required=True)
    parser.add_argument("--until", type=float, required=True)
    parser.add_argument("--any-device", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL

    backend = os.environ["KERAS_BACKEND"]
    if backend == "tensorflow":  # it talks; elsewhere it is left alone
        load_keras_quietly()
    found = device()
    share: dict[str, Any] = {"device": found, "rows": [], "errors": {}}
    write_json(options.share, share)
    if not (found["gpu"] or options.any_device or options.part == "cpu"):
        return

    cells = {cell: refusal(backend, cell) for cell in cells_of(options.part, plan)}
    share["errors"] = {name_of(cell): why for cell, why in cells.items() if why}
    measure: Callable[[Any], dict[str, Any]] | None = None
    for cell in (cell for cell, why in cells.items() if not why):
        if measure is not None and time.time() > options.until:  # the first has the grace too
            return
        try:
            measure = measure or measures(options.part, plan, options)
            share["rows"].append(row_of(cell, measure(cell)))
        except Exception as error:  # one cell's failure must not cost the others
            share["errors"][name_of(cell)] = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        write_json(options.share, share)


def row_of(cell: Cell, found: dict[str, Any]) -> dict[str, Any]:
    return {"cell": name_of(cell), **asdict(cell), **found}


if __name__ == "__main__":
    main()

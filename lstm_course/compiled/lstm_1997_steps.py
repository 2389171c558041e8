"""The loop of ``lstm_1997`` that learns after each step, compiled: gradients are carried forwards.

Equations are those of ``lstm_course.recurrent.lstm_1997``, traces those of ``lstm_1997``.
"""

import numpy as np

from lstm_course.compiled.elementary import tanh
from lstm_course.compiled.jit import compiled


@compiled
def _learn_unit(unit, d, reads, into):
    """Change the weights into one hidden unit by −d times what it reads, or a trace of that."""
    kernel, recurrent_kernel, bias, first_read, hidden_mask = into
    features = kernel.shape[0]
    for m in range(features):
        kernel[m, unit] -= d * reads[m]
    for m in range(first_read, recurrent_kernel.shape[0]):
        recurrent_kernel[m, unit] -= d * reads[features + m]
    bias[unit] -= d * reads[-1] * hidden_mask[unit]


@compiled
def learn_every_step(
    dense,
    symbols,
    has_symbols,
    lengths,
    targets,
    scored,
    kernel,
    recurrent_kernel,
    bias,
    output_kernel,
    output_bias,
    hidden_mask,
    output_mask,
    blocks,
    size,
    has_output_gates,
    first_read,
    shortcut,
    linear,
    g_low,
    g_high,
    squashes,
    h_low,
    h_high,
    rate,
    outputs,
):
    """Run over the sequences with traces carried forwards, the weights changing after each scored step."""
    features, hidden = kernel.shape
    cells, gates, count = blocks * size, hidden - blocks * size, targets.shape[2]
    sources = np.zeros(features + hidden + 1)  # x_t, a_{t−1}, 1
    cell_traces = np.zeros((sources.size, cells))  # equation (1)
    gate_traces = np.zeros((sources.size, cells))  # equation (2)
    z = np.empty(hidden)
    state = np.empty(cells)
    shown = np.empty(cells)
    d_net = np.empty(count)
    into = (kernel, recurrent_kernel, bias, first_read, hidden_mask)

    for n in range(len(lengths)):
        sources[:] = 0.0
        sources[-1] = 1.0
        cell_traces[:] = 0.0
        gate_traces[:] = 0.0
        state[:] = 0.0
        for t in range(lengths[n]):
            for m in range(features):
                sources[m] = 0.0 if has_symbols else dense[n, t, m]
            if has_symbols:
                sources[symbols[n, t]] = 1.0
            z[:] = bias
            for m in range(features):
                if sources[m] != 0.0:
                    for k in range(hidden):
                        z[k] += sources[m] * kernel[m, k]
            if t > 0:
                for m in range(first_read, hidden):
                    for k in range(hidden):
                        z[k] += sources[features + m] * recurrent_kernel[m, k]
            for k in range(hidden):
                z[k] = 0.5 * tanh(0.5 * z[k]) + 0.5
            for j in range(cells):
                i, g = z[j // size], g_low + (g_high - g_low) * z[gates + j]
                to_cell = i * (g - g_low) * (g_high - g) / (g_high - g_low)
                to_gate = g * i * (1.0 - i)
                for m in range(sources.size):
                    cell_traces[m, j] += to_cell * sources[m]
                    gate_traces[m, j] += to_gate * sources[m]
                state[j] += i * g
            for j in range(cells):
                h = state[j]
                if squashes:
                    h = h_low + (h_high - h_low) * (0.5 * tanh(0.5 * h) + 0.5)
                shown[j] = h
                z[gates + j] = z[blocks + j // size] * h if has_output_gates else h
            if scored[n, t]:
                v = outputs[n, t]
                v[:] = output_bias
                for j in range(cells):
                    for k in range(count):
                        v[k] += z[gates + j] * output_kernel[j, k]
                if shortcut:
                    for m in range(features):
                        if sources[m] != 0.0:
                            for k in range(count):
                                v[k] += sources[m] * output_kernel[cells + m, k]
                for k in range(count):
                    slope = 1.0
                    if not linear:
                        v[k] = 0.5 * tanh(0.5 * v[k]) + 0.5
                        slope = v[k] * (1.0 - v[k])
                    d_net[k] = rate * (v[k] - targets[n, t, k]) * slope
                for j in range(cells):
                    block, d_y = j // size, 0.0
                    for k in range(count):
                        d_y += d_net[k] * output_kernel[j, k]
                        output_kernel[j, k] -= z[gates + j] * d_net[k]
                    h, o = shown[j], 1.0
                    if has_output_gates:
                        o = z[blocks + block]
                        d_o = d_y * h * o * (1.0 - o)
                        _learn_unit(blocks + block, d_o, sources, into)
                    d_s = d_y * o
                    if squashes:
                        d_s *= (h - h_low) * (h_high - h) / (h_high - h_low)
                    _learn_unit(block, d_s, gate_traces[:, j], into)
                    _learn_unit(gates + j, d_s, cell_traces[:, j], into)
                for k in range(count):
                    output_bias[k] -= d_net[k] * output_mask[k]
                if shortcut:
                    for m in range(features):
                        if sources[m] != 0.0:
                            for k in range(count):
                                output_kernel[cells + m, k] -= sources[m] * d_net[k]
            for k in range(hidden):
                sources[features + k] = z[k]

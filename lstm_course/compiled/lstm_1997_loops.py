"""The loops of ``lstm_1997``, compiled: learning after each sequence, or after each step.

Equations are those of ``lstm_course.recurrent.lstm_1997``, traces those of ``lstm_1997``.
"""

import numpy as np

from lstm_course.compiled.elementary import tanh
from lstm_course.compiled.jit import compiled


@compiled
def learn_every_sequence(
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
    """Run over the sequences, each forwards, then backwards and into the weights; rate 0 only looks."""
    longest, features, hidden = scored.shape[1], kernel.shape[0], kernel.shape[1]
    cells, gates, count = blocks * size, hidden - blocks * size, targets.shape[2]
    hiddens = np.zeros((longest + 1, hidden))
    written = np.empty((longest, cells))
    shown = np.empty((longest, cells))
    state = np.empty(cells)
    d_state = np.empty(cells)
    d_net = np.empty(count)
    d_z = np.zeros(hidden)
    d_output_kernel = np.zeros_like(output_kernel)
    d_output_bias = np.zeros(count)

    for n in range(len(lengths)):
        # forwards
        state[:] = 0.0
        for t in range(lengths[n]):
            z = hiddens[t + 1]
            if has_symbols:
                row = kernel[symbols[n, t]]
                for k in range(hidden):
                    z[k] = bias[k] + row[k]
            else:
                z[:] = bias
                for m in range(features):
                    x = dense[n, t, m]
                    for k in range(hidden):
                        z[k] += x * kernel[m, k]
            if t > 0:
                for m in range(first_read, hidden):
                    a = hiddens[t, m]
                    for k in range(hidden):
                        z[k] += a * recurrent_kernel[m, k]
            for k in range(hidden):
                z[k] = 0.5 * tanh(0.5 * z[k]) + 0.5
            for j in range(cells):
                g = g_low + (g_high - g_low) * z[gates + j]
                written[t, j] = g
                state[j] += z[j // size] * g
            if squashes:
                for j in range(cells):
                    shown[t, j] = h_low + (h_high - h_low) * (0.5 * tanh(0.5 * state[j]) + 0.5)
            else:
                shown[t] = state
            for j in range(cells):
                z[gates + j] = shown[t, j]
                if has_output_gates:
                    z[gates + j] *= z[blocks + j // size]
            if scored[n, t]:
                v = outputs[n, t]
                v[:] = output_bias
                for j in range(cells):
                    for k in range(count):
                        v[k] += z[gates + j] * output_kernel[j, k]
                if shortcut and has_symbols:
                    for k in range(count):
                        v[k] += output_kernel[cells + symbols[n, t], k]
                elif shortcut:
                    for m in range(features):
                        for k in range(count):
                            v[k] += dense[n, t, m] * output_kernel[cells + m, k]
                for k in range(0 if linear else count):
                    v[k] = 0.5 * tanh(0.5 * v[k]) + 0.5
        if rate == 0.0:
            continue

        # backwards: only the cell states carry an error from step to step
        d_state[:] = 0.0
        d_output_kernel[:] = 0.0
        d_output_bias[:] = 0.0
        seen = False
        for t in range(lengths[n] - 1, -1, -1):
            a_t = hiddens[t + 1]
            d_z[:] = 0.0
            if scored[n, t]:
                seen = True
                for k in range(count):
                    v = outputs[n, t, k]
                    d_net[k] = v - targets[n, t, k]
                    if not linear:
                        d_net[k] *= v * (1.0 - v)
                    d_output_bias[k] += d_net[k]
                for j in range(cells):
                    block, d_y = j // size, 0.0
                    for k in range(count):
                        d_y += d_net[k] * output_kernel[j, k]
                        d_output_kernel[j, k] += a_t[gates + j] * d_net[k]
                    h, o = shown[t, j], 1.0
                    if has_output_gates:
                        o = a_t[blocks + block]
                        d_z[blocks + block] += d_y * h * o * (1.0 - o)
                    slope = (h - h_low) * (h_high - h) / (h_high - h_low) if squashes else 1.0
                    d_state[j] += d_y * o * slope
                if shortcut and has_symbols:
                    for k in range(count):
                        d_output_kernel[cells + symbols[n, t], k] += d_net[k]
                elif shortcut:
                    for m in range(features):
                        for k in range(count):
                            d_output_kernel[cells + m, k] += dense[n, t, m] * d_net[k]
            if not seen:
                continue
            for j in range(cells):
                block, g = j // size, written[t, j]
                i = a_t[block]
                d_z[block] += d_state[j] * g * i * (1.0 - i)
                d_z[gates + j] = d_state[j] * i * (g - g_low) * (g_high - g) / (g_high - g_low)
            for k in range(hidden):
                d_z[k] *= rate
                bias[k] -= d_z[k] * hidden_mask[k]
            if has_symbols:
                row = kernel[symbols[n, t]]
                for k in range(hidden):
                    row[k] -= d_z[k]
            else:
                for m in range(features):
                    x = dense[n, t, m]
                    for k in range(hidden):
                        kernel[m, k] -= x * d_z[k]
            if t > 0:
                for m in range(first_read, hidden):
                    a = hiddens[t, m]
                    for k in range(hidden):
                        recurrent_kernel[m, k] -= a * d_z[k]
        for k in range(count):
            output_bias[k] -= rate * d_output_bias[k] * output_mask[k]
        for j in range(output_kernel.shape[0]):
            for k in range(count):
                output_kernel[j, k] -= rate * d_output_kernel[j, k]


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

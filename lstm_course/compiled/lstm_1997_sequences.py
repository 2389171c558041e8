"""The loop of ``lstm_1997`` that learns after each sequence, compiled: forwards, backwards, into the weights.

Equations are those of ``lstm_course.recurrent.lstm_1997``.
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

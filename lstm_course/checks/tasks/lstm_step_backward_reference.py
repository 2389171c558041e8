"""Reference for one step of the cell, backwards, with the mistakes that students make."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_course.checks.draw import arrays
from lstm_course.checks.probe import Case
from lstm_course.checks.task import follow, followed
from lstm_course.checks.tasks.lstm_cell import sigmoid

ARRIVED = "the d_c_t that arrived in place of the whole one"
NO_SLOPE = "slope of the activation missing"
SLOTS = ("d_z_t[i]", "d_z_t[f]", "d_z_t[g]", "d_z_t[o]")


def slots_apart(value: Any, d_h_t: Any, *others: Any) -> Any:
    """Put the four quarters of d_z_t beside it."""
    if not isinstance(value, (tuple, list)) or len(value) != 4 or not isinstance(value[3], Mapping):
        return value
    beside = {}
    if "d_z_t" in value[3]:
        d_z_t = np.asarray(value[3]["d_z_t"])
        whole = d_z_t.ndim == 0 or d_z_t.shape[-1] != 4 * d_h_t.shape[-1]
        beside = dict(zip(SLOTS, [d_z_t] * 4 if whole else np.split(d_z_t, 4, axis=-1), strict=True))
    return *value[:3], ChainMap(beside, value[3])  # type: ignore[arg-type]


def step_backward(
    d_h_t: Any, d_c_t: Any, values: Any, kernel: Any, recurrent_kernel: Any, *, seen: Any, wrong: str
) -> dict[str, Any]:
    """Equations (1) to (6) of the chapter, each judged from the student's own results of those before."""
    whole = _whole_d_c(d_h_t, d_c_t, values, wrong)
    own = follow(seen, "d_c_t", whole)
    slots = _slots(d_h_t, d_c_t, whole, values, wrong)
    own_slots = _slots(d_h_t, d_c_t, own, values, wrong)
    d_c_prev, own_d_c_prev = _d_c_prev(d_c_t, whole, values, wrong), _d_c_prev(d_c_t, own, values, wrong)
    if not wrong:
        own_slots = {name: followed(seen, name, slots[name], own_slots[name]) for name in slots}
        own_d_c_prev = followed(seen, "d_c_prev", d_c_prev, own_d_c_prev)

    d_z_t = np.concatenate(list(own_slots.values()), axis=1)
    own_d_z_t = follow(seen, "d_z_t", d_z_t)
    through = _through_weights(own_d_z_t, d_h_t, values, kernel, recurrent_kernel, wrong)
    return {"d_c_t": whole, "d_z_t": d_z_t, **own_slots, "d_c_prev": own_d_c_prev, **through}


def _whole_d_c(d_h_t: Any, d_c_t: Any, values: Any, wrong: str) -> Any:
    """Equation (2): what arrived, and what comes out of h_t."""
    o_t, squashed = values["o_t"], np.tanh(values["c_t"])
    out_of_h = d_h_t * o_t * (1 - squashed**2)
    if wrong == "what arrived from later is lost":
        return out_of_h
    if wrong == "what comes out of h_t is missing":
        return d_c_t
    if wrong == "slope of tanh missing":
        out_of_h = d_h_t * o_t
    if wrong == "tanh in place of its slope":
        out_of_h = d_h_t * o_t * squashed
    if wrong == "slope of tanh taken at c_t as if it were tanh(c_t)":
        out_of_h = d_h_t * o_t * (1 - values["c_t"] ** 2)
    if wrong == "slope of tanh without the square":
        out_of_h = d_h_t * o_t * (1 - squashed)
    if wrong == "slope of tanh at the old state":
        out_of_h = d_h_t * o_t * (1 - np.tanh(values["c_prev"]) ** 2)
    if wrong == "output gate missing":
        out_of_h = d_h_t * (1 - squashed**2)
    if wrong == "slope of the output gate added":
        out_of_h = out_of_h * (1 - o_t)
    if wrong == "forget gate multiplied in already":
        return (d_c_t + out_of_h) * values["f_t"]
    if wrong == "forget gate multiplied with what arrived":
        return d_c_t * values["f_t"] + out_of_h
    return d_c_t + out_of_h


def _slots(d_h_t: Any, arrived: Any, d_c_t: Any, values: Any, wrong: str) -> dict[str, Any]:
    """Equations (1), (3) and (4): each gate's gradient, times the slope of its activation."""
    i_t, f_t, g_t, o_t, c_prev = (values[name] for name in ("i_t", "f_t", "g_t", "o_t", "c_prev"))
    squashed = np.tanh(values["c_t"])
    if wrong == ARRIVED:
        d_c_t = arrived
    if wrong == "d_h_t in place of d_c_t":
        d_c_t = d_h_t
    d_i, d_f, d_g, d_o = d_c_t * g_t, d_c_t * c_prev, d_c_t * i_t, d_h_t * squashed
    if wrong == "factors of the input and the forget gate exchanged":
        d_i, d_f = d_f, d_i
    if wrong == "new cell state in place of the old one":
        d_f = d_c_t * values["c_t"]
    if wrong == "tanh of the old cell state":
        d_f = d_c_t * np.tanh(c_prev)
    if wrong == "factor of the product missing":
        d_i, d_f, d_g, d_o = d_c_t, d_c_t, d_c_t, d_h_t
    if wrong == "the gate itself in place of the other factor":
        d_i, d_f, d_g, d_o = d_c_t * i_t, d_c_t * f_t, d_c_t * g_t, d_h_t * o_t
    if wrong == "forget gate in place of the input gate":
        d_g = d_c_t * f_t
    if wrong == "cell state in place of its tanh":
        d_o = d_h_t * values["c_t"]
    if wrong == "d_c_t in place of d_h_t":
        d_o = d_c_t * squashed
    if wrong == "old cell state shown":
        d_o = d_h_t * np.tanh(c_prev)
    gate, squash = _slopes(wrong)
    slots = (d_i * gate(i_t), d_f * gate(f_t), d_g * squash(g_t), d_o * gate(o_t))
    if wrong == "slots g and o exchanged":
        slots = (*slots[:2], slots[3], slots[2])
    if wrong == "slots i and f exchanged":
        slots = (slots[1], slots[0], *slots[2:])
    return dict(zip(SLOTS, slots, strict=True))


def _slopes(wrong: str) -> Any:
    """Return the slopes of sigmoid and tanh as functions of their values."""
    if wrong == NO_SLOPE:
        return np.ones_like, np.ones_like
    if wrong == "slope of tanh in place of the sigmoid's":
        return (lambda y: 1 - y**2), (lambda y: 1 - y**2)
    if wrong == "slope of the sigmoid in place of tanh's":
        return (lambda y: y * (1 - y)), (lambda y: y * (1 - y))
    if wrong == "slope at a gate squashed twice":
        return (lambda y: sigmoid(y) * (1 - sigmoid(y))), (lambda y: 1 - np.tanh(y) ** 2)
    if wrong == "only half of the slope":
        return (lambda y: 1 - y), (lambda y: 1 - y)
    return (lambda y: y * (1 - y)), (lambda y: 1 - y**2)


def _d_c_prev(arrived: Any, d_c_t: Any, values: Any, wrong: str) -> Any:
    """Return the first term of equation (2), for the step before."""
    if wrong == ARRIVED:
        d_c_t = arrived
    factors = {
        "forget gate missing": 1.0,
        "input gate in place of the forget gate": values["i_t"],
        "output gate in place of the forget gate": values["o_t"],
        "gradient of the forget gate handed on": values["c_prev"],
        "slope of the forget gate in place of the gate": values["f_t"] * (1 - values["f_t"]),
        "one minus the forget gate": 1 - values["f_t"],
        "slope of tanh at the old state multiplied in": values["f_t"] * (1 - np.tanh(values["c_prev"]) ** 2),
    }
    return d_c_t * factors.get(wrong, values["f_t"])


def _through_weights(
    d_z_t: Any, d_h_t: Any, values: Any, kernel: Any, recurrent_kernel: Any, wrong: str
) -> dict[str, Any]:
    """Equations (5) and (6), from the student's own d_z_t."""
    units = recurrent_kernel.shape[0]
    x_t, h_prev, batch = values["x_t"], values["h_prev"], len(d_z_t)
    columns = {
        "only the input gate's slot": slice(0, units),
        "the output gate's slot left out": slice(0, 3 * units),
        "only the candidate's slot": slice(2 * units, 3 * units),
    }.get(wrong, slice(None))
    back_to_x, back_to_h = kernel.T, recurrent_kernel.T
    if wrong == "weights reshaped in place of transposed":
        back_to_x = kernel.reshape(back_to_x.shape)
        back_to_h = recurrent_kernel.reshape(back_to_h.shape)
    d_x_t = d_z_t[:, columns] @ back_to_x[columns]
    d_h_prev = d_z_t[:, columns] @ back_to_h[columns]
    if wrong == "d_h_t added to d_h_prev":
        d_h_prev = d_h_prev + d_h_t
    if wrong == "path through h_prev cut":
        d_h_prev = np.zeros_like(d_h_prev)
    if wrong == "slope of tanh multiplied into d_h_prev":
        d_h_prev = d_h_prev * (1 - h_prev**2)
    if wrong == "mean over the four slots":
        d_x_t, d_h_prev = d_x_t / 4, d_h_prev / 4

    if wrong == "new hidden state in place of the old one":
        h_prev = values["o_t"] * np.tanh(values["c_t"])
    if wrong == "cell state in place of the hidden state":
        h_prev = values["c_prev"]
    d_kernel, d_recurrent_kernel, d_bias = x_t.T @ d_z_t, h_prev.T @ d_z_t, d_z_t.sum(axis=0)
    if wrong == "only the first sequence of the batch":
        d_kernel, d_recurrent_kernel = np.outer(x_t[0], d_z_t[0]), np.outer(h_prev[0], d_z_t[0])
        d_bias = d_z_t[0]
    if wrong in ("mean over the batch", "mean over the batch for the kernels"):
        d_kernel, d_recurrent_kernel = d_kernel / batch, d_recurrent_kernel / batch
    if wrong in ("mean over the batch", "mean over the batch for the bias"):
        d_bias = d_bias / batch
    if wrong == "bias not summed over the batch":
        d_bias = d_z_t
    if wrong == "bias multiplied with the input":
        d_bias = (d_z_t * x_t.mean(axis=1, keepdims=True)).sum(axis=0)
    return {
        "d_x_t": d_x_t,
        "d_h_prev": d_h_prev,
        "d_kernel": d_kernel,
        "d_recurrent_kernel": d_recurrent_kernel,
        "d_bias": d_bias,
    }


def draw(rng: np.random.Generator) -> list[Case]:
    """Draw a step's values as a forward pass would leave them, and the gradients that arrive."""
    drawn = []
    for case in arrays(
        rng,
        "BDN",
        d_h_t="B N",
        d_c_t="B N",
        x_t="B D",
        h_prev="B N",
        c_prev="B N",
        i_t="B N",
        f_t="B N",
        g_t="B N",
        o_t="B N",
        kernel="D 4N",
        recurrent_kernel="N 4N",
    ):
        args = dict(case.args)
        values = {name: args.pop(name) for name in ("x_t", "h_prev", "c_prev", "i_t", "f_t", "g_t", "o_t")}
        values |= {name: sigmoid(values[name]) for name in ("i_t", "f_t", "o_t")}
        values["g_t"] = np.tanh(values["g_t"])
        values["c_t"] = values["f_t"] * values["c_prev"] + values["i_t"] * values["g_t"]
        weights = {name: args.pop(name) for name in ("kernel", "recurrent_kernel")}
        drawn.append(Case({**args, "values": values, **weights}, case.sizes, case.edge))
    return drawn

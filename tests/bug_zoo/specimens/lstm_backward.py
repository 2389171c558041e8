"""Specimens for assignment 04-lstm: one step backwards, wrong."""

from tests.bug_zoo.zoo import Wrong


def _back(what, loses, named, change):
    return Wrong("lstm_step_backward", what, loses, named, change=change)


O_GATE, STATE, F_GATE = "back-output-gate", "back-cell-state", "back-forget-gate"
I_GATE, CANDIDATE, CAROUSEL = "back-input-gate", "back-candidate", "back-carousel"
INPUTS, WEIGHTS = "back-inputs", "back-weights"
WHOLE = "d_c_whole = d_c_t + d_h_t * o_t * (1 - tanh_c_t**2)"
D_O, D_I, D_F, D_G = (
    "d_o_t = d_h_t * tanh_c_t",
    "d_i_t = d_c_whole * g_t",
    'd_f_t = d_c_whole * values["c_prev"]',
    "d_g_t = d_c_whole * i_t",
)
SIDE_BY_SIDE = "np.concatenate([d_z_i, d_z_f, d_z_g, d_z_o], axis=1)"
ARRIVED = "the d_c_t that arrived in place of the whole one"
NO_SLOPE = "slope of the activation missing"

SPECIMENS = (
    _back(
        "forgets the output gate's slope",
        (O_GATE,),
        NO_SLOPE,
        {"d_z_o = d_o_t * o_t * (1 - o_t)": "d_z_o = d_o_t"},
    ),
    _back("forgets tanh(c_t)", (O_GATE,), "factor of the product missing", {D_O: "d_o_t = d_h_t"}),
    _back(
        "takes c_t for its tanh",
        (O_GATE,),
        "cell state in place of its tanh",
        {D_O: 'd_o_t = d_h_t * values["c_t"]'},
    ),
    _back(
        "sends the state's gradient to the output gate",
        (O_GATE,),
        "",
        {D_O: "d_o_t = (d_h_t + d_c_t) * tanh_c_t"},
    ),
    _back(
        "takes tanh's slope at the output gate",
        (O_GATE,),
        "slope of tanh in place of the sigmoid's",
        {"d_z_o = d_o_t * o_t * (1 - o_t)": "d_z_o = d_o_t * (1 - o_t**2)"},
    ),
    _back(
        "loses what arrived",
        (STATE,),
        "what arrived from later is lost",
        {WHOLE: "d_c_whole = d_h_t * o_t * (1 - tanh_c_t**2)"},
    ),
    _back(
        "forgets the slope of tanh",
        (STATE,),
        "slope of tanh missing",
        {WHOLE: "d_c_whole = d_c_t + d_h_t * o_t"},
    ),
    _back(
        "takes the slope of tanh at c_t",
        (STATE,),
        "slope of tanh taken at c_t as if it were tanh(c_t)",
        {"(1 - tanh_c_t**2)": '(1 - values["c_t"]**2)'},
    ),
    _back(
        "forgets the output gate",
        (STATE,),
        "output gate missing",
        {"d_h_t * o_t * (1 - tanh_c_t**2)": "d_h_t * (1 - tanh_c_t**2)"},
    ),
    _back(
        "forgets the path through h_t",
        (STATE,),
        "what comes out of h_t is missing",
        {WHOLE: "d_c_whole = d_c_t + 0"},
    ),
    _back(
        "multiplies what arrives by the forget gate again",
        (STATE,),
        "forget gate multiplied with what arrived",
        {WHOLE: "d_c_whole = d_c_t * f_t + d_h_t * o_t * (1 - tanh_c_t**2)"},
    ),
    _back("has a sign wrong in the slope", (STATE,), "", {"(1 - tanh_c_t**2)": "(1 + tanh_c_t**2)"}),
    _back(
        "forgets the forget gate's slope",
        (F_GATE,),
        NO_SLOPE,
        {"d_z_f = d_f_t * f_t * (1 - f_t)": "d_z_f = d_f_t"},
    ),
    _back(
        "takes the new state for the old one",
        (F_GATE,),
        "new cell state in place of the old one",
        {D_F: 'd_f_t = d_c_whole * values["c_t"]'},
    ),
    _back(
        "squashes the old state",
        (F_GATE,),
        "tanh of the old cell state",
        {D_F: 'd_f_t = d_c_whole * np.tanh(values["c_prev"])'},
    ),
    _back("takes h_prev for c_prev", (F_GATE,), "", {D_F: 'd_f_t = d_c_whole * values["h_prev"]'}),
    _back("forgets the candidate", (I_GATE,), "factor of the product missing", {D_I: "d_i_t = d_c_whole"}),
    _back(
        "squashes the input gate twice",
        (I_GATE,),
        "slope at a gate squashed twice",
        {"d_z_i = d_i_t * i_t * (1 - i_t)": "d_z_i = d_i_t * sigmoid(i_t) * (1 - sigmoid(i_t))"},
    ),
    _back("takes what arrived for the input gate", (I_GATE,), ARRIVED, {D_I: "d_i_t = d_c_t * g_t"}),
    _back(
        "takes the sigmoid's slope at the candidate",
        (CANDIDATE,),
        "slope of the sigmoid in place of tanh's",
        {"(1 - g_t**2)": "g_t * (1 - g_t)"},
    ),
    _back("forgets a square", (CANDIDATE,), "only half of the slope", {"(1 - g_t**2)": "(1 - g_t)"}),
    _back(
        "takes the forget gate for the input gate",
        (CANDIDATE,),
        "forget gate in place of the input gate",
        {D_G: "d_g_t = d_c_whole * f_t"},
    ),
    _back(
        "exchanges the two products",
        (I_GATE, F_GATE),
        "factors of the input and the forget gate exchanged",
        {D_I: 'd_i_t = d_c_whole * values["c_prev"]', D_F: "d_f_t = d_c_whole * g_t"},
    ),
    _back(
        "puts the slots in the order of CS231n",
        (CANDIDATE, O_GATE),
        "slots g and o exchanged",
        {"d_z_f, d_z_g, d_z_o]": "d_z_f, d_z_o, d_z_g]"},
    ),
    _back(
        "forgets the slopes of all gates",
        (O_GATE, F_GATE, I_GATE),
        NO_SLOPE,
        {
            "d_z_i = d_i_t * i_t * (1 - i_t)": "d_z_i = d_i_t",
            "d_z_f = d_f_t * f_t * (1 - f_t)": "d_z_f = d_f_t",
            "d_z_o = d_o_t * o_t * (1 - o_t)": "d_z_o = d_o_t",
        },
    ),
    _back(
        "uses what arrived wherever the state's gradient is needed",
        (F_GATE, I_GATE, CANDIDATE, CAROUSEL),
        ARRIVED,
        {
            D_I: "d_i_t = d_c_t * g_t",
            D_F: 'd_f_t = d_c_t * values["c_prev"]',
            D_G: "d_g_t = d_c_t * i_t",
            "d_c_prev = d_c_whole * f_t": "d_c_prev = d_c_t * f_t",
        },
    ),
    _back(
        "hands the state's gradient on as it is",
        (CAROUSEL,),
        "forget gate missing",
        {"d_c_prev = d_c_whole * f_t": "d_c_prev = d_c_whole + 0"},
    ),
    _back(
        "hands the forget gate's gradient on",
        (CAROUSEL,),
        "gradient of the forget gate handed on",
        {"d_c_prev = d_c_whole * f_t": 'd_c_prev = d_c_whole * values["c_prev"]'},
    ),
    _back(
        "adds the input gate on the carousel",
        (CAROUSEL,),
        "",
        {"d_c_prev = d_c_whole * f_t": "d_c_prev = d_c_whole * (f_t + i_t)"},
    ),
    _back(
        "adds d_h_t on the way",
        (INPUTS,),
        "d_h_t added to d_h_prev",
        {"d_z_t @ recurrent_kernel.T": "d_z_t @ recurrent_kernel.T + d_h_t"},
    ),
    _back(
        "reshapes until the product works",
        (INPUTS,),
        "weights reshaped in place of transposed",
        {
            "d_z_t @ kernel.T": "d_z_t @ kernel.reshape(-1, kernel.shape[0])",
            "d_z_t @ recurrent_kernel.T": "d_z_t @ recurrent_kernel.reshape(-1, recurrent_kernel.shape[0])",
        },
    ),
    _back(
        "cuts the gradient as in 1997",
        (INPUTS,),
        "path through h_prev cut",
        {"d_z_t @ recurrent_kernel.T": "np.zeros_like(d_h_t)"},
    ),
    _back(
        "takes the slope of the state before",
        (INPUTS,),
        "slope of tanh multiplied into d_h_prev",
        {"d_z_t @ recurrent_kernel.T": '(d_z_t @ recurrent_kernel.T) * (1 - values["h_prev"] ** 2)'},
    ),
    _back(
        "averages over the batch",
        (WEIGHTS,),
        "mean over the batch",
        {
            'values["x_t"].T @ d_z_t': 'values["x_t"].T @ d_z_t / len(d_z_t)',
            'values["h_prev"].T @ d_z_t': 'values["h_prev"].T @ d_z_t / len(d_z_t)',
            "d_z_t.sum(axis=0)": "d_z_t.mean(axis=0)",
        },
    ),
    _back(
        "averages the bias",
        (WEIGHTS,),
        "mean over the batch for the bias",
        {"d_z_t.sum(axis=0)": "d_z_t.mean(axis=0)"},
    ),
    _back(
        "does not sum the bias",
        (WEIGHTS, "back-contract"),
        "bias not summed over the batch",
        {"d_z_t.sum(axis=0)": "d_z_t.copy()"},
    ),
    _back(
        "takes the new hidden state",
        (WEIGHTS,),
        "new hidden state in place of the old one",
        {'values["h_prev"].T @ d_z_t': "(o_t * tanh_c_t).T @ d_z_t"},
    ),
    _back(
        "two mistakes at once",
        (O_GATE, CAROUSEL),
        (NO_SLOPE, "forget gate missing"),
        {
            "d_z_o = d_o_t * o_t * (1 - o_t)": "d_z_o = d_o_t",
            "d_c_prev = d_c_whole * f_t": "d_c_prev = d_c_whole + 0",
        },
    ),
    _back(
        "adds to its argument",
        ("back-contract",),
        "argument changed",
        {WHOLE: "d_c_t += d_h_t * o_t * (1 - tanh_c_t**2)\n    d_c_whole = d_c_t.copy()"},
    ),
    _back(
        "collects the gradients in a dict that lives on",
        ("back-contract",),
        "result overwritten",
        {
            "    gradients = {": "    gradients = lstm_step_backward.kept\n    gradients |= {",
            '"d_bias": d_z_t.sum(axis=0),\n    }\n    return d_x_t, d_h_prev, d_c_prev, gradients': '"d_bias": d_z_t.sum(axis=0),\n    }\n    return d_x_t, d_h_prev, d_c_prev, gradients\n\n'
            "lstm_step_backward.kept = {}",
        },
    ),
)

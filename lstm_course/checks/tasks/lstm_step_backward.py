"""Task of assignment 04-lstm: one step of the cell, backwards."""

from lstm_course.checks.task import Idea, Task
from lstm_course.checks.tasks.lstm_step_backward_reference import (
    ARRIVED,
    NO_SLOPE,
    SLOTS,
    draw,
    slots_apart,
    step_backward,
)

SLOPE_HINTS = {
    NO_SLOPE: "This is the gradient of the gate. Between the gate and its pre-activation there is a "
    "function.",
    "slope at a gate squashed twice": "The gate in values is a value of the sigmoid already; its slope can "
    "be written in terms of that value.",
    "factor of the product missing": "A product sends to each factor the gradient times the other factor.",
    "the gate itself in place of the other factor": "A product sends to each factor the gradient times the "
    "other one, not times itself.",
}
GATE_HINTS = SLOPE_HINTS | {
    "slope of tanh in place of the sigmoid's": "Which activation has this gate?",
    "only half of the slope": "Where a gate's value is 0 the sigmoid's slope is 0, and this one is 1.",
}
CANDIDATE_HINTS = SLOPE_HINTS | {
    NO_SLOPE: "This is the gradient of the candidate. Between it and its pre-activation there is a function.",
    "slope at a gate squashed twice": "The candidate in values is a value of tanh already; its slope can be "
    "written in terms of that value.",
}
STATE_HINTS = {
    ARRIVED: "What arrives is one of two ways in which the state reaches the loss. Which gradient holds "
    "both?",
    "d_h_t in place of d_c_t": "What this slot makes goes into the cell state, so it is the cell state's "
    "gradient that it gets.",
}

STEP_BACKWARD = Task(
    function="lstm_step_backward",
    returns=(
        "d_x_t",
        "d_h_prev",
        "d_c_prev",
        f"gradients{{d_c_t d_z_t {' '.join(SLOTS)} d_kernel d_recurrent_kernel d_bias}}",
    ),
    cases=draw,
    reference=step_backward,
    digest=slots_apart,
    ideas=(
        Idea(
            "back-output-gate",
            ("d_z_t[o]",),
            GATE_HINTS
            | {
                "cell state in place of its tanh": "In the forward pass, what is the output gate "
                "multiplied by?",
                "d_c_t in place of d_h_t": "The output gate acts on what is shown.",
                "old cell state shown": "Which of the two cell states did this step show?",
                "slots g and o exchanged": "This is the candidate's gradient. The order of the slots is "
                "that of the forward pass.",
            },
        ),
        Idea(
            "back-cell-state",
            ("d_c_t",),
            {
                "what arrived from later is lost": "The cell state is a fork: it also went on to the next "
                "step.",
                "what comes out of h_t is missing": "The cell state is a fork: it was also shown.",
                "slope of tanh missing": "Between the cell state and what is shown there is a function.",
                "tanh in place of its slope": "Going back through a function multiplies by its slope, not "
                "by its value.",
                "slope of tanh taken at c_t as if it were tanh(c_t)": "The slope is written in terms of "
                "the tanh's value, and values holds what goes into the tanh.",
                "slope of tanh without the square": "At a value of −1 the slope of tanh is 0; this one is "
                "2 there.",
                "slope of tanh at the old state": "Which of the two cell states did this step show?",
                "output gate missing": "What shows the state also multiplies it.",
                "slope of the output gate added": "This path goes past the output gate's activation, not "
                "through it.",
                "forget gate multiplied in already": "That factor belongs to what is handed to the step "
                "before.",
                "forget gate multiplied with what arrived": "What arrives has been multiplied by the later "
                "step's gate already; this step's gate is for the step before.",
            },
        ),
        Idea(
            "back-forget-gate",
            ("d_z_t[f]",),
            GATE_HINTS
            | STATE_HINTS
            | {
                "new cell state in place of the old one": "Which state did this gate keep?",
                "tanh of the old cell state": "In the forward pass, what is this gate multiplied by?",
                "factors of the input and the forget gate exchanged": "The two products of the cell state "
                "have been mixed up.",
                "slots i and f exchanged": "This is the input gate's gradient. The order of the slots is "
                "that of the forward pass.",
            },
        ),
        Idea(
            "back-input-gate",
            ("d_z_t[i]",),
            GATE_HINTS
            | STATE_HINTS
            | {
                "factors of the input and the forget gate exchanged": "The two products of the cell state "
                "have been mixed up.",
                "slots i and f exchanged": "This is the forget gate's gradient. The order of the slots is "
                "that of the forward pass.",
            },
        ),
        Idea(
            "back-candidate",
            ("d_z_t[g]",),
            CANDIDATE_HINTS
            | STATE_HINTS
            | {
                "slope of the sigmoid in place of tanh's": "Which activation has the candidate?",
                "only half of the slope": "At a value of −1 the slope of tanh is 0; this one is 2 there.",
                "forget gate in place of the input gate": "Which gate let the candidate in?",
                "slots g and o exchanged": "This is the output gate's gradient. The order of the slots is "
                "that of the forward pass.",
            },
        ),
        Idea(
            "back-carousel",
            ("d_c_prev",),
            {
                ARRIVED: STATE_HINTS[ARRIVED],
                "forget gate missing": "In the cell of 1997 this was right. What stands at the old state "
                "since then?",
                "input gate in place of the forget gate": "Which gate multiplies the old state?",
                "output gate in place of the forget gate": "Which gate multiplies the old state?",
                "gradient of the forget gate handed on": "A product has two factors. This is the other "
                "one's gradient.",
                "slope of the forget gate in place of the gate": "This path goes past the gate's "
                "activation, not through it.",
                "one minus the forget gate": "At 1 this gate keeps, and what is kept gets the gradient.",
                "slope of tanh at the old state multiplied in": "The old state comes to this step "
                "unsquashed.",
            },
        ),
        Idea(
            "back-inputs",
            ("d_x_t", "d_h_prev"),
            {
                "only the input gate's slot": "All four slots read these two, so all four send something "
                "back.",
                "the output gate's slot left out": "One of the four slots sends nothing back.",
                "only the candidate's slot": "All four slots read these two, so all four send something "
                "back.",
                "weights reshaped in place of transposed": "The shape fits, and the numbers are in the "
                "wrong places.",
                "d_h_t added to d_h_prev": "Every path from the hidden state before the step leads through "
                "the pre-activations.",
                "path through h_prev cut": "That is the gradient of 1997. Today's goes all the way.",
                "slope of tanh multiplied into d_h_prev": "That is the slope of the simple network's state. "
                "Here h_prev came out of a product, and going back through that is the step before's matter.",
                "mean over the four slots": "Where a value was used several times, its gradients add.",
            },
        ),
        Idea(
            "back-weights",
            ("d_kernel", "d_recurrent_kernel", "d_bias"),
            {
                "mean over the batch": "If the loss is a mean, the gradients that arrive know it already.",
                "mean over the batch for the bias": "The kernels' gradients are sums over the batch.",
                "mean over the batch for the kernels": "The bias's gradient is a sum over the batch.",
                "only the first sequence of the batch": "Every sequence of the batch used these weights.",
                "bias not summed over the batch": "There is one bias for the whole batch.",
                "new hidden state in place of the old one": "What was multiplied by the recurrent kernel "
                "at this step?",
                "cell state in place of the hidden state": "What was multiplied by the recurrent kernel at "
                "this step?",
                "bias multiplied with the input": "The bias enters with a slope of 1.",
            },
        ),
        Idea("back-contract"),
    ),
)

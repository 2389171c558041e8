"""Specimens of keras_outputs, assignment 05-keras."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

wrong, right = partial(Wrong, "keras_outputs"), partial(Right, "keras_outputs")
WEIGHTS, MASK, STATES, BACK, CONTRACT = (
    f"keras-{part}" for part in ("weights", "mask", "states", "backwards", "contract")
)
SET = "layer.set_weights(weights)"
CALL = "layer(x, mask=mask)"
TURN = "outputs = outputs[:, ::-1]"
NUMPY = "outputs, h_T, c_T = (to_numpy(part) for part in layer(x, mask=mask))"

SPECIMENS = (
    wrong(
        "forgets the mask",
        (MASK, STATES, BACK),
        "the mask not passed on",
        change={CALL: "layer(x)"},
    ),
    wrong(
        "sets padding to zero in place of masking",
        (MASK, STATES, BACK),
        "padding set to zero, and read",
        change={CALL: "layer(x * mask[:, :, None])"},
    ),
    wrong(
        "believes that true means padding",
        (WEIGHTS, MASK, STATES, BACK),
        ("the mask turned inside out", ""),
        change={CALL: "layer(x, mask=~mask)"},
    ),
    wrong(
        "makes a mask of the lengths",
        (MASK, STATES, BACK),
        "padding supposed on the right",
        change={CALL: "layer(x, mask=np.arange(x.shape[1]) < mask.sum(axis=1)[:, None])"},
    ),
    wrong(
        "asks for zeros at masked steps",
        (MASK, BACK),
        "masked outputs set to zero",
        change={"return_state=True,": "return_state=True, zero_output_for_mask=True,"},
    ),
    wrong("does not turn the outputs round", (BACK,), "the outputs not turned round", change={TURN: "pass"}),
    wrong(
        "turns the rows round in place of the steps",
        (BACK,),
        "the rows of the batch turned round",
        change={TURN: "outputs = outputs[::-1]"},
    ),
    wrong(
        "ignores the argument backwards",
        (BACK,),
        "read forwards",
        change={"go_backwards=backwards,": "", TURN: "pass"},
    ),
    wrong(
        "turns x round by hand and forgets the mask",
        (BACK,),
        "x turned round without its mask",
        change={"go_backwards=backwards,": "", CALL: "layer(x[:, ::-1] if backwards else x, mask=mask)"},
    ),
    wrong(
        "reads forwards, then turns the outputs round",
        (BACK,),
        change={"go_backwards=backwards,": ""},
    ),
    wrong(
        "takes the states in the wrong order",
        (STATES, BACK),
        "h_T and c_T exchanged",
        change={"outputs, h_T, c_T = (": "outputs, c_T, h_T = ("},
    ),
    wrong(
        "returns h_T twice",
        (STATES, BACK),
        "h_T in the place of c_T",
        change={"return outputs, h_T, c_T": "return outputs, h_T, h_T"},
    ),
    wrong(
        "puts the slots of Keras's weights into another order once more",
        (WEIGHTS, MASK, STATES, BACK),
        "the slots put into another order",
        change={SET: "layer.set_weights(from_keras(weights))"},
    ),
    wrong(
        "sets the kernels only",
        (WEIGHTS, MASK, STATES, BACK),
        "the bias not set",
        change={SET: "layer.set_weights([*weights[:2], layer.get_weights()[2]])"},
    ),
    wrong(
        "makes a layer without a bias",
        (WEIGHTS, MASK, STATES, BACK),
        "the layer made without a bias",
        change={
            "return_state=True,": "return_state=True, use_bias=False,",
            SET: "layer.set_weights(weights[:2])",
        },
    ),
    wrong(
        "chooses the hard sigmoid",
        (WEIGHTS, MASK, STATES, BACK),
        "the hard sigmoid at the gates",
        change={"return_state=True,": "return_state=True, recurrent_activation='hard_sigmoid',"},
    ),
    wrong(
        "never sets the weights",
        (WEIGHTS, MASK, STATES, BACK, CONTRACT),
        ("", "memory between calls"),
        change={SET: ""},
    ),
    wrong(
        "hands out the last output only",
        (WEIGHTS, MASK, BACK, CONTRACT),
        change={"return_sequences=True,": "", TURN: "pass"},
    ),
    wrong(
        "sets the weights before the layer is built",
        (WEIGHTS, MASK, STATES, BACK, CONTRACT),
        change={"layer.build((None, None, x.shape[2]))": ""},
    ),
    wrong(
        "masks x in the caller's array",
        (CONTRACT,),
        "argument changed",
        change={"layer.build(": "x *= mask[:, :, None]\n    layer.build("},
    ),
    right(
        "a Masking-free functional model",
        """
def keras_outputs(weights, x, mask, backwards=False):
    entry = keras.Input((None, x.shape[2]))
    entry_mask = keras.Input((None,), dtype="bool")
    layer = keras.layers.LSTM(weights[1].shape[0], return_sequences=True, return_state=True, go_backwards=backwards)
    model = keras.Model([entry, entry_mask], layer(entry, mask=entry_mask))
    layer.set_weights(weights)
    outputs, h, c = [np.array(part) for part in model([x, mask])]
    return (np.flip(outputs, axis=1) if backwards else outputs), h, c
""",
    ),
    right(
        "float64, unrolled", change={"return_state=True,": "return_state=True, dtype='float64', unroll=True,"}
    ),
    right(
        "turns sequences and masks round by hand",
        """
def keras_outputs(weights, x, mask, backwards=False):
    step = -1 if backwards else 1
    layer = keras.layers.LSTM(len(weights[1]), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    outputs, h_T, c_T = layer(x[:, ::step], mask=mask[:, ::step])
    print(outputs.shape)
    return outputs.numpy()[:, ::step], h_T.numpy(), c_T.numpy()
""",
    ),
    right(
        "a class that keeps its layers by shape",
        """
class Runner:
    def __init__(self):
        self.layers = {}

    def __call__(self, weights, x, mask, backwards=False):
        key = (*weights[0].shape, backwards)
        if key not in self.layers:
            layer = keras.layers.LSTM(key[1] // 4, return_sequences=True, return_state=True, go_backwards=backwards)
            layer.build((None, None, key[0]))
            self.layers[key] = layer
        self.layers[key].set_weights(weights)
        outputs, h, c = map(keras.ops.convert_to_numpy, self.layers[key](x, mask=mask))
        return outputs[:, ::-1] if backwards else outputs, h, c

keras_outputs = Runner()
""",
    ),
    right(
        "calls once before setting the weights, returns tensors",
        """
import warnings

def keras_outputs(weights, x, mask, backwards=False):
    warnings.warn("building")
    n = weights[2].size // 4
    layer = keras.layers.LSTM(units=n, return_sequences=True, return_state=True, go_backwards=bool(backwards))
    layer(np.zeros((1, 1, x.shape[-1])))
    for variable, value in zip(layer.weights, weights):
        variable.assign(value)
    outputs, h, c = layer(keras.ops.convert_to_tensor(x, "float32"), mask=keras.ops.convert_to_tensor(mask))
    if backwards:
        outputs = keras.ops.flip(outputs, axis=1)
    return [outputs, h, c]
""",
    ),
    right(
        "a cell and a loop over the steps",
        """
def keras_outputs(weights, x, mask, backwards=False):
    cell = keras.layers.LSTMCell(weights[1].shape[0])
    cell.build((None, x.shape[2]))
    cell.set_weights(weights)
    h = c = np.zeros((len(x), weights[1].shape[0]), "float32")
    outputs = np.zeros((*mask.shape, h.shape[1]))
    times = range(x.shape[1])
    for t in reversed(times) if backwards else times:
        _, (h_new, c_new) = cell(x[:, t].astype("float32"), [h, c])
        m = mask[:, t, None]
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        outputs[:, t] = h
    return outputs, h, c
""",
    ),
)

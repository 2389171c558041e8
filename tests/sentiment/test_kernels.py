"""Each condition is broken in turn, and the verdict compared with what Keras itself then does.

A GPU is pretended, and where Keras would launch a cuDNN kernel it is stopped. ``tests/backends`` runs this
file on JAX and PyTorch too.
"""

import importlib
from contextlib import nullcontext
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from lstm_course.sentiment import right_padded
from lstm_course.sentiment.compilation import compilation
from lstm_course.sentiment.devices import gpu_devices
from lstm_course.sentiment.kernel_table import kernel_choices, render_choices
from lstm_course.sentiment.kernels import cudnn_report, recurrent_layers
from lstm_course.sentiment.models import KERAS_MODELS
from lstm_course.sentiment.right_padded import RightPaddedBidirectional, RightPaddedLSTM

BACKEND = keras.backend.backend()
LSTM, GRU = keras.layers.LSTM, keras.layers.GRU
GRU_FUSED = None if BACKEND != "jax" else "a backend that fuses the GRU; here jax"

BREAKERS = [
    (LSTM, {}, None),
    (GRU, {}, GRU_FUSED),
    (LSTM, {"activation": "relu"}, "activation='tanh'; here activation='relu'"),
    (GRU, {"activation": "sigmoid"}, "activation='tanh'; here activation='sigmoid'"),
    (LSTM, {"recurrent_activation": "hard_sigmoid"}, "recurrent_activation='sigmoid'; here"),
    (GRU, {"recurrent_activation": "hard_sigmoid"}, "recurrent_activation='sigmoid'; here"),
    (LSTM, {"activation": lambda x: keras.ops.tanh(x)}, "activation='tanh'; here activation='<lambda>'"),
    (LSTM, {"activation": keras.ops.tanh}, None),
    (LSTM, {"recurrent_dropout": 0.1}, "recurrent_dropout=0; here recurrent_dropout=0.1"),
    (GRU, {"recurrent_dropout": 0.1}, "recurrent_dropout=0; here recurrent_dropout=0.1"),
    (LSTM, {"dropout": 0.1}, None),
    (LSTM, {"unroll": True}, "unroll=False; here unroll=True"),
    (GRU, {"unroll": True}, "unroll=False; here unroll=True"),
    (LSTM, {"use_bias": False}, "use_bias=True; here use_bias=False"),
    (GRU, {"use_bias": False}, "use_bias=True; here use_bias=False"),
    (GRU, {"reset_after": False}, "reset_after=True; here reset_after=False"),
    (LSTM, {"use_cudnn": False}, "use_cudnn='auto'; here use_cudnn=False"),
    (LSTM, {"return_sequences": True, "go_backwards": True}, None),
]


class TookCudnn(BaseException):
    """Raised where Keras would launch a cuDNN kernel; it catches what is an ``Exception``."""


def keras_rules():
    return importlib.import_module(f"keras.src.backend.{BACKEND}.rnn")


@pytest.fixture
def pretended_gpu(monkeypatch):
    """Let Keras and the course believe in a GPU; gives what makes an array look as if it were on it."""
    rules = keras_rules()

    def launch(*arguments, **options):
        raise TookCudnn

    monkeypatch.setattr(right_padded, "gpu_devices", lambda: ["gpu:0"])
    if BACKEND == "jax":
        monkeypatch.setattr(rules, "_is_gpu_available", lambda: True)
        monkeypatch.setattr("jax.experimental.rnn.lstm", launch)
        return np.asarray
    monkeypatch.setattr(rules, "_cudnn_lstm", launch)
    monkeypatch.setattr(rules, "_cudnn_gru", launch)
    if BACKEND == "tensorflow":
        monkeypatch.setattr(rules, "_is_gpu_available", lambda: True)
        return np.asarray
    torch = importlib.import_module("torch")

    class OnGPU(torch.Tensor):
        device = torch.device("cuda")

    convert = rules.convert_to_tensor
    monkeypatch.setattr(rules, "_is_cuda_cudnn_available", lambda: True)
    monkeypatch.setattr(rules, "convert_to_tensor", lambda *a, **o: convert(*a, **o).as_subclass(OnGPU))
    monkeypatch.setattr(torch._VF, "lstm", launch)
    return lambda x: torch.as_tensor(x).as_subclass(OnGPU)


def took_cudnn(layer, on_gpu, mask=None, features=5):
    """Run a layer and say whether Keras went for cuDNN."""
    x = np.random.default_rng(0).normal(size=(2, 4, features)).astype("float32")
    layer.build(x.shape)
    try:
        layer.call(on_gpu(x), mask=mask) if mask is not None else layer.call(on_gpu(x))
    except TookCudnn:
        return True
    return False


@pytest.mark.parametrize(("kind", "options", "reason"), BREAKERS)
def test_the_verdict_is_what_keras_does(pretended_gpu, kind, options, reason):
    layer = kind(3, **options)
    [report] = cudnn_report(layer, gpu=True)
    assert report.uses_cudnn == took_cudnn(layer, pretended_gpu)
    if reason is None:
        assert report.reasons == ()
    else:
        assert report.reasons[0].startswith(reason)
        assert set(report.reasons[1:]) <= {GRU_FUSED}


@pytest.mark.parametrize("both", [True, False])
def test_right_padded_layers_take_cudnn_under_a_mask(pretended_gpu, both):
    layer = (RightPaddedBidirectional if both else RightPaddedLSTM)(3)
    mask = keras.ops.convert_to_tensor(np.array([[True] * 4, [True] + [False] * 3]))
    reports = cudnn_report(layer, masked=True, gpu=True)
    assert [report.layer for report in reports] == ["forward_lstm", "backward_lstm"][: 1 + both]
    assert all(report.uses_cudnn for report in reports)
    assert took_cudnn(layer, pretended_gpu, mask)


def test_right_padded_layers_keep_jax_kernels_to_float32(pretended_gpu):
    layer = RightPaddedLSTM(3, dtype="mixed_bfloat16")
    [report] = cudnn_report(layer, gpu=True)
    assert report.uses_cudnn == (BACKEND != "jax") == took_cudnn(layer, pretended_gpu)


@pytest.mark.parametrize("version", [91200, 91300, None])
def test_bfloat16_reaches_cudnn_where_the_library_takes_it(monkeypatch, version):
    reasons = ()
    if BACKEND == "torch":
        monkeypatch.setattr("torch.backends.cudnn.version", lambda: version)
        reasons = ("cuDNN 9.13 or newer for bfloat16; here version 91200",) if version == 91200 else ()
    elif BACKEND == "jax":
        reasons = ("float32 on JAX; here bfloat16",)
    for kind in (LSTM, GRU):
        [report] = cudnn_report(kind(3, dtype="mixed_bfloat16"), gpu=True)
        if (BACKEND, kind) == ("jax", GRU):
            reasons = (GRU_FUSED,)
        assert report.reasons == reasons
    [report] = cudnn_report(LSTM(3), gpu=True)
    assert report.uses_cudnn


def test_on_jax_16_bits_stop_a_compiled_model(pretended_gpu):
    assert took_cudnn(LSTM(3, dtype="mixed_float16"), pretended_gpu)  # Keras does not look at the type
    model = keras.Sequential([LSTM(3, dtype="mixed_float16")])
    kernels = [choice.kernel for choice in kernel_choices(model, gpu=True)]
    if BACKEND != "jax":
        assert kernels[1] == "cuDNN"
        return
    assert kernels == ["XLA loop", "none, stops"]  # a mask keeps it from cuDNN
    assert kernel_choices(model, gpu=True, jit="off")[1].kernel == "XLA loop"
    assert kernel_choices(model, gpu=False)[1].kernel == "XLA loop"
    padded = keras.Sequential([RightPaddedLSTM(3, dtype="mixed_float16")])
    assert {choice.kernel for choice in kernel_choices(padded, gpu=True)} == {"XLA loop"}
    lowering = importlib.import_module("jaxlib.gpu_rnn").cudnn_rnn_lowering
    names = ("input_size", "hidden_size", "num_layers", "dropout", "bidirectional", "cudnn_allow_tf32")
    outputs = SimpleNamespace(avals_out=[SimpleNamespace(dtype=np.dtype("float16"))])
    with pytest.raises(ValueError, match="Unknown output type float16"):
        lowering(outputs, *[None] * 5, **dict.fromkeys(names, 1))


FORCED = [
    (LSTM, {}),
    (LSTM, {"activation": "relu"}),
    (LSTM, {"recurrent_dropout": 0.1}),
    (LSTM, {"unroll": True}),
    (GRU, {}),
    (GRU, {"recurrent_dropout": 0.1}),
    (GRU, {"reset_after": False}),
    (GRU, {"unroll": True}),
]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize(("kind", "options"), FORCED)
def test_use_cudnn_true_stops_where_keras_says_so(request, kind, options, gpu, masked):
    on_gpu = request.getfixturevalue("pretended_gpu") if gpu else keras.ops.convert_to_tensor
    mask = keras.ops.convert_to_tensor(np.array([[True] * 4, [True] + [False] * 3])) if masked else None
    model = keras.Sequential([kind(3, use_cudnn=True, **options)])
    [kernel] = [choice.kernel for choice in kernel_choices(model, gpu=gpu) if choice.mask == masked]
    refusal = pytest.raises(ValueError, match="use_cudnn=True was specified")
    with refusal if kernel == "none, stops" else nullcontext():
        took = took_cudnn(kind(3, use_cudnn=True, **options), on_gpu, mask)
        assert took == (kernel == "cuDNN")


def test_a_mask_keeps_all_but_tensorflow_from_cudnn(pretended_gpu):
    mask = keras.ops.convert_to_tensor(np.array([[True] * 4, [True] + [False] * 3]))
    [report] = cudnn_report(LSTM(3), masked=True, gpu=True)
    assert report.uses_cudnn == (BACKEND == "tensorflow") == took_cudnn(LSTM(3), pretended_gpu, mask)


MASKS = [
    ([[1, 1, 0], [1, 1, 1]], None),
    ([[0, 1, 1], [1, 1, 1]], "a mask padded on the right; here 1 of 2 rows that are not"),
    ([[1, 0, 1], [1, 0, 1]], "a mask padded on the right; here 2 of 2 rows that are not"),
    ([[0, 0, 0], [1, 1, 0]], "no row wholly masked; here 1 of 2 rows that are"),
]


@pytest.mark.parametrize(("mask", "reason"), MASKS)
def test_the_verdict_on_a_mask_is_keras_own_assertion(mask, reason):
    layer = LSTM(2, name="lstm")
    [report] = cudnn_report(layer, mask=np.array(mask), gpu=True)
    if BACKEND != "tensorflow":
        assert report.reasons == ("no mask (this backend takes none to cuDNN); here a mask",)
        return
    import tensorflow as tf

    try:
        tf.function(keras_rules()._assert_valid_mask)(tf.constant(np.array(mask, dtype=bool)))
        valid = True
    except tf.errors.InvalidArgumentError:
        valid = False
    assert report.uses_cudnn == valid
    assert report.reasons == (() if reason is None else (reason,))
    kernel = kernel_choices(keras.Sequential([layer]), gpu=True, mask=np.array(mask))[0].kernel
    assert kernel == ("cuDNN" if valid else "none, stops")


def test_a_gpu_is_a_condition_too():
    [report] = cudnn_report(LSTM(2), gpu=False)
    assert report.reasons == ("a GPU that the backend sees; here none",)
    [asked] = cudnn_report(LSTM(2))
    assert asked.uses_cudnn == bool(gpu_devices())


def test_torch_compile_leaves_cudnn_alone(pretended_gpu, monkeypatch):
    if BACKEND == "torch":
        monkeypatch.setattr("torch.compiler.is_compiling", lambda: True)
        assert not took_cudnn(LSTM(3), pretended_gpu)
    [report] = cudnn_report(LSTM(3), gpu=True, traced=True)
    assert report.reasons == ("no torch.compile; here torch.compile",)


@pytest.mark.parametrize("layer", [keras.layers.SimpleRNN(2), keras.layers.RNN(keras.layers.LSTMCell(2))])
def test_other_recurrent_layers_never_run_on_cudnn(pretended_gpu, layer):
    [report] = cudnn_report(layer, gpu=True)
    assert report.reasons == (f"keras.layers.LSTM or GRU; here {type(layer).__name__}",)
    assert not took_cudnn(layer, pretended_gpu)


def test_both_directions_are_looked_at():
    layer = keras.layers.Bidirectional(LSTM(2), backward_layer=LSTM(2, activation="relu", go_backwards=True))
    forward, backward = cudnn_report(layer, gpu=True)
    assert forward.uses_cudnn
    assert len(backward.reasons) == 1


def test_the_mask_is_followed_through_a_model():
    found = {name: recurrent_layers(build(10)) for name, build in KERAS_MODELS.items()}
    assert all(len(layers) == 1 and layers[0][1] for layers in found.values())
    unmasked = keras.Sequential(
        [
            keras.layers.Embedding(9, 4, mask_zero=True),
            LSTM(3, return_sequences=True),
            RightPaddedBidirectional(3),
            RightPaddedLSTM(3),  # its output has no time, so nothing is left to mask
            keras.layers.RepeatVector(2),
            LSTM(3),
        ]
    )
    assert [masked for _, masked in recurrent_layers(unmasked)] == [True, True, True, False]


def compiled_as(model, jit):
    """What Keras makes of ``jit_compile``."""
    choice = {"auto": "auto", "on": True, "off": False}[jit]
    model.compile("sgd", "mse", jit_compile=choice)
    return model.jit_compile


@pytest.mark.filterwarnings("ignore:Model doesn't support `jit_compile=True`")
@pytest.mark.parametrize("jit", ["auto", "on", "off"])
@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize(
    "make",
    [
        lambda: RightPaddedLSTM(2),
        lambda: keras.layers.Bidirectional(LSTM(2)),
        lambda: LSTM(2, activation="relu"),
        lambda: LSTM(2, use_cudnn=False),
        lambda: keras.layers.Bidirectional(LSTM(2, use_cudnn=False)),
        lambda: LSTM(2, recurrent_dropout=0.1),
        lambda: keras.layers.SimpleRNN(2),
    ],
    ids=["right-padded", "both", "relu", "use_cudnn", "both, use_cudnn", "recurrent_dropout", "simple"],
)
def test_compilation_is_what_keras_resolves(monkeypatch, request, jit, gpu, make):
    if gpu:
        request.getfixturevalue("pretended_gpu")
        if BACKEND == "tensorflow":
            import tensorflow as tf

            cpu = tf.config.PhysicalDevice("/physical_device:CPU:0", "CPU")
            one = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
            monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: [cpu, one])
    model = keras.Sequential([make()])  # not built: nothing is to run on the pretended GPU
    assert bool(compilation(model, jit=jit, gpu=gpu).by) == compiled_as(model, jit)


@pytest.mark.filterwarnings("ignore:Model doesn't support `jit_compile=True`")
def test_a_layer_that_xla_cannot_compile_keeps_the_model_from_it():
    model = keras.Sequential([keras.Input((3, 4)), LSTM(2), keras.layers.Dense(1, name="stubborn")])
    model.layers[1].supports_jit = False
    found = compilation(model, jit="on")
    assert found.rule == "the layer stubborn does not let XLA compile the model"
    assert bool(found.by) == compiled_as(model, "on") is False


def test_a_deterministic_tensorflow_is_not_compiled(monkeypatch):
    if BACKEND == "tensorflow":
        config = importlib.import_module("tensorflow.python.framework.config")
        monkeypatch.setattr(config, "is_op_determinism_enabled", lambda: True)
    model = keras.Sequential([keras.Input((3, 4)), keras.layers.SimpleRNN(2)])
    found = compilation(model, jit="on")
    with pytest.warns(UserWarning, match="jit_compile") if BACKEND == "tensorflow" else nullcontext():
        assert bool(found.by) == compiled_as(model, "on") == (BACKEND != "tensorflow")
    assert (found.rule == "TensorFlow was told to be deterministic") == (BACKEND == "tensorflow")


KERNELS = {  # with a mask and without, for: (backend, GPU, jit)
    ("tensorflow", False, "auto"): ("plain loop", "plain loop"),
    ("tensorflow", False, "on"): ("XLA loop", "XLA loop"),
    ("tensorflow", True, "auto"): ("cuDNN", "cuDNN"),
    ("tensorflow", True, "on"): ("cuDNN", "cuDNN"),
    ("jax", False, "auto"): ("XLA loop", "XLA loop"),
    ("jax", False, "off"): ("XLA loop", "XLA loop"),
    ("jax", True, "auto"): ("XLA loop", "cuDNN"),
    ("torch", False, "auto"): ("plain loop", "plain loop"),
    ("torch", False, "on"): ("torch.compile steps", "torch.compile steps"),
    ("torch", True, "auto"): ("plain loop", "cuDNN"),
    ("torch", True, "on"): ("torch.compile steps", "torch.compile steps"),
}


@pytest.mark.parametrize(("gpu", "jit"), [key[1:] for key in KERNELS if key[0] == BACKEND])
def test_the_kernel_follows_from_both(gpu, jit):
    expected = KERNELS[BACKEND, gpu, jit]
    choices = kernel_choices(keras.Sequential([LSTM(2)]), gpu=gpu, jit=jit)
    assert tuple(choice.kernel for choice in choices) == expected
    padded = keras.Sequential([RightPaddedLSTM(2)])  # made on this machine, asked about another
    kernels = {choice.kernel for choice in kernel_choices(padded, gpu=gpu, jit=jit)}
    assert kernels == {expected[1]}  # with a mask as without
    compilers = {compilation(model, jit=jit, gpu=gpu).by for model in (padded, keras.Sequential([LSTM(2)]))}
    assert len(compilers) == 1


@pytest.mark.parametrize("options", [{"activation": "relu"}, {"recurrent_dropout": 0.1}], ids=str)
def test_what_cudnn_refuses_is_compiled_only_where_nothing_forbids_it(options):
    [_, choice] = kernel_choices(keras.Sequential([LSTM(2, **options)]), gpu=True)
    # Keras keeps XLA from layers by their activations, and does not see that dropout keeps cuDNN from them.
    plain = BACKEND == "torch" or (BACKEND == "tensorflow" and "recurrent_dropout" in options)
    assert choice.kernel == ("plain loop" if plain else "XLA loop")


def test_unrolled_layers_have_no_loop():
    [_, choice] = kernel_choices(keras.Sequential([LSTM(2, unroll=True)]), gpu=False, jit="off")
    assert choice.kernel == "plain steps"


def test_the_table_names_each_rule_once():
    model = keras.Sequential([keras.layers.Embedding(9, 4, mask_zero=True), LSTM(3, name="lstm")])
    choices = kernel_choices(model, name="small", gpu=False)
    assert [(choice.mask, choice.in_use) for choice in choices] == [(True, True), (False, False)]
    table = render_choices(choices)
    assert table.count("a GPU that the backend sees, has none") == 1
    for choice in choices:
        assert choice.kernel in table
        assert all(rule in table for rule in choice.rules)

import json
import subprocess
import sys

import keras
import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.json_files import write_json
from lstm_course.sentiment import conversion
from lstm_course.sentiment.conversion import TOLERANCE, convert
from lstm_course.sentiment.keras_learner import KerasLearner
from lstm_course.sentiment.models import KERAS_MODELS, build_model
from lstm_course.sentiment.numpy_learner import NumpyLearner
from lstm_course.sentiment.plain_arrays import read_plain
from lstm_course.sentiment.pooling import MeanMaxPooling
from lstm_course.sentiment.prediction import Predictor
from lstm_course.sentiment.right_padded import RightPaddedBidirectional, RightPaddedLSTM
from lstm_course.sentiment.runs import METRICS, VOCABULARY
from lstm_course.sentiment.settings import TrainingSettings
from lstm_course.sentiment.sources import load_predictor
from lstm_course.sentiment.training_options import in_precision
from lstm_course.text import Vocabulary, load_corpus, tokenize

layers = keras.layers
MAX_TOKENS = 60


@pytest.fixture(scope="module")
def texts():
    """Real sentences, and random words of them in texts of all lengths, none and too many among them."""
    real = load_corpus("rotten-tomatoes").texts[:40]
    words = sorted({word for text in real for word in tokenize(text)})
    rng = np.random.default_rng(0)
    made = [" ".join(rng.choice(words, length)) for length in range(MAX_TOKENS + 10)]
    return [*real, *made, "...", "qwertyuiop"]


@pytest.fixture(scope="module")
def vocabulary(texts):
    return Vocabulary.build([tokenize(text) for text in texts], 200)


def write_run(folder, learner):
    """Lay out what a training would have left."""
    folder.mkdir()
    learner.save(folder)
    learner.vocabulary.save(folder / VOCABULARY)
    metrics = {
        "model": learner.settings.model,
        "corpus": "imdb",
        "accuracy": 0.75,
        "machine": {"host": "mine"},
    }
    write_json(folder / METRICS, {**metrics, "settings": learner.settings.to_dict()})
    return folder


def keras_run(folder, model, vocabulary, name="lstm", **options):
    """Write a run of a Keras model with weights under which every word matters, and rounding does not."""
    rng = np.random.default_rng(1)
    for weight in model.trainable_weights:
        rows = weight.shape[0]  # what is summed over, unless it is a table of vectors
        scale = 1 if rows >= len(vocabulary) else 1.5 / np.sqrt(rows)
        weight.assign(rng.normal(scale=scale, size=weight.shape))
    kernel, bias = model.trainable_weights[-2:]
    kernel.assign(3 * kernel)
    bias.assign([0])
    settings = TrainingSettings(model=name, max_tokens=MAX_TOKENS, **options)
    return write_run(folder, KerasLearner(model, vocabulary, settings))


def agrees(run, file, texts):
    wanted, found = Predictor.load(run).predict(texts, False), load_predictor(file).predict(texts, False)
    wanted, found = ([one.probability for one in each] for each in (wanted, found))
    assert np.std(wanted) > 1000 * TOLERANCE  # else agreement would mean little
    np.testing.assert_allclose(found, wanted, atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("name", KERAS_MODELS)
def test_the_numpy_layers_predict_what_keras_does(tmp_path, name, texts, vocabulary):
    ids = [vocabulary.encode(tokenize(text)) for text in texts]
    run = keras_run(tmp_path / "run", build_model(name, len(vocabulary), texts=ids), vocabulary, name)
    assert convert(run, tmp_path / "model.npz") <= TOLERANCE
    agrees(run, tmp_path / "model.npz", texts)


@pytest.mark.parametrize("name", ["lstm", "bilstm-virtual"])
def test_a_run_in_half_precision_is_converted_in_full(tmp_path, name, texts, vocabulary):
    ids = [vocabulary.encode(tokenize(text)) for text in texts]
    model = in_precision(build_model(name, len(vocabulary), texts=ids), "mixed_float16")
    run = keras_run(tmp_path / "run", model, vocabulary, name, precision="mixed_float16")
    assert convert(run, tmp_path / "model.npz") <= TOLERANCE


STACKS = {
    "two directions twice": [
        layers.Bidirectional(layers.LSTM(5, return_sequences=True), merge_mode="sum"),
        layers.Bidirectional(layers.LSTM(4)),
    ],
    "padded on the right": [RightPaddedBidirectional(5), RightPaddedLSTM(6, True), RightPaddedLSTM(4)],
    "pooled": [RightPaddedLSTM(6, True), layers.LSTM(4, return_sequences=True), MeanMaxPooling()],
    "other cells": [layers.GRU(5, return_sequences=True), layers.SimpleRNN(4)],
    "a hidden layer": [layers.LSTM(5), layers.Dropout(0.5), layers.Dense(4, activation="tanh")],
}


@pytest.mark.parametrize("name", STACKS)
def test_layers_are_converted_in_any_order(tmp_path, name, texts, vocabulary):
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(len(vocabulary), 6, mask_zero=True),
            *STACKS[name],
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    run = keras_run(tmp_path / "run", model, vocabulary)
    convert(run, tmp_path / "model.npz")
    agrees(run, tmp_path / "model.npz", texts)


def test_a_numpy_run_is_converted_too(tmp_path, vocabulary, texts):
    learner = NumpyLearner.create(vocabulary, TrainingSettings(model="numpy-lstm", max_tokens=MAX_TOKENS))
    for weight in learner.model.weights:
        weight *= 5
    run = write_run(tmp_path / "run", learner)
    assert convert(run, tmp_path / "model.npz") == 0
    agrees(run, tmp_path / "model.npz", texts)


@pytest.fixture(scope="module")
def run(tmp_path_factory, vocabulary):
    """A run of a small Keras model with a bit of everything."""
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(len(vocabulary), 4, mask_zero=True),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            MeanMaxPooling(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    return keras_run(tmp_path_factory.mktemp("small") / "run", model, vocabulary)


@pytest.fixture(scope="module")
def file(tmp_path_factory, run):
    path = tmp_path_factory.mktemp("converted") / "model.npz"
    convert(run, path)
    return path


def test_the_file_is_read_where_there_is_no_keras(file, run):
    code = (  # what is None in sys.modules cannot be imported
        "import sys; sys.modules.update(keras=None, tensorflow=None, sklearn=None)\n"
        "from lstm_course.sentiment.sources import load_predictor\n"
        "print(load_predictor(sys.argv[1]).predict([sys.argv[2]])[0].probability)"
    )
    command = [sys.executable, "-c", code, str(file), "a moving film"]
    found = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    [wanted] = Predictor.load(run).predict(["a moving film"])
    assert found == pytest.approx(wanted.probability, abs=TOLERANCE)


def test_the_file_says_what_it_holds(file, vocabulary):
    with np.load(file, allow_pickle=False) as arrays:
        description = json.loads(str(arrays["description"]))
        assert arrays["vocabulary"][:3].tolist() == ["[PAD]", "[UNK]", vocabulary.words[0]]
        assert arrays["1.bidirectional.backward.recurrent_kernel"].shape == (3, 12)
        named = [name for layer in description["layers"] for name in layer["weights"]]
        assert sorted(arrays.files) == sorted([*named, "description", "vocabulary"])
    kinds = ["Embedding", "Bidirectional", "MeanMaxPooling", "Dense"]
    assert [layer["kind"] for layer in description["layers"]] == kinds
    assert (description["max_tokens"], description["gate_order"]["LSTM"]) == (MAX_TOKENS, list("ifgo"))
    assert description["trained"] == {"model": "lstm", "corpus": "imdb", "accuracy": 0.75}  # no machine


@pytest.mark.parametrize("layer", [layers.Conv1D(3, 2, name="wide"), layers.GaussianNoise(0.1, name="wide")])
def test_a_layer_without_counterpart_is_named_and_leaves_no_file(tmp_path, vocabulary, layer):
    model = keras.Sequential(
        [
            keras.Input((9,), dtype="int32"),
            layers.Embedding(len(vocabulary), 4),
            layer,
            layers.LSTM(3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    run = write_run(tmp_path / "run", KerasLearner(model, vocabulary, TrainingSettings(model="lstm")))
    with pytest.raises(InputError, match="'wide'"):
        convert(run, tmp_path / "model.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_models_of_another_form_are_refused(tmp_path, vocabulary):
    ids = keras.Input((None,), dtype="int32")
    state = layers.LSTM(3)(layers.Embedding(len(vocabulary), 4)(ids))
    settings = TrainingSettings(model="lstm")
    graph = keras.Model(ids, layers.Dense(1, activation="sigmoid")(state), name="graph")
    embedding = layers.Embedding(len(vocabulary), 2)
    logit = keras.Sequential([keras.Input((None,)), embedding, layers.LSTM(2), layers.Dense(1)])
    for model, said in ((graph, "a Sequential model, got Functional 'graph'"), (logit, "ends in Dense")):
        run = write_run(tmp_path / model.name, KerasLearner(model, vocabulary, settings))
        with pytest.raises(InputError, match=said):
            convert(run, tmp_path / "model.npz")


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("model.onnx", "ends in .npz"),
        ("model", "ends in .npz"),
        ("old.npz", "old.npz, which exists. Choose another --out, or replace it by --force"),
        ("folder.npz", "which is a folder"),
        ("old.npz/model.npz", "a file that can be written"),
    ],
)
def test_where_no_file_can_be_written(tmp_path, run, out, said):
    (tmp_path / "old.npz").write_text("old")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(InputError, match=said):
        convert(run, tmp_path / out)
    assert (tmp_path / "old.npz").read_text() == "old"


def half(place, predictor, reviews):
    place.write_text("half a file")
    raise KeyboardInterrupt


def another(place, predictor, reviews):
    place.write_text("another model")
    return 1e-4 + Predictor.predict(predictor, [" ".join(review) for review in reviews])[0].probability


@pytest.mark.parametrize(("write", "raised"), [(half, KeyboardInterrupt), (another, InputError)])
def test_an_old_file_stays_until_the_new_one_is_whole_and_right(tmp_path, run, monkeypatch, write, raised):
    out = tmp_path / "model.npz"
    out.write_text("old")
    monkeypatch.setitem(conversion.FORMATS, "npz", write)
    with pytest.raises(raised):
        convert(run, out, force=True)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("model.npz", "old")]
    monkeypatch.undo()
    convert(run, out, force=True)
    assert read_plain(out)[0].vocabulary == Predictor.load(run).learner.vocabulary


def nested(description):
    """Put a layer in place of the second that lies in six hundred others."""
    layer = {"kind": "Bidirectional"}
    for _ in range(600):
        layer = {"kind": "Bidirectional", "layer": layer}
    description["layers"][1] = {**layer, "weights": []}


def described(change):
    """Return a change of the arrays that changes their description."""

    def apply(arrays):
        description = json.loads(str(arrays["description"]))
        change(description)
        arrays["description"] = np.array(json.dumps(description))

    return apply


DAMAGE = {
    "no description": (lambda a: a.pop("description"), "a converted model"),
    "no vocabulary": (lambda a: a.pop("vocabulary"), "a converted model"),
    "no weight": (lambda a: a.pop("3.dense.bias"), "3.dense.bias"),
    "no JSON": (lambda a: a.update(description=np.array("{")), "a description in JSON"),
    "too deep": (lambda a: a.update(description=np.array("[" * 100_000)), "a description in JSON"),
    "layers too deep": (described(nested), "the parts of a model|options of the layer Bidirectional"),
    "a list": (lambda a: a.update(description=np.array("[]")), "the format"),
    "words": (lambda a: a.update(vocabulary=a["vocabulary"][:-1]), "a vocabulary of"),
    "word twice": (lambda a: np.copyto(a["vocabulary"][5:], a["vocabulary"][4]), "distinct words"),
    "shape": (lambda a: a.update({"3.dense.kernel": np.zeros((7, 1))}), "the parts of a model"),
    "NaN": (lambda a: a["3.dense.bias"].fill(np.nan), "finite numbers"),
    "text": (lambda a: a.update({"3.dense.bias": np.array(["a"])}), "the parts of a model"),
    "newer": (described(lambda d: d.update(version=2)), "version 1 of the format"),
    "foreign": (described(lambda d: d.update(format="other")), "the format"),
    "no layers": (described(lambda d: d.update(layers=[])), "the parts of a model"),
    "no tokens": (described(lambda d: d.update(max_tokens=0)), "max tokens of at least 1"),
    "kind": (described(lambda d: d["layers"][1].update(kind="Attention")), "got 'Attention'"),
    "option": (described(lambda d: d["layers"][3].update(colour="blue")), "options of the layer Dense"),
    "two outputs": (described(lambda d: d["layers"].pop()), "a Dense"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_files_are_refused(file, tmp_path, damage):
    with np.load(file) as stored:
        arrays = dict(stored)
    change, said = DAMAGE[damage]
    change(arrays)
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(InputError, match=said):
        read_plain(tmp_path / "bad.npz")


def test_what_holds_pickled_objects_is_refused(tmp_path):
    np.savez(tmp_path / "bad.npz", description=np.array([{"format": 1}], dtype=object))
    with pytest.raises(InputError, match=r"a whole \.npz file of arrays"):
        load_predictor(tmp_path / "bad.npz")
    with pytest.raises(InputError, match="No such file"):
        load_predictor(tmp_path / "none.npz")

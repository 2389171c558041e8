"""Specimens for ``build_model`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

LSTM = "keras.layers.LSTM(32)"
DEEP = (
    'keras.layers.LSTM(64), keras.layers.Dense(128, activation="relu"), '
    'keras.layers.Dense(64, activation="relu")'
)
OUT = 'keras.layers.Dense(1, activation="sigmoid")'
EMBEDDING = "keras.layers.Embedding(vocabulary_size, 32, mask_zero=True)"
LOSS = 'loss="binary_crossentropy"'
ADAM = "keras.optimizers.Adam(1e-3)"


def wrong(what, loses, named, change):
    return Wrong("build_model", what, loses, named, change=change)


WRONG = (
    wrong(
        "does not ask for a mask",
        ("model-padding",),
        "padding is read as words",
        {", mask_zero=True": ""},
    ),
    wrong(
        "returns logits, and the loss knows it",
        ("model-probability",),
        "logits where probabilities are expected",
        {
            OUT: "keras.layers.Dense(1)",
            LOSS: "loss=keras.losses.BinaryCrossentropy(from_logits=True)",
        },
    ),
    wrong(
        "softmax over the one unit",
        ("model-probability", "model-padding", "model-order", "model-loss", "model-learning"),
        ("softmax over one unit", "nothing is read", "training hardly lowers the loss"),
        {'"sigmoid"': '"softmax"'},
    ),
    wrong(
        "leaves return_sequences on",
        ("model-probability",),
        "return_sequences left on",
        {LSTM: "keras.layers.LSTM(32, return_sequences=True)"},
    ),
    wrong(
        "two units with softmax, as for ten classes",
        ("model-probability", "model-loss", "model-learning"),
        "a unit for each class",
        {OUT: 'keras.layers.Dense(2, activation="softmax")', LOSS: 'loss="sparse_categorical_crossentropy"'},
    ),
    wrong(
        "averages the word vectors",
        ("model-order",),
        "a bag of words",
        {LSTM: "keras.layers.GlobalAveragePooling1D()"},
    ),
    wrong(
        "reads the last place of the rectangle",
        ("model-padding", "model-order"),
        ("the mask is lost on its way", "only the last word is read"),
        {LSTM: "keras.layers.Lambda(lambda x: x[:, -1])"},
    ),
    wrong(
        "a convolution that drops the mask",
        ("model-padding",),
        "the mask is lost on its way",
        {LSTM: 'keras.layers.Conv1D(32, 3, padding="same"), keras.layers.LSTM(32)'},
    ),
    wrong(
        "mean squared error, as in regression",
        ("model-loss",),
        "the mean squared error",
        {LOSS: 'loss="mse"'},
    ),
    wrong(
        "categorical cross-entropy on one unit",
        ("model-loss", "model-learning"),
        ("a loss for several classes on one unit", "training hardly lowers the loss"),
        {LOSS: 'loss="categorical_crossentropy"'},
    ),
    wrong(
        "label smoothing, which was not asked for",
        ("model-loss",),
        "",
        {LOSS: "loss=keras.losses.BinaryCrossentropy(label_smoothing=0.2)"},
    ),
    wrong(
        "mean squared error behind layers that make every probability 0 or 1",
        ("model-loss",),
        "the mean squared error",
        {LSTM: DEEP, LOSS: 'loss="mse"'},
    ),
    wrong(
        "label smoothing behind the same layers",
        ("model-loss",),
        "",
        {LSTM: DEEP, LOSS: "loss=keras.losses.BinaryCrossentropy(label_smoothing=0.2)"},
    ),
    wrong(
        "one row too few for padding",
        ("model-size",),
        "the embedding is too small for the vocabulary",
        {"vocabulary_size, 32": "vocabulary_size - 1, 32"},
    ),
    wrong(
        "10,000 words, as in the tutorial",
        ("model-size",),
        "the vocabulary's size is not heeded",
        {"vocabulary_size, 32": "10_000, 32"},
    ),
    wrong(
        "1,000 words, as in the tutorial",
        ("model-size",),
        "the embedding has a size of its own",
        {"vocabulary_size, 32": "1000, 32"},
    ),
    wrong(
        "more weights than reviews to train them",
        ("model-size",),
        "far too many weights",
        {"vocabulary_size, 32": "vocabulary_size, 300"},
    ),
    wrong(
        "freezes the word vectors",
        ("model-learning",),
        "the word vectors are frozen",
        {"mask_zero=True": "mask_zero=True, trainable=False"},
    ),
    wrong(
        "plain gradient descent with its default rate",
        ("model-learning",),
        "training hardly lowers the loss",
        {ADAM: "keras.optimizers.SGD()"},
    ),
    wrong(
        "forgets to compile",
        ("model-loss", "model-learning", "model-contract"),
        "the model is not compiled",
        {'model.compile(loss="binary_crossentropy", optimizer=adam, metrics=["accuracy"])': "pass"},
    ),
    Wrong(
        "build_model",
        "keeps the model for the next call",
        ("model-contract",),
        "one model for all calls",
        code="""
@functools.lru_cache
def build_model(vocabulary_size):
    inputs = keras.Input((None,))
    x = keras.layers.Embedding(vocabulary_size, 24, mask_zero=True)(inputs)
    x = keras.layers.LSTM(16)(x)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model
""",
    ),
    Wrong(
        "build_model",
        "returns the layers and not the model",
        (
            "model-probability",
            "model-padding",
            "model-order",
            "model-loss",
            "model-size",
            "model-learning",
            "model-contract",
        ),
        "",
        change={"    return model": "    model.summary"},
    ),
)

RIGHT = (
    Right(
        "build_model",
        "the functional interface, both directions, dropout",
        """
def build_model(vocabulary_size):
    tokens = keras.Input(shape=(None,), dtype="int64")
    vectors = keras.layers.Embedding(vocabulary_size, 64, mask_zero=True)(tokens)
    vectors = keras.layers.SpatialDropout1D(0.3)(vectors)
    state = keras.layers.Bidirectional(keras.layers.LSTM(24))(vectors)
    state = keras.layers.Dropout(0.5)(state)
    answer = keras.layers.Dense(1, activation="sigmoid")(state)
    network = keras.Model(tokens, answer)
    network.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy())
    return network
""",
    ),
    Right(
        "build_model",
        "a GRU without an Input layer",
        """
from keras.layers import GRU, Dense, Embedding

def build_model(vocabulary_size):
    layers = [Embedding(vocabulary_size, 16, mask_zero=True), GRU(16), Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model
""",
    ),
    Right(
        "build_model",
        "two layers, the mean of all states, a penalty on the weights",
        """
def build_model(vocabulary_size):
    L = keras.layers
    m = keras.Sequential(name="deep")
    m.add(L.Input((None,)))
    m.add(L.Embedding(vocabulary_size, 32, mask_zero=True))
    m.add(L.LSTM(20, return_sequences=True))
    m.add(L.LSTM(20, return_sequences=True))
    m.add(L.GlobalAveragePooling1D())
    m.add(L.Dense(1, kernel_regularizer=keras.regularizers.L2(1e-3)))
    m.add(L.Activation("sigmoid"))
    m.compile(optimizer=keras.optimizers.AdamW(2e-3), loss="binary_crossentropy")
    return m
""",
    ),
    Right(
        "build_model",
        "a class with __call__, which builds a subclass of keras.Model",
        """
class Reader(keras.Model):
    def __init__(self, words):
        super().__init__()
        self.embed = keras.layers.Embedding(words, 30, mask_zero=True)
        self.read = keras.layers.RNN(keras.layers.LSTMCell(30))
        self.answer = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids):
        vectors = self.embed(ids)
        return self.answer(self.read(vectors, mask=self.embed.compute_mask(ids)))

class Builder:
    def __call__(self, vocabulary_size):
        reader = Reader(vocabulary_size)
        reader.compile(optimizer=keras.optimizers.Nadam(0.002), loss=keras.losses.binary_crossentropy)
        return reader

build_model = Builder()
""",
    ),
    Right(
        "build_model",
        "two wide layers on top",
        change={"vocabulary_size, 32": "vocabulary_size, 64", LSTM: DEEP},
    ),
    Right(
        "build_model",
        "both directions and a wide layer on top",
        change={
            "vocabulary_size, 32": "vocabulary_size, 64",
            LSTM: 'keras.layers.Bidirectional(keras.layers.LSTM(64)), keras.layers.Dense(128, "relu")',
        },
    ),
    Right(
        "build_model",
        "helper functions, prints and a magic",
        """
%matplotlib inline
import warnings

def stack(*layers):
    model = keras.Sequential()
    for layer in layers:
        model.add(layer)
    return model

def build_model(n):
    print("building for", n, "words")
    warnings.warn("this takes a moment")
    model = stack(
        keras.layers.InputLayer(shape=(None,), dtype="int32"),
        keras.layers.Embedding(n + 1, 48, mask_zero=True),
        keras.layers.LSTM(48, dropout=0.1),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation=keras.activations.sigmoid),
    )
    model.compile(loss=["binary_crossentropy"], optimizer="adam", metrics=["accuracy"])
    model.summary()
    return model
""",
    ),
)

SPECIMENS = (*WRONG, *RIGHT)

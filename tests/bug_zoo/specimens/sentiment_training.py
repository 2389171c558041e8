"""Specimens for ``train`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

LOOP = """
def train(model, ids, labels, validation, epochs, patience):
    losses, best, kept, waited = [], float("inf"), model.get_weights(), 0
    for epoch in range(epochs):
        model.fit(ids, labels, batch_size=64, verbose=0)
        loss = model.evaluate(*validation, verbose=0)
        loss = loss[0] if isinstance(loss, list) else loss
        losses.append(loss)
        if loss < best:
            best, kept, waited = loss, model.get_weights(), 0
        else:
            waited += 1
            if waited == patience:
                break
    model.set_weights(kept)
    return losses
"""


def wrong(what, loses, named, change):
    return Wrong("train", what, loses, named, change=change)


def loop(what, loses, named, *changes):
    code = LOOP
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return Wrong("train", what, loses, named, code=code)


WRONG = (
    wrong(
        "does not put the best weights back",
        ("train-best",),
        "the last epoch is kept",
        {", restore_best_weights=True": ""},
    ),
    wrong(
        "makes the callback and does not hand it over",
        ("train-best", "train-stop"),
        ("the last epoch is kept", "the training never stops early"),
        {"        callbacks=[stop],\n": ""},
    ),
    wrong(
        "monitors the training loss",
        ("train-best", "train-stop"),
        ("the best epoch by training loss", "the training loss is watched"),
        {'"val_loss", patience': '"loss", patience'},
    ),
    wrong(
        "monitors the accuracy",
        ("train-best", "train-stop"),
        "the best epoch by validation accuracy",
        {'"val_loss", patience': '"val_accuracy", mode="max", patience'},
    ),
    wrong(
        "is one epoch too patient",
        ("train-stop",),
        "one epoch too many",
        {"patience=patience": "patience=patience + 1"},
    ),
    wrong(
        "leaves the patience at its default",
        ("train-stop",),
        "the training stops at the first bad epoch",
        {"patience=patience, ": ""},
    ),
    wrong(
        "puts reviews aside for validation again",
        ("train-reviews", "train-best", "train-stop"),
        ("some reviews are held back", "the best epoch by training loss"),
        {"validation_data=validation": "validation_split=0.2"},
    ),
    wrong(
        "returns the training losses",
        ("train-stop",),
        "the training losses are returned",
        {'history.history["val_loss"]': 'history.history["loss"]'},
    ),
    wrong(
        "returns what fit returns",
        ("train-stop",),
        "",
        {'history.history["val_loss"]': "history"},
    ),
    wrong(
        "one batch of all reviews",
        ("train-accuracy",),
        "too little is learnt",
        {"batch_size=64": "batch_size=len(ids)"},
    ),
    wrong(
        "does not shuffle",
        ("train-reviews",),
        "the same order in every epoch",
        {"epochs=epochs": "shuffle=False, epochs=epochs"},
    ),
    wrong(
        "shuffles the reviews and not the labels",
        ("train-reviews", "train-accuracy"),
        ("labels and reviews are shuffled apart", "nothing is learnt"),
        {"        ids,\n": "        np.random.default_rng(0).permutation(ids),\n"},
    ),
    wrong(
        "trains on all that there is",
        ("train-reviews",),
        "the validation reviews are trained on",
        {
            "        ids,\n        labels,\n": "        np.concatenate([ids, validation[0]]),\n"
            "        np.concatenate([labels, validation[1]]),\n"
        },
    ),
    loop(
        "keeps the variables and not their values",
        ("train-best",),
        "the last epoch is kept",
        "best, kept, waited = loss, model.get_weights(), 0",
        "best, kept, waited = loss, model.weights, 0",
    ),
    loop(
        "compares with the epoch before",
        ("train-best", "train-stop"),
        "compared with the epoch before",
        "waited += 1",
        "best = loss; waited += 1",
    ),
    loop(
        "never becomes patient again",
        ("train-stop",),
        "bad epochs add up",
        "model.get_weights(), 0\n        else",
        "model.get_weights(), waited\n        else",
    ),
    loop(
        "keeps the weights before it has trained",
        ("train-best",),
        "the epoch before the best",
        "        model.fit(ids, labels, batch_size=64, verbose=0)\n",
        "        before = model.get_weights()\n        model.fit(ids, labels, batch_size=64, verbose=0)\n",
        "kept, waited = loss, model.get_weights()",
        "kept, waited = loss, before",
    ),
)

RIGHT = (
    Right("train", "epoch by epoch, by hand", LOOP),
    Right(
        "train",
        "batches by hand, and the loss by hand",
        """
def one_epoch(model, ids, labels, rng):
    order = rng.permutation(len(ids))
    for start in range(0, len(ids), 50):
        rows = order[start : start + 50]
        model.train_on_batch(ids[rows], labels[rows])

def loss_of(model, ids, labels):
    p = np.asarray(model.predict(ids, verbose=0)).reshape(-1).astype(float)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-np.mean(np.where(labels == 1, np.log(p), np.log(1 - p))))

def train(model, ids, labels, validation, epochs, patience):
    rng, losses, states = np.random.default_rng(0), [], []
    while len(losses) < epochs:
        one_epoch(model, ids, labels, rng)
        losses.append(loss_of(model, *validation))
        states.append(model.get_weights())
        if len(losses) - 1 - int(np.argmin(losses)) >= patience:
            break
    model.set_weights(states[int(np.argmin(losses))])
    return losses
""",
    ),
    Right(
        "train",
        "checkpoints in a folder",
        """
import tempfile
from pathlib import Path

def train(model, ids, labels, validation, epochs, patience):
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "best.weights.h5")
        save = keras.callbacks.ModelCheckpoint(file, "val_loss", save_best_only=True, save_weights_only=True)
        stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, verbose=1)
        h = model.fit(x=ids, y=labels, epochs=epochs, validation_data=validation, callbacks=[save, stop])
        model.load_weights(file)
    return h.history["val_loss"]
""",
    ),
    Right(
        "train",
        "datasets of TensorFlow, float32 labels, a magic",
        """
%matplotlib inline
import tensorflow as tf

def train(model, x, y, held, most, patience):
    print("training for", most, "epochs at most")
    pairs = tf.data.Dataset.from_tensor_slices((x, y.astype("float32").reshape(-1, 1)))
    pairs = pairs.shuffle(len(x), reshuffle_each_iteration=True).batch(64)
    others = tf.data.Dataset.from_tensor_slices((held[0], held[1].reshape(-1, 1))).batch(128)
    early = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    run = model.fit(pairs, epochs=most, validation_data=others, callbacks=[early], verbose=0)
    return [float(v) for v in run.history["val_loss"]]
""",
    ),
    Right(
        "train",
        "the history that Keras leaves in the model",
        change={
            "    history = model.fit": "    model.fit",
            'return history.history["val_loss"]': 'return model.history.history["val_loss"]',
        },
    ),
    Right(
        "train",
        "a data set that shuffles itself after each epoch",
        """
class Reviews(keras.utils.PyDataset):
    def __init__(self, ids, labels):
        super().__init__()
        self.ids, self.labels, self.rng = ids, labels, np.random.default_rng(1)
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.ids) // 64)

    def __getitem__(self, number):
        rows = self.order[64 * number : 64 * number + 64]
        return self.ids[rows], self.labels[rows]

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.ids))

def train(model, ids, labels, validation, epochs, patience):
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    run = model.fit(
        Reviews(ids, labels), epochs=epochs, validation_data=validation, callbacks=[stop], verbose=0
    )
    return run.history["val_loss"]
""",
    ),
    Right(
        "train",
        "a data set that shuffles itself before each epoch",
        """
class Shuffled(keras.utils.PyDataset):
    def __init__(self, ids, labels):
        super().__init__()
        self.arrays = ids, labels
        self.on_epoch_begin()

    def __len__(self):
        return -(-len(self.arrays[0]) // 50)

    def __getitem__(self, k):
        return tuple(array[self.order[50 * k : 50 * (k + 1)]] for array in self.arrays)

    def on_epoch_begin(self):
        self.order = np.random.permutation(len(self.arrays[0]))

def train(model, ids, labels, validation, epochs, patience):
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    data = Shuffled(ids, labels)
    return model.fit(data, epochs=epochs, validation_data=validation, callbacks=[stop]).history["val_loss"]
""",
    ),
    Right(
        "train",
        "a class with __call__ and a callback of its own",
        """
class Keeper(keras.callbacks.Callback):
    def __init__(self, patience):
        super().__init__()
        self.patience, self.losses, self.best = patience, [], None

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["val_loss"])
        since = self.losses[::-1].index(min(self.losses))
        if since == 0:
            self.best = self.model.get_weights()
        self.model.stop_training = since >= self.patience

    def on_train_end(self, logs=None):
        self.model.set_weights(self.best)

class Trainer:
    def __call__(self, model, ids, labels, validation, epochs, patience):
        keeper = Keeper(patience)
        model.fit(ids, labels, 64, epochs, callbacks=keeper, validation_data=validation, verbose=0)
        return np.array(keeper.losses)

train = Trainer()
""",
    ),
)

SPECIMENS = (*WRONG, *RIGHT)

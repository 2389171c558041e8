import keras
import numpy as np
import pytest
from keras import ops

from lstm_course.errors import InputError
from lstm_course.sentiment.batches import training_batches
from lstm_course.sentiment.gradients import gradient
from lstm_course.sentiment.pretraining import (
    EPOCHS,
    WEIGHTS,
    Pretraining,
    Words,
    examples,
    pretrain,
    shares_of,
)
from lstm_course.sentiment.progress import Progress
from lstm_course.sentiment.stages import Stages

SIZE = 12


def model(kind="lm", units=5):
    keras.utils.set_random_seed(2)
    made = Pretraining(SIZE, 4, units, kind, dropout=0.0)
    made.bias.assign(np.random.default_rng(0).standard_normal(SIZE))
    return made


def test_every_word_but_the_first_is_predicted_once():
    sequences = [[5, 6, 7, 8], [9], [3, 4]]
    _, predicts, words = examples(sequences, "lm", SIZE)
    assert [words[row][predicts[row]].tolist() for row in range(3)] == [[6, 7, 8], [], [4]]


def test_the_autoencoder_says_the_whole_text_after_the_sign():
    sequences = [[5, 6, 7, 8], [9], [3, 1, 4, SIZE - 1]]
    ids, predicts, words = examples(sequences, "sa", SIZE)
    for row, sequence in enumerate(sequences):
        assert words[row][predicts[row]].tolist() == sequence
        at_sign = predicts[row].argmax()
        assert ids[row, at_sign] == SIZE, "an id that no word has"
        assert ids[row, :at_sign].tolist() == sequence


@pytest.mark.parametrize("kind", ["lm", "sa"])
def test_with_every_word_drawn_equally_often_the_loss_nears_the_full_softmaxs(kind):
    """Each word drawn n times of K = n V counts for n / K q = 1; the right one beside them for 1 / n."""
    sequences, times = [[5, 6, 7, 8, 3], [9, 2], [3, 4, 11]], 1000
    made = model(kind)
    ids, predicts, words = examples(sequences, kind, SIZE)
    expected = float(np.log(times))
    inputs = {
        "ids": ids,
        "predicts": predicts,
        "words": words,
        "drawn": np.tile(np.arange(SIZE, dtype="int32"), times),
        "expected_drawn": np.full(times * SIZE, expected, "float32"),
        "expected_words": np.full(ids.shape, expected, "float32"),
    }
    loss = ops.convert_to_numpy(made(inputs)) - predicts * expected
    assert not loss[~predicts].any()
    full = made.nats_per_word(sequences, batch_size=2)
    assert loss.sum() / predicts.sum() == pytest.approx(full, abs=2 / times)
    made.compile()
    mean = float(made.compute_loss(inputs, None, made(inputs)))
    assert mean == pytest.approx(loss.sum() / predicts.sum() + expected, rel=1e-5)


def test_a_frequent_words_gradient_is_that_of_the_full_softmax():
    """Drawn words that happen to be the right one count, or frequent words would lose their brake."""
    rng = np.random.default_rng(0)
    made = model()
    made.bias.assign([-9.0, -9.0, 3.0, *rng.normal(size=SIZE - 3)])  # word 2 is likely
    ids, predicts, words = examples([[5, 2]], "lm", SIZE)
    shares = np.zeros(SIZE)
    shares[2:] = 1 / (SIZE - 2)
    shares[2] = 0.5
    shares /= shares.sum()
    drawn = 4000
    expected = np.log(drawn * np.maximum(shares, 1e-12)).astype("float32")
    sample = rng.choice(SIZE, size=drawn, p=shares).astype("int32")
    inputs = {
        "ids": ids,
        "predicts": predicts,
        "words": words,
        "drawn": sample,
        "expected_drawn": expected[sample],
        "expected_words": expected[words],
    }
    found = gradient(lambda bias: _loss_with(made, bias, inputs), made.bias)
    logits = ops.convert_to_numpy(made.read(ids))[0, 0] @ made.embedding.get_weights()[0].T + np.array(
        made.bias
    )
    softmax = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    softmax[2] -= 1
    np.testing.assert_allclose(np.array(found), softmax, atol=0.02)
    assert softmax[2] > -0.6


def _loss_with(made, bias, inputs):
    kept, made.bias = made.bias, bias
    try:
        return ops.sum(made(inputs))
    finally:
        made.bias = kept


def test_draws_follow_the_shares_and_the_seed():
    shares = shares_of([[2, 2, 2, 3]], SIZE)
    batches = [np.array([0])]

    def drawn(*seed):
        return Words([[2, 3]], "lm", batches, shares, 4000, seed)[0][0]

    one = drawn(0, 1)
    share = (one["drawn"] == 2).mean()
    assert share == pytest.approx(shares[2], abs=0.04)
    assert set(one["drawn"]) == {2, 3}
    np.testing.assert_allclose(np.exp(one["expected_drawn"]), 4000 * shares[one["drawn"]], rtol=1e-5)
    np.testing.assert_array_equal(one["drawn"], drawn(0, 1)["drawn"])
    assert (one["drawn"] != drawn(0, 2)["drawn"]).any()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "bound"), [("lm", 0.5), ("sa", 1.3)])
def test_it_learns_what_can_be_known(kind, bound):
    """After the first word of these texts, the others follow: 2, 3, …, 11, 2, …"""
    rng = np.random.default_rng(0)
    texts = [[2 + (start + i) % 10 for i in range(8)] for start in rng.integers(10, size=400)]
    made = model(kind, units=24)
    before = made.nats_per_word(texts[:50])
    made.compile(keras.optimizers.Adam(0.02))
    shares = shares_of(texts, SIZE)
    for epoch in range(6):
        batches = training_batches([8] * len(texts), 16, 0, epoch)
        made.fit(Words(texts, kind, batches, shares, 8, (0, epoch)), shuffle=False, verbose=0)
    assert made.nats_per_word(texts[:50]) < bound < before


@pytest.mark.slow
def test_pretraining_learns_what_follows_and_says_how_it_goes():
    """In these texts a word's successor is certain, but for where a text begins."""
    rng = np.random.default_rng(0)
    texts = [[2 + (start + step) % 9 for step in range(12)] for start in rng.integers(0, 9, 3000)]
    lines, counted = [], []

    class Told(Progress):
        def note(self, line):
            lines.append(line)

        def batch(self, reviews, loss, accuracy):
            counted.append(reviews)

    made = pretrain(texts, "lm", SIZE, 8, 8, seed=0, progress=Told(), stages=Stages())
    assert made.nats_per_word(texts) < 0.7 * np.log(9)
    assert len(lines) == EPOCHS
    assert sum(counted) == EPOCHS * len(texts)
    assert float(lines[-1].split()[2]) < float(lines[0].split()[2])


def test_a_stage_that_is_torn_or_of_another_model_is_refused(tmp_path):
    made, other, again = (Pretraining(SIZE, 4, units, "lm") for units in (5, 6, 5))
    for each in (made, other, again):
        each.compile(keras.optimizers.Adam())
    made.optimizer.build(made.trainable_variables)
    made.keep(2, tmp_path)
    assert again.go_on(tmp_path) == 2
    said = r"a checkpoint of this model and these reviews, got .*start over by --force"
    with pytest.raises(InputError, match=said):
        other.go_on(tmp_path)
    (tmp_path / WEIGHTS).unlink()
    (tmp_path / WEIGHTS).write_bytes(b"torn")
    with pytest.raises(InputError, match=said):
        again.go_on(tmp_path)


def test_texts_too_short_to_learn_from_leave_the_model_untrained():
    assert pretrain([[2, 3]], "sa", SIZE, 4, 4, seed=0, progress=Progress(), stages=Stages()).lstm.built


def test_the_sign_is_learnt_and_left_behind():
    """It has a row beside the words', which training moves, and which no model of sentiment takes over."""
    made = model("sa")
    before = made.embedding.get_weights()[0]
    made.compile(keras.optimizers.SGD(1.0))
    sequences = [[5, 6], [7]]
    made.fit(Words(sequences, "sa", [np.array([0, 1])], shares_of(sequences, SIZE), 8, (0,)), verbose=0)
    after = made.embedding.get_weights()[0]
    assert before.shape == after.shape == (SIZE + 1, 4)
    assert (before[SIZE] != after[SIZE]).any()
    np.testing.assert_array_equal(made.vectors(), after[:SIZE])
    assert model("lm").embedding.get_weights()[0].shape == (SIZE, 4)

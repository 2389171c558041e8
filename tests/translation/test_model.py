"""The translator: attention by hand, masks, teacher forcing against single steps, training."""

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.translation.data import Languages, french, german, pieces

keras = pytest.importorskip("keras")

from keras import ops  # noqa: E402

from lstm_course.translation.attention import GeneralAttention  # noqa: E402
from lstm_course.translation.model import Translator, masked_loss  # noqa: E402
from lstm_course.translation.training import length_batches, train  # noqa: E402
from lstm_course.translation.translating import (  # noqa: E402
    forced,
    log_probabilities,
    log_softmax,
    read,
    search,
    stepper,
    translate,
)

NUMBERS = [7, 21, 47, 97, 180, 343, 905, 6120]


@pytest.fixture(scope="module")
def languages():
    return Languages.build(NUMBERS)


def make(languages, seed=0, **options):
    keras.utils.set_random_seed(seed)
    sizes = {"units": 6, "embedding": 5, **options}
    return Translator(len(languages.source), len(languages.target), **sizes)


OPTIONS = [{}, {"attention": False}, {"bidirectional": False}]
NAMES = ["attention", "plain", "forwards"]


@pytest.fixture(scope="module", params=OPTIONS, ids=NAMES)
def model(request, languages):
    return make(languages, **request.param)


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class TestAttention:
    @pytest.fixture
    def arrays(self):
        rng = np.random.default_rng(0)
        query = rng.standard_normal((3, 4, 6)).astype("float32")
        memory = rng.standard_normal((3, 5, 6)).astype("float32")
        mask = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
        return query, memory, mask

    def test_equals_numpy(self, arrays):
        query, memory, mask = arrays
        layer = GeneralAttention()
        context, weights = (ops.convert_to_numpy(array) for array in layer(query, memory, mask))
        kernel = ops.convert_to_numpy(layer.kernel)
        for b in range(3):
            real = memory[b][mask[b]]  # only the real places exist
            by_hand = softmax(query[b] @ kernel @ real.T)
            np.testing.assert_allclose(weights[b][:, mask[b]], by_hand, atol=1e-6)
            np.testing.assert_allclose(context[b], by_hand @ real, atol=1e-5)
        assert not weights[~np.broadcast_to(mask[:, None], (3, 4, 5))].any()

    def test_equals_keras_own_layer(self, arrays):
        query, memory, mask = arrays
        layer = GeneralAttention()
        context, weights = layer(query, memory, mask)
        theirs, their_weights = keras.layers.Attention()(
            [ops.matmul(query, layer.kernel), memory], mask=[None, mask], return_attention_scores=True
        )
        np.testing.assert_allclose(weights, their_weights, atol=1e-6)
        np.testing.assert_allclose(context, theirs, atol=1e-5)


def test_padding_changes_nothing(model, languages):
    narrow, wide = languages.encode(NUMBERS), languages.encode(NUMBERS, 60, 20)
    few = model((narrow.source, narrow.target_in))
    many = model((wide.source, wide.target_in))[:, : narrow.target_in.shape[1]]
    real = narrow.target_out != 0
    np.testing.assert_allclose(np.asarray(few)[real], np.asarray(many)[real], atol=1e-5)
    loss = [float(masked_loss(b.target_out, model((b.source, b.target_in)))) for b in (narrow, wide)]
    assert loss[0] == pytest.approx(loss[1], abs=1e-5)


def test_one_step_at_a_time_is_teacher_forcing(model, languages):
    texts, answers = [german(n) for n in NUMBERS], [french(n) for n in NUMBERS]
    log_p, target, weights = forced(model, languages, texts, answers)
    state, step = read(model, languages.read(texts)), stepper(model)
    tokens = np.full(len(NUMBERS), languages.start)
    for t in range(target.shape[1]):
        one, state = step(tokens, state)
        real = target[:, t] != 0  # after its END a sentence is over
        np.testing.assert_allclose(one[real], log_p[real, t], atol=1e-5)
        tokens = target[:, t]
    assert (weights is None) == (model.attention is None)


def test_a_bidirectional_encoder_hands_over_both_ends(languages):
    model = make(languages)
    h, c, memory, mask = read(model, languages.read(["elf", "dreihundert"]))
    np.testing.assert_allclose(h[0, :6], memory[0, 2, :6], atol=1e-6)  # forwards: after the last character
    np.testing.assert_allclose(h[0, 6:], memory[0, 0, 6:], atol=1e-6)  # backwards: after the first
    assert mask.sum(axis=1).tolist() == [3, 11]
    assert not np.allclose(h, c)


def test_masked_loss_by_hand():
    logits = np.log(np.array([[[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]], [[0.25, 0.25, 0.5], [0.9, 0.05, 0.05]]]))
    target = np.array([[1, 2], [2, 0]])
    wanted = -(np.log(0.5) + np.log(0.8) + np.log(0.5)) / 3
    assert float(masked_loss(target, logits.astype("float32"))) == pytest.approx(wanted, abs=1e-6)


def test_log_probabilities_are_those_of_the_search(model, languages):
    texts = [german(n) for n in NUMBERS]
    found = search(model, languages, texts, limit=12)
    ended = [i for i, one in enumerate(found) if one.finished and one.tokens]
    for i in ended:
        answer = languages.write(found[i].tokens)
        if pieces(answer) == languages.target.decode(found[i].tokens):
            (scored,) = log_probabilities(model, languages, [texts[i]], [answer])
            assert scored == pytest.approx(found[i].log_probability, abs=1e-4)
    widths = [search(model, languages, texts, width=w, limit=12) for w in (1, 4)]
    assert [one.tokens for one in widths[0]] == [one.tokens for one in found]


def test_log_softmax_does_not_overflow():
    log_p = log_softmax(np.array([[1000.0, 1000.0, -1000.0]]))
    np.testing.assert_allclose(np.exp(log_p), [[0.5, 0.5, 0.0]])


def test_batches_hold_every_number_once_and_like_lengths(languages):
    numbers = list(range(0, 9999, 37))
    languages = Languages.build(numbers)
    batches = list(length_batches(numbers, languages, 16, np.random.default_rng(0)))
    written = sorted(languages.write(row) for batch in batches for row in batch.target_out)
    assert written == sorted(french(n) for n in numbers)
    assert {batch.source.shape[1] % 16 for batch in batches} == {0}
    spread = [np.ptp((batch.source != 0).sum(axis=1)) for batch in batches]
    assert np.mean(spread) < 4
    widths = [batch.source.shape[1] for batch in batches]
    assert widths != sorted(widths)  # the batches themselves are shuffled


@pytest.mark.slow
@pytest.mark.parametrize("options", OPTIONS, ids=NAMES)
def test_training_learns(languages, options):
    model = make(languages, units=16, embedding=16, **options)
    losses = train(model, NUMBERS, languages, epochs=80, batch_size=4, learning_rate=0.02)
    assert len(losses) == 80 * 2
    assert losses[0] > 2
    assert np.mean(losses[-4:]) < 0.1
    assert translate(model, languages, [german(n) for n in NUMBERS]) == [french(n) for n in NUMBERS]


@pytest.mark.slow
def test_a_seed_repeats_a_training(languages):
    first, again, other = (
        train(make(languages, seed), NUMBERS, languages, epochs=4, batch_size=4, seed=seed)
        for seed in (0, 0, 1)
    )
    np.testing.assert_allclose(again, first, rtol=1e-4)
    assert not np.allclose(other, first, rtol=1e-3)


def test_bad_input(languages):
    model = make(languages)
    with pytest.raises(InputError, match="sizes"):
        Translator(0, 5)
    with pytest.raises(InputError, match="got 0 epochs"):
        train(model, NUMBERS, languages, epochs=0)
    with pytest.raises(InputError, match="got 5 epochs, batch size 0"):
        train(model, NUMBERS, languages, batch_size=0)
    with pytest.raises(InputError, match="0 numbers"):
        train(model, [], languages)
    with pytest.raises(InputError, match="at least one text"):
        translate(model, languages, [])
    with pytest.raises(InputError, match="as many answers"):
        forced(model, languages, ["elf"], [])


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_saved_translator_translates_the_same(languages, options, tmp_path):
    model = make(languages, **options)
    batch = languages.encode(NUMBERS)
    expected = model((batch.source, batch.target_in))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded((batch.source, batch.target_in)), expected, atol=1e-6)

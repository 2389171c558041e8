import dataclasses
import json
import shutil

import numpy as np
import pytest

from lstm_course.errors import InputError
from lstm_course.sentiment.prediction import AT_ONCE, Predictor
from lstm_course.sentiment.sources import needs_keras
from lstm_course.sentiment.training import train


@pytest.fixture(scope="module")
def runs(tmp_path_factory, small, data):
    """One trained run per kind."""
    root = tmp_path_factory.mktemp("runs")
    for model in ("numpy-lstm", "bag-of-words"):
        train(dataclasses.replace(small, model=model, epochs=1), root / model)
    return root


@pytest.mark.parametrize("model", ["numpy-lstm", "bag-of-words"])
def test_the_last_word_has_the_texts_probability(runs, data, model):
    predictor = Predictor.load(runs / model)
    texts = ["A good film, wonderfully played!", "Dull."]
    for prediction in predictor.predict(texts):
        assert len(prediction.words) == len(prediction.by_word)
        assert prediction.by_word[-1] == pytest.approx(prediction.probability, abs=1e-6)
        assert prediction.label == ("positive" if prediction.probability >= 0.5 else "negative")


def test_after_each_word_is_what_a_causal_network_says_there(runs):
    """The prefixes' probabilities are those of one pass that shows every state."""
    from lstm_course.recurrent.activations import sigmoid

    predictor = Predictor.load(runs / "numpy-lstm")
    [prediction] = predictor.predict(["a film that is good but far too long for what it says"])
    embedding, lstm, dense = predictor.learner.model.layers
    lstm.return_sequences = True
    ids = np.array(predictor.learner.encode([prediction.words]))
    states = lstm.forward(embedding.forward(ids))
    expected = sigmoid(dense.forward(states))[0, :, 0]
    np.testing.assert_allclose(prediction.by_word, expected, atol=1e-6)


@pytest.mark.parametrize("model", ["numpy-lstm", "bag-of-words"])
def test_the_empty_text_has_a_sane_answer(runs, model):
    empty, dots, unknown = Predictor.load(runs / model).predict(["", "...", "qwertyuiop"])
    assert empty.words == empty.by_word == dots.by_word == ()
    assert empty.probability == pytest.approx(dots.probability)
    assert empty.probability == pytest.approx(unknown.probability, abs=1e-6)  # one unknown word
    assert 0 < empty.probability < 1


def test_words_can_be_left_out(runs):
    [prediction] = Predictor.load(runs / "bag-of-words").predict(["good film"], by_word=False)
    assert prediction.by_word == ()
    assert prediction.to_dict()["words"] == []
    assert json.loads(json.dumps(prediction.to_dict()))["label"] == prediction.label


def test_a_text_longer_than_the_model_reads_is_predicted(runs, small):
    [prediction] = Predictor.load(runs / "numpy-lstm").predict(["good " * (small.max_tokens + 20)])
    assert len(prediction.by_word) == small.max_tokens + 20


def test_no_text_is_refused(runs):
    with pytest.raises(InputError, match="at least one text"):
        Predictor.load(runs / "bag-of-words").predict([])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.json", None),
        ("metrics.json", b"{"),
        ("metrics.json", b"\xff\xfe"),
        ("metrics.json", b"{}"),
        ("metrics.json", b'{"settings": {"model": "transformer"}}'),
        ("metrics.json", b'{"settings": {"colour": "blue"}}'),
        ("vocabulary.txt", None),
        ("vocabulary.txt", b"[PAD]\n[UNK]\nfilm\n"),
        ("model.npz", None),
    ],
)
def test_damaged_run_folders_are_refused(runs, tmp_path, name, content):
    folder = tmp_path / "run"
    shutil.copytree(runs / "bag-of-words", folder)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(InputError):
        Predictor.load(folder)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        Predictor.load(tmp_path / "nowhere")


def test_keras_is_loaded_for_a_run_of_it_alone(tmp_path):
    for name in ("one/model.keras", "one/metrics.json", "two/metrics.json", "two/bilstm-pairs/model.keras"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "metrics.json").write_text("")
    found = {name: needs_keras(tmp_path / name) for name in ("one", "two", "three", "", "nowhere")}
    assert found == {"one": True, "two": True, "three": False, "": False, "nowhere": False}


def test_a_long_text_is_read_a_few_beginnings_at_once(runs, monkeypatch):
    """All at once, the beginnings of a book on one line would fill the memory."""
    predictor = Predictor.load(runs / "bag-of-words")
    encode, together = predictor.learner.encode, []
    monkeypatch.setattr(
        predictor.learner, "encode", lambda lists: together.append(len(lists)) or encode(lists)
    )
    [found] = predictor.predict(["good " * (2 * AT_ONCE + 1)])
    assert together == [1, AT_ONCE, AT_ONCE, 1]
    assert len(found.by_word) == 2 * AT_ONCE + 1

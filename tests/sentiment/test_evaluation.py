import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

from lstm_course.errors import InputError
from lstm_course.sentiment.evaluation import confusion_counts, evaluate


def drawn(n=2_000, seed=0):
    rng = np.random.default_rng(seed)
    probabilities = rng.beta(0.6, 0.8, n)
    return probabilities, (rng.random(n) < probabilities).astype(int)


def test_the_figures_are_scikit_learns():
    probabilities, labels = drawn()
    predicted = (probabilities >= 0.5).astype(int)
    measured = evaluate(probabilities, labels)
    assert measured["accuracy"] == pytest.approx(accuracy_score(labels, predicted))
    assert measured["f1"] == pytest.approx(f1_score(labels, predicted))
    assert measured["loss"] == pytest.approx(log_loss(labels, probabilities), rel=1e-6)
    assert (confusion_counts(probabilities, labels) == confusion_matrix(labels, predicted)).all()


def test_calibration_error_worked_by_hand():
    # Three reviews at 0.25, one of them positive: a gap of 1/3 - 0.25. One at 1.0, negative: a gap of 1.
    measured = evaluate(np.array([0.25, 0.25, 0.25, 1.0]), np.array([1, 0, 0, 0]))
    assert measured["calibration_error"] == pytest.approx((3 * (1 / 3 - 0.25) + 1 * 1.0) / 4)


def test_calibration_tells_honest_from_bold_probabilities():
    probabilities, labels = drawn(20_000)
    honest = evaluate(probabilities, labels)["calibration_error"]
    bold = np.where(probabilities >= 0.5, 0.99, 0.01)
    assert honest < 0.02
    assert evaluate(bold, labels)["calibration_error"] > 0.15


def test_certain_and_wrong_costs_much_but_not_infinitely():
    measured = evaluate(np.array([0.0, 1.0]), np.array([1, 0]))
    assert measured == {
        "accuracy": 0.0,
        "loss": pytest.approx(-np.log(1e-7)),
        "f1": 0.0,
        "calibration_error": 1.0,
    }
    assert evaluate(np.array([0.1]), np.array([0]))["f1"] == 0.0  # nothing positive at all


@pytest.mark.parametrize(
    ("probabilities", "labels"), [([], []), ([0.5], [0, 1]), ([1.5], [1]), ([np.nan], [1]), ([-0.1], [0])]
)
def test_what_is_no_prediction_is_refused(probabilities, labels):
    with pytest.raises(InputError):
        evaluate(np.array(probabilities), np.array(labels))

"""Specimens for ``accuracy_with_error`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

ERROR = "np.sqrt(accuracy * (1 - accuracy) / len(correct))"


def accuracy(what, loses, named, change):
    return Wrong("accuracy_with_error", what, loses, named, change=change)


ACCURACY = (
    accuracy("forgets the root", ("accuracy-error",), "no square root", {ERROR: ERROR[7:]}),
    accuracy(
        "forgets the number of reviews",
        ("accuracy-error",),
        "the deviation of one judgement",
        {" / len(correct))": ")"},
    ),
    accuracy(
        "divides by the number and not by its root",
        ("accuracy-error",),
        "the root of the number is missing",
        {ERROR: "np.sqrt(accuracy * (1 - accuracy)) / len(correct)"},
    ),
    accuracy(
        "takes the sample deviation",
        ("accuracy-error",),
        "one less than the number of reviews",
        {ERROR: "np.std(correct, ddof=1) / np.sqrt(len(correct))"},
    ),
    accuracy(
        "forgets the share of errors",
        ("accuracy-error",),
        "the share of errors is missing",
        {"accuracy * (1 - accuracy)": "accuracy"},
    ),
    accuracy(
        "returns the width of an interval",
        ("accuracy-error",),
        "two standard errors",
        {"error = np": "error = 2 * np"},
    ),
    accuracy(
        "1.96 of them",
        ("accuracy-error",),
        "",
        {"error = np": "error = 1.96 * np"},
    ),
    accuracy(
        "assumes the worst case",
        ("accuracy-error",),
        "the error of a coin",
        {"accuracy * (1 - accuracy)": "0.25"},
    ),
    accuracy(
        "counts and does not divide, but knows the fraction",
        ("accuracy-value",),
        "the number of right judgements",
        {"return accuracy": "return float(np.sum(correct))"},
    ),
    accuracy(
        "returns a percentage",
        ("accuracy-value",),
        "a percentage",
        {"return accuracy": "return 100 * accuracy"},
    ),
    accuracy(
        "counts the errors",
        ("accuracy-value",),
        "the share of errors",
        {"np.mean(correct)": "1 - np.mean(correct)"},
    ),
    accuracy(
        "rounds",
        ("accuracy-value", "accuracy-error"),
        "",
        {"return accuracy": "return round(accuracy, 1)"},
    ),
    accuracy(
        "returns the accuracy alone",
        ("accuracy-value", "accuracy-error", "accuracy-contract"),
        "",
        {"return accuracy, error": "return accuracy"},
    ),
)

ACCURACY_RIGHT = (
    Right(
        "accuracy_with_error",
        "the standard deviation of the judgements",
        """
def accuracy_with_error(correct):
    return np.mean(correct), np.std(correct) / np.sqrt(np.size(correct))
""",
    ),
    Right(
        "accuracy_with_error",
        "counting by hand",
        """
import math

def accuracy_with_error(correct):
    n = right = 0
    for one in correct:
        n += 1
        right += bool(one)
    return right / n, math.sqrt(right * (n - right) / n) / n
""",
    ),
    Right(
        "accuracy_with_error",
        "single precision",
        """
def accuracy_with_error(correct):
    c = correct.astype(np.float32)
    p = c.sum() / np.float32(len(c))
    return p, ((p - p * p) / np.float32(len(c))) ** np.float32(0.5)
""",
    ),
    Right(
        "accuracy_with_error",
        "a class with __call__, which returns an array",
        """
class Accuracy:
    def __call__(self, correct):
        print("judging", len(correct))
        p = np.count_nonzero(correct) / len(correct)
        return [p, np.sqrt(p * (1 - p) / len(correct))]

accuracy_with_error = Accuracy()
""",
    ),
    Right(
        "accuracy_with_error",
        "the sum of squares",
        """
import warnings

def accuracy_with_error(correct):
    warnings.warn("few reviews")
    share = np.average(correct)
    spread = np.sum((correct - share) ** 2)
    return share, np.sqrt(spread) / len(correct)
""",
    ),
)

SPECIMENS = (*ACCURACY, *ACCURACY_RIGHT)

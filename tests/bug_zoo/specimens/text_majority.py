"""Specimens of majority_accuracy, assignment 01-text."""

from functools import partial

from tests.bug_zoo.zoo import Right, Wrong

FUNCTION = "majority_accuracy"
VALUE, CONTRACT = "majority-value", "majority-contract"
wrong, right = partial(Wrong, FUNCTION), partial(Right, FUNCTION)
LAST = "np.mean(test_labels == majority)"

SPECIMENS = (
    wrong(
        "looks for the majority in the test labels",
        (VALUE,),
        "the test labels asked",
        change={"np.unique(train_labels": "np.unique(test_labels"},
    ),
    wrong("takes label 1", (VALUE,), "label 1 always", change={"== majority": "== 1"}),
    wrong(
        "takes the largest label",
        (VALUE,),
        "the largest label",
        change={"labels[counts.argmax()]": "labels.max()"},
    ),
    wrong("takes the rarest label", (VALUE,), "the rarest label", change={"argmax": "argmin"}),
    wrong(
        "gives the share in training",
        (VALUE,),
        "the share among the training labels",
        change={"mean(test_labels": "mean(train_labels"},
    ),
    wrong(
        "returns the label",
        (VALUE, CONTRACT),
        ("the label in place of the accuracy", "integers"),
        change={LAST: "majority"},
    ),
    wrong(
        "takes the mean of the labels",
        (VALUE,),
        "the mean label in place of the accuracy",
        change={LAST: "np.mean(test_labels)"},
    ),
    wrong(
        "returns how many are right",
        (VALUE, CONTRACT),
        ("a number in place of a fraction", "integers"),
        change={"np.mean": "np.sum"},
    ),
    wrong("returns the error", (VALUE,), "the error in place of the accuracy", change={LAST: "1 - " + LAST}),
    wrong(
        "divides by the wrong number",
        (VALUE,),
        "divided by the training labels",
        change={LAST: "np.sum(test_labels == majority) / len(train_labels)"},
    ),
    wrong(
        "guesses by shares",
        (VALUE,),
        "guessing by the shares of the labels",
        code="""
def majority_accuracy(train_labels, test_labels):
    return sum(np.mean(train_labels == k) * np.mean(test_labels == k) for k in set(train_labels.tolist()))
""",
    ),
    wrong(
        "leaves ties to most_common",
        (CONTRACT,),
        "the first read of several",
        code="""
from collections import Counter

def majority_accuracy(train_labels, test_labels):
    (label, _), = Counter(train_labels.tolist()).most_common(1)
    return np.mean(test_labels == label)
""",
    ),
    wrong(
        "takes the last of several",
        (CONTRACT,),
        "the largest of several",
        change={"counts.argmax()": "len(counts) - 1 - counts[::-1].argmax()"},
    ),
    wrong(
        "sorts the labels that it was given",
        (CONTRACT,),
        "argument changed",
        change={"    labels, counts": "    train_labels.sort()\n    labels, counts"},
    ),
    wrong(
        "takes the place among the labels for the label",
        (CONTRACT,),
        change={"labels[counts.argmax()]": "counts.argmax()"},
    ),
    wrong("gives per cent", (VALUE,), "per cent in place of a fraction", change={LAST: "100 * " + LAST}),
    wrong("takes the median label", (VALUE,), change={"labels[counts.argmax()]": "np.median(train_labels)"}),
    right(
        "bincount",
        """
def majority_accuracy(train_labels, test_labels):
    guess = np.bincount(train_labels).argmax()
    return float((test_labels == guess).sum() / len(test_labels))
""",
    ),
    right(
        "loops",
        """
def majority_accuracy(train_labels, test_labels):
    best, most = None, 0
    for label in sorted(set(int(k) for k in train_labels)):
        n = 0
        for other in train_labels:
            n += other == label
        if n > most:
            best, most = label, n
    hits = 0
    for label in test_labels:
        if label == best:
            hits += 1
    return hits / len(test_labels)
""",
    ),
    right(
        "Counter with a rule for ties",
        """
from collections import Counter

def majority_accuracy(train_labels, test_labels):
    counts = Counter(train_labels.tolist())
    guess = min(counts, key=lambda label: (-counts[label], label))
    print("always", guess)
    return Counter(test_labels.tolist())[guess] / len(test_labels)
""",
    ),
    right(
        "the standard library",
        """
from statistics import mode

def majority_accuracy(train_labels, test_labels):
    guess = mode(sorted(train_labels.tolist()))
    return np.mean(np.equal(test_labels, guess), dtype=np.float32)
""",
    ),
    right(
        "a class and max",
        """
class Majority:
    def __call__(self, train_labels, test_labels):
        seen = train_labels.tolist()
        guess = max(sorted(set(seen)), key=seen.count)
        return np.full(len(test_labels), guess).__eq__(test_labels).mean()

majority_accuracy = Majority()
""",
    ),
)

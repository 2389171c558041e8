"""Specimens for ``worst_errors`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

FIND = "wrong = np.flatnonzero((probabilities >= 0.5) != (labels == 1))"
SORT = "wrong[np.argsort(-distance)][:count]"


def worst(what, loses, named, change):
    return Wrong("worst_errors", what, loses, named, change=change)


WORST = (
    worst(
        "numbers the errors among themselves",
        ("worst-which", "worst-order"),
        "places in the list of errors",
        {SORT: "np.argsort(-distance)[:count]"},
    ),
    worst(
        "sorts the wrong way round",
        ("worst-which", "worst-order"),
        ("the errors nearest to one half", "the least confident comes first"),
        {"np.argsort(-distance)": "np.argsort(distance)"},
    ),
    worst(
        "takes the right ones from the end, and leaves them in that order",
        ("worst-order",),
        "the least confident comes first",
        {SORT: "wrong[np.argsort(distance)][-count:] if count else wrong[:0]"},
    ),
    worst(
        "sorts by probability",
        ("worst-which", "worst-order"),
        "by probability, the highest first",
        {"-distance": "-probabilities[wrong]"},
    ),
    worst(
        "looks for praise that is none only",
        ("worst-which",),
        "one kind of error only, the praise that is none",
        {FIND: "wrong = np.flatnonzero((probabilities >= 0.5) & (labels == 0))"},
    ),
    worst(
        "finds what is right",
        ("worst-which", "worst-contract"),
        "the right judgements",
        {"!= (labels": "== (labels"},
    ),
    worst(
        "fills up with right judgements",
        ("worst-which",),
        "right judgements fill the list up",
        {FIND: "wrong = np.arange(len(labels))"},
    ),
    worst(
        "takes confidence for error",
        ("worst-which", "worst-order"),
        "errors and right judgements alike",
        {FIND: "wrong = np.arange(len(labels))", "- labels[wrong])": "- 0.5)"},
    ),
    worst(
        "judges one half as negative",
        ("worst-which",),
        "one half is judged negative",
        {">= 0.5": "> 0.5"},
    ),
    worst(
        "forgets the count",
        ("worst-which", "worst-contract"),
        "the number of reviews is not heeded",
        {"[:count]": ""},
    ),
    worst(
        "cuts before it sorts",
        ("worst-which",),
        "the first errors in place of the worst",
        {"labels == 1))": "labels == 1))[:count]"},
    ),
    worst(
        "returns them as they stand",
        ("worst-order",),
        "in the order of the reviews",
        {SORT: "np.sort(wrong[np.argsort(-distance)][:count])"},
    ),
    worst(
        "rounds the distance",
        ("worst-which", "worst-order"),
        "the first errors in place of the worst",
        {
            "np.abs(probabilities[wrong] - labels[wrong])": "np.round(np.abs(probabilities[wrong] - labels[wrong]))"
        },
    ),
    worst(
        "returns a list of pairs",
        ("worst-which", "worst-order", "worst-contract"),
        "",
        {SORT: "[(i, probabilities[i]) for i in wrong]"},
    ),
)

WORST_RIGHT = (
    Right(
        "worst_errors",
        "the loss of each review",
        """
def worst_errors(probabilities, labels, count):
    of_truth = np.where(labels == 1, probabilities, 1 - probabilities)
    errors, = np.nonzero((probabilities >= .5).astype(int) != labels)
    return np.array(sorted(errors, key=lambda i: of_truth[i])[:count], dtype=int)
""",
    ),
    Right(
        "worst_errors",
        "lists and loops",
        """
def worst_errors(probabilities, labels, count):
    found = []
    for place, (p, y) in enumerate(zip(probabilities, labels)):
        if y and p < 0.5:
            found.append((1 - p, place))
        if not y and p >= 0.5:
            found.append((p, place))
    found.sort(reverse=True)
    return np.array([place for _, place in found], dtype=np.int64)[:count]
""",
    ),
    Right(
        "worst_errors",
        "minus infinity for what is right",
        """
def worst_errors(probabilities, labels, count):
    right = (probabilities >= 0.5) == labels.astype(bool)
    score = np.abs(probabilities.astype("float32") - labels)
    score[right] = -np.inf
    order = score.argsort()[::-1]
    return order[: min(count, (~right).sum())]
""",
    ),
    Right(
        "worst_errors",
        "a heap in a class",
        """
import heapq

class Worst:
    def __call__(self, p, y, count):
        print("of", len(p))
        wrong = [i for i in range(len(p)) if (p[i] >= 0.5) != bool(y[i])]
        return np.asarray(heapq.nlargest(count, wrong, key=lambda i: abs(p[i] - 0.5)), dtype=int)

worst_errors = Worst()
""",
    ),
    Right(
        "worst_errors",
        "by recursion",
        """
def worst_errors(probabilities, labels, count):
    def next_of(left, n):
        if n == 0 or not left:
            return []
        top = max(left, key=lambda i: abs(probabilities[i] - labels[i]))
        return [top, *next_of([i for i in left if i != top], n - 1)]

    judged = probabilities >= 0.5
    return np.array(next_of(np.flatnonzero(judged != labels).tolist(), count), dtype=int)
""",
    ),
)

SPECIMENS = (*WORST, *WORST_RIGHT)

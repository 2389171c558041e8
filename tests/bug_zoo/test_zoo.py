"""Grade every specimen; then print and judge the table of them all."""

from collections import Counter
from importlib import import_module

import pytest

from lstm_course.checks import ASSIGNMENTS, find, tasks_of
from tests.bug_zoo.zoo import Right, Wrong, cells_of, grade, source_of

ZOO = [
    (name, specimen)
    for name in ASSIGNMENTS
    for specimen in import_module(f"tests.bug_zoo.specimens.{ASSIGNMENTS[name]}").SPECIMENS
]
TABLE = Counter()


def title(value):
    if isinstance(value, str):
        return value
    return f"{value.function}: {value.what if isinstance(value, Wrong) else value.style}"


@pytest.mark.parametrize(("assignment", "specimen"), ZOO, ids=title)
def test_specimen(assignment, specimen):
    sharing = not (isinstance(specimen, Wrong) and specimen.remembers)
    source = source_of(assignment, specimen)
    marks = grade(assignment, specimen.function, source, sharing=sharing)
    lost = {name: mark for name, mark in marks.items() if mark.earned < mark.points}
    if isinstance(specimen, Right):
        TABLE[assignment, "right"] += 1
        assert not lost, f"a correct solution lost points: {lost}"
        return
    assert set(lost) == set(specimen.loses), {name: mark.finding or mark.error for name, mark in lost.items()}
    found = {mark.finding.mistake if mark.finding else "" for mark in lost.values()}
    wanted = {specimen.named} if isinstance(specimen.named, str) else set(specimen.named)
    assert found - {""} == wanted - {""}, "the check names another mistake than the one that was made"
    TABLE[assignment, "wrong"] += 1
    TABLE[assignment, "named"] += bool(found - {""})


CONSTANT = """

import numpy

right_{name} = {name}

def filled(value):
    if isinstance(value, dict):
        return {{key: filled(part) for key, part in value.items()}}
    if isinstance(value, (tuple, list)):
        return type(value)(filled(part) for part in value)
    return numpy.full(numpy.shape(value), {fill}) if numpy.ndim(value) else {fill}

def {name}(*arguments):
    return filled(right_{name}(*arguments))
"""


@pytest.mark.slow
@pytest.mark.parametrize("fill", ["0.0", "1.0", "numpy.nan"])
@pytest.mark.parametrize("assignment", ["02-rnn", "03-vanishing", "04-lstm"])
def test_constants_earn_no_more_than_the_contract(assignment, fill):
    """What comes later is judged from the student's own earlier outputs; from constants nothing follows."""
    for cell in cells_of("solutions", assignment):
        if cell.kind == "solution":
            marks = grade(assignment, cell.id, cell.source + CONSTANT.format(name=cell.id, fill=fill))
            own = {name for name in marks if find(assignment, name)[0].function == cell.id}
            kept = {name for name in own if marks[name].earned and not name.endswith("-contract")}
            assert not kept, f"{cell.id} returns nothing but {fill}"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_solution_gets_everything_and_release_nothing(assignment):
    marks = grade(assignment)
    assert all(mark.earned == mark.points for mark in marks.values()), marks
    untouched = grade(assignment, folder="exercises")
    assert untouched.keys() == marks.keys()
    assert sum(mark.earned for mark in untouched.values()) == 0


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_function_has_its_specimens(assignment):
    functions = {cell.id for cell in cells_of("solutions", assignment) if cell.kind == "solution"}
    assert functions == {task.function for task in tasks_of(assignment)}
    own = [specimen for name, specimen in ZOO if name == assignment]
    for function in functions:
        wrong = {s.what for s in own if isinstance(s, Wrong) and s.function == function}
        right = {s.style for s in own if isinstance(s, Right) and s.function == function}
        assert len(wrong) >= 8, f"{function} has {len(wrong)} wrong specimens, 8 are the least"
        assert len(right) >= 5, f"{function} has {len(right)} correct specimens, 5 are the least"


def test_table(capsys):
    if sum(count for (_, kind), count in TABLE.items() if kind != "named") < len(ZOO):
        pytest.skip("not all specimens were graded in this run")
    with capsys.disabled():
        print(f"\n{'assignment':20}{'wrong':>7}{'named':>7}{'right':>7}")
        for name in ASSIGNMENTS:
            print(f"{name:20}" + "".join(f"{TABLE[name, kind]:7}" for kind in ("wrong", "named", "right")))
    wrong = sum(TABLE[name, "wrong"] for name in ASSIGNMENTS)
    assert wrong >= 120
    assert sum(TABLE[name, "named"] for name in ASSIGNMENTS) >= 0.8 * wrong

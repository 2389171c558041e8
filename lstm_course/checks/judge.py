"""Judge what was seen of a function: right, or wrong, where, and by which known mistake."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_course.checks.compare import Difference, array_of, described, difference, shape_difference
from lstm_course.checks.probe import Case, Seen, arrays_in, same
from lstm_course.checks.task import Idea, Task, names_of

GENERIC = {
    "not written yet": "Replace the line that raises NotImplementedError by your own code.",
    "nothing returned": "A function without a return statement returns None.",
    "argument changed": "Whoever calls the function still needs that argument. Watch out for +=, *=, item "
    "assignment and methods that change a list in place.",
    "memory between calls": "The result may depend on nothing but the arguments: no global variable, no list "
    "that lives on from call to call, no random number that was not asked for.",
    "result overwritten": "A later call writes into the array that an earlier one returned. Make a new one "
    "in each call.",
    "argument handed back": "What is returned lies in the memory of an argument, so that changing the one "
    "changes the other. Return an array of its own.",
    "dropped axes": "An axis of size 1 has been lost. A batch of one is still a batch, and a sequence of one "
    "step is a sequence.",
    "integers": "The result has been rounded to whole numbers. Which type has the array that you write into?",
}


@dataclass(frozen=True)
class Finding:
    """What is wrong: a message, and the known mistake with its hint where there is one.

    ``printed`` is for the student's own notebook: the beginning of what the function printed.
    """

    message: str
    mistake: str = ""
    hint: str = ""
    printed: str = ""


class CheckFailed(AssertionError):
    """A check that did not pass; a notebook shows its message without a traceback.

    Attributes
    ----------
    grade_id : str
    finding : Finding
    """

    def __init__(self, grade_id: str, finding: Finding, text: str) -> None:
        super().__init__(text)
        self.grade_id, self.finding = grade_id, finding

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def judge(task: Task, idea: Idea, cases: Sequence[Case], seen: Sequence[Seen]) -> Finding | None:
    """Return what is wrong with one idea of a task, or None.

    Parameters
    ----------
    task : Task
    idea : Idea
        One of the task's.
    cases, seen : sequence of Case, sequence of Seen
        As ``probe.observe`` got and returned them.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a mistake makes of the numbers is not the reader's concern
        return _judge(task, idea, [(c, digested(task, c, one)) for c, one in zip(cases, seen, strict=True)])


def digested(task: Task, case: Case, one: Seen) -> Seen:
    """Return what was seen with the task's conclusions in place of what its drive handed on."""
    if task.digest is None or one.error is not None or one.value is None:
        return one
    again = None
    try:
        value = task.digest(one.value, *case.args.values())
    except Exception as error:
        return replace(one, value=None, error=error)
    with contextlib.suppress(Exception):  # then the same call gave something else the second time
        again = one.again if one.again is None else task.digest(one.again, *case.args.values())
    return replace(one, value=value, again=again)


def _judge(task: Task, idea: Idea, both: Sequence[tuple[Case, Seen]]) -> Finding | None:
    plain = [(case, one) for case, one in both if not case.edge] or both
    finding = _unusable(task, plain)
    if finding is None and idea.outputs:
        finding = _values(task, idea, plain)
    elif finding is None:
        finding = _contract(task, both, plain)
    if finding and not finding.mistake:
        known = _diagnose(task, idea, plain if idea.outputs else both)
        finding = Finding(finding.message, *known) if known else finding
    return finding


def outputs_of(task: Task, value: Any) -> dict[str, Any] | Finding:
    """Return the outputs by name, or what is wrong with their number."""
    items = (value,) if len(task.returns) == 1 else value
    wanted = ", ".join(item.lstrip("_") for item in task.returns)
    if value is None:
        return Finding(f"expected {wanted}, got None", "nothing returned", GENERIC["nothing returned"])
    if not isinstance(items, (tuple, list)) or len(items) != len(task.returns):
        return Finding(f"expected {len(task.returns)} values ({wanted}), got {described(value)}")
    found: dict[str, Any] = {}
    for item, part in zip(task.returns, items, strict=True):
        if not item.endswith("}"):
            found |= dict.fromkeys(names_of(item), part)
            continue
        lacking = [n for n in names_of(item) if not isinstance(part, Mapping) or n not in part]
        if lacking:
            name = item[: item.index("{")]
            return Finding(f"{name}: expected a dict with the key {lacking[0]!r}, got {described(part)}")
        found |= {name: part[name] for name in names_of(item)}
    return found


def _unusable(task: Task, both: Sequence[tuple[Case, Seen]]) -> Finding | None:
    """Return why there is nothing to judge: an exception, or not the outputs that were asked for."""
    for case, one in both:
        if isinstance(one.error, NotImplementedError):
            return Finding("this function is not written yet", "not written yet", GENERIC["not written yet"])
        if one.error is not None:
            what = " ".join(str(one.error).split())
            at = f"\n{one.where}" if one.where else ""
            return Finding(f"{case.sizes}: {type(one.error).__name__}: {what}{at}")
        outputs = outputs_of(task, one.value)
        if isinstance(outputs, Finding):
            return Finding(f"{case.sizes}: {outputs.message}", outputs.mistake, outputs.hint)
    return None


def _reference(task: Task, case: Case, wrong: str, seen: Mapping[str, Any]) -> Mapping[str, Any]:
    return task.reference(*case.args.values(), seen=seen, wrong=wrong)


def _gaps(
    task: Task, outputs: Sequence[str], case: Case, received: Mapping[str, Any], wrong: str = ""
) -> list[Difference]:
    """Return the differences between what was received and what the reference makes of it."""
    try:
        expected = _reference(task, case, wrong, _of_size(case, received))
    except Exception:
        if wrong:
            raise
        expected = _reference(task, case, wrong, {})  # the student's outputs are no good to go on from
    gaps = (difference(name, expected[name], received[name], task.tolerance) for name in outputs)
    return [gap for gap in gaps if gap]


def _of_size(case: Case, received: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs to go on from: none so large that combining two of them would fill the memory."""
    most = 1000 + 16 * sum(array.size for array in arrays_in(list(case.args.values())))
    return {name: value for name, value in received.items() if array_of(value).size <= most}


def _values(task: Task, idea: Idea, plain: Sequence[tuple[Case, Seen]]) -> Finding | None:
    for case, one in plain:
        received = outputs_of(task, one.value)
        assert isinstance(received, dict)
        gaps = _gaps(task, idea.outputs, case, received)
        if gaps:
            return Finding(f"{case.sizes}: {gaps[0].text}")
    return None


def _contract(
    task: Task, both: Sequence[tuple[Case, Seen]], plain: Sequence[tuple[Case, Seen]]
) -> Finding | None:
    """Judge everything but the mathematics."""
    edges = [(case, one) for case, one in both if case.edge]
    unusable = _unusable(task, edges)
    if unusable:
        return unusable
    right = not any(
        difference(name, expected[name], received[name], task.tolerance)
        for case, one in plain
        for expected, received in [(_reference(task, case, "", {}), _received(task, one))]
        for name in task.outputs
    )  # altogether: here nothing is judged from the student's own outputs
    for case, one in both:
        received, expected = _received(task, one), _reference(task, case, "", {})
        for name in task.outputs:
            gap = shape_difference(name, expected[name], received[name])
            if gap is None and right and case.edge:
                gap = difference(name, expected[name], received[name], task.tolerance)
            if gap:
                return _generic(f"{case.sizes}: {gap.text}", gap.kind)
        if one.changed:
            name = task.parameters.get(one.changed[0], one.changed[0])
            return _generic(f"{case.sizes}: the argument {name} was changed", "argument changed")
        if one.overwritten:
            return _generic(f"{case.sizes}: a later call changed this call's result", "result overwritten")
        if not _repeated(task, received, one.again):
            message = "the same call gave another result the second time"
            return _generic(f"{case.sizes}: {message}", "memory between calls")
        if one.shared and not task.may_share:
            name = task.parameters.get(one.shared[0], one.shared[0])
            message = f"the result lies in the memory of the argument {name}"
            return _generic(f"{case.sizes}: {message}", "argument handed back")
    return None


def _received(task: Task, one: Seen) -> dict[str, Any]:
    received = outputs_of(task, one.value)
    return received if isinstance(received, dict) else {}


def _generic(message: str, mistake: str) -> Finding:
    return Finding(message, mistake, GENERIC[mistake]) if mistake in GENERIC else Finding(message)


def _repeated(task: Task, first: Mapping[str, Any], again: Any) -> bool:
    second = outputs_of(task, again)
    if not isinstance(second, dict):
        return False
    return all(
        same(first[name], second[name]) or not difference(name, first[name], second[name], task.tolerance)
        for name in task.outputs
    )


def _diagnose(task: Task, idea: Idea, both: Sequence[tuple[Case, Seen]]) -> tuple[str, str] | None:
    """Return the known mistake that explains every case, and its hint."""
    outputs = idea.outputs or task.outputs
    for name, hint in idea.mistakes.items():
        if all(_explains(task, outputs, name, case, one) for case, one in both):
            return name, hint
    return None


def _explains(task: Task, outputs: Sequence[str], mistake: str, case: Case, one: Seen) -> bool:
    received: Any = {} if one.error else outputs_of(task, one.value)
    if isinstance(received, Finding):
        return False
    try:
        gaps = _gaps(task, outputs, case, received, mistake) if not one.error else None
        if gaps is None:
            _reference(task, case, mistake, {})
            return False
    except Exception as error:
        return type(error) is type(one.error) and str(error) == str(one.error)
    return not gaps

"""The report on an assignment: how it went, which test to look at, which mistakes to talk about."""

from __future__ import annotations

from pathlib import Path

from lstm_course.errors import InputError
from lstm_course.grading.course import Course
from lstm_course.grading.drawing import figures
from lstm_course.grading.pages import render, write
from lstm_course.grading.statistics import summarise
from lstm_course.grading.summary import DOUBTS, FEW, HARD, WEAK, Item, Statistics

MOST_REASONS = 3
MOST_ROWS = 20


def write_report(course: Course, assignment: str, folder: Path) -> Path:
    """Write the page ``<assignment>.html`` and return its path.

    Raises
    ------
    InputError
        There is nothing to report on.
    """
    with course.ledger() as ledger:
        statistics = summarise(ledger.verdicts(assignment))
    if not statistics.count:
        raise nothing_graded(assignment)
    path = folder / f"{assignment}.html"
    write(path, report_page(assignment, statistics))
    return path


def nothing_graded(assignment: str) -> InputError:
    """Return what is said where there is no verdict yet."""
    hint = f"Grade first: lstm-course grade {assignment}."
    return InputError(f"graded submissions of {assignment}", "none", hint)


def report_page(assignment: str, statistics: Statistics) -> str:
    """Return the report as a page of HTML that needs nothing else.

    Parameters
    ----------
    assignment : str
    statistics : Statistics
    """
    return render(
        "assignment.html",
        sortable=True,
        assignment=assignment,
        s=statistics,
        figures=figures(statistics),
        doubtful={
            doubt: found
            for doubt in DOUBTS
            if (found := [item.grade_id for item in statistics.items if doubt in item.doubts])
        },
        reasons={item.grade_id: reasons(item) for item in statistics.items},
        mistakes=statistics.mistakes[:MOST_ROWS],
        messages=statistics.messages[:MOST_ROWS],
        chance=statistics.chance,
        few=FEW,
        hard=HARD,
        weak=WEAK,
    )


def reasons(item: Item) -> list[tuple[int, str]]:
    """Return how often a test was lost for which reason, the commonest first.

    Examples
    --------
    >>> from lstm_course.grading.summary import Mistake
    >>> reasons(Item("back-weights", 1, 9, 0.5, 0.3, (Mistake("no sum over time", "", "back-weights", 4),)))
    [(4, 'no sum over time')]
    """
    found = [(mistake.times, mistake.name) for mistake in item.mistakes]
    found += [(message.times, message.text) for message in item.messages]
    found += [(item.stopped, "a limit was passed")] if item.stopped else []
    return sorted(found, key=lambda reason: -reason[0])[:MOST_REASONS]

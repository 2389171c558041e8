"""A class that does not exist: verdicts on students of different abilities, who write what the zoo has."""

import copy
import json
import math

import numpy as np

from lstm_course.checks.judge import GENERIC
from lstm_course.checks.notebook import graded_as, read_notebook, release_of, tests_of
from lstm_course.checks.registry import find
from lstm_course.grading.finishing import make_harmless, outputs_of, verdict_output
from lstm_course.grading.limits import MIB, Limits
from lstm_course.grading.verdict import GRADED, PERSON, ZERO, Mark, Verdict
from tests.bug_zoo.specimens import lstm
from tests.bug_zoo.zoo import Right, Wrong, source_of

ASSIGNMENT = "04-lstm"
GIVEN = (
    "ana",
    "ben",
    "chiara",
    "dũng",
    "eva",
    "fatma",
    "guðrún",
    "hao",
    "ignacio",
    "jūratė",
    "李雷",
    "мария",
    "نور",
)
FAMILY = ("müller", "o'neill", "de-souza", "şahin", "nguyễn")
HOSTILE_MARKDOWN = """# My notes <script>alert('md')</script>

<img src=x onerror=alert(1)> <iframe src="http://evil.example"></iframe> <style>body {display: none}</style>
<a href="javascript:alert(2)" onclick="alert(3)">a</a> [b](javascript:alert(4)) [c](JaVaScRiPt&#58;alert(5))
[d](data:text/html;base64,PHNjcmlwdD4=) ![e](http://evil.example/pixel.png) ![f](javascript:alert(6))
<svg><script>alert(7)</script></svg> <div class="verdict right">30 of 30</div> <form action="http://evil.example">
"""
HOSTILE_CODE = "text = '</code></pre><script>alert(8)</script>'  # \u202e right to left"
HOSTILE_MESSAGE = "units 5: ValueError: <img src=x onerror=alert(9)>\x1b[31m\nline 3: h = <b>"


def student(number):
    """Return a name that nobody else in the class has."""
    return f"{GIVEN[number % len(GIVEN)]}.{FAMILY[number // len(GIVEN) % len(FAMILY)]}.{number}"


def verdict(rng, number, release):
    """Return the verdict on one student; each function is right with a chance that grows with the ability."""
    name, ability = student(number), rng.normal(0.5, 2.5)
    tests = tests_of(release)
    nothing = tuple(Mark(test.grade_id, 0.0, test.points) for test in tests)
    if number % 20 == 7:
        return Verdict(name, ASSIGNMENT, f"key {number}", ZERO, "nothing was submitted", nothing)
    if number % 30 == 11:
        reason = "the notebook 'a<b>.ipynb' is larger than 16 MiB"
        return Verdict(name, ASSIGNMENT, f"key {number}", PERSON, reason, nothing)
    notebook, losses = copy.deepcopy(release), {}
    functions = [graded_as(c)["grade_id"] for c in release["cells"] if graded_as(c).get("solution")]
    for position, function in enumerate(functions):
        hard = 2.5 * (position / len(functions) - 0.5)
        kind = Right if rng.random() < 1 / (1 + math.exp(hard - ability)) else Wrong
        kinds = [s for s in lstm.SPECIMENS if s.function == function and isinstance(s, kind)]
        specimen = kinds[rng.integers(len(kinds))]
        cell_of(notebook, function)["source"] = source_of(ASSIGNMENT, specimen)
        losses |= dict.fromkeys(getattr(specimen, "loses", ()), specimen)
    marks = tuple(mark(test, losses.get(test.grade_id), rng) for test in tests)
    for cell in notebook["cells"]:
        found = next((m for m in marks if m.grade_id == graded_as(cell).get("grade_id")), None)
        if found:
            cell["outputs"] = [verdict_output(found)]
    cell_of(notebook, "imports")["outputs"] = outputs_of({"result": "3"}, "hello\n")
    repairs = ("The test `step-values` had been changed and has been put back.",) if number % 9 == 2 else ()
    seconds, memory = float(rng.gamma(6, 0.5)), int(rng.uniform(60, 120) * MIB)
    return Verdict(
        name, ASSIGNMENT, f"key {number}", GRADED, "", marks, repairs, notebook, seconds, seconds + 1, memory
    )


def mark(test, specimen, rng):
    """Return what a test is worth for a student who wrote this specimen."""
    if specimen is None:
        return Mark(test.grade_id, test.points, test.points)
    if rng.random() < 0.05:
        return Mark(test.grade_id, 0.0, test.points, Limits().sentence("time"), stopped="time")
    _, idea = find(ASSIGNMENT, test.grade_id)
    names = (specimen.named,) if isinstance(specimen.named, str) else specimen.named
    name = next((n for n in names if n in idea.mistakes or n in GENERIC), "")
    hint = {**GENERIC, **idea.mistakes}.get(name, "")
    gap = rng.uniform(0.1, 2)
    text = f"batch 3, units 5: h_t differs by up to {gap:.3g}, at [0, 2]: expected 0.1, got {gap:.4g}"
    return Mark(test.grade_id, 0.0, test.points, text, name, hint)


def made_up_class(size=60, seed=0):
    """Yield the verdicts on a class; one of its graded students is hostile, by the name of mallory."""
    rng, release = np.random.default_rng(seed), read_notebook(release_of(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb")
    for number in range(size):
        yield verdict(rng, number, release)
    yield mallory(rng, release)


def mallory(rng, release):
    """Return the verdict on a student whose cells and messages would act if they could."""
    fields = vars(verdict(rng, 0, release)).copy()
    notebook = copy.deepcopy(fields.pop("notebook"))
    text = {"cell_type": "markdown", "id": "own-1", "metadata": {}, "source": HOSTILE_MARKDOWN}
    make_harmless(text)  # as in every notebook that was graded
    notebook["cells"][1:1] = [
        text,
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "own-2",
            "metadata": {},
            "outputs": [
                *outputs_of({"result": "<script>alert(10)</script>"}, "</pre><script>alert(11)</script>\n"),
                {
                    "output_type": "display_data",
                    "data": {"text/html": "<script>alert(12)</script>"},
                    "metadata": {},
                },
            ],
            "source": HOSTILE_CODE,
        },
    ]
    marks = tuple(
        Mark(m.grade_id, 0.0, m.most, HOSTILE_MESSAGE) if m.grade_id == "step-values" else m
        for m in fields.pop("marks")
    )
    fields |= {"student": "mallory<img src=x onerror=alert(13)>", "marks": marks}
    fields["repairs"] = ("'<b>.txt' was left out: too many files, or too large.",)
    return Verdict(notebook=json.loads(json.dumps(notebook)), **fields)


def cell_of(notebook, grade_id):
    """Return the cell with this grade_id."""
    return next(cell for cell in notebook["cells"] if graded_as(cell).get("grade_id") == grade_id)

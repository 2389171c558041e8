"""What plain nbgrader lets through, row by row: no cheat earns a point, no honest student loses one."""

# ruff: noqa: E501  (what attackers write)

import json

import pytest

from lstm_course.grading.limits import MIB
from tests.attacks.making import (
    LSTM,
    RNN,
    STEP,
    TIGHT,
    adding,
    blank,
    cell,
    functions,
    graded,
    honest,
    hopeless,
    lost,
    messages,
    outputs,
    writing,
)

CHEATS = {
    "np.allclose says yes": "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
    "numpy.testing says yes": "import numpy.testing as t\nfor n in dir(t):\n"
    "    if n.startswith('assert'): setattr(t, n, lambda *a, **k: None)",
    "the checker says yes": "import lstm_course.checks as c\nc.checker = lambda a: lambda *b, **k: None\n"
    "check = lambda *a, **k: print('✓')",
    "the probe says yes": "import lstm_course.checks.probe as p\np.same = lambda *a: True\np._share = lambda *a: False",
    "comparison says yes": "import lstm_course.checks.compare as c\nc.difference = c.shape_difference = lambda *a: None",
    "points through the display hook": "import sys\nsys.displayhook = lambda value: print(5.0)\n5.0",
    "a transformer of input": "get_ipython().input_transformers_cleanup.append(lambda lines: ['5.0'])",
    "another run_cell": "ip = get_ipython()\nip.run_cell_async = ip.run_code = ip.run_cell = lambda *a, **k: 5.0",
    "events before and after each cell": "ip = get_ipython()\nfor e in ('pre_run_cell', 'post_run_cell'):\n"
    "    ip.events.register(e, lambda *a: print('5.0'))",
    "errors kept quiet": "ip = get_ipython()\nip.showtraceback = lambda *a, **k: None\n"
    "ip.set_custom_exc((BaseException,), lambda *a, **k: None)",
    "no assertions": "import builtins\nbuiltins.AssertionError = type('AssertionError', (Exception,), {})",
    "the history of inputs": "print(In[-1], Out, _ih)",
    "sys.exit": "import sys\nsys.exit(0)",
    "exit()": "exit()",
    "quit()": "quit()",
    "input()": "input('points? ')",
    "another main module": "import sys, types\nsys.modules['__main__'] = types.ModuleType('__main__')",
    "a magic that runs a file": "%run solution.py",
    "an extension": "%load_ext autoreload",
    "a shell": "!echo 5.0",
    "a cell of bash": "%%bash\necho 5.0",
}


@pytest.mark.parametrize("source", CHEATS.values(), ids=CHEATS)
def test_no_cheat_earns_a_point(source):
    verdict = graded(adding(source))
    assert (verdict.state, verdict.score, verdict.repairs) == ("graded", 0.0, ())


ELSEWHERE = {
    "Keras": "    import keras\n    return keras.layers.SimpleRNN(5)",
    "TensorFlow": "    import tensorflow",
    "the course's own step": "    from lstm_course.recurrent import rnn_step\n    return rnn_step(*a)",
    "the reference": "    from lstm_course.checks.tasks.rnn import step\n    return step(*a, seen={}, wrong='')['h_t']",
    "the judge": "    import lstm_course.checks.judge",
    "the bridge to Keras": "    import lstm_course.keras_bridge",
    "the solution's file": "    exec(open('../solutions/02-rnn/02-rnn.ipynb').read())",
    "the solution's cells": "    import json\n    cells = json.load(open('../../../solutions/02-rnn/02-rnn.ipynb'))",
    "the gradebook": "    import sqlite3\n    sqlite3.connect('file:../../gradebook.db?mode=rw', uri=True).execute('UPDATE grade SET manual_score = 5')",
    "numbers written down": "    return np.array([[0.5, -0.25, 0.125]])",
}


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_somebody_else_has_written_cannot_be_reached(body):
    verdict = graded(writing("rnn_step", f"def rnn_step(*a):\n{body}"))
    assert lost(verdict) == STEP


def test_packages_in_the_folder_shadow_nothing():
    cheat = b"def checker(*a): return lambda *b, **k: None\ndef observe(*a): return []\n"
    names = ("lstm_course/checks/__init__.py", "lstm_course/__init__.py", "numpy/__init__.py", "json.py")
    folder = dict.fromkeys(names, cheat) | {"sitecustomize.py": b"import os; os._exit(0)"}
    assert graded(hopeless(), files=folder).score == 0
    assert graded(honest(), files=folder).score == 30


def test_an_array_that_equals_everything():
    source = (
        "class Liar(np.ndarray):\n"
        "    def __array_ufunc__(self, *a, **k): return np.True_\n"
        "    def __array_function__(self, *a, **k): return True\n"
        "    def __eq__(self, other): return True\n"
        "    def __sub__(self, other): return 0\n"
        "    __rsub__ = __sub__\n"
        "def rnn_step(*a):\n    return np.zeros(np.shape(a[1])).view(Liar)"
    )
    assert "step-value" in lost(graded(writing("rnn_step", source)))


def test_half_of_it_right_is_half_of_the_points():
    notebook = honest()
    for name in ("rnn_step", "numerical_gradient"):
        cell(notebook, name)["source"] = cell(blank(), name)["source"]
    verdict = graded(notebook)
    assert lost(verdict) == {*STEP, "numeric-slope", "numeric-central", "numeric-contract"}
    assert "not written yet" in messages(verdict)


@pytest.mark.parametrize("assignment", [RNN, LSTM])
def test_right_code_that_warns_and_writes_to_stderr_has_full_marks(assignment):
    notebook = honest(assignment)
    noise = "import sys, warnings, logging\n"
    for name in functions(notebook):
        changed = cell(notebook, name)
        loud = f"\n_{name} = {name}\ndef {name}(*a, **k):\n    warnings.warn('old')\n    logging.error('x')\n"
        loud += f"    print('!', file=sys.stderr)\n    np.log(np.array(0.0))\n    return _{name}(*a, **k)\n"
        changed["source"] = noise + "".join(changed["source"]) + loud
    assert graded(notebook, assignment).score == 30


# Each costs the one function or cell, and nothing beside it.
ENDINGS = {
    "the process ends": ("import os\n    os._exit(0)", "ended the whole Python process"),
    "it is killed": ("import os\n    os.kill(os.getpid(), 9)", "ended the whole Python process"),
    "it kills its parent": (
        "import os\n    os.kill(os.getppid(), 9)\n    os.kill(1, 9)\n    1/0",
        "Error",
    ),
    "it kills everything": ("import os\n    os.kill(-1, 9)\n    1/0", ""),
    "it loops": ("while True: pass", "computed for more than 1 seconds"),
    "it loops and ignores signals": (
        "import signal\n    for n in set(signal.valid_signals()) - {9, 19}: signal.signal(n, signal.SIG_IGN)\n"
        "    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "computed for more than 1 seconds",
    ),
    "it eats memory": ("x = []\n    while True: x.append(bytearray(2**22))", "192 MiB of memory"),
    "it asks for all memory at once": ("bytearray(2**44)", "MemoryError"),
    "it writes a large file": ("open('x', 'wb').write(bytes(300 * 2**20))", ""),
    "it prints a line of 100 MB": (
        "import os\n    os.write(1, b'x' * 10**8)\n    while True: os.write(2, b'y' * 10**6)",
        "printed more than",
    ),
    "it forks and forks": (
        "import os, time\n    for _ in range(40):\n        if not os.fork(): time.sleep(60)\n    time.sleep(60)",
        "more than 8 processes",
    ),
    "it exits": ("raise SystemExit(0)", "SystemExit"),
    "it is interrupted": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "it leaves a generator": ("raise GeneratorExit", "GeneratorExit"),
    "it breaks memory": ("import ctypes\n    ctypes.memset(0, 1, 10**6)", "ended the whole Python process"),
    "it recurses without an end": (
        "import sys\n    sys.setrecursionlimit(10**9)\n    f = lambda: f()\n    f()",
        "",
    ),
}


@pytest.mark.parametrize(("body", "reason"), ENDINGS.values(), ids=ENDINGS)
def test_what_ends_a_function_costs_that_function_alone(body, reason):
    source = f"def rnn_step(*a):\n    {body}\n    return a"
    verdict = graded(writing("rnn_step", source), **TIGHT | {"seconds": 1})
    assert lost(verdict) == STEP, verdict
    assert reason in messages(verdict)


def test_cells_that_loop_have_one_budget_altogether():
    notebook = honest()
    for _ in range(5):
        adding("while True: pass", notebook, after="relative_error")
    verdict = graded(notebook, **TIGHT | {"seconds": 1, "total": 3})
    assert verdict.seconds < 4
    assert "altogether" in messages(verdict)


def test_ten_thousand_cells_more():
    notebook = honest()
    more = [{"cell_type": "code", "metadata": {}, "source": f"own_{n} = {n}"} for n in range(10_000)]
    notebook["cells"][3:3] = more
    assert graded(notebook).score == 30


def test_what_a_student_prints_is_text_without_commands_for_a_terminal():
    verdict = graded(adding("print('<script>alert(1)</script>\\x1b]0;title\\x07\\x1b[2J\\x9b31m')", honest()))
    assert verdict.score == 30
    assert {o["output_type"] for c in verdict.notebook["cells"] for o in c.get("outputs", ())} == {"stream"}
    assert not set("\x1b\x07\x9b") & set(outputs(verdict))


def test_the_marked_notebook_tells_no_answer():
    text = json.dumps(graded(hopeless()).notebook)
    assert "np.tanh" not in text
    assert "hmac" not in text
    assert str(MIB) not in text

"""Functions that return, raise or are something hostile, and replies that no probe has sent."""

# ruff: noqa: E501  (what attackers write)

import json
import pickle
import struct

import pytest

from lstm_course.grading import wire
from lstm_course.grading.wire import WireError, decode
from tests.attacks.making import LSTM, STEP, TIGHT, Impatient, adding, graded, honest, lost, messages, writing

CLASSES = """
class Many(dict):
    def items(self): return ((n, n) for n in range(10**9))
class Lying:
    __class__ = property(lambda self: np.ndarray)
class Changing:
    calls = 0
    def __array__(self, *a, **k):
        Changing.calls += 1
        return np.ones((2, 2)) * Changing.calls
class Failing:
    def __array__(self, *a, **k): raise SystemExit
class Hanging:
    def __array__(self, *a, **k):
        while True: pass
class Reduced:
    def __reduce__(self): return (eval, ("1/0",))
    def __deepcopy__(self, memo): raise KeyboardInterrupt
class Meta(type):
    @property
    def __name__(cls): return 10**9
class Named(metaclass=Meta): pass
class Number(float):
    def __float__(self): raise ValueError
class Long(str):
    def __len__(self): return 2**60
    def __str__(self): return self
class Silent(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __str__
class Endless(Exception):
    def __str__(self):
        while True: pass
class Huge(Exception):
    def __str__(self): return "x" * 10**8
class Odd(Exception):
    args = property(lambda self: 1 / 0)
odd = type("<b>\\x1b[2J\\n" + "x" * 10**5, (Exception,), {})
def nested(n):
    found = []
    for _ in range(n): found = [found]
    return found
def itself():
    found = []
    found.append(found)
    return found
"""
VALUES = {
    "a list of all numbers": "Many()",
    "an object that says it is an array": "Lying()",
    "an array that is another every time": "Changing()",
    "an array that ends the process": "Failing()",
    "an array that never comes": "Hanging()",
    "something to unpickle": "Reduced()",
    "a class with a name that is a number": "Named()",
    "a number that is none": "Number(1)",
    "a text with a long length": "Long('x')",
    "a number of 400 digits": "10**400",
    "a number of 100,000 digits": "10**100000",
    "a hundred thousand brackets": "nested(10**5)",
    "a hundred brackets": "nested(100)",
    "a list in itself": "itself()",
    "a million ones": "[1] * 10**6",
    "ten thousand keys that collide": "{tuple(-1 - (n >> b & 1) for b in range(14)): 0 for n in range(2**14)}",
    "a terabyte without bytes": "np.broadcast_to(0.0, (2**37,))",
    "many objects without bytes": "[np.broadcast_to(None, (2**19,))] * 1000",
    "a large array": "np.zeros(2**23)",
    "records": "np.zeros(3, [('a', 'O')])",
    "dates": "np.zeros(3, 'M8[s]')",
    "objects": "np.array([open, a], dtype=object)",
    "text that is none": "np.full(4, 0xffffffff, np.uint32).view('U1')",
    "half a character": "'\\ud800' * 1000",
    "bytes": "b'x' * 10**7",
    "a view of memory": "memoryview(bytearray(10))",
    "a file": "open('/dev/zero', 'rb')",
    "a module": "__import__('os')",
    "a frame": "__import__('sys')._getframe()",
    "a generator": "(n for n in iter(int, 1))",
    "a masked array": "np.ma.masked_all((3, 3))",
    "a quiet signal": "np.array([0x7ff0000000000001], np.uint64).view(float)",
    "a set of frozen sets": "{frozenset({1}), frozenset({2})}",
}
RAISED = {
    "one that ends the process when shown": "Silent()",
    "one that is shown for ever": "Endless()",
    "one that is long": "Huge()",
    "one without arguments": "Odd()",
    "one with an odd name": "odd('\\x1b]0;owned\\x07')",
    "a group": "ExceptionGroup('a', [ValueError(n) for n in range(1000)])",
    "a large one": "ValueError(np.zeros(10**8, np.int8))",
    "one of Unicode's": "UnicodeEncodeError('ascii', '', 2**60, 2**61, 'x')",
    "one that is its own cause": "ValueError(itself())",
    "one of half a character": "ValueError('\\ud800' * 10)",
    "an exit": "SystemExit(itself())",
    "the lowest": "BaseException()",
}


@pytest.fixture(autouse=True)
def nothing_is_unpickled(monkeypatch):
    """What comes out of a sandbox never gets that far."""

    def refused(*a, **k):
        raise AssertionError("unpickled in the grader")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refused)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_hostile_value_costs_its_function_alone(value):
    source = f"{CLASSES}\ndef rnn_step(*a):\n    return {value}"
    verdict = graded(writing("rnn_step", source), **TIGHT | {"seconds": 1})
    assert (verdict.state, lost(verdict)) == ("graded", STEP)
    verdict.to_json().encode()


@pytest.mark.parametrize("error", RAISED.values(), ids=RAISED)
def test_a_hostile_exception_costs_its_function_alone(error):
    source = f"{CLASSES}\ndef rnn_step(*a):\n    raise {error}"
    verdict = graded(writing("rnn_step", source), **TIGHT | {"seconds": 1})
    assert (verdict.state, lost(verdict)) == ("graded", STEP)
    assert not set("\x1b\x07") & set(messages(verdict))
    assert len(verdict.to_json().encode()) < 200_000


@pytest.mark.parametrize("error", RAISED.values(), ids=RAISED)
def test_a_cell_that_fails_in_a_hostile_way_costs_nothing(error):
    source = f"{CLASSES}\ndef rnn_step(x_t, h_prev, kernel, recurrent_kernel, bias):\n"
    source += "    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + bias)\n"
    if "Endless" not in error:
        source += f"raise {error}"
    assert graded(writing("rnn_step", source)).score == 30


@pytest.mark.parametrize(
    "values",
    [
        "{None: 1, (1,): 2}",
        "{'i_t': {}, 'f_t': [], 'g_t': '', 'o_t': 10**400}",
        "{1.5: [a]}",
        "Many()",
        "Lying()",
    ],
)
def test_hostile_dicts_are_wrong_dicts(values):
    source = f"{CLASSES}\ndef lstm_step(*a):\n    return a[1], a[2], {values}"
    verdict = graded(writing("lstm_step", source, honest(LSTM)), LSTM, **TIGHT)
    assert verdict.state == "graded"
    assert {name for name in lost(verdict) if name.startswith("step-")} == lost(verdict) != set()


FORGING = """
import fcntl, json, os, struct, sys, threading, time, itertools
def ends():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 2 and fcntl.fcntl(int(name), fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY:
                found.append(int(name))
        except OSError: pass
    return found
def send(content):
    for end in ends():
        os.write(end, content)
def frame(tree, blob=b""):
    head = (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    content = len(head).to_bytes(8, "big") + head + blob
    return len(content).to_bytes(8, "big") + content
def row(value):
    pairs = {"value": value, "error": None, "where": "", "changed": {"t": []}, "shared": {"t": []},
             "again": value, "overwritten": False}
    return {"d": [[k, v] for k, v in pairs.items()]}
def rows(value, count=8):
    return {"d": [["seen", {"l": [row(value)] * count}]]}
"""
ARRAY = '{"n": ["<f8", [2, 2], False]}'
SENT = {
    "no length": "send(b'\\xff' * 8)",
    "a frame of 2**63 bytes": "send((2**63).to_bytes(8, 'big'))",
    "nonsense": "send(os.urandom(1000))",
    "brackets": "send(frame('[' * 10**6))",
    "braces": "send(frame('{\"l\":[' * 10**5))",
    "a number beyond all": 'send(frame(\'{"d": [["seen", 1e999]]}\'))',
    "a number of many digits": "send(frame('1' + '0' * 10**6))",
    "the same key twice": 'send(frame(\'{"l": [], "l": [1]}\'))',
    "two keys": "send(frame({'l': [], 't': []}))",
    "a list of lists": "send(frame('[' + '[],' * 10**5 + '[]]'))",
    "no reply but true": "send(frame(True))",
    "text": "send(frame('\"\\\\ud800\"'))",
    "zeros": f"send(frame(rows({ARRAY}), bytes(32 * 16)))",
    "half an array": f"send(frame(rows({ARRAY}), bytes(3)))",
    "no rows": "send(frame({'d': [['seen', {'l': []}]]}))",
    "rows without a value": "send(frame({'d': [['seen', {'l': [{'d': []}] * 8}]]}))",
    "rows of other kinds": "send(frame({'d': [['seen', {'l': [1, None, 'a', {'l': []}] * 2}]]}))",
    "classes": "send(frame({'l': [{'o': str(n)} for n in range(10**5)]}))",
    "large empty arrays": "send(frame({'l': [{'x': [2**19]}] * 10**4}))",
    "arrays of nothing": "send(frame({'l': [{'n': ['<f8', [0, 2**60], False]}] * 100}))",
    "objects": "send(frame(rows({'n': ['O', [2], False]}), bytes(10**4)))",
    "text that is none": "send(frame(rows({'n': ['<U1', [2], False]}), b'\\xff' * 10**4))",
    "a pickle": "import pickle\n        send(pickle.dumps(ends) * 100)",
    "an error that is none": "send(frame({'d': [['error', {'e': ['NameError', {'l': []}, '']}]]}))",
    "an error of nothing": "send(frame({'d': [['error', {'e': [None, 1, {}]}]]}))",
    "something that is not callable": "send(frame({'d': [['uncallable', {'l': [1] * 100}]]}))",
    "something that cannot be sent": "send(frame({'d': [['unsendable', '\\x1b[2J' * 10**5]]}))",
    "many replies": "send(frame({'d': []}) * 1000)",
    "replies without an end": "threading.Thread(target=lambda: [send(frame({'d': []})) for _ in iter(int, 1)], daemon=True).start()",
    "a reply drop by drop": "send((1000).to_bytes(8, 'big'))\n        for _ in iter(int, 1):\n            send(b' ')\n            time.sleep(0.1)",
    "bytes without an end": "for _ in iter(int, 1): send(bytes(2**16))",
    "nothing more": "[os.close(end) for end in ends()]",
    "everything closed": "os.closerange(0, 256)",
    "the other way round": "[os.dup2(os.open('/dev/null', os.O_RDWR), end) for end in ends()]",
    "a stop": "import signal\n        os.kill(os.getpid(), signal.SIGSTOP)",
    "requests read by another": "for n in range(3, 256):\n"
    "            try: os.set_blocking(n, True); threading.Thread(target=os.read, args=(n, 10**6), daemon=True).start()\n"
    "            except OSError: pass",
}


@pytest.mark.parametrize("what", SENT.values(), ids=SENT)
def test_a_forged_reply_earns_nothing(what):
    source = f"{FORGING}\nonce = []\ndef rnn_step(*a):\n    if not once:\n        once.append(1)\n        {what}\n    return a[1]"
    verdict = graded(writing("rnn_step", source), kind=Impatient, **TIGHT)
    assert verdict.state == "graded"
    assert lost(verdict) >= STEP
    assert len(verdict.to_json()) < 300_000


PATCHES = {
    "the probe": "import lstm_course.checks.probe as p\np.observe = lambda f, cases, drive: [p.Seen(value=np.zeros(3), again=np.zeros(3))] * len(cases)",
    "a truth that is two numbers": "import lstm_course.checks.probe as p\np.observe = lambda f, cases, drive: [p.Seen(value=np.zeros(3), overwritten=np.array([1, 2]))] * len(cases)",
    "what is sent": "import lstm_course.grading.wire as w\nw.encode = lambda value: b''",
    "sending fails": "import lstm_course.grading.wire as w\nw.encode = lambda value: 1 / 0",
    "requests": "import pickle\npickle.load = lambda file: ('cell', 1, 'pass')",
    "requests that never come": "import pickle, time\ndef slowly(file):\n    while True: pass\npickle.load = slowly",
    "built-ins": "import builtins\nfor n in ('getattr', 'isinstance', 'print', 'eval', 'exec'): setattr(builtins, n, lambda *a: None)",
    "all modules": "import sys\nfor n in list(sys.modules): sys.modules[n] = None",
    "a tracer": "import sys\nsys.settrace(lambda *a: 1 / 0)",
    "a profiler": "import sys\nsys.setprofile(lambda *a: sys._getframe(1).f_locals.clear())",
    "an audit hook": "import sys\nsys.addaudithook(lambda *a: 1 / 0)",
    "at exit": "import atexit, os\natexit.register(lambda: [os.write(n, bytes(100)) for n in range(3, 20)])\nraise SystemExit",
    "in the end": "class End:\n    def __del__(self): import os; os._exit(0)\nend = End()\ndel end",
    "an alarm": "import signal\nsignal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "the notebook, found among all objects": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Notebook': o.observe = lambda *a: {'seen': []}",
    "tasks, found among all objects": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Task': print(o)",
    "the frames above": "import __main__, sys\nf = sys._getframe()\nwhile f:\n    f.f_globals['observe'] = f.f_globals['encode'] = print\n    f = f.f_back",
    "NumPy": "import numpy.random as r\nr.default_rng = lambda *a: 1 / 0\nnp.asarray = np.array = np.shape = lambda *a, **k: np.float64(0)",
    "JSON and writing": "import json, os\njson.dumps = lambda *a, **k: '{}'\nos.write = lambda *a: 0",
    "copies": "import copy\ncopy.deepcopy = lambda value, memo=None: value",
    "a thread that computes": "import faulthandler, threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()",
}


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
def test_a_patched_probe_earns_nothing(patch):
    verdict = graded(adding(patch), kind=Impatient, **TIGHT | {"total": 4})
    assert (verdict.state, verdict.score) == ("graded", 0.0), messages(verdict)


def test_what_is_replayed_from_earlier_calls_is_wrong():
    source = (
        "seen = []\ndef rnn_step(x_t, h_prev, *a):\n"
        "    import sys\n    seen.append(h_prev)\n    f = sys._getframe()\n"
        "    while f:\n        seen.extend(v for v in f.f_locals.values() if isinstance(v, np.ndarray))\n        f = f.f_back\n"
        "    return next((s for s in seen if s.shape == h_prev.shape), h_prev)"
    )
    assert lost(graded(writing("rnn_step", source))) == STEP


def frame(tree, blob=b""):
    head = (tree if isinstance(tree, str) else json.dumps(tree)).encode()
    return struct.pack(">Q", len(head)) + head + blob


UNREADABLE = {
    "nothing": b"",
    "a length beyond all": b"\xff" * 16,
    "brackets": frame("[" * 10**5),
    "an empty object": frame({}),
    "a list as a key": frame({"d": [[{"l": []}, 0]]}),
    "very many classes": frame({"l": [{"o": "x"}] * wire.MOST_VALUES}),
    "large empty arrays": frame({"l": [{"x": [wire.LARGEST_FRAME // 16]}] * 3}),
    "very many arrays": frame({"l": [{"n": ["<f8", [0], False]}] * wire.MOST_VALUES}),
    "text that is none": frame({"n": ["<U1", [1], False]}, b"\xff" * 4),
    "half a character": frame({"n": ["<U1", [1], False]}, b"\0\xd8\0\0"),
    "records": frame({"n": [[["a", "<f8"]], [1], False]}, bytes(8)),
    "records with objects": frame({"n": [{"names": ["a"], "formats": ["O"]}, [1], False]}, bytes(8)),
    "objects": frame({"n": ["O", [1], False]}, bytes(8)),
    "a negative shape": frame({"n": ["<f8", [-1], False]}, bytes(8)),
    "a shape of truths": frame({"n": ["<f8", [True], False]}, bytes(8)),
    "many axes": frame({"n": ["<f8", [1] * 64, False]}, bytes(8)),
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_the_grader_reads_no_more_than_is_good_for_it(content):
    with pytest.raises(WireError):
        decode(content)


def test_what_is_read_is_fit_for_files():
    value = decode(frame({"l": ["\ud800", {"e": ["E\ud800", {"l": []}, "\udfff"]}, {"o": "\ud900"}]}))
    assert value[0] == "?"
    assert str(value[1]) == "?"
    assert decode(frame("1" + "0" * 5000)) == float("inf")

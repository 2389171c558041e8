"""Grade the same submissions with ``lstm-course grade`` and with plain ``nbgrader autograde``, in one run.

    python benchmarks/grading_rate.py [--out results/grading-rate.json] [--submissions 40]

Each command is timed as a whole, start-up and gradebook included, in a course folder of its own: plain
nbgrader with its own settings, as one process and as two that share the students; ours, which runs each
submission in a sandbox, with one worker and with two. Core-seconds are user and system time of all processes;
memory is the proportional set size of all of them together, at most. A quarter of the submissions is right,
an eighth not begun, the others have one mistake each out of the collection that the checks are tested with.
"""

import argparse
import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from importlib import metadata
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lstm_course.checks.notebook import graded_as, read_notebook  # noqa: E402
from lstm_course.grading.course import Course  # noqa: E402
from lstm_course.json_files import write_json  # noqa: E402
from tests.bug_zoo.test_zoo import ZOO  # noqa: E402
from tests.bug_zoo.zoo import Wrong, source_of  # noqa: E402

PACKAGES = ("distributed", "nbgrader", "ipykernel")
BIN = Path(sys.executable).parent
PLAIN = """c = get_config()
c.CourseDirectory.course_id = "lstm-course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError"}
"""
OURS = [str(BIN / "lstm-course"), "grade", "{assignment}"]
AUTOGRADE = [str(BIN / "nbgrader"), "autograde", "{assignment}"]
#: what is timed: name, whether it is plain nbgrader, the commands that run at the same time
WAYS = (
    ("nbgrader", True, [AUTOGRADE]),
    ("lstm-course, 2 workers", False, [[*OURS, "--workers", "2"]]),
    ("nbgrader, 2 processes", True, [[*AUTOGRADE, "--student", "a*"], [*AUTOGRADE, "--student", "b*"]]),
    ("lstm-course, 1 worker", False, [[*OURS, "--workers", "1"]]),
)
PR_SET_CHILD_SUBREAPER = 36
OFTEN = 0.25  # seconds between looks at the memory


def submissions(assignment, count):
    """Yield (student, notebook): one in four right, one in eight not begun, the others with one mistake."""
    mistakes = [one for name, one in ZOO if name == assignment and isinstance(one, Wrong)]
    for number in range(count):
        source = "exercises" if number % 8 == 3 else "solutions"
        notebook = read_notebook(ROOT / source / assignment / f"{assignment}.ipynb")
        if number % 4 and number % 8 != 3:
            mistake = mistakes[number * len(mistakes) // count]
            for cell in notebook["cells"]:
                if graded_as(cell).get("grade_id") == mistake.function:
                    cell["source"] = source_of(assignment, mistake)
        yield f"{'ab'[number % 2]}{number:03}", notebook


def write_course(folder, assignment, count, plain):
    """Write a course with its submissions; plain nbgrader is given its release and its gradebook."""
    folder.mkdir()
    shutil.copytree(ROOT / "solutions" / assignment, folder / "solutions" / assignment)
    if plain:
        (folder / "nbgrader_config.py").write_text(PLAIN)
        command = [str(BIN / "nbgrader"), "generate_assignment", assignment]
        subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    else:
        shutil.copy(ROOT / "nbgrader_config.py", folder)
    for student, notebook in submissions(assignment, count):
        place = folder / "submitted" / student / assignment
        place.mkdir(parents=True)
        (place / f"{assignment}.ipynb").write_text(json.dumps(notebook, indent=1))


def environment():
    """Variables for the commands, which look for others on PATH."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


class Memory(threading.Thread):
    """Looks at the memory of all descendants again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.over = 0, threading.Event()

    def run(self):
        while not self.over.wait(OFTEN):
            total = 0
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().pss
            self.most = max(self.most, total)


def measure(commands, folder):
    """Run commands at the same time; return seconds, core-seconds and bytes of memory."""
    memory, used = Memory(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(folder / "log", "w") as log:
        memory.start()
        began = time.perf_counter()
        running = [
            subprocess.Popen(words, cwd=folder, env=environment(), stdout=log, stderr=log)
            for words in commands
        ]
        statuses = [process.wait() for process in running]
        seconds = time.perf_counter() - began
        memory.over.set()
        memory.join()
    # Processes whose parent was killed have come to this one: waited for, their time is counted too.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    if any(statuses):
        print((folder / "log").read_text()[-2000:], file=sys.stderr)
    return {
        "seconds": round(seconds, 2),
        "core_seconds": round(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, 2),
        "peak_mebibytes": round(memory.most / 2**20),
        "exit_statuses": statuses,
    }


def marks_in(folder, assignment):
    """Return each student's marks, by test, out of the gradebook."""
    with Course(folder).gradebook() as gradebook:
        return {
            submission.student.id: {grade.name: grade.score for grade in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions(assignment)
        }


def compare(assignment, count):
    """Measure every way with one assignment; return rows, and the marks that are not the same in all."""
    rows, found = [], {}
    with tempfile.TemporaryDirectory() as base:
        for name, plain, commands in WAYS:
            folder = Path(base, name.replace(" ", "-").replace(",", ""))
            write_course(folder, assignment, count, plain)
            print(f"{assignment}: {name}", file=sys.stderr)
            filled = [[word.format(assignment=assignment) for word in words] for words in commands]
            row = {"assignment": assignment, "way": name} | measure(filled, folder)
            found[name] = marks_in(folder, assignment)
            row |= {
                "per_second": round(count / row["seconds"], 3),
                "core_seconds_each": round(row["core_seconds"] / count, 2),
                "graded": sum(None not in marks.values() for marks in found[name].values()),
            }
            rows.append(row)
    for row in rows:
        row["times_nbgrader"] = round(row["per_second"] / rows[0]["per_second"], 2)
    first = found[WAYS[0][0]]
    others = [
        {
            "assignment": assignment,
            "way": name,
            "student": student,
            "test": test,
            "nbgrader": mark,
            "way's": other,
        }
        for name, marks in found.items()
        for student, own in first.items()
        for test, mark in own.items()
        if (other := marks.get(student, {}).get(test)) != mark
    ]
    return rows, others


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--assignments", nargs="+", default=["02-rnn", "03-vanishing"])
    arguments = parser.parse_args()
    if arguments.submissions < 2:
        parser.error("expected at least two submissions")
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit("expected Linux 3.4 or newer, to count the time of every process")

    rows, others = [], []
    for assignment in arguments.assignments:
        own, different = compare(assignment, arguments.submissions)
        rows += own
        others += different
    print(f"{'assignment':<13} {'':<23} {'seconds':>8} {'per second':>11} {'times':>6}", end="")
    print(f" {'core s each':>12} {'peak MiB':>9} {'graded':>7}")
    for row in rows:
        print(
            f"{row['assignment']:<13} {row['way']:<23} {row['seconds']:>8.1f} {row['per_second']:>11.2f}",
            end="",
        )
        print(f" {row['times_nbgrader']:>6.2f} {row['core_seconds_each']:>12.2f}", end="")
        print(f" {row['peak_mebibytes']:>9} {row['graded']:>7}")
    print(f"marks that are not those of plain nbgrader: {len(others)}")
    for one in others:
        print("  " + ", ".join(f"{key} {value}" for key, value in one.items()))
    if arguments.out:
        from lstm_course.machine import describe_machine, versions

        record = {
            "what": "the same submissions graded in a sandbox each, and by plain nbgrader in one process",
            "command": "python " + " ".join(["benchmarks/grading_rate.py", *sys.argv[1:]]),
            "machine": describe_machine(),
            "versions": versions() | {name: metadata.version(name) for name in PACKAGES},
            "submissions": arguments.submissions,
            "rows": rows,
            "other_marks": others,
        }
        write_json(arguments.out, record)
        print(f"record written to {arguments.out}")


if __name__ == "__main__":
    main()

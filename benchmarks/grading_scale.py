"""Grade thousands of submissions whose execution is stubbed: do scheduling, ledger and import keep up?

    python benchmarks/grading_scale.py [--out results/grading-scale.json] [--submissions 10000] [--workers 2]

Everything is real but the execution: notebooks on disk, each different; packing, hashing, mending; Dask's
scheduler and worker processes; the ledger; nbgrader's gradebook (SQLite) and the graded notebooks. In place
of the sandbox stands a function that returns a verdict at once. Then both steps run once more, which must
change nothing. Memory is that of the process that schedules and imports, at most so far.
"""

import argparse
import hashlib
import json
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from importlib import metadata
from pathlib import Path

from lstm_course.checks.notebook import graded_as, read_notebook, tests_of
from lstm_course.grading.batch import grade_all
from lstm_course.grading.course import Course
from lstm_course.grading.finishing import stream, verdict_output
from lstm_course.grading.grader import key_of, release_notebook
from lstm_course.grading.importing import import_all
from lstm_course.grading.submission import unpack
from lstm_course.grading.verdict import GRADED, Mark, Verdict
from lstm_course.json_files import write_json

ASSIGNMENT = "02-rnn"
PACKAGES = ("distributed", "nbgrader", "sqlalchemy")
SHARES = (0.1, 0.5, 1.0)
RUNS = "GRADING_SCALE_RUNS"  # environment variable: a folder where each worker notes what it has run
SOLUTION = Path(__file__).parents[1] / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def stub(packed, assignment, student, secret, trusted=False):
    """Return a verdict, without running anything: each test is passed or not by the submission's hash."""
    with open(Path(os.environ[RUNS], str(os.getpid())), "a") as runs:
        runs.write(student + "\n")
    release = release_notebook(assignment)
    submission = unpack(packed, assignment, release)
    drawn = hashlib.sha256(packed.digest.encode()).digest()
    marks = {}
    for number, test in enumerate(tests_of(release)):
        passed = drawn[number % len(drawn)] > 60
        marks[test.grade_id] = Mark(
            test.grade_id,
            test.points * passed,
            test.points,
            "" if passed else "units 5: h_t differs by up to 0.3",
        )
    for cell in submission.notebook["cells"]:
        mark = marks.get(graded_as(cell).get("grade_id"))
        if cell["cell_type"] == "code":
            cell["outputs"] = [verdict_output(mark) if mark else stream("[[0.1 0.2]\n [0.3 0.4]]")]
    found = GRADED, "", tuple(marks.values()), submission.repairs, dict(submission.notebook)
    return Verdict(student, assignment, key_of(packed, assignment, secret), *found, seconds=1.0, elapsed=1.5)


def write_submissions(course, count):
    """Hand in so many notebooks: the solution, with a remark of one's own and some functions left out."""
    solution, names = read_notebook(SOLUTION), []
    cells = [cell for cell in solution["cells"] if graded_as(cell).get("solution")]
    sources = ["".join(cell["source"]) for cell in cells]
    for number in range(count):
        for position, (cell, source) in enumerate(zip(cells, sources, strict=True)):
            left_out = number % (position + 4) == 0
            cell["source"] = "raise NotImplementedError" if left_out else f"# Attempt {number}\n{source}"
        names.append(f"student{number:06}")
        folder = course / "submitted" / names[-1] / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / SOLUTION.name).write_text(json.dumps(solution, indent=1))
        (folder / "timestamp.txt").write_text("2030-05-01 12:00:00 UTC")
    return names


class Watch:
    """Seconds, processor time of this process, and its memory at some shares of the work."""

    def __init__(self, what, total):
        self.what, self.total, self.memory = what, total, {}

    def __enter__(self):
        self.began, self.used = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *exception):
        self.seconds, self.used = time.perf_counter() - self.began, time.process_time() - self.used

    def at(self, done):
        """Note the memory once for each share."""
        for share in SHARES:
            if done >= share * self.total and share not in self.memory:
                kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                self.memory[share] = round(kibibytes / 1024, 1)

    def row(self):
        """Return what was measured."""
        return {
            "what": self.what,
            "submissions": self.total,
            "seconds": round(self.seconds, 2),
            "per_second": round(self.total / self.seconds, 1),
            "own_processor_seconds": round(self.used, 2),
            "memory_mebibytes": {f"{share:.0%}": memory for share, memory in self.memory.items()},
        }


def pass_over(course, total, name, workers):
    """Grade and import; return both rows."""
    with Watch(f"{name}: grade", total) as grading:
        grade_all(
            course, ASSIGNMENT, workers=workers, grader=stub, progress=lambda done, *_: grading.at(done)
        )
    done = 0
    with Watch(f"{name}: import", total) as importing:

        def progress(count):
            nonlocal done
            done += count
            importing.at(done)

        import_all(course, ASSIGNMENT, progress)
    return [grading.row(), importing.row()]


def faults(course, names, runs):
    """Count verdicts that were lost or doubled on the way, or that differ in the gradebook."""
    with course.ledger() as ledger:
        verdicts = {verdict.student: verdict.score for verdict in ledger.verdicts(ASSIGNMENT)}
    with sqlite3.connect(course.root / "gradebook.db") as database:
        rows = database.execute(
            "SELECT s.student_id, COUNT(DISTINCT s.id), SUM(g.auto_score) FROM submitted_assignment AS s"
            " JOIN submitted_notebook AS n ON n.assignment_id = s.id JOIN grade AS g ON g.notebook_id = n.id"
            " GROUP BY s.student_id"
        ).fetchall()
    entered = {student: score for student, _, score in rows}
    executed = Counter(name for path in runs.iterdir() for name in path.read_text().split())
    notebooks = sum(
        course.place("autograded", name, ASSIGNMENT).joinpath(SOLUTION.name).is_file() for name in names
    )
    return {
        "lost_in_ledger": len(set(names) - set(verdicts)),
        "lost_in_gradebook": len(set(names) - set(entered)),
        "lost_notebooks": len(names) - notebooks,
        "doubled_in_gradebook": sum(count > 1 for _, count, _ in rows),
        "run_more_than_once": sum(count > 1 for count in executed.values()),
        "other_marks_in_gradebook": sum(verdicts.get(name) != score for name, score in entered.items()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--submissions", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    if min(arguments.submissions, arguments.workers) < 1:
        parser.error("expected at least one submission and one worker")

    total = arguments.submissions
    with tempfile.TemporaryDirectory() as folder:
        root, runs = Path(folder, "course"), Path(folder, "runs")
        root.mkdir(), runs.mkdir()
        os.environ[RUNS] = str(runs)
        (root / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "scale"\n')
        print(f"writing {total} submissions", file=sys.stderr)
        names, course = write_submissions(root, total), Course(root)
        with course.gradebook():  # made beforehand: nbgrader takes seconds for it, whatever the size
            pass
        rows = pass_over(course, total, "first run", arguments.workers)
        rows += pass_over(course, total, "second run", arguments.workers)
        found = faults(course, names, runs)
        sizes = {
            name: round((root / path).stat().st_size / 2**20, 1)
            for name, path in (("ledger", "grading/ledger.sqlite"), ("gradebook", "gradebook.db"))
        }

    shares = [f"{share:.0%}" for share in SHARES]
    print(f"{'':<19} {'seconds':>8} {'per second':>10} {'own processor s':>15}", end="")
    print("".join(f" {'MiB at ' + share:>12}" for share in shares))
    for row in rows:
        print(f"{row['what']:<19} {row['seconds']:>8.1f} {row['per_second']:>10.0f}", end="")
        print(f" {row['own_processor_seconds']:>15.1f}", end="")
        print("".join(f" {row['memory_mebibytes'].get(share, ''):>12}" for share in shares))
    print("; ".join(f"{name.replace('_', ' ')}: {count}" for name, count in found.items()))
    print(f"ledger {sizes['ledger']} MiB, gradebook {sizes['gradebook']} MiB")
    hours = 1e5 / 3600 / rows[0]["per_second"], 1e5 / 3600 / rows[1]["per_second"]
    print(f"At these rates 100,000 take {hours[0]:.2f} h to schedule and {hours[1]:.2f} h to import.")
    if arguments.out:
        # Here, because it loads much that would count as this process's memory.
        from lstm_course.machine import describe_machine, versions

        record = {
            "what": "grading with stubbed execution: rates, memory of the scheduling process, faults",
            "command": "python " + " ".join(["benchmarks/grading_scale.py", *sys.argv[1:]]),
            "machine": describe_machine(),
            "versions": versions() | {name: metadata.version(name) for name in PACKAGES},
            "assignment": ASSIGNMENT,
            "workers": arguments.workers,
            "rows": rows,
            "faults": found,
            "mebibytes_on_disk": sizes,
            "hours_for_100000": {"grade": round(hours[0], 2), "import": round(hours[1], 2)},
        }
        write_json(arguments.out, record)
        print(f"record written to {arguments.out}")
    if any(found.values()):
        sys.exit("verdicts were lost or doubled")


if __name__ == "__main__":
    main()

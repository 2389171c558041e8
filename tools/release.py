"""Generate ``exercises/`` from ``solutions/`` with nbgrader: ``python -m tools.release [ASSIGNMENT ...]``.

What is generated depends on nothing but the sources, byte for byte, so that a test can compare.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def assignments():
    """Return the names of the assignments that have a source."""
    return sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.ipynb"))


def generate(names, into):
    """Write the releases of some assignments into the folder ``into``, one folder for each."""
    # nbgrader looks for alembic on PATH: it is beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", str(ROOT)).load_config()
    config.CourseDirectory.root = str(ROOT)
    config.CourseDirectory.release_directory = str(into)
    with tempfile.TemporaryDirectory() as scratch:
        config.CourseDirectory.db_url = f"sqlite:///{scratch}/gradebook.db"
        api = NbGraderAPI(config=config)
        for name in names:
            result = api.generate_assignment(name, force=True)
            if not result["success"]:
                sys.exit(
                    f"{name}: nbgrader could not make the release:\n{result.get('error')}\n{result['log']}"
                )


def main():
    """Replace releases by what the sources make."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignments", nargs="*", help="default: all")
    options = parser.parse_args()
    unknown = set(options.assignments) - set(assignments())
    if unknown:
        parser.error(
            f"expected assignments of solutions/ ({', '.join(assignments())}), got {sorted(unknown)}"
        )
    names = options.assignments or assignments()
    exercises = ROOT / "exercises"
    with tempfile.TemporaryDirectory() as scratch:
        generate(names, Path(scratch) / "release")
        stale = set(names) if options.assignments else {path.name for path in exercises.glob("*")}
        for name in stale:
            shutil.rmtree(exercises / name, ignore_errors=True)
        for name in names:
            shutil.copytree(Path(scratch) / "release" / name, exercises / name)
    print(f"exercises/: {', '.join(names)}")


if __name__ == "__main__":
    main()

"""What pytest leaves out on Windows: the grader, which needs Linux, and what tries it."""

import sys

UNIX_ONLY = ["lstm_course/grading", "tests/attacks", "tests/bug_zoo/test_mutants.py", "tests/grading"]
"""Its modules import, or its tests start, what Windows' Python does not have (``fcntl``, ``resource``)."""

collect_ignore = UNIX_ONLY if sys.platform == "win32" else []

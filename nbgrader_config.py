"""Where nbgrader finds what, and that submissions run in the course's sandbox."""

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "lstm-course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "*.md"]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ExecutePreprocessor.timeout = 120

# The gradebook is gradebook.db, a SQLite file, unless this names another database:
# c.CourseDirectory.db_url = "postgresql+psycopg2://grader@/gradebook"

# `nbgrader autograde` and the formgrader's button grade as `lstm-course grade` does: in a sandbox.
c.Autograde.exporter_class = "lstm_course.grading.nbgrader_exporter.SandboxExporter"

# What students write is shown as text, in the formgrader and in feedback.
c.HTMLExporter.sanitize_html = True

# What being late costs: "none", "per day" (a fraction of the score) or "cut-off".
c.AssignLatePenalties.plugin_class = "lstm_course.grading.late.LatePolicy"
c.LatePolicy.method = "none"

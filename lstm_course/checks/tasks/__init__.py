"""The tasks of the assignments, a module for each: cases, reference, known mistakes."""

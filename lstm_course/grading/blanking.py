"""The reviews without the labels that a model of 06-sentiment is judged by, for the inside of a sandbox."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from lstm_course.checks.tasks.sentiment_labels import LABELS
from lstm_course.text.corpora import packaged_csv
from lstm_course.text.split import fingerprint

LONGEST = 700
NO_LABEL = "0"  # the reader of the corpus wants one; it says nothing where all are the same


def write_blanked(target: Path) -> None:
    """Write the packaged reviews to ``target``, the test reviews of 06-sentiment all with the same label.

    Which these are, the notebook's cell ``reviews`` says: short, there once only, the first by fingerprint.
    """
    with packaged_csv().open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        fields, rows = list(reader.fieldnames or ()), list(reader)
    marks = [fingerprint(row["text"]) if row["source"] == "imdb" else "" for row in rows]
    copies = Counter(marks)
    short = [
        (mark, place)
        for place, (mark, row) in enumerate(zip(marks, rows, strict=True))
        if mark and len(row["text"]) < LONGEST and copies[mark] == 1
    ]
    for _, place in sorted(short)[: len(LABELS)]:
        rows[place]["label"] = NO_LABEL
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)

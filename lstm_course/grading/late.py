"""What a late submission loses: nothing, a part for each day, or everything."""

from __future__ import annotations

import math

from nbgrader.plugins import BasePlugin
from traitlets import Enum, Float

DAY = 86_400.0


class LatePolicy(BasePlugin):
    """nbgrader's plugin for penalties; set it up in ``nbgrader_config.py``.

    Examples
    --------
    >>> policy = LatePolicy(method="per day", per_day=0.1, grace=900)
    >>> [policy.late_submission_penalty("ana", 20.0, late) for late in (600, 3600, 2 * DAY, 30 * DAY)]
    [None, 2.0, 4.0, 20.0]

    The days begin where what is forgiven ends:

    >>> [policy.late_submission_penalty("ana", 20.0, DAY + late) for late in (900, 901)]
    [2.0, 4.0]
    """

    method = Enum(("none", "per day", "cut-off"), default_value="none", help="What being late costs.").tag(
        config=True
    )
    per_day = Float(0.1, min=0.0, max=1.0, help="Fraction of the score lost for each day begun.").tag(
        config=True
    )
    cut_off = Float(0.0, min=0.0, help="Seconds after the due date from which nothing counts.").tag(
        config=True
    )
    grace = Float(0.0, min=0.0, help="Seconds after the due date that are forgiven.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points lost, or None."""
        if self.method == "none" or total_seconds_late <= self.grace:
            return None
        if self.method == "cut-off":
            return score if total_seconds_late > self.cut_off else None
        return min(1.0, self.per_day * math.ceil((total_seconds_late - self.grace) / DAY)) * score

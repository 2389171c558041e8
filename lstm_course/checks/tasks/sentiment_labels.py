"""Whether each test review of 06-sentiment is positive: what a trained model is judged by.

They stand in here, so that whoever trains the model need not have them. The test reviews are those of the
corpus ``imdb`` with fewer than 700 characters, without any that occurs more than once, in the order of their
fingerprints (``lstm_course.text.split``), and of these the first 1,400.
"""

from __future__ import annotations

import numpy as np

PACKED = (
    "d92f33565f68f4159fc21b15949bc322f28b85a7cb64f930d57485a692be163920414f3d336dbf67123342fef0c13f8fbd80"
    "4e4b557956a962d16dc44ef70a1c25337ed390d2718de8ebfc2d43443a5187e5eb33cf96f08a7fb54951cf9d39b46ffb77ca"
    "acd88b3975b9d6c1dadf799f7011c5923b3f90207efccb128511f325122db13a8867cfe8f95b531da7effd9c8cd9837071ae"
    "2e484ab4df7d84329212f0d5356ac819de5ffe06e59c633c8a"
)

LABELS = np.unpackbits(np.frombuffer(bytes.fromhex(PACKED), np.uint8)).astype(int)
"""1 for positive, 0 for negative, shape (1400,)."""

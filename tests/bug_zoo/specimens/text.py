"""Specimens for assignment 01-text."""

from tests.bug_zoo.specimens import (
    text_bag,
    text_bayes,
    text_encoding,
    text_majority,
    text_padding,
    text_verdict,
    text_vocabulary,
)

SPECIMENS = (
    *text_vocabulary.SPECIMENS,
    *text_encoding.SPECIMENS,
    *text_padding.SPECIMENS,
    *text_bag.SPECIMENS,
    *text_bayes.SPECIMENS,
    *text_verdict.SPECIMENS,
    *text_majority.SPECIMENS,
)

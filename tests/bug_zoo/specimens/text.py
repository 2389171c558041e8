"""Specimens for assignment 01-text."""

from tests.bug_zoo.specimens import text_bag, text_baseline, text_encoding, text_padding, text_vocabulary

SPECIMENS = (
    *text_vocabulary.SPECIMENS,
    *text_encoding.SPECIMENS,
    *text_padding.SPECIMENS,
    *text_bag.SPECIMENS,
    *text_baseline.SPECIMENS,
)

"""Language models of characters: the text, the measures, n-grams, an LSTM, sampling.

>>> from lstm_course.language_model import NGramModel, encode
>>> model = NGramModel.fit(encode("abracadabra"), order=2)
>>> bool(model.probabilities(encode("a")[None])[0].argmax() == encode("b")[0])
True
"""

from lstm_course.language_model.character_model import CharacterModel, evaluate, train
from lstm_course.language_model.characters import (
    ALPHABET,
    CharacterData,
    clean,
    decode,
    encode,
    load_characters,
)
from lstm_course.language_model.chunks import chunks, streams
from lstm_course.language_model.measures import bits, perplexity, word_perplexity
from lstm_course.language_model.ngrams import NGramModel
from lstm_course.language_model.sampling import keep_nucleus, keep_top, sample, temper

__all__ = [
    "ALPHABET",
    "CharacterData",
    "CharacterModel",
    "NGramModel",
    "bits",
    "chunks",
    "clean",
    "decode",
    "encode",
    "evaluate",
    "keep_nucleus",
    "keep_top",
    "load_characters",
    "perplexity",
    "sample",
    "streams",
    "temper",
    "train",
    "word_perplexity",
]

"""Real reviews as text, ids and masks: corpora, the fixed split, tokens, vocabulary, padding.

>>> from lstm_course.text import Vocabulary, pad, tokenize
>>> tokens = [tokenize("A good film."), tokenize("Not good, not good!")]
>>> vocabulary = Vocabulary.build(tokens)
>>> ids, mask = pad([vocabulary.encode(words) for words in tokens], max_tokens=5)
>>> ids
array([[5, 2, 6, 0, 0],
       [3, 2, 3, 2, 4]], dtype=int32)
>>> mask[0]
array([ True,  True,  True, False, False])
"""

from lstm_course.text.corpora import CORPORA, load_corpus
from lstm_course.text.corpus import Corpus
from lstm_course.text.padding import pad
from lstm_course.text.split import Split, split_corpus
from lstm_course.text.vocabulary import Vocabulary, tokenize

__all__ = ["CORPORA", "Corpus", "Split", "Vocabulary", "load_corpus", "pad", "split_corpus", "tokenize"]

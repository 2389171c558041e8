"""Word vectors from co-occurrences: words that keep the same company get vectors that point the same way.

Count how often word c occurs within ``WINDOW`` words of word w, n(w, c), and compare with what chance
would give. The positive pointwise mutual information is

    PPMI(w, c) = max(0, ln( P(w, c) / (P(w) P_α(c)) )),    P_α(c) ∝ n(c)^α,                     (1)

with α = 0.75, which keeps rare contexts from looking more telling than they are. Its truncated singular
value decomposition PPMI ≈ U Σ Vᵀ gives each word the vector

    e_w = U_w Σ^{1/2}.                                                                     (2)

Levy & Goldberg (2014) showed that word2vec's skip-gram with negative sampling factorises a matrix of this
kind implicitly, the logarithm itself without the maximum, shifted by a constant; Levy, Goldberg & Dagan
(2015), that with equal care for α and for the exponent of Σ the two do equally well. No labels are used.

References
----------
Levy & Goldberg (2014), "Neural Word Embedding as Implicit Matrix Factorization".
Levy, Goldberg & Dagan (2015), "Improving Distributional Similarity with Lessons Learned from Word
Embeddings", sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_course.text.vocabulary import RESERVED

WINDOW = 5
ALPHA = 0.75
TYPICAL = 0.05  # the root mean square that the vectors are scaled to, 1.7 times that of freshly drawn ones


def cooccurrences(sequences: Sequence[Sequence[int]], vocabulary_size: int, window: int = WINDOW) -> Any:
    """Count how often two words stand within a window of each other, in the same text.

    Returns
    -------
    scipy.sparse.csr_array of shape (vocabulary_size, vocabulary_size), float32
        Symmetric; nothing is counted for padding and unknown words.

    Examples
    --------
    >>> cooccurrences([[2, 3, 4]], vocabulary_size=5, window=1).toarray()[2:, 2:].astype(int)
    array([[0, 1, 0],
           [1, 0, 1],
           [0, 1, 0]])
    """
    from scipy.sparse import coo_array

    gap = np.zeros(window, dtype=np.int32)
    line = np.concatenate([part for ids in sequences for part in (np.asarray(ids, dtype=np.int32), gap)])
    line[line < len(RESERVED)] = 0
    shape = (vocabulary_size, vocabulary_size)
    counts = coo_array(shape, dtype=np.float32).tocsr()
    for distance in range(1, window + 1):
        one, other = line[:-distance], line[distance:]
        both = (one > 0) & (other > 0)
        ones = np.ones(int(both.sum()), dtype=np.float32)
        counts = counts + coo_array((ones, (one[both], other[both])), shape=shape).tocsr()
    return counts + counts.T


def ppmi(counts: Any, alpha: float = ALPHA) -> Any:
    """Return the positive pointwise mutual information of co-occurrence counts (equation 1).

    Examples
    --------
    >>> counts = cooccurrences([[2, 3], [2, 3], [4, 4]], vocabulary_size=5, window=1)
    >>> (10 * ppmi(counts, alpha=1.0).toarray()[2:, 2:]).astype(int).tolist()
    [[0, 10, 0], [10, 0, 0], [0, 0, 10]]
    """
    found = counts.tocoo()
    of_word = np.asarray(counts.sum(axis=1)).ravel()
    of_context = of_word**alpha
    expected = of_word[found.row] * (of_context[found.col] / of_context.sum())
    found.data = np.maximum(np.log(found.data / expected), 0).astype(np.float32)
    result = found.tocsr()
    result.eliminate_zeros()
    return result


def word_vectors(
    sequences: Sequence[Sequence[int]], vocabulary_size: int, features: int, seed: int = 0
) -> np.ndarray:
    """Return a vector for each word (equation 2), scaled to the order of freshly drawn ones.

    Parameters
    ----------
    sequences : sequence of sequence of int
        The ids of the training texts.
    vocabulary_size, features : int
    seed : int
        Of the randomised decomposition.

    Returns
    -------
    ndarray of shape (vocabulary_size, features), float32
        Zeros for padding and unknown words, and for words that have no company.
    """
    if not sequences:
        return np.zeros((vocabulary_size, features), dtype=np.float32)
    from sklearn.utils.extmath import randomized_svd

    matrix = ppmi(cooccurrences(sequences, vocabulary_size))
    rank = min(features, vocabulary_size)  # a tiny vocabulary fills the first features only
    left, singular, _ = randomized_svd(matrix, rank, n_iter=4, random_state=seed)
    vectors = np.zeros((vocabulary_size, features))
    vectors[:, :rank] = left * np.sqrt(singular)
    vectors[np.asarray(matrix.sum(axis=1)).ravel() == 0] = 0  # rounding leaves a little there
    scale = np.sqrt(np.mean(vectors[len(RESERVED) :] ** 2))
    return (vectors * (TYPICAL / max(float(scale), 1e-12))).astype(np.float32)

r"""Character n-grams with interpolated Kneser-Ney smoothing [1]_ [2]_.

N(uw) is how often the character w followed the context u, N(u) the sum over all w, and D(u) the number of
*different* characters that followed u. A discount d, between 0 and 1, is taken off every count that is not
zero, and what it frees goes to the context that is one character shorter, u':

    p(w | u) = (max(N(uw) − d, 0) + d · D(u) · p(w | u')) / N(u)

A context that was never seen hands the question on whole. Below the empty context stands the uniform
distribution. The shorter contexts do not count how often uw occurred, but after how many different
characters: N(u'w) is there the number of different v with vu'w in the text. That is the idea of Kneser and
Ney; without it the recursion is interpolated absolute discounting [3]_. Each order has its own discount,
d = n_1 / (n_1 + 2 n_2), with n_1 and n_2 the numbers of n-grams counted once and twice [3]_.

References
----------
.. [1] Kneser & Ney (1995).
.. [2] Chen & Goodman (1999), for the interpolated form.
.. [3] Ney, Essen & Kneser (1994).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_course.errors import InputError
from lstm_course.language_model.characters import ALPHABET


@dataclass(frozen=True)
class _Table:
    """The counts of one order: sorted keys and what belongs to each.

    An n-gram's key is the number that its ids write in base V; its context's key is that number without
    its last digit.
    """

    grams: np.ndarray  # (kinds of n-grams,) sorted keys
    counts: np.ndarray  # (kinds of n-grams,) N(uw)
    contexts: np.ndarray  # (kinds of contexts,) sorted keys
    totals: np.ndarray  # (kinds of contexts,) N(u)
    followers: np.ndarray  # (kinds of contexts,) D(u)
    discount: float  # d

    @classmethod
    def count(cls, keys: np.ndarray, vocabulary: int) -> _Table:
        grams, counts = np.unique(keys, return_counts=True)
        contexts, starts, followers = np.unique(grams // vocabulary, return_index=True, return_counts=True)
        once, twice = int((counts == 1).sum()), int((counts == 2).sum())
        discount = once / (once + 2 * twice) if once and twice else 0.5  # too few kinds to estimate it
        return cls(grams, counts, contexts, np.add.reduceat(counts, starts), followers, discount)


def _look_up(keys: np.ndarray, sorted_keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the value of each key, 0 where it is not in the table."""
    places = np.searchsorted(sorted_keys, keys).clip(max=len(sorted_keys) - 1)
    return np.where(sorted_keys[places] == keys, values[places], 0)


def _text(ids: np.ndarray, vocabulary: int) -> np.ndarray:
    ids = _checked(ids, vocabulary)
    if ids.ndim != 1:
        raise InputError("ids of shape (characters,)", str(ids.shape), "Flatten the text first.")
    return ids


def _checked(ids: np.ndarray, vocabulary: int) -> np.ndarray:
    """Return ids as an array of int64.

    Raises
    ------
    InputError
        Where they are no integers, or out of range: their keys would be those of other n-grams.
    """
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise InputError("ids that are integers", f"{ids.dtype} of shape {ids.shape}")
    if ids.size and (ids.min() < 0 or ids.max() >= vocabulary):
        raise InputError(f"ids from 0 to {vocabulary - 1}", f"{ids.min()} to {ids.max()}")
    return ids.astype(np.int64)


def _keys(grams: np.ndarray, vocabulary: int) -> np.ndarray:
    """Return the keys of n-grams (..., n): shape (...)."""
    keys = np.zeros(grams.shape[:-1], np.int64)
    for place in range(grams.shape[-1]):
        keys = keys * vocabulary + grams[..., place]
    return keys


class NGramModel:
    """Probabilities of the next character from counts of the last ``order - 1``; make one with ``fit``.

    Attributes
    ----------
    order : int
        The n of the n-gram: length of the context plus one.
    vocabulary : int
        Number of different ids.

    Examples
    --------
    After "a" came "b" twice, "c" and "d" once each: four times, three different characters. As unigrams
    count predecessors, "b", "c", "d" and "r" have one each and "a" three: seven, five different characters.

    >>> from lstm_course.language_model.characters import encode
    >>> model = NGramModel.fit(encode("abracadabra"), order=2)
    >>> d_1, d_2 = model.discounts
    >>> p_b = (1 - d_1 + d_1 * 5 / 40) / 7  # the alphabet has forty
    >>> p_b_after_a = model.probabilities(encode("a")[None])[0, encode("b")[0]]
    >>> bool(np.isclose(p_b_after_a, (2 - d_2 + d_2 * 3 * p_b) / 4))
    True
    """

    def __init__(self, order: int, vocabulary: int, tables: list[_Table]) -> None:
        self.order, self.vocabulary, self._tables = order, vocabulary, tables

    @property
    def discounts(self) -> list[float]:
        """The discount of each order, from 1 up."""
        return [table.discount for table in self._tables]

    @classmethod
    def fit(
        cls, ids: np.ndarray, order: int, vocabulary: int = len(ALPHABET), *, continuation: bool = True
    ) -> NGramModel:
        """Count all n-grams up to ``order`` in a text.

        Parameters
        ----------
        ids : ndarray of int of shape (characters,)
            The text.
        order : int
            At least 1, and small enough for its keys to fit into 63 bits.
        vocabulary : int
            Number of different ids.
        continuation : bool
            Let the shorter contexts count different predecessors (Kneser-Ney); with ``False`` they count
            occurrences (absolute discounting).

        Raises
        ------
        InputError
            If the order, the vocabulary or the ids are out of range, ids have not one axis, or the text is
            shorter than one n-gram.
        """
        if vocabulary < 2:
            raise InputError("a vocabulary of at least 2", str(vocabulary))
        ids = _text(ids, vocabulary)
        longest = int(63 / np.log2(vocabulary))
        if not 1 <= order <= longest:
            raise InputError(f"an order from 1 to {longest}", str(order))
        if len(ids) < order:
            raise InputError(f"a text of at least {order} characters", str(len(ids)))
        keys = _keys(sliding_window_view(ids, order), vocabulary)
        tables = [_Table.count(keys, vocabulary)]
        for n in range(order - 1, 0, -1):
            if continuation:  # one occurrence for each kind of longer n-gram, its first character dropped
                keys = np.unique(_keys(sliding_window_view(ids, n + 1), vocabulary)) % vocabulary**n
            else:
                keys = _keys(sliding_window_view(ids, n), vocabulary)
            tables.insert(0, _Table.count(keys, vocabulary))
        return cls(order, vocabulary, tables)

    def _probability(self, grams: np.ndarray) -> np.ndarray:
        """Return p(last id | ids before it) for n-grams (..., order): shape (...)."""
        probability = np.full(grams.shape[:-1], 1 / self.vocabulary)
        for n, table in enumerate(self._tables, start=1):
            keys = _keys(grams[..., self.order - n :], self.vocabulary)
            count = _look_up(keys, table.grams, table.counts)
            total = _look_up(keys // self.vocabulary, table.contexts, table.totals)
            followers = _look_up(keys // self.vocabulary, table.contexts, table.followers)
            kept = np.maximum(count - table.discount, 0)
            mixed = (kept + table.discount * followers * probability) / np.maximum(total, 1)
            probability = np.where(total > 0, mixed, probability)
        return probability

    def probabilities(self, contexts: np.ndarray) -> np.ndarray:
        """Return the distribution of the next character.

        Parameters
        ----------
        contexts : ndarray of int of shape (count, context)
            The characters before; only the last ``order - 1`` of them matter, and no fewer will do.

        Returns
        -------
        ndarray of shape (count, vocabulary)
            Each row sums to 1.

        Raises
        ------
        InputError
            If a context is shorter than ``order - 1``, or an id is out of range.
        """
        contexts = _checked(contexts, self.vocabulary)
        if contexts.ndim != 2 or contexts.shape[1] < self.order - 1:
            raise InputError(f"contexts of shape (count, {self.order - 1} or more)", str(contexts.shape))
        last = contexts[:, contexts.shape[1] - self.order + 1 :]
        shape = (len(last), self.vocabulary, self.order)
        grams = np.empty(shape, np.int64)
        grams[:, :, :-1] = last[:, None]
        grams[:, :, -1] = np.arange(self.vocabulary)
        return self._probability(grams)

    def losses(self, ids: np.ndarray, skip: int | None = None) -> np.ndarray:
        """Return −log p of each character of a text, in nats.

        Parameters
        ----------
        ids : ndarray of int of shape (characters,)
            The text.
        skip : int, optional
            Characters at the beginning that are read but not predicted, ``order - 1`` by default and at
            least; with one number for several orders, all predict the same characters.

        Returns
        -------
        ndarray of shape (characters - skip,)

        Raises
        ------
        InputError
            If ``skip`` is below ``order - 1``, nothing is left to predict, an id is out of range, or ids have
            not one axis.
        """
        ids = _text(ids, self.vocabulary)
        skip = self.order - 1 if skip is None else skip
        if skip < self.order - 1 or len(ids) <= skip:
            raise InputError(
                f"skip from {self.order - 1} to {len(ids) - 1}", str(skip), "The first context needs room."
            )
        grams = sliding_window_view(ids, self.order)[skip - self.order + 1 :]
        return -np.log(self._probability(grams))

"""Specimens for measures."""

from tests.bug_zoo.zoo import Right, Wrong

F = "measures"
BITS, PERPLEXITY, WORDS = "measures-bits", "measures-perplexity", "measures-words"

SPECIMENS = (
    Wrong(
        F,
        "multiplies",
        (BITS,),
        "multiplied by the logarithm of 2",
        change={"nats / np.log(2)": "nats * np.log(2)"},
    ),
    Wrong(
        F, "log2 of the loss", (BITS,), "logarithm of the loss", change={"nats / np.log(2)": "np.log2(nats)"}
    ),
    Wrong(F, "log10", (BITS,), "logarithm to base 10", change={"nats / np.log(2)": "nats / np.log10(2)"}),
    Wrong(
        F,
        "two to the loss",
        (PERPLEXITY,),
        "two to the power of the nats",
        change={"np.exp(nats)": "2**nats"},
    ),
    Wrong(
        F, "e to the bits", (PERPLEXITY,), "exponential of the bits", change={"np.exp(nats)": "np.exp(bits)"}
    ),
    Wrong(
        F,
        "the geometric mean of the probabilities",
        (PERPLEXITY,),
        "probability in place of the perplexity",
        change={"np.exp(nats)": "np.exp(-nats)"},
    ),
    Wrong(
        F,
        "multiplies the perplexity by the characters of a word",
        (WORDS,),
        "perplexity times the length of a word",
        change={"np.exp(nats * characters / words)": "perplexity * characters / words"},
    ),
    Wrong(
        F,
        "upside down",
        (WORDS,),
        "words and characters exchanged",
        change={"characters / words)": "words / characters)"},
    ),
    Wrong(
        F,
        "takes the blanks for free",
        (WORDS,),
        "blanks left out of the total",
        change={"np.exp(nats * characters / words)": "np.exp(nats * (characters - words) / words)"},
    ),
    Wrong(
        F,
        "stops at the loss per word",
        (WORDS,),
        "loss per word in place of its perplexity",
        change={"np.exp(nats * characters / words)": "nats * characters / words"},
    ),
    Wrong(
        F,
        "e to the bits of a word",
        (WORDS,),
        "exponential of the bits of a word",
        change={"np.exp(nats * characters / words)": "np.exp(bits * characters / words)"},
    ),
    Wrong(
        F,
        "rounds the characters of a word",
        (WORDS,),
        change={"nats * characters / words": "nats * round(characters / words)"},
    ),
    Wrong(
        F,
        "bits are not converted, and perplexities are powers of two of them",
        (BITS, PERPLEXITY, WORDS),
        ("nats as they are", "two to the power of the nats", "two to the power of a word's nats"),
        code="""
def measures(nats, characters, words):
    bits = nats
    return bits, 2 ** bits, 2 ** (bits * characters / words)
""",
    ),
    Right(
        F,
        "the math module, and floats",
        code="""
import math

def measures(nats, characters, words):
    bits = nats * math.log2(math.e)
    return bits, math.exp(nats), math.exp(nats * characters / words)
""",
    ),
    Right(
        F,
        "everything through bits",
        code="""
def measures(loss, n, m):
    b = loss / np.log(2.0)
    return b, 2.0 ** b, 2.0 ** (b * n / m)
""",
    ),
    Right(
        F,
        "single precision, and a list",
        code="""
def measures(nats, characters, words):
    nats = np.float32(nats)
    p = np.exp(nats)
    return [nats / np.log(np.float32(2)), p, p ** np.float32(characters / words)]
""",
    ),
    Right(
        F,
        "helpers and prints",
        code="""
def to_bits(nats): return np.log2(np.exp(nats))
def per_word(nats, characters, words): return np.power(np.e, nats * characters / words)

def measures(nats, characters, words):
    result = to_bits(nats), np.power(np.e, nats), per_word(nats, characters, words)
    print(result)
    return result
""",
    ),
    Right(
        F,
        "a lambda with np.exp over an array",
        code="""
measures = lambda nats, characters, words: (
    nats / np.log(2), *np.exp(nats * np.array([1, characters / words])))
""",
    ),
)

"""Specimens for ``prepare`` of assignment 06-sentiment."""

from tests.bug_zoo.zoo import Right, Wrong

PLAIN = 'plain = re.sub(r"<br\\s*/?>", " ", text.lower())'
CUT = "found = found[: length - last] + found[len(found) - last :]"


def wrong(what, loses, named, change):
    return Wrong("prepare", what, loses, named, change=change)


WRONG = (
    wrong(
        "splits at blanks",
        ("prep-tokens",),
        "the text is cut at blanks",
        {"TOKEN.findall(plain)": "plain.split()"},
    ),
    wrong(
        "forgets the lower case",
        ("prep-tokens",),
        "capital letters are left",
        {"text.lower()": "text"},
    ),
    wrong(
        "forgets the lower case, but not in line breaks",
        ("prep-tokens",),
        "capital letters are left",
        {PLAIN: 'plain = re.sub(r"<br ?/?>", " ", text, flags=re.I)'},
    ),
    wrong(
        "leaves the line breaks in",
        ("prep-tokens",),
        "line breaks are read as words",
        {PLAIN: "plain = text.lower()"},
    ),
    wrong(
        "removes line breaks without a blank",
        ("prep-tokens",),
        "line breaks glue words together",
        {'" ", text': '"", text'},
    ),
    wrong(
        "knows one spelling of the line break",
        ("prep-tokens",),
        "one line break of four is known",
        {PLAIN: 'plain = text.replace("<br />", " ").lower()'},
    ),
    wrong(
        "writes in small letters too late",
        ("prep-tokens",),
        "line breaks in capitals are left",
        {PLAIN: 'plain = re.sub(r"<br\\s*/?>", " ", text).lower()'},
    ),
    wrong(
        "uses a pattern of its own",
        ("prep-tokens",),
        "apostrophes tear words apart",
        {"TOKEN.findall(plain)": r're.findall(r"\w+|[!?]", plain)'},
    ),
    wrong(
        "removes all HTML",
        ("prep-tokens",),
        "all tags are taken out",
        {PLAIN: 'plain = re.sub(r"</?[a-z]+\\s*/?>", " ", text.lower())'},
    ),
    wrong(
        "removes whatever stands between angle brackets",
        ("prep-tokens",),
        "whatever stands between angle brackets is taken out",
        {PLAIN: 'plain = re.sub(r"<[^>]*>", " ", text.lower())'},
    ),
    wrong(
        "removes all HTML with a pattern that is too greedy",
        ("prep-tokens",),
        "",
        {PLAIN: 'plain = re.sub("<.*>", " ", text.lower())'},
    ),
    wrong(
        "drops unknown words",
        ("prep-unknown",),
        "unknown words are dropped",
        {"for token in TOKEN.findall(plain)]": "for token in TOKEN.findall(plain) if token in vocabulary]"},
    ),
    wrong(
        "looks unknown words up like the others",
        ("prep-unknown", "prep-mask"),
        "unknown words raise an error",
        {"vocabulary.get(token, UNKNOWN)": "vocabulary[token]"},
    ),
    wrong(
        "gives unknown words the id of padding",
        ("prep-unknown",),
        "unknown words become padding",
        {"vocabulary.get(token, UNKNOWN)": "vocabulary.get(token, PADDING)"},
    ),
    wrong(
        "adds unknown words to the vocabulary",
        ("prep-unknown",),
        "every unknown word gets an id of its own",
        {"vocabulary.get(token, UNKNOWN)": "vocabulary.setdefault(token, len(vocabulary) + 2)"},
    ),
    wrong(
        "leaves an empty review empty",
        ("prep-unknown",),
        "a review without tokens stays empty",
        {"found = found or [UNKNOWN]": "pass"},
    ),
    wrong(
        "keeps the beginning",
        ("prep-cut",),
        "the end is cut off",
        {CUT: "found = found[:length]"},
    ),
    wrong(
        "keeps the end",
        ("prep-cut",),
        "the beginning is cut off",
        {CUT: "found = found[-length:]"},
    ),
    wrong(
        "counts the last half from behind, which fails for none",
        ("prep-contract",),
        "",
        {"found[len(found) - last :]": "found[-last:]"},
    ),
    wrong(
        "rounds both halves down",
        ("prep-cut",),
        "an odd length loses a token",
        {"found[: length - last]": "found[:last]"},
    ),
    wrong(
        "pads on the left",
        ("prep-padding",),
        "padding on the left",
        {"ids[row, : len(found)] = found": "ids[row, length - len(found) :] = found"},
    ),
    wrong(
        "fills with ones",
        ("prep-padding", "prep-tokens", "prep-unknown"),
        "the filling is the unknown word",
        {
            "np.full((len(texts), length), PADDING)": "np.ones((len(texts), length), dtype=int)",
        },
    ),
    wrong(
        "masks the padding",
        ("prep-mask",),
        "the mask marks the padding",
        {"ids != PADDING": "ids == PADDING"},
    ),
    wrong(
        "masks unknown words too",
        ("prep-mask",),
        "unknown words count as padding",
        {"ids != PADDING": "ids > UNKNOWN"},
    ),
    wrong(
        "a mask of ones",
        ("prep-mask",),
        "the mask is true everywhere",
        {"ids != PADDING": "np.ones(ids.shape, dtype=bool)"},
    ),
    wrong(
        "ids as floating-point numbers",
        ("prep-contract",),
        "",
        {"PADDING)": "0.0)"},
    ),
    wrong(
        "a mask of zeros and ones",
        ("prep-contract",),
        "",
        {"ids != PADDING": "(ids != PADDING).astype(int)"},
    ),
    wrong(
        "a mask of floating-point numbers",
        ("prep-contract",),
        "",
        {"ids != PADDING": "np.sign(ids / 1.0)"},
    ),
    Wrong(
        "prepare",
        "pads to the longest review, as libraries do",
        ("prep-padding", "prep-contract"),
        "the rectangle is as wide as its longest review",
        code="""
def prepare(texts, vocabulary, length):
    rows = []
    for text in texts:
        for spelling in ("<br>", "<br/>", "<br />"):
            text = text.lower().replace(spelling, " ")
        row = [vocabulary.get(word, 1) for word in TOKEN.findall(text)] or [1]
        half = length // 2
        rows.append(row if len(row) <= length else row[: length - half] + row[len(row) - half :])
    longest = max(len(row) for row in rows)
    ids = np.array([row + [0] * (longest - len(row)) for row in rows])
    return ids, ids > 0
""",
    ),
)

RIGHT = (
    Right(
        "prepare",
        "one comprehension after the other",
        """
def prepare(texts, vocabulary, length):
    clean = [re.sub("<br ?/?>", "\\n", text, flags=re.IGNORECASE).lower() for text in texts]
    words = [[m.group() for m in TOKEN.finditer(text)] or [""] for text in clean]
    rows = [[vocabulary.get(w, 1) for w in row] for row in words]
    keep = [r if len(r) <= length else r[: -(-length // 2)] + r[len(r) - length // 2 :] for r in rows]
    ids = np.array([r + [0] * (length - len(r)) for r in keep], dtype=np.int32)
    mask = np.array([[t < len(r) for t in range(length)] for r in keep])
    return ids, mask
""",
    ),
    Right(
        "prepare",
        "helper functions, and loops over everything",
        """
def cleaned(text):
    out = ""
    while text:
        for spelling in ("<br />", "<br/>", "<br>"):
            if text[: len(spelling)].lower() == spelling:
                out, text = out + " ", text[len(spelling) :]
                break
        else:
            out, text = out + text[0].lower(), text[1:]
    return out

def prepare(texts, vocabulary, length):
    ids = np.zeros([len(texts), length], dtype="int64")
    mask = np.zeros([len(texts), length], dtype=bool)
    for b in range(len(texts)):
        tokens = TOKEN.findall(cleaned(texts[b]))
        if not tokens:
            tokens = ["<nothing>"]
        while len(tokens) > length:
            del tokens[length - length // 2]
        for t in range(len(tokens)):
            ids[b, t] = vocabulary[tokens[t]] if tokens[t] in vocabulary else UNKNOWN
            mask[b, t] = True
    return ids, mask
""",
    ),
    Right(
        "prepare",
        "a class with __call__, the course's own padding",
        """
class Pipeline:
    break_ = re.compile(r"<\\s*br\\s*/?\\s*>", re.I)

    def __call__(self, texts, vocabulary, length):
        return pad([self.ids(text, vocabulary) for text in texts], length, width=length)

    def ids(self, text, vocabulary):
        return [vocabulary.get(token, UNKNOWN) for token in TOKEN.findall(self.break_.sub(" ", text).lower())]

prepare = Pipeline()
""",
    ),
    Right(
        "prepare",
        "prints, warns, and has a magic",
        """
%matplotlib inline
import warnings

def prepare(texts, vocabulary, length):
    print(len(texts), "reviews")
    warnings.warn("slow")
    known = {**vocabulary}
    rows, masks = [], []
    for text in map(str.lower, texts):
        tokens = TOKEN.findall(" ".join(re.split(r"<br\\s?/?>", text)))
        numbers = np.array([known.get(t, UNKNOWN) for t in tokens] or [UNKNOWN])
        if numbers.size > length:
            numbers = np.delete(numbers, np.s_[length - length // 2 : numbers.size - length // 2])
        rows.append(np.pad(numbers, (0, length - numbers.size)))
        masks.append(np.arange(length) < numbers.size)
    return np.stack(rows), np.stack(masks)
""",
    ),
    Right(
        "prepare",
        "by recursion, one review at a time",
        """
def prepare(texts, vocabulary, length):
    if len(texts) > 1:
        first, others = prepare(texts[:1], vocabulary, length), prepare(texts[1:], vocabulary, length)
        return tuple(np.concatenate(pair) for pair in zip(first, others))
    text = texts[0].lower().replace("<br/>", "<br>").replace("<br />", "<br>").replace("<br>", " ")
    row = [vocabulary.get(t, 1) for t in TOKEN.findall(text)] or [1]
    head, tail = row[: length - length // 2], row[length - length // 2 :]
    tail = tail[max(0, len(tail) - length // 2) :]
    ids = np.resize(np.array(head + tail + [0] * length), (1, length))
    return ids, ids.astype(bool)
""",
    ),
)

SPECIMENS = (*WRONG, *RIGHT)

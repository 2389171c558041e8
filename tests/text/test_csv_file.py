import csv

import pytest

from lstm_course.errors import InputError
from lstm_course.text.csv_file import read_csv


def write(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


def test_real_reviews_survive_the_round_trip(tmp_path, imdb):
    texts, labels = imdb.texts[:50], imdb.labels[:50]
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "stars", "text"])  # any order, and a further column
        writer.writerows([label, 5, text] for text, label in zip(texts, labels, strict=True))
    corpus = read_csv(path)
    assert corpus.texts == texts
    assert corpus.labels == labels


def test_a_byte_order_mark_line_ends_and_blank_lines_do_no_harm(tmp_path):
    path = write(tmp_path / "bom.csv", "\ufefftext,label\r\ngood,1\r\n\r\n,0\r\n")
    corpus = read_csv(path)
    assert corpus.texts == ("good", "")
    assert corpus.labels == (1, 0)


def test_a_review_longer_than_the_csv_modules_limit_is_read_and_the_limit_restored(tmp_path):
    before = csv.field_size_limit()
    text = "word " * 50_000
    assert len(text) > before
    corpus = read_csv(write(tmp_path / "long.csv", f'text,label\n"{text}",1\n'))
    assert corpus.texts == (text,)
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "one column named 'text' in row 1 .*got no header"),
        ("text,label\n", "at least one row below the header"),
        ("review,label\ngood,1\n", "one column named 'text' .*got review, label"),
        ("text,sentiment\ngood,1\n", "one column named 'label'"),
        ("text,label,label\ngood,1,0\n", "one column named 'label'"),
        ("text,label\ngood,1\nbad,2\n", "0 or 1 in column label, row 3 .*got '2'"),
        ("text,label\ngood,\n", "0 or 1 in column label, row 2 .*got ''"),
        ("text,label\ngood,positive\n", "got 'positive'"),
        ("text,label\ngood, very,1\n", "2 fields in row 2 .*got 3.*double quotes"),
        ("text,label\ngood\n", "2 fields in row 2 .*got 1"),
        ('text,label\ngood,1\n\n"bad,0\nfine,1\n', "well-formed CSV in row 4 .*quote .* is closed"),
        ('text,label\n"good,1\nbad,0\n"fine",1\nbad,0\n', "well-formed CSV in row 2 "),
        ('"text,label\ngood,1\n', "well-formed CSV in row 1 "),
    ],
)
def test_each_mistake_is_named_with_its_row(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_csv(write(tmp_path / "wrong.csv", content))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_csv(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="directory"):
        read_csv(tmp_path)
    with pytest.raises(InputError, match="UTF-8"):
        read_csv(write(tmp_path / "latin.csv", "text,label\ncafé,1\n", "latin-1"))

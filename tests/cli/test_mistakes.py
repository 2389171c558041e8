"""Every mistake a new user can make is answered by one sentence and exit status 2."""

import pytest

CSV = {
    "empty.csv": "",
    "header.csv": "text,label\n",
    "columns.csv": "review,stars\ngood,1\n",
    "labels.csv": "text,label\ngood,1\nbad,-1\n",
    "words.csv": "text,label\ngood,positive\n",
    "one-class.csv": "text,label\ngood,1\nfine,1\ngreat,1\n",
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name, content in CSV.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("text,label\ncafé,1\n".encode("latin-1"))
    (tmp_path / "few.csv").write_text("text,label\n" + "".join(f"good film {i},{i % 2}\n" for i in range(12)))
    (tmp_path / "taken.partial").mkdir()
    (tmp_path / "taken.partial" / "notes.txt").write_text("mine")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "notes.txt").write_text("mine")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "metrics.json").write_text("{")
    monkeypatch.chdir(tmp_path)
    return tmp_path


TRAIN = "train --out new"
MISTAKES = [
    ("", "expected a command, got nothing"),
    ("trian", "expected a command among train, predict, "),
    ("train", "expected --out, got nothing"),
    ("train --out", "expected a value after --out"),
    ("ladder --rungs", "expected a value after --rungs"),
    ("ladder --keep --out nowhere.json", "the record of the ladder, got no file nowhere.json"),
    (f"{TRAIN} --bogus", "arguments of lstm-course train, got '--bogus'. See lstm-course train --help."),
    ("experiment list x", "experiment list, got 'x'. See lstm-course experiment list --help."),
    (f"{TRAIN} --epochs -1", "a whole number of at least 1 for --epochs, got '-1'"),
    (f"{TRAIN} --epochs 0", "got '0'"),
    (f"{TRAIN} --epochs 2.5", "got '2.5'"),
    (f"{TRAIN} --epochs many", "got 'many'"),
    (f"{TRAIN} --limit 1", "a whole number of at least 2 for --limit"),
    (f"{TRAIN} --max-tokens 0", "for --max-tokens, got '0'"),
    (f"{TRAIN} --batch-size -4", "for --batch-size, got '-4'"),
    (f"{TRAIN} --vocabulary-size 2", "at least 3 for --vocabulary-size"),
    (f"{TRAIN} --seed -1", "at least 0 for --seed"),
    (f"{TRAIN} --seed 99999999999", "seed below 4294967296"),
    (f"{TRAIN} --learning-rate 0", "between 0 and 1 for --learning-rate"),
    (f"{TRAIN} --learning-rate nan", "between 0 and 1 for --learning-rate"),
    (
        f"{TRAIN} --model transformer",
        "a model among seed, lstm, bilstm, numpy-lstm, bag-of-unigrams, ",
    ),
    (
        f"{TRAIN} --precision half",
        "a precision among float32, mixed_float16, mixed_bfloat16 for --precision, got 'half'",
    ),
    (f"{TRAIN} --jit yes", "a choice among auto, on, off for --jit, got 'yes'"),
    (f"{TRAIN} --clip-norm 0", "a number above 0 for --clip-norm, got '0'"),
    (f"{TRAIN} --clip-norm inf", "a number above 0 for --clip-norm, got 'inf'"),
    (f"{TRAIN} --devices none", "for --devices, got 'none'"),
    (f"{TRAIN} --devices 2", "the JAX backend for several devices, got tensorflow"),
    (f"{TRAIN} --model nbsvm --clip-norm 1", "a Keras model for clip norm 1.0, got 'nbsvm'"),
    ("kernels --model numpy-lstm", "a model among seed, lstm, bilstm, "),
    ("kernels --run nowhere", "a run folder that train wrote"),
    ("kernels --model lstm --run nowhere", "expected either --model or --run, got both"),
    (f"{TRAIN} --corpus yelp", "a corpus among imdb, rotten-tomatoes"),
    (f"{TRAIN} --colour blue", "got '--colour blue'"),
    (f"{TRAIN} --epoch 3", "got '--epoch 3'"),  # no abbreviations
    (f"{TRAIN} --force --resume", "expected either --force or --resume, got both"),
    (f"{TRAIN} --resume", "a run to resume at new, got none"),
    (f"{TRAIN} --corpus csv", "Give --corpus-path"),
    (f"{TRAIN} --corpus aclimdb", "--corpus-path"),
    (f"{TRAIN} --corpus imdb --corpus-path x.csv", "no path for the corpus 'imdb'"),
    (f"{TRAIN} --corpus aclimdb --corpus-path nowhere", "nowhere, which does not exist"),
    (f"{TRAIN} --corpus aclimdb --corpus-path thesis", "reviews in train/pos and train/neg, got none"),
    (f"{TRAIN} --corpus aclimdb --corpus-path labels.csv", "whole .tar.gz archive"),
    (f"{TRAIN} --corpus csv --corpus-path nowhere.csv", "No such file"),
    (f"{TRAIN} --corpus csv --corpus-path thesis", "directory"),
    (f"{TRAIN} --corpus csv --corpus-path empty.csv", "got no header"),
    (f"{TRAIN} --corpus csv --corpus-path header.csv", "at least one row"),
    (f"{TRAIN} --corpus csv --corpus-path columns.csv", "one column named 'text'"),
    (f"{TRAIN} --corpus csv --corpus-path labels.csv", "column label, row 3 of labels.csv, got '-1'"),
    (f"{TRAIN} --corpus csv --corpus-path words.csv", "got 'positive'"),
    (f"{TRAIN} --corpus csv --corpus-path one-class.csv", "two different texts with label 0"),
    (f"{TRAIN} --corpus csv --corpus-path latin.csv", "UTF-8"),
    (f"{TRAIN} --model bilstm-pairs --vocabulary-size 60000", "at most 46340 for bilstm-pairs"),
    (f"{TRAIN} --model ensemble --vocabulary-size 46341", "got 46341"),
    (
        f"{TRAIN} --corpus csv --corpus-path few.csv --model bilstm-distilled --limit 3",
        "reviews of both labels",
    ),
    ("train --out .", "a folder's name for the run, got '.'"),
    ("train --out /", "a folder's name for the run, got '/'"),
    ("train --out ..", "a folder's name for the run, got '..'"),
    ("train --out=", "a folder's name for the run, got ''"),
    ("train --out taken", "an unfinished run to replace, got taken.partial, which holds something else"),
    ("train --out taken --force", "an unfinished run to replace, got taken.partial"),
    ("train --out thesis", "thesis, which exists"),
    ("train --out thesis --force", "thesis, which holds something else"),
    ("train --model numpy-lstm --limit 20 --out empty.csv/run", "a place that can be written"),
    ("predict", "expected --run, got nothing"),
    ("predict --run nowhere good", "a run folder that train wrote, got nowhere"),
    ("predict --run thesis good", "a run folder that train wrote"),
    ("predict --run broken good", "JSON in broken"),
    ("predict --run empty.csv good", "a run folder that train wrote"),
    ("doctor now", "got 'now'"),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES, ids=[words or "nothing" for words, _ in MISTAKES])
def test_a_mistake_is_one_sentence_and_exit_status_2(command, place, words, message):
    before = sorted(path.name for path in place.rglob("*"))
    status, out, err = command(*words.split())
    assert status == 2
    assert out == ""
    assert err.startswith("lstm-course: expected ")
    assert err.count("\n") == 1
    assert message in err
    assert ", got " in err
    assert sorted(path.name for path in place.rglob("*")) == before  # nothing half-written


def test_standard_input_with_nothing_in_it(command, trained, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status, _, err = command("predict", "--run", trained)
    assert (status, err) == (
        2,
        "lstm-course: expected a text as argument, or lines on standard input, got none.\n",
    )


def test_help_names_every_command_and_option(command):
    status, out, _ = command("--help")
    assert status == 0
    assert all(name in out for name in ("train", "predict", "doctor"))
    status, out, _ = command("train", "--help")
    assert status == 0
    for name in ("--corpus", "--model", "--epochs", "--limit", "--max-tokens", "--seed", "--out", "--resume"):
        assert name in out

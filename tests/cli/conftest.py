import pytest

from lstm_course.cli import main


@pytest.fixture
def command(capsys):
    """Run ``lstm-course`` in this process; gives exit status, standard output and standard error."""

    def run(*words):
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A run folder of the quickest model, trained on real sentences."""
    folder = tmp_path_factory.mktemp("trained") / "run"
    status = main(
        [
            "train",
            "--corpus",
            "rotten-tomatoes",
            "--model",
            "bag-of-words",
            "--limit",
            "2000",
            "--out",
            str(folder),
        ]
    )
    assert status == 0
    return folder

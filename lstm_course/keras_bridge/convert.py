"""Carry layers and models between Keras and the NumPy layers: configuration and weights.

Both sides lay their weights out alike, so the arrays are copied as they are. What needs care is the
configuration: an option that the NumPy layers do not have, and that would change a result, is refused by
name rather than dropped.
"""

from typing import Any

import keras

from lstm_course.errors import InputError
from lstm_course.recurrent import layers as numpy_layers
from lstm_course.recurrent.activations import ACTIVATIONS

_RECURRENT = ("SimpleRNN", "LSTM", "GRU")

_SEQUENCE_OPTIONS = ("return_sequences", "return_state", "go_backwards", "stateful", "zero_output_for_mask")
_CELL_OPTIONS = ("units", "activation", "use_bias")

#: Options that both sides have under the same name.
_SHARED = {
    "SimpleRNN": (*_CELL_OPTIONS, *_SEQUENCE_OPTIONS),
    "LSTM": (*_CELL_OPTIONS, *_SEQUENCE_OPTIONS, "recurrent_activation", "unit_forget_bias"),
    "GRU": (*_CELL_OPTIONS, *_SEQUENCE_OPTIONS, "recurrent_activation", "reset_after"),
    "Dense": _CELL_OPTIONS,
    "Embedding": ("input_dim", "output_dim", "mask_zero"),
    "Dropout": ("rate", "seed"),
}

#: Options of Keras that change a result and have no counterpart, with the value that is harmless.
_REFUSED = {
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "kernel_regularizer": None,
    "recurrent_regularizer": None,
    "bias_regularizer": None,
    "activity_regularizer": None,
    "embeddings_regularizer": None,
    "kernel_constraint": None,
    "recurrent_constraint": None,
    "bias_constraint": None,
    "embeddings_constraint": None,
    "lora_rank": None,
    "quantization_config": None,
    "noise_shape": None,
    "trainable": True,
}


def from_keras(layer: Any) -> numpy_layers.Layer:
    """Make the NumPy layer (or ``Sequential``) with a Keras layer's configuration and weights.

    Parameters
    ----------
    layer : keras.layers.Layer or keras.Sequential
        A built SimpleRNN, LSTM, GRU, Bidirectional, Embedding, Dense or Dropout layer, or a Sequential
        of them. What only says how to compute (``unroll``, ``use_cudnn``, ``implementation``) or how the
        weights were drawn (initialisers) is left behind. Keras's numbers do not depend on it, but for two
        cases: NVIDIA's kernel shows zeros at masked steps, and a backward unrolled layer that zeroes masked
        outputs, which is refused, zeroes by the mask read forwards.

    Returns
    -------
    Layer
        With copies of the weights. The states of a stateful layer are not copied: it starts from zeros.

    Raises
    ------
    InputError
        If the layer is of another kind, is not built, or has an option, or a combination of options, that
        the NumPy layers lack; the message names it.
    """
    kind = type(layer).__name__
    if not layer.built:
        hint = "Build it, or call it once."
        raise InputError("a Keras layer that has weights", f"{kind} {layer.name!r} before build", hint)
    if isinstance(layer, keras.Sequential):
        return numpy_layers.Sequential([from_keras(each) for each in layer.layers])
    if isinstance(layer, keras.layers.Bidirectional):
        _refuse_dtypes(layer)
        _refuse_options(layer, layer.get_config())
        converted: numpy_layers.Layer = numpy_layers.Bidirectional(
            _without_weights(layer.forward_layer),
            layer.merge_mode,
            _without_weights(layer.backward_layer),
        )
    else:
        converted = _without_weights(layer)
    if converted.weight_names:
        converted.set_weights(layer.get_weights())
    return converted


def _without_weights(layer: Any) -> Any:
    kind = type(layer).__name__
    if kind not in _SHARED or type(layer).__module__.split(".")[0] != "keras":
        known = ", ".join([*_SHARED, "Bidirectional", "Sequential"])
        raise InputError(
            f"a Keras layer among {known}", f"{kind} {layer.name!r}", "Convert the others by hand."
        )
    config = layer.get_config()
    _refuse_dtypes(layer)
    _refuse_options(layer, config)
    options = {name: config[name] for name in _SHARED[kind] if name in config}
    for name in ("activation", "recurrent_activation"):
        if name in options and options[name] not in (None, *ACTIVATIONS):
            raise InputError(
                f"{name} in {kind} {layer.name!r} to be one of {', '.join(ACTIVATIONS)}",
                repr(options[name]),
                "The NumPy layers have no other.",
            )
    if kind in _RECURRENT:  # Bidirectional sets it on its layers without changing their configuration
        options["zero_output_for_mask"] = layer.zero_output_for_mask
        if config["unroll"] and options["go_backwards"] and options["zero_output_for_mask"]:
            raise InputError(
                f"unroll=False in {kind} {layer.name!r}, which reads backwards and zeroes masked outputs",
                "unroll=True",
                "Keras, unrolled, zeroes by the mask read forwards: use the loop.",
            )
    try:
        return getattr(numpy_layers, kind)(**options)
    except ValueError as error:  # say which layer it was
        reason = str(error).split(". ")[0].rstrip(".")
        raise InputError(
            f"{kind} {layer.name!r} with options that the NumPy layer has",
            f"others ({reason})",
            "Convert this layer by hand.",
        ) from error


def _refuse_options(layer: Any, config: dict[str, Any]) -> None:
    for name, harmless in _REFUSED.items():
        if config.get(name, harmless) != harmless:
            raise InputError(
                f"{name}={harmless} in {type(layer).__name__} {layer.name!r}",
                f"{name}={config[name]!r}",
                "The NumPy layers have no such option.",
            )


def _refuse_dtypes(layer: Any) -> None:
    if layer.compute_dtype != layer.variable_dtype or layer.compute_dtype not in ("float32", "float64"):
        raise InputError(
            f"float32 or float64 throughout in {type(layer).__name__} {layer.name!r}",
            f"dtype={layer.dtype_policy.name}",
            "The NumPy layers compute in the type of their weights.",
        )


def to_keras(layer: numpy_layers.Layer, *, batch_size: int | None = None) -> Any:
    """Make the Keras layer (or ``keras.Sequential``) with a NumPy layer's configuration and weights.

    Parameters
    ----------
    layer : Layer
        A NumPy layer that has weights.
    batch_size : int, optional
        Needed for a stateful layer, whose batch size Keras fixes when it is built.

    Returns
    -------
    keras.layers.Layer or keras.Sequential
        Built, with copies of the weights, in their floating-point type.

    Raises
    ------
    InputError
        If the layer has no weights yet, is stateful and no batch size is given, or is of a kind that Keras
        does not have.
    """
    return _to_keras(layer, batch_size, next((str(weight.dtype) for weight in layer.weights), "float32"))


def _to_keras(layer: numpy_layers.Layer, batch_size: int | None, dtype: str) -> Any:
    """Convert a layer or a model; one without weights of its own gets the given type."""
    if isinstance(layer, numpy_layers.Sequential):
        model = keras.Sequential([_to_keras(each, batch_size, dtype) for each in layer.layers])
        shape = _input_shape(layer, batch_size)
        if shape is not None:
            model.build(shape)
        return model
    if layer.weight_names and not layer.weights:
        hint = "Call build or set_weights."
        raise InputError("a NumPy layer that has weights", f"{type(layer).__name__} without any", hint)
    if getattr(layer, "stateful", False) and batch_size is None:
        raise InputError("a batch_size for a stateful layer", "none", "Keras fixes it at build time.")
    converted = _keras_twin(layer, dtype)
    if layer.weights:
        converted.build(_input_shape(layer, batch_size))
        converted.set_weights(layer.weights)
    return converted


def _input_shape(layer: Any, batch_size: int | None) -> tuple[int | None, ...] | None:
    """Return the shape of what a layer reads; None where its weights do not tell."""
    if isinstance(layer, numpy_layers.Sequential):
        return _input_shape(layer.layers[0], batch_size) if layer.layers else None
    if isinstance(layer, numpy_layers.Embedding):
        return batch_size, None
    if not layer.weights:
        return None
    features = layer.weights[0].shape[0]
    if isinstance(layer, (numpy_layers.RecurrentLayer, numpy_layers.Bidirectional)):
        return batch_size, None, features
    return batch_size, features


def _keras_twin(layer: Any, dtype: str) -> Any:
    dtype = str(layer.weights[0].dtype) if layer.weights else dtype
    if isinstance(layer, numpy_layers.Bidirectional):
        return keras.layers.Bidirectional(
            _keras_twin(layer.forward_layer, dtype),
            merge_mode=layer.merge_mode,
            backward_layer=_keras_twin(layer.backward_layer, dtype),
            dtype=dtype,
        )
    kind = type(layer).__name__
    if kind not in _SHARED or type(layer) is not getattr(numpy_layers, kind):
        known = ", ".join([*_SHARED, "Bidirectional", "Sequential"])
        received = f"{kind} of {type(layer).__module__}"
        raise InputError(f"a NumPy layer among {known}", received, "Keras has no such layer.")
    return getattr(keras.layers, kind)(**layer.config(), dtype=dtype)

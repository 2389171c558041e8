"""The bridge to Keras: layers and weights across, both ways, and the proof that both compute the same."""

from lstm_course.keras_bridge.convert import from_keras, to_keras

__all__ = ["from_keras", "to_keras"]

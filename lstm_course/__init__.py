"""An executable course on Long Short-Term Memory for natural language processing.

``import lstm_course`` loads NumPy at most; Keras, TensorFlow and Matplotlib load where they are used.
"""

__version__ = "0.1.0"

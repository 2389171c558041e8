"""Translation: numbers in words from German into French, by an encoder, a decoder and attention.

`data`, `decoding`, `bleu` and `baselines` need NumPy alone (and `data` the package num2words, when it
names a number); `model`, `training` and `translating` load Keras.
"""

"""The experiments of the paper that introduced the LSTM, run to its own criteria."""

"""Changes of the solutions that change no result, and what takes too long to be changed in every way."""

TOO_SLOW = {"build_model", "train"}

EQUIVALENT: dict[str, tuple[str, ...]] = {
    "relative_error": ("0.0  ->  0.0",),
    "orthogonal": ("q * np.sign(np.diag(r))  ->  q / np.sign(np.diag(r))",),
    "weight_gradients": ("reversed(range(x.shape[1]))  ->  range(x.shape[1])",),
    "prepare": ("len(found) > length  ->  len(found) >= length",),
}

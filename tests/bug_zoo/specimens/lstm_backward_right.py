"""Correct specimens for assignment 04-lstm: one step backwards."""

from tests.bug_zoo.zoo import Right

SPECIMENS = (
    Right(
        "lstm_step_backward",
        "in another order, into one array",
        code="""
def lstm_step_backward(d_h_t, d_c_t, values, kernel, recurrent_kernel):
    v, n = values, d_h_t.shape[1]
    shown = np.tanh(v["c_t"])
    d_c = d_c_t.copy()
    d_c += d_h_t * v["o_t"] * (1 - shown) * (1 + shown)
    d_z = np.empty((len(d_c), 4 * n))
    d_z[:, 3 * n:] = d_h_t * shown
    d_z[:, 2 * n:3 * n] = d_c * v["i_t"] * (1 - v["g_t"]) * (1 + v["g_t"])
    d_z[:, n:2 * n] = d_c * v["c_prev"]
    d_z[:, :n] = d_c * v["g_t"]
    for k, name in ((0, "i_t"), (1, "f_t"), (3, "o_t")):
        d_z[:, k * n:(k + 1) * n] *= v[name] - v[name] ** 2
    return d_z @ kernel.T, d_z @ recurrent_kernel.T, v["f_t"] * d_c, {
        "d_c_t": d_c, "d_z_t": d_z, "d_kernel": v["x_t"].T @ d_z,
        "d_recurrent_kernel": v["h_prev"].T @ d_z, "d_bias": np.ones(len(d_z)) @ d_z}
""",
    ),
    Right(
        "lstm_step_backward",
        "einsum, with slots as an axis",
        code="""
def lstm_step_backward(d_h_t, d_c_t, values, kernel, recurrent_kernel):
    x, h, c, i, f, g, o, new = (values[k] for k in "x_t h_prev c_prev i_t f_t g_t o_t c_t".split())
    s = np.tanh(new)
    d_c = d_c_t + np.einsum("bn,bn,bn->bn", d_h_t, o, 1 - s * s)
    arriving = np.stack([d_c * g, d_c * c, d_c * i, d_h_t * s], axis=1)
    slopes = np.stack([i * (1 - i), f * (1 - f), 1 - g * g, o * (1 - o)], axis=1)
    d_z = (arriving * slopes).reshape(len(x), -1)
    weights = {
        "d_kernel": np.einsum("bd,bk->dk", x, d_z),
        "d_recurrent_kernel": np.einsum("bn,bk->nk", h, d_z),
        "d_bias": np.einsum("bk->k", d_z),
    }
    d_x, d_h = np.einsum("bk,dk->bd", d_z, kernel), np.einsum("bk,nk->bn", d_z, recurrent_kernel)
    return d_x, d_h, d_c * f, {"d_c_t": d_c, "d_z_t": d_z} | weights
""",
    ),
    Right(
        "lstm_step_backward",
        "loops over everything",
        code="""
from math import tanh

def lstm_step_backward(d_h_t, d_c_t, values, kernel, recurrent_kernel):
    (B, N), D = d_h_t.shape, kernel.shape[0]
    d_x, d_h, d_c_prev, d_c = np.zeros((B, D)), np.zeros((B, N)), np.zeros((B, N)), np.zeros((B, N))
    d_z, d_W = np.zeros((B, 4 * N)), np.zeros((D, 4 * N))
    d_U, d_b = np.zeros((N, 4 * N)), np.zeros(4 * N)
    for b in range(B):
        for n in range(N):
            i, f, g, o, c, old = (values[k][b, n] for k in ("i_t", "f_t", "g_t", "o_t", "c_t", "c_prev"))
            d = d_c_t[b, n] + d_h_t[b, n] * o * (1 - tanh(c) ** 2)
            d_c[b, n], d_c_prev[b, n] = d, d * f
            parts = d * g * i * (1 - i), d * old * f * (1 - f), d * i * (1 - g**2), d_h_t[b, n] * tanh(c) * o * (1 - o)
            for slot, part in enumerate(parts):
                d_z[b, slot * N + n] = part
        for k in range(4 * N):
            d_b[k] += d_z[b, k]
            for m in range(D):
                d_x[b, m] += kernel[m, k] * d_z[b, k]
                d_W[m, k] += values["x_t"][b, m] * d_z[b, k]
            for m in range(N):
                d_h[b, m] += recurrent_kernel[m, k] * d_z[b, k]
                d_U[m, k] += values["h_prev"][b, m] * d_z[b, k]
    return d_x, d_h, d_c_prev, {"d_c_t": d_c, "d_z_t": d_z, "d_kernel": d_W, "d_recurrent_kernel": d_U, "d_bias": d_b}
""",
    ),
    Right(
        "lstm_step_backward",
        "helper functions, and prints",
        code="""
def sigmoid_slope(y):
    return y * (1 - y)

def tanh_slope(y):
    return 1 - np.square(y)

def affine_backward(d_z, x, weights):
    return d_z @ weights.T, x.T @ d_z

def lstm_step_backward(d_h_t, d_c_t, values, kernel, recurrent_kernel):
    print("largest gradient that arrives:", np.abs(d_h_t).max())
    s = np.tanh(values["c_t"])
    d_c = d_c_t + d_h_t * values["o_t"] * tanh_slope(s)
    d_z = np.hstack([
        d_c * values["g_t"] * sigmoid_slope(values["i_t"]),
        d_c * values["c_prev"] * sigmoid_slope(values["f_t"]),
        d_c * values["i_t"] * tanh_slope(values["g_t"]),
        d_h_t * s * sigmoid_slope(values["o_t"]),
    ])
    d_x, d_kernel = affine_backward(d_z, values["x_t"], kernel)
    d_h, d_recurrent_kernel = affine_backward(d_z, values["h_prev"], recurrent_kernel)
    gradients = dict(d_c_t=d_c, d_z_t=d_z, d_kernel=d_kernel, d_recurrent_kernel=d_recurrent_kernel)
    gradients["d_bias"] = d_z.sum(0)
    return d_x, d_h, d_c * values["f_t"], gradients
""",
    ),
    Right(
        "lstm_step_backward",
        "a class instance in single precision",
        code="""
class Backward:
    dtype = np.float32

    def __call__(self, d_h_t, d_c_t, values, kernel, recurrent_kernel):
        v = {name: self.dtype(array) for name, array in values.items()}
        d_h, W, U = self.dtype(d_h_t), self.dtype(kernel), self.dtype(recurrent_kernel)
        s = np.tanh(v["c_t"])
        d_c = self.dtype(d_c_t) + d_h * v["o_t"] * (1 - s**2)
        slots = (d_c * v["g_t"], d_c * v["c_prev"], d_c * v["i_t"], d_h * s)
        slopes = [1 - v[k] ** 2 if k == "g_t" else v[k] * (1 - v[k]) for k in ("i_t", "f_t", "g_t", "o_t")]
        d_z = np.concatenate([a * b for a, b in zip(slots, slopes)], axis=-1)
        return [d_z @ W.T, d_z @ U.T, d_c * v["f_t"], {
            "d_z_t": d_z, "d_c_t": d_c, "d_bias": d_z.sum(axis=0),
            "d_kernel": v["x_t"].T @ d_z, "d_recurrent_kernel": v["h_prev"].T @ d_z}]

lstm_step_backward = Backward()
""",
    ),
)

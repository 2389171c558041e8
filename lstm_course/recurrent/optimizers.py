"""Gradient clipping and the optimisers SGD, RMSprop and Adam, step for step as Keras 3 computes them.

Where Keras's clipping turns a gradient into NaN because its squares overflow, ours goes on.
"""

import numpy as np


def clip_by_value(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    """Limit every element to [−limit, limit].

    Examples
    --------
    >>> clip_by_value([np.array([-3.0, 0.5])], 1.0)[0].tolist()
    [-1.0, 0.5]
    """
    return [np.clip(gradient, -limit, limit) for gradient in gradients]


def clip_by_norm(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    """Scale every array whose Euclidean norm exceeds ``limit`` down to it, each on its own.

    Examples
    --------
    >>> clip_by_norm([np.array([3.0, 4.0])], 2.5)[0].tolist()
    [1.5, 2.0]
    """
    norms = [global_norm([gradient]) for gradient in gradients]
    return [
        g * g.dtype.type(limit / norm) if norm > limit else g
        for g, norm in zip(gradients, norms, strict=True)
    ]


def global_norm(gradients: list[np.ndarray]) -> float:
    """Euclidean norm of all arrays taken as one vector, finite wherever all their elements are.

    Examples
    --------
    >>> global_norm([np.array([3.0]), np.array([4.0])])
    5.0
    """
    norm = float(np.sqrt(sum(float(np.vdot(g, g)) for g in gradients)))
    if norm == np.inf:  # the squares may be too large for the arrays' type where the norm is not
        largest = max(float(np.abs(g).max(initial=0)) for g in gradients)
        if largest < np.inf:
            return largest * global_norm([g / g.dtype.type(largest) for g in gradients])
    return norm


def clip_by_global_norm(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    """Scale all arrays by one factor so that their joint norm is at most ``limit`` [1]_.

    The direction of the whole gradient is kept, which is what makes this the clipping for recurrent networks.

    References
    ----------
    .. [1] Pascanu, Mikolov & Bengio (2013), algorithm 1.
    """
    norm = global_norm(gradients)
    return [g * g.dtype.type(limit / norm) for g in gradients] if norm > limit else list(gradients)


class Optimizer:
    """What every optimiser shares: a learning rate, clipping, and one state array per weight.

    Parameters
    ----------
    learning_rate : float
        Step size.
    clipvalue, clipnorm, global_clipnorm : float, optional
        Clip each element, each array's norm, or the joint norm. At most one of them, as in Keras.

    Raises
    ------
    ValueError
        If the learning rate or the limit is not positive, or more than one way of clipping is given.
    """

    def __init__(
        self,
        learning_rate: float,
        *,
        clipvalue: float | None = None,
        clipnorm: float | None = None,
        global_clipnorm: float | None = None,
    ) -> None:
        given = {"clipvalue": clipvalue, "clipnorm": clipnorm, "global_clipnorm": global_clipnorm}
        limits = {name: limit for name, limit in given.items() if limit is not None}
        if len(limits) > 1:
            raise ValueError(f"expected at most one way of clipping, got {' and '.join(limits)}. Choose one.")
        for name, limit in limits.items():
            if not limit > 0:
                raise ValueError(f"expected a positive {name}, got {limit}. Leave it out to clip nothing.")
        if not learning_rate > 0:
            raise ValueError(f"expected a positive learning rate, got {learning_rate}. Try 0.001.")
        self.learning_rate = learning_rate
        self.clipvalue, self.clipnorm, self.global_clipnorm = clipvalue, clipnorm, global_clipnorm
        self.iterations = 0
        self.state: list[list[np.ndarray]] = []

    def update(self, weights: list[np.ndarray], gradients: list[np.ndarray]) -> None:
        """Change the weights in place by one step down the gradients.

        Parameters
        ----------
        weights : list of ndarray
            The same arrays at every call, in the same order.
        gradients : list of ndarray
            ∂L/∂weight, of the same shapes; they are not changed.

        Raises
        ------
        ValueError
            If the lists or their shapes do not fit.
        """
        shapes, got = [w.shape for w in weights], [np.shape(g) for g in gradients]
        if shapes != got:
            raise ValueError(
                f"expected gradients of shapes {shapes}, got {got}. Call backward before update."
            )
        if not self.state:
            self.state = [self._new_state(weight) for weight in weights]
        self.iterations += 1
        for weight, gradient, state in zip(weights, self._clip(gradients), self.state, strict=True):
            self._update_one(weight, gradient, state)

    def _clip(self, gradients: list[np.ndarray]) -> list[np.ndarray]:
        if self.clipnorm is not None:
            return clip_by_norm(gradients, self.clipnorm)
        if self.global_clipnorm is not None:
            return clip_by_global_norm(gradients, self.global_clipnorm)
        if self.clipvalue is not None:
            return clip_by_value(gradients, self.clipvalue)
        return gradients

    def _new_state(self, weight: np.ndarray) -> list[np.ndarray]:
        raise NotImplementedError

    def _update_one(self, weight: np.ndarray, gradient: np.ndarray, state: list[np.ndarray]) -> None:
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent, with momentum if wanted.

    With velocity v: v ← momentum · v − learning_rate · gradient, then weight ← weight + v. With ``nesterov``
    the weight moves by momentum · v − learning_rate · gradient instead, v being the new one.

    Examples
    --------
    >>> weight = np.array([1.0])
    >>> SGD(learning_rate=0.1).update([weight], [np.array([2.0])])
    >>> weight.tolist()
    [0.8]
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        self.momentum, self.nesterov = momentum, nesterov

    def _new_state(self, weight: np.ndarray) -> list[np.ndarray]:
        return [np.zeros_like(weight)] if self.momentum else []

    def _update_one(self, weight: np.ndarray, gradient: np.ndarray, state: list[np.ndarray]) -> None:
        step = gradient * weight.dtype.type(self.learning_rate)
        if not self.momentum:
            weight -= step
            return
        (velocity,) = state
        velocity *= weight.dtype.type(self.momentum)
        velocity -= step
        weight += velocity * weight.dtype.type(self.momentum) - step if self.nesterov else velocity


class RMSprop(Optimizer):
    """Divide each step by a running root mean square of its gradients.

    v ← rho · v + (1 − rho) · gradient²; weight ← weight − learning_rate · gradient / √(v + epsilon).
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        epsilon: float = 1e-7,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        self.rho, self.epsilon = rho, epsilon

    def _new_state(self, weight: np.ndarray) -> list[np.ndarray]:
        return [np.zeros_like(weight)]

    def _update_one(self, weight: np.ndarray, gradient: np.ndarray, state: list[np.ndarray]) -> None:
        (mean_square,) = state
        kind = weight.dtype.type
        mean_square *= kind(self.rho)
        mean_square += kind(1 - self.rho) * gradient * gradient
        weight -= kind(self.learning_rate) * gradient / np.sqrt(mean_square + kind(self.epsilon))


class Adam(Optimizer):
    """Adam [1]_: a running mean m of the gradients over a running root mean square √v, both bias-corrected.

    With t the number of steps so far, this one included:

        m ← m + (1 − β₁)(gradient − m),  v ← v + (1 − β₂)(gradient² − v)
        weight ← weight − learning_rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + epsilon)

    Keras's epsilon stands outside the bias correction, as in the paper's last paragraph of section 2.

    References
    ----------
    .. [1] Kingma & Ba (2015), section 2.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **clipping: float | None,
    ) -> None:
        super().__init__(learning_rate, **clipping)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def _new_state(self, weight: np.ndarray) -> list[np.ndarray]:
        return [np.zeros_like(weight), np.zeros_like(weight), np.empty_like(weight)]

    def _update_one(self, weight: np.ndarray, gradient: np.ndarray, state: list[np.ndarray]) -> None:
        mean, mean_square, scratch = state  # in place throughout: an embedding has millions of elements
        kind, t = weight.dtype.type, self.iterations
        step = self.learning_rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        np.subtract(gradient, mean, out=scratch)
        scratch *= kind(1 - self.beta_1)
        mean += scratch
        np.multiply(gradient, gradient, out=scratch)
        scratch -= mean_square
        scratch *= kind(1 - self.beta_2)
        mean_square += scratch
        np.sqrt(mean_square, out=scratch)
        scratch += kind(self.epsilon)
        np.divide(mean, scratch, out=scratch)
        scratch *= kind(step)
        weight -= scratch

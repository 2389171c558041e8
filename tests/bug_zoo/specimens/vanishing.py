"""Specimens for assignment 03-vanishing, joined from a module for each function."""

from tests.bug_zoo.specimens import (
    vanishing_clip,
    vanishing_jacobian,
    vanishing_lag,
    vanishing_norms,
    vanishing_orthogonal,
    vanishing_radius,
    vanishing_scale,
)

SPECIMENS = (
    *vanishing_jacobian.SPECIMENS,
    *vanishing_norms.SPECIMENS,
    *vanishing_radius.SPECIMENS,
    *vanishing_scale.SPECIMENS,
    *vanishing_orthogonal.SPECIMENS,
    *vanishing_lag.SPECIMENS,
    *vanishing_clip.SPECIMENS,
)

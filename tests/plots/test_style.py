"""The style: six colours that differ for every reader, legible axes, nothing global changed."""

import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from lstm_course.errors import InputError
from lstm_course.plots.style import (
    INK,
    MUTED,
    PALETTE,
    SYMBOL_COLORS,
    new_figure,
    symbol_color,
    symbol_colormap,
)

# Linear RGB as a reader with each colour vision sees it (Viénot, Brettel and Mollon 1999, for the first two).
VISIONS = {
    "trichromat": np.eye(3),
    "protanope": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deuteranope": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
}


def linear(color):
    value = np.array(to_rgb(color))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB (D65)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = np.clip(to_xyz @ rgb / np.array([0.9505, 1.0, 1.089]), 0, None)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(color, other):
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (color, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_symbols_differ_in_colour_for_every_reader(vision):
    seen = {symbol: lab(VISIONS[vision] @ linear(color)) for symbol, color in SYMBOL_COLORS.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


def test_text_and_reference_lines_stand_out_from_white():
    assert contrast(INK, "white") > 12
    assert contrast(MUTED, "white") > 4.5


def test_symbols_are_the_six_of_the_notation_page():
    assert list(SYMBOL_COLORS) == ["i_t", "f_t", "g_t", "o_t", "c_t", "h_t"]
    assert set(SYMBOL_COLORS.values()) <= set(PALETTE)
    assert len(set(PALETTE)) == len(PALETTE)


@pytest.mark.parametrize(
    ("symbol", "base"),
    [("c_prev", "c_t"), ("h_prev", "h_t"), ("d_f_t", "f_t"), ("d_c_prev", "c_t"), ("o_t", "o_t")],
)
def test_a_symbol_keeps_its_colour_at_another_time_and_as_a_gradient(symbol, base):
    assert symbol_color(symbol) == SYMBOL_COLORS[base]


@pytest.mark.parametrize("name", ["x_t", "", "loss", "d_"])
def test_name_without_a_colour_is_refused(name):
    with pytest.raises(InputError, match="expected one of i_t, f_t"):
        symbol_color(name)


def test_colour_map_runs_from_white_to_the_symbol():
    colors = symbol_colormap("g_t")
    assert colors(0.0)[:3] == (1.0, 1.0, 1.0)
    np.testing.assert_allclose(colors(1.0)[:3], to_rgb(SYMBOL_COLORS["g_t"]))


def test_figure_has_the_style_and_leaves_the_settings_alone():
    before = dict(matplotlib.rcParams)
    fig, ax = new_figure(5, 2)
    (first,) = ax.plot([0, 1])
    (second,) = ax.plot([1, 0])
    fig.to_svg()
    assert dict(matplotlib.rcParams) == before
    assert fig.get_size_inches().tolist() == [5, 2]
    assert (first.get_color(), second.get_color()) == PALETTE[:2]
    assert ax.xaxis.label.get_color() == ax.yaxis.label.get_color() == INK
    assert {tick.label1.get_color() for tick in ax.xaxis.get_major_ticks()} == {INK}
    assert not ax.spines["top"].get_visible()
    assert fig.get_facecolor()[:3] == (1, 1, 1)


def test_grid_of_axes():
    _, axes = new_figure(rows=2, columns=3, sharex=True)
    assert axes.shape == (2, 3)
    axes[0, 0].set_xlim(3, 4)
    assert axes[1, 0].get_xlim() == (3, 4)


@pytest.mark.parametrize(
    "bad", [{"width": 0}, {"height": -1}, {"width": float("nan")}, {"rows": 0}, {"columns": 0}]
)
def test_impossible_figure_is_refused(bad):
    with pytest.raises(InputError):
        new_figure(**bad)


def test_notebook_shows_svg_that_is_the_same_every_time():
    def draw():
        fig, ax = new_figure(3, 2)
        ax.plot([1, 2, 3])
        ax.set_title("A title")
        return fig._repr_mimebundle_()

    shown = draw()
    assert list(shown) == ["image/svg+xml"]
    assert 'width="216pt"' in shown["image/svg+xml"]
    assert shown == draw()

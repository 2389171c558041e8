"""What a student wrote, as HTML that does nothing: code in colours, Markdown that neither acts nor loads."""

from __future__ import annotations

import functools
import re
from typing import Any

import bleach
import mistune
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from lstm_course.grading.finishing import CONTROL

LONGEST = 50_000
LONGEST_RENDERED = 5_000  # characters of a cell: some texts take a time that grows with their square
BLANKS = re.compile(r"\s{101}")
TEXT_TAGS = ("p", "br", "hr", "em", "strong", "del", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6")
TAGS = {*TEXT_TAGS, "a", "code", "pre", "span", "div", "table", "thead", "tbody", "tr", "th", "td"}
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    r"""Return text without what a terminal would obey, and with letters for what turns the reading round.

    Characters that change the direction of text make a reader see another order than the machine does.

    Examples
    --------
    >>> plain("\x1b[31mh_t\x1b[0m \u202e = 1"), len(plain("x" * 60_000)) < 51_000
    ('h_t [U+202E] = 1', True)
    """
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n[… the rest is not shown]"
    return legible(text)


def legible(text: str) -> str:
    """Return the whole of a text as ``plain`` does."""
    return TURNING.sub(lambda match: f"[U+{ord(match[0]):04X}]", CONTROL.sub("", text))


def as_typed(source: str) -> Markup:
    """Return text as HTML that shows it whole and as it was typed.

    Examples
    --------
    >>> print(as_typed("# a < b"))
    <pre># a &lt; b</pre>
    """
    return Markup("<pre>{}</pre>").format(legible(source))


def renders_quickly(text: str) -> bool:
    """Return whether a text is short enough, and without long runs of blanks or blank lines."""
    return len(text) <= LONGEST_RENDERED and BLANKS.search(text) is None


@functools.lru_cache(512)  # most cells are the release's, the same on every page
def code(source: str) -> Markup:
    r"""Return Python in colours, or without them if they would take long.

    Examples
    --------
    >>> str(code("h < 1"))
    '<span class="n">h</span> <span class="o">&lt;</span> <span class="mi">1</span>\n'
    """
    text = legible(source)
    if not renders_quickly(text):
        return escape(text)
    return Markup(highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)))


@functools.lru_cache(512)
def markdown(source: str) -> Markup:
    """Return Markdown as HTML of a few harmless tags; mathematics stays as it was typed.

    So does what mistune would take long for.

    Examples
    --------
    >>> print(markdown("**m**<script>f()</script> [a](javascript:b) ![c](http://d.example/e.png)"))
    <p><strong>m</strong>&lt;script&gt;f()&lt;/script&gt; <a href="#harmful-link">a</a> [picture: c]</p>
    <BLANKLINE>
    """
    text = legible(source)
    if not renders_quickly(text):
        return as_typed(source)
    try:
        return clean(str(RENDER(text)))
    except RecursionError:  # nested too deeply to be meant
        return as_typed(source)


def clean(html: str) -> Markup:
    """Return HTML with nothing but the few harmless tags.

    Examples
    --------
    >>> print(clean("<h3>a</h3><script>f()</script>"))
    <h3>a</h3>f()
    """
    return Markup(CLEANER.clean(html))


def styles() -> Markup:
    """Return the colours of code, for a light and a dark page."""
    light = HtmlFormatter(style="default", nobackground=True).get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark", nobackground=True).get_style_defs(".code")
    return Markup(f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}")


class _Renderer(mistune.HTMLRenderer):
    """Headings below the page's own, and words in place of pictures."""

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Return a heading, two levels down."""
        level = min(level + 2, 6)
        return f"<h{level}>{text}</h{level}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return what stands for a picture."""
        return f"[picture: {text}]"

    def inline_html(self, html: str) -> str:
        """Return tags as text: what is HTML in Markdown stays to be read, and comments go."""
        return "" if html.startswith("<!--") else str(escape(html))

    block_html = inline_html

    def inline_math(self, text: str) -> str:
        """Return a formula as it was typed."""
        return f'<span class="math">{escape(text)}</span>'

    def block_math(self, text: str) -> str:
        """Return a displayed formula as it was typed."""
        return f'<div class="math">{escape(text.strip())}</div>\n'


def _allowed(tag: str, name: str, value: str) -> bool:
    """Say which attributes stay: where a link goes, and that something is mathematics."""
    return (tag, name) == ("a", "href") or (name == "class" and value == "math" and tag in ("span", "div"))


RENDER = mistune.create_markdown(renderer=_Renderer(), plugins=["table", "strikethrough", "math"])
CLEANER = bleach.Cleaner(
    tags=TAGS, attributes=_allowed, protocols={"http", "https", "mailto"}, strip=True, strip_comments=True
)

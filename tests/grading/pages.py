"""A page looked at: that it acts on nothing and loads nothing, fits, and can be read by everybody."""

import contextlib
from html.parser import HTMLParser

from axe_playwright_python.sync_playwright import Axe

PHONE, DESK = 390, 1440
SVG = ("svg", "g", "path", "use", "rect", "text", "defs", "clippath", "style", "line", "circle")


class Tags(HTMLParser):
    """All tags of a page with their attributes, and whether they nest."""

    EMPTY = ("meta", "br", "hr", "img", "link", "input")

    def __init__(self, page):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def assert_harmless(page, scripts=0):
    """See that a page runs nothing but what it may, and loads nothing at all."""
    tags = Tags(page).tags
    names = [tag for tag, _ in tags]
    assert not {"iframe", "object", "embed", "form", "img", "link", "base", "audio", "video"} & set(names)
    assert (names.count("script"), names.count("style")) == (scripts, 1 + names.count("svg"))
    for tag, attributes in tags:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "style" not in attributes or tag in SVG, (tag, attributes)
        for name in ("href", "src", "xlink:href", "action"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "https://", "http://")) or tag != "a", (tag, attributes)
            assert value.startswith("#") or tag == "a", (tag, attributes)
    (policy,) = [a["content"] for _, a in tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert ("script-src 'sha256-" in policy) == bool(scripts)
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))


@contextlib.contextmanager
def opened(browser, path, width, mode):
    """Give the page and a list of all that went wrong in it: scripts, requests, complaints, dialogs."""
    context, trouble = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode), []
    page = context.new_page()
    page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    yield page, trouble
    context.close()


def assert_accessible(page):
    """See that a page has no barrier for people who cannot see or point."""
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response
    grave = [
        (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert len(found["passes"]) > 10

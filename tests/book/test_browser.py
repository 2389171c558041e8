"""In a browser with no network: mathematics, pictures, search, links and both colour modes, at two widths."""

import json
from urllib.parse import unquote, urlsplit

import matplotlib.image
import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.slow

PHONE, DESK = 390, 1440
LOCAL = ("file", "data", "blob")

#: A page has thousands of coloured words of code in a few colours: leave one of each in inputs and outputs.
ONE_TOKEN_OF_A_KIND = """() => {
    const seen = new Set();
    for (const token of document.querySelectorAll('div.highlight pre span')) {
        const kind = token.className + (token.closest('.cell_output') ? ' in an output' : '');
        if (seen.has(kind)) token.replaceWith(...token.childNodes);
        seen.add(kind);
    }
}"""


class Visit:
    """One page, opened from its file, with all that went wrong while it loaded."""

    def __init__(self, browser, path, width, mode, query=""):
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.context.add_init_script(f"localStorage.setItem('mode', '{mode}')")
        self.page, self.trouble = self.context.new_page(), []
        self.page.on("request", self.note_request)
        self.page.on("requestfailed", lambda request: self.trouble.append(f"failed: {request.url}"))
        self.page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.page.on("console", self.note_console)
        self.page.goto(path.as_uri() + query)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        self.page.evaluate("() => document.fonts.ready.then(() => true)")

    def note_request(self, request):
        if urlsplit(request.url).scheme not in LOCAL:
            self.trouble.append(f"left the page: {request.url}")

    def note_console(self, message):
        if message.type in ("error", "warning"):
            self.trouble.append(f"console: {message.text}")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.context.close()


def pages_of(html):
    """Every page of the book, its index and its search among them."""
    pages = [*sorted((html / "book").rglob("*.html")), *sorted((html / "exercises").rglob("*.html"))]
    return [*pages, html / "genindex.html", html / "search.html"]


@pytest.mark.parametrize(("width", "mode"), [(DESK, "light"), (PHONE, "dark")])
def test_every_page_reads_right_without_a_network_and_has_no_barrier(browser, built, width, mode):
    """One visit for both, since typesetting its mathematics takes a page longer than being looked at."""
    for path in pages_of(built):
        with Visit(browser, path, width, mode) as visit:
            page = visit.page
            assert page.locator("html").get_attribute("data-theme") == mode
            formulas = page.locator("main .math").count()
            assert page.locator("main mjx-container svg").count() >= formulas, path
            assert page.locator("main [data-mjx-error]").count() == 0, path
            left = page.evaluate(
                "() => document.querySelector('main').innerText.match(/\\\\\\(|\\\\\\[|\\$\\$/)"
            )
            assert left is None, (path, left)
            blank = page.evaluate(
                "() => [...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)"
            )
            assert blank == [], path
            overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert overflow <= 0, (path, overflow)
            assert visit.trouble == [], path
            assert_no_barrier(page, path)  # which tries to load more than a page in a file may


def assert_no_barrier(page, path):
    """Look for what stops people who cannot see or point, with all questions answered and all folds open."""
    answer_quiz(page)
    # What is still fading in has the contrast of that moment: show everything at once.
    page.add_style_tag(content="* { animation: none !important; transition: none !important }")
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(ONE_TOKEN_OF_A_KIND)
    found = Axe().run(page).response
    grave = [
        (violation["id"], violation["help"], [node["html"][:200] for node in violation["nodes"][:3]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert grave == [], path
    assert len(found["passes"]) > 10, path


def answer_quiz(page):
    """Answer every question of a page's quiz, each choice by a click, each number by a key."""
    for choice in page.locator(".Quiz label.MCButton").all():
        choice.click()
    for field in page.locator(".Quiz input.Input-text").all():
        field.fill("12345.678")
        field.press("Enter")


def test_quiz_answers_at_once_and_says_why(browser, built):
    for path in pages_of(built):
        if "Quiz" not in path.read_text(encoding="utf-8"):
            continue
        with Visit(browser, path, DESK, "light") as visit:
            for question in visit.page.locator(".Quiz").all():
                feedback = question.locator(".Feedback")
                for choice in question.locator("label.MCButton").all():
                    choice.click()
                    right = choice.get_attribute("data-correct") == "true"
                    assert choice.get_attribute("data-feedback") in feedback.inner_text(), path
                    assert ("correct" in feedback.get_attribute("class").split()) == right, path
                for field in question.locator("input.Input-text").all():
                    answers = json.loads(field.get_attribute("data-answers"))
                    known = [a for a in answers if a.get("type") == "value" and a["correct"]]
                    assert known or any(a.get("type") == "range" for a in answers), path
                    for value, right in [*((a["value"], True) for a in known), (12345.678, False)]:
                        field.fill(str(value))
                        field.press("Enter")
                        assert ("correct" in feedback.get_attribute("class").split()) == right, path
                        assert len(feedback.inner_text()) > 10, path
            assert visit.trouble == [], path


def test_the_small_book_has_a_quiz_to_answer(browser, small_book):
    with Visit(browser, small_book.html / "book/chapter.html", DESK, "light") as visit:
        assert visit.page.locator(".Quiz label.MCButton").count() == 2
        assert visit.page.locator(".Quiz input.Input-text").count() == 1


def test_the_small_book_has_mathematics_to_typeset(browser, small_book):
    with Visit(browser, small_book.html / "book/notation.html", DESK, "light") as visit:
        assert visit.page.locator("mjx-container svg").count() > 50


def test_search_finds_a_page_from_a_file(browser, built):
    with Visit(browser, built / "search.html", DESK, "light", query="?q=forget+bias") as visit:
        visit.page.wait_for_selector("#search-results li a")
        links = [a.get_attribute("href") for a in visit.page.locator("#search-results li a").all()]
        assert any("book/notation.html" in link for link in links), links
        assert visit.trouble == []


def test_drawn_figures_follow_the_colour_mode_and_plots_stay_on_white(browser, small_book, tmp_path):
    def brightness(visit, selector):
        picture = tmp_path / "figure.png"
        visit.page.locator(selector).first.screenshot(path=picture)
        return float(matplotlib.image.imread(picture)[..., :3].mean())

    notation, chapter = (small_book.html / f"book/{name}.html" for name in ("notation", "chapter"))
    drawn = {}
    for mode in ("light", "dark"):
        with Visit(browser, notation, DESK, mode) as visit:
            drawn[mode] = brightness(visit, "img.dark-light")
    assert drawn["light"] > 0.85
    assert drawn["dark"] < 0.3
    with Visit(browser, chapter, DESK, "dark") as visit:
        assert brightness(visit, "main figure img") > 0.75


def test_every_local_link_and_anchor_leads_somewhere(browser, built):
    with Visit(browser, built / "search.html", DESK, "light") as visit:
        found = {}
        for path in pages_of(built):
            visit.page.goto(path.as_uri())
            found[path] = visit.page.evaluate(
                "() => JSON.stringify({ids: [...document.querySelectorAll('[id]')].map(e => e.id),"
                " links: [...document.querySelectorAll('a[href], link[href], script[src]')]"
                ".map(e => e.href || e.src)})"
            )
    pages = {path.resolve(): json.loads(text) for path, text in found.items()}
    dead = []
    for path, page in pages.items():
        for link in page["links"]:
            parts = urlsplit(link)
            if parts.scheme != "file":
                continue
            target = type(path)(unquote(parts.path))
            anchors = pages.get(target.resolve(), {}).get("ids")
            if not target.exists() or (parts.fragment and anchors and parts.fragment not in anchors):
                dead.append((path.name, link))
    assert dead == []

"""The page in a browser: what is typed is answered word by word, for eyes, keys and screen readers."""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .conftest import MAX_TOKENS, expected

pytestmark = pytest.mark.slow

PHONE, DESK = 390, 1280


@pytest.fixture
def server(model_file):
    """The command as a person runs it."""
    command = [sys.executable, "-m", "lstm_course", "serve", "--run", str(model_file), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    process.address = process.stdout.readline().split()[0]
    yield process
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture(params=[(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def page(browser, server, request):
    """The page, with all that goes wrong on it and all that it asks for."""
    width, mode = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode)
    page = context.new_page()
    page.trouble, page.asked = [], []
    page.on("request", lambda one: page.asked.append(one.url))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("console", lambda message: page.trouble.append(message.text))
    page.goto(server.address)
    yield page
    context.close()


def line_of(page):
    """The heights of the drawn line's points, as probabilities."""
    return page.evaluate(
        """() => {
          const box = (name) => document.querySelector(`#chart .${name}`).getBBox();
          const [top, middle] = [box("above").y, box("below").y];
          const points = document.querySelector("#chart .path").points;
          return [...points].map((point) => 1 - (point.y - top) / (middle - top) / 2);
        }"""
    )


def shown(probability):
    return f"{100 * probability:.1f} %"


def test_words_appear_and_the_probability_moves_as_one_types(page):
    page.get_by_role("textbox", name="Your review").press_sequentially("A good film, ", delay=5)
    words = page.locator("#words li")
    expect(words).to_have_text(["a", "▲good", "film"])
    expect(page.locator("#label")).to_have_text("positive")
    good = expected("a good film")[-1]
    expect(page.locator("#percent")).to_have_text(f"{shown(good)} positive")
    page.get_by_role("textbox", name="Your review").press_sequentially("but bad bad qwertz", delay=5)
    expect(words).to_have_text(["a", "▲good", "film", "but", "▼bad", "▼bad", "qwertz"])
    after = expected("a good film but bad bad qwertz")
    expect(page.locator("#label")).to_have_text("negative")
    expect(page.locator("#percent")).to_have_text(f"{shown(after[-1])} positive")
    assert line_of(page) == pytest.approx(list(after), abs=2e-3)
    sides = [re.findall("positive|negative|unknown", name) for name in word_classes(page)]
    assert sides[1:] == [
        ["positive"],
        ["positive"],
        ["positive"],
        ["positive"],
        ["negative"],
        ["negative", "unknown"],
    ]
    fall = round(100 * (after[3] - after[4]))
    expect(page.locator("#movers")).to_have_text(re.compile(f"Moved it most: .*▼\\s?bad\\s?\\(−{fall}\\)"))
    page.get_by_role("button", name="Clear").click()
    expect(words).to_have_count(0)
    expect(page.locator("#label")).to_have_text("Nothing yet")
    expect(page.get_by_role("textbox", name="Your review")).to_be_focused()
    assert page.trouble == []
    assert {urlsplit(url).hostname for url in page.asked} == {"127.0.0.1"}


def word_classes(page):
    return page.eval_on_selector_all("#words button", "all => all.map(one => one.className)")


def test_it_is_told_to_who_cannot_see_it_and_moved_by_keys(page):
    page.get_by_role("textbox", name="Your review").fill("bad but good good")
    after = expected("bad but good good")
    live = page.locator("[aria-live=polite]")
    expect(live).to_have_text(f"positive: {shown(after[-1])} positive after 4 words")
    picture = page.get_by_role("img")
    expect(picture).to_have_attribute(
        "aria-label", re.compile(f"from {shown(after[0])} to {shown(after[-1])}")
    )
    page.get_by_role("group", name="Example reviews").get_by_role("button").last.focus()
    page.keyboard.press("Tab")  # the words are one stop
    focused = page.locator("#words :focus")
    expect(focused).to_have_attribute("aria-label", f"bad: {shown(after[0])} positive")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    moved = round(100 * (after[2] - after[1]))
    sentence = f"good: {shown(after[2])} positive, up by {moved}"
    expect(focused).to_have_attribute("aria-label", sentence)
    expect(page.locator("#point")).to_have_text(f"Word 3, {sentence}")
    expect(page.locator("#chart .ring")).to_have_attribute("visibility", "visible")
    page.keyboard.press("End")
    expect(page.locator("#point")).to_contain_text("Word 4, good")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#point")).to_contain_text("Word 1, bad")
    page.keyboard.press("Tab")  # one key leaves them again
    expect(page.locator("#words :focus")).to_have_count(0)


def test_every_example_is_a_button(page):
    examples = page.get_by_role("group", name="Example reviews").get_by_role("button")
    assert examples.count() >= 4
    for button in examples.all():
        button.click()
        typed = page.get_by_role("textbox", name="Your review").input_value()
        expect(page.locator("#words li")).to_have_count(len(re.findall(r"[\w']+|[!?]", typed)))
    assert page.trouble == []


def test_only_the_newest_text_is_shown(page):
    held = []

    def hold_the_first(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/predict", hold_the_first)
    text = page.get_by_role("textbox", name="Your review")
    with page.expect_event("requestfailed") as failed:
        text.fill("good")
        page.wait_for_timeout(500)
        assert len(held) == 1
        text.fill("bad film")
    assert "good" in failed.value.post_data  # given up by the page itself
    expect(page.locator("#words li")).to_have_text(["bad", "film"])


def test_a_long_review_shows_what_is_left_out(page):
    page.get_by_role("textbox", name="Your review").fill("good " * MAX_TOKENS + "bad film")
    expect(page.locator("#words li")).to_have_count(MAX_TOKENS + 2)
    assert page.locator("#words .left-out").count() == 2
    expect(page.locator("#left-out")).to_contain_text(f"reads {MAX_TOKENS} words of a review")
    expect(page.locator("#left-out")).to_contain_text("2 in the middle are left out")
    expect(page.locator("#chart .cut")).to_have_count(1)
    page.get_by_role("textbox", name="Your review").fill("good")
    expect(page.locator("#left-out")).to_be_hidden()


def test_what_goes_wrong_is_said_and_the_text_stays(page, server):
    alert = page.get_by_role("alert")
    text = page.get_by_role("textbox", name="Your review")
    text.fill("film " * 1001)
    expect(alert).to_have_text(
        "The server declined: expected a text of at most 1,000 words, got one of 1,001."
    )
    text.fill("film")
    expect(page.locator("#words li")).to_have_count(1)
    expect(alert).to_be_hidden()
    server.terminate()
    server.wait()
    text.fill("film again")
    expect(alert).to_have_text("No answer from the server. Is lstm-course serve still running?")
    assert text.input_value() == "film again"


def test_it_says_what_the_model_is_and_how_often_it_is_right(page):
    model = page.locator("#model")
    expect(model).to_contain_text("the model adding, trained on 1,600 reviews (imdb)")
    expect(model).to_contain_text("right on 87.5 % of 400 held-out reviews")
    expect(model).to_contain_text("one answer in 8 to be wrong")
    expect(model).to_contain_text("12 parameters and 6 entries in its vocabulary")
    expect(model).to_contain_text(f"reads at most {MAX_TOKENS} words")


def test_a_run_need_not_say_on_how_many_reviews_it_was_measured(page):
    def without(route):
        route.fulfill(json={**route.fetch().json(), "reviews": None})

    page.route("**/api/model", without)
    page.reload()
    expect(page.locator("#model")).to_contain_text("right on 87.5 % of held-out reviews")
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("typed", ["", "good but bad qwertz " * 8, "film " * 1001])
def test_there_is_no_barrier_and_nothing_is_cut_off(page, typed):
    page.get_by_role("textbox", name="Your review").fill(typed)
    if len(typed) > 1000:
        page.get_by_role("alert").wait_for()
    elif typed:
        expect(page.locator("#words li")).to_have_count(32)
        page.locator("#words button").first.focus()
    found = Axe().run(page).response
    barriers = [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found["violations"]]
    assert barriers == []
    assert len(found["passes"]) > 10
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0

"""A student's way: an assignment opened in JupyterLab, filled in, saved, and validated with the button."""

import json
import subprocess
import sys

import pytest

from tests.bug_zoo.zoo import cells_of

from .conftest import TOKEN, environment

pytestmark = pytest.mark.slow

NAME = "04-lstm"
FILL = """sources => {
  const app = window.jupyterapp;
  const panel = [...app.shell.widgets('main')].find(w => w.content?.widgets && w.context);
  for (const cell of panel.content.widgets) {
    const own = cell.model.sharedModel.getMetadata('nbgrader');
    if (own?.solution && own.grade_id in sources) cell.model.sharedModel.setSource(sources[own.grade_id]);
  }
  return panel.context.save();
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory, serve):
    """A student's folder after ``lstm-course start``, with JupyterLab running in it."""
    folder = tmp_path_factory.mktemp("student")
    subprocess.run(
        [sys.executable, "-m", "lstm_course", "start", NAME], cwd=folder, env=environment(), check=True
    )
    return folder, serve(folder)


def validate(page):
    """Press the button and return what the dialogue says."""
    page.get_by_role("button", name="Validate").first.click()
    dialogue = page.locator(".jp-Dialog")
    dialogue.wait_for(timeout=240_000)
    text = dialogue.inner_text()
    dialogue.get_by_role("button").last.click()
    return text


def test_fill_in_and_validate(browser, lab):
    folder, server = lab
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(server.url(f"lab/tree/work/{NAME}/{NAME}.ipynb?token={TOKEN}&reset"))
    page.get_by_role("button", name="Validate").first.wait_for(timeout=120_000)
    page.get_by_text("raise NotImplementedError").first.wait_for(timeout=60_000)
    solutions = {cell.id: cell.source for cell in cells_of("solutions", NAME) if cell.kind == "solution"}

    wrong = {**solutions, "lstm_step": solutions["lstm_step"] + "\nlstm_step = None"}
    page.evaluate(FILL, wrong)
    said = validate(page)
    assert "did not pass" in said or "failed" in said, said

    page.evaluate(FILL, solutions)
    said = validate(page)
    assert "Success" in said, said

    saved = json.loads((folder / "work" / NAME / f"{NAME}.ipynb").read_text("utf-8"))
    assert "raise NotImplementedError" not in json.dumps(saved)
    context.close()

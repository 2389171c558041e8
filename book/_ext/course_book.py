"""What the book needs beyond jupyter-book's settings; ``_config.yml`` names this file as an extension.

- Mathematics: MathJax comes with the book, and its SVG output needs no font, so a page opened from a file
  shows its equations in every browser. (Some refuse to load fonts from files.)
- Every executed chapter can be downloaded as a notebook, with its outputs, with no server behind it.
  It begins by saying what it needs to run, and fetches it where ``_config.yml`` says where it is.
  An assignment is downloaded as students get it.
- Buttons to the repository, and to services that run a chapter, appear when ``_config.yml`` names them.
- What other extensions write is mended where it would fetch from the network or mislead a screen reader.
"""

import os
import re
import shutil
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from pybtex.plugin import find_plugin, register_plugin

PUBLISHED = "gh-pages"
"""The branch that GitHub Pages serves: the built book, its notebooks among it."""

NOTE = (
    "*This notebook is a chapter of a course. It needs the course's package, its records and its quizzes: "
    "keep it in the folder `{folder}` of a copy of the course{source}.*"
)

FETCH = """\
# Only where the course is not installed yet, on a hosted kernel for instance: fetch it and move into it.
import importlib.util, os

if importlib.util.find_spec("lstm_course") is None:
    !git clone --quiet --depth 1 {url} lstm-course
    %pip install --quiet ./lstm-course[keras] jupyterquiz myst-nb
    os.chdir("lstm-course/{folder}")"""


def announce_notebook(app, pagename, templatename, context, doctree):
    """Tell the theme, before it makes its buttons, that this page has a notebook to download."""
    if doctree is not None and "kernelspec" in app.env.metadata[pagename]:
        context["ipynb_source"] = f"{pagename}.ipynb"


def write_notebook(app, pagename, templatename, context, doctree):
    """Write the executed notebook where the download button finds it, over the theme's own plain copy."""
    if "ipynb_source" not in context:
        return
    built, source = Path(app.outdir).parent, Path(app.srcdir) / f"{pagename}.ipynb"
    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    folder, url = Path(pagename).parent.as_posix(), repository(app)
    if source.exists():  # an assignment, which is given to students as it is
        shutil.copy(source, target)
        if url:
            notebook = nbformat.read(target, as_version=4)
            notebook.cells[:0] = preamble(folder, url)[1:]
            nbformat.write(notebook, target)
        return
    notebook = nbformat.read(built / "jupyter_execute" / f"{pagename}.ipynb", as_version=4)
    # Where the cells' outputs came from the cache, myst-nb writes this file without them.
    _, notebook = get_cache(built / ".jupyter_cache").merge_match_into_notebook(notebook)
    notebook.cells[:0] = preamble(folder, url)
    nbformat.write(notebook, target)


def preamble(folder, url):
    """Return the cells that say, and where possible do, what the notebook needs before it can run."""
    source = f", which is at <{url}>" if url else ""
    cells = [nbformat.v4.new_markdown_cell(NOTE.format(folder=folder, source=source), id="needs")]
    if url:
        cells.append(nbformat.v4.new_code_cell(FETCH.format(url=url, folder=folder), id="fetch"))
    return cells


def repository(app):
    """Return the address of the public repository, or an empty string."""
    return app.config.html_theme_options.get("repository_url") or ""


def show_repository_buttons(app, config):
    """Turn the repository buttons on where there is a repository to lead to."""
    for button in ("use_repository_button", "use_issues_button", "use_source_button"):
        config.html_theme_options[button] = bool(repository(app))


def lead_to_notebooks(app, pagename, templatename, context, doctree):
    """Make the launch buttons open the published notebook; the theme would open the Markdown source."""
    for group in context.get("header_buttons", []):
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                button["url"] = notebook_address(button["url"], pagename)


def notebook_address(url, pagename):
    """Return a launch button's address with the published branch and notebook in it.

    Colab names the branch in the path (``…/blob/main/book/a.md``); JupyterHub names it in the query.
    """
    url = re.sub(rf"(?<!_sources/){re.escape(pagename)}\.(md|ipynb)", f"_sources/{pagename}.ipynb", url)
    return re.sub(r"/blob/[^/]+/|branch=[^&]+", lambda found: _published(found[0]), url)


def _published(part):
    return f"branch={PUBLISHED}" if part.startswith("branch") else f"/blob/{PUBLISHED}/"


def mend_body(app, pagename, templatename, context, doctree):
    """Mend two things in what others write into a page.

    Quizzes must not typeset mathematics: they hold none, and would fetch MathJax from the network for it.
    The list of references must not call itself a list to a screen reader, since its parts are no items.
    """
    body = context.get("body", "")
    if "function show_questions" in body:
        body = re.sub(r"typeof MathJax !==? 'undefined'", "false", body)
    context["body"] = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def hurry(app, env):
    """Let the pages be written side by side. (They are not read so: not every extension allows that.)"""
    app.parallel = min(os.cpu_count() or 1, 4)


def setup(app):
    """Connect all this to the build."""
    # Asked for at every citation, and each time all installed packages would be searched.
    register_plugin("pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"))
    app.connect("env-check-consistency", hurry)
    app.setup_extension(
        "sphinx-mathjax-offline"
    )  # copies MathJax into the book and asks for its CHTML output
    app.setup_extension("sphinx.ext.githubpages")  # which else hides folders that begin with an underscore
    app.config.mathjax_path = "mathjax/tex-svg.js"
    app.connect("html-page-context", mend_body)
    app.connect("html-page-context", announce_notebook, priority=490)  # before the theme makes its buttons
    app.connect("html-page-context", write_notebook, priority=502)  # after it
    app.connect("html-page-context", lead_to_notebooks, priority=502)
    app.connect("config-inited", show_repository_buttons, priority=10)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

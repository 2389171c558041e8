"""What the book needs beyond jupyter-book's settings; ``_config.yml`` names this file as an extension.

- Mathematics: MathJax comes with the book, and its SVG output needs no font, so a page opened from a file
  shows its equations in every browser. (Some refuse to load fonts from files.)
- Every executed chapter can be downloaded as a notebook, with its outputs, with no server behind it.
- Buttons to the repository appear when ``_config.yml`` says where the repository is.
"""

import shutil
from pathlib import Path


def offer_notebook(app, pagename, templatename, context, doctree):
    """Put the executed notebook beside the page's source, where the theme's download button finds it."""
    executed = Path(app.outdir).parent / "jupyter_execute" / f"{pagename}.ipynb"
    if doctree is None or "kernelspec" not in app.env.metadata[pagename] or not executed.exists():
        return
    target = Path(app.outdir) / "_sources" / f"{pagename}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(executed, target)
    context["ipynb_source"] = f"{pagename}.ipynb"


def show_repository_buttons(app, config):
    """Turn the repository buttons on where there is a repository to lead to."""
    named = bool(config.html_theme_options.get("repository_url"))
    for button in ("use_repository_button", "use_issues_button", "use_source_button"):
        config.html_theme_options[button] = named


def setup(app):
    """Connect all this to the build."""
    app.setup_extension(
        "sphinx-mathjax-offline"
    )  # copies MathJax into the book and asks for its CHTML output
    app.config.mathjax_path = "mathjax/tex-svg.js"
    app.connect("html-page-context", offer_notebook, priority=490)  # before the theme makes its buttons
    app.connect("config-inited", show_repository_buttons, priority=10)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

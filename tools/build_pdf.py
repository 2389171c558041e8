"""Print the whole book as one PDF, with a table of contents, bookmarks and working links.

``python -m tools.build_pdf`` (``make pdf`` calls this). The chapters become one page of HTML, from the same
run of the cells as ``make book``; Chromium typesets it. The table of contents needs page numbers that are
known only once the book is set, so it is set twice.
"""

import shutil
import sys
from pathlib import Path

import yaml

from tools.build_book import BUILD, ROOT, run_jupyter_book

PDF = BUILD / "pdf" / "long-short-term-memory.pdf"
STYLE = ROOT / "book" / "_static" / "print.css"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
"""Where macOS and Windows have them, which put them on no PATH."""

PREPARE = """
([title, author, parts]) => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const hidden of document.querySelectorAll(".toggle-hidden")) hidden.classList.remove("toggle-hidden");
  for (const quiz of document.querySelectorAll(".Quiz")) {
    const right = [...quiz.querySelectorAll('[data-correct="true"]')].map((a) => a.textContent);
    const field = quiz.querySelector("input[data-answers]");
    const numbers = field ? JSON.parse(field.dataset.answers) : [];
    for (const answer of numbers) if (answer.correct) right.push(answer.value ?? answer.range);
    const paper = document.createElement("p");
    paper.className = "on-paper";
    paper.textContent = "Right: " + right.join("; ") + ".";
    quiz.append(paper);
  }
  const article = document.querySelector("article.bd-article");
  // On the single page, every chapter but the first has sunk by one level: raise it again.
  const root = article.querySelector("h1");
  for (const heading of article.querySelectorAll("h2, h3, h4, h5")) {
    if (root.parentElement.contains(heading) && !heading.closest(".toctree-wrapper")) continue;
    const raised = document.createElement("h" + (Number(heading.tagName[1]) - 1));
    raised.append(...heading.childNodes);
    heading.replaceWith(raised);
  }
  const headings = [...article.querySelectorAll("h1, h2, h3, h4")];
  const contents = document.createElement("nav");
  contents.className = "book-contents";
  contents.innerHTML = '<p class="contents-title">Contents</p>';
  let chapter = 0;
  headings.forEach((heading, number) => {
    heading.id = "heading-" + number;
    const level = Number(heading.tagName[1]);
    if (level === 1) {
      for (const [first, caption] of parts) if (first === chapter) {
        const part = document.createElement("p");
        part.className = "part";
        part.textContent = caption;
        contents.append(part);
      }
      chapter += 1;
    }
    if (level > 2) return;
    const link = document.createElement("a");
    link.href = "#heading-" + number;
    link.className = "level-" + level;
    link.dataset.number = number;
    const text = document.createElement("span");
    text.textContent = heading.textContent.replace(/#$/, "");
    link.append(text, document.createElement("i"));
    contents.append(link);
  });
  const front = document.createElement("div");
  front.className = "title-page";
  front.innerHTML = '<p class="book-title"></p><p class="book-author"></p>';
  front.children[0].textContent = title;
  front.children[1].textContent = author;
  article.prepend(front, contents);
  return headings.length;
}
"""

NUMBER = """
(pages) => {
  for (const link of document.querySelectorAll(".book-contents a"))
    link.dataset.page = pages[Number(link.dataset.number)];
}
"""


def find_browser() -> str:
    """Return the path of a Chromium; without one, say how to get it."""
    found = next(filter(None, map(shutil.which, (*PROGRAMS, *PLACES))), None)
    if found is None:
        print(
            "build_pdf: expected a Chromium, Chrome or Edge to set the pages, found none on PATH or "
            "where they usually are.\n"
            "Install one (on Debian or Ubuntu: sudo apt install chromium) and run make pdf again.",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return found


def parts(toc: dict) -> list[tuple[int, str]]:
    """Return each part's caption with the number of the chapter that opens it; the root is number 0."""
    first, captions = 1, []
    for part in toc.get("parts", []):
        captions.append((first, part["caption"]))
        first += len(part["chapters"])
    return captions


def heading_pages(pdf: Path) -> list[int]:
    """Return the page of every heading, read from the bookmarks, in the order of the book."""
    from pypdf import PdfReader

    reader = PdfReader(pdf)

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield reader.get_destination_page_number(entry) + 1

    return list(walk(reader.outline))


def print_page(folder: Path, target: Path) -> int:
    """Typeset the page that holds all chapters; return the number of pages."""
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    # Its links to pictures and scripts start from the folder, not from where the root page lies in it.
    source = shutil.copyfile(folder / f"{toc['root']}.html", folder / "print.html")
    options = {"path": target, "prefer_css_page_size": True, "outline": True, "tagged": True}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light")
        page.set_default_timeout(300_000)
        page.add_init_script("localStorage.setItem('mode', 'light')")
        page.goto(source.as_uri())
        page.wait_for_load_state("networkidle")
        page.evaluate("() => window.MathJax?.startup?.promise")
        page.emulate_media(media="print", color_scheme="light")
        page.add_style_tag(path=STYLE)
        headings = page.evaluate(PREPARE, [config["title"], config["author"], parts(toc)])
        target.parent.mkdir(parents=True, exist_ok=True)
        page.pdf(**options)
        pages = heading_pages(target)
        if len(pages) != headings:
            raise RuntimeError(f"{headings} headings, but {len(pages)} bookmarks: cannot number the contents")
        page.evaluate(NUMBER, pages)
        page.pdf(**options)
        browser.close()
    if heading_pages(target) != pages:
        raise RuntimeError("the page numbers moved when they were filled in")
    return len(PdfReader(target).pages)


def main() -> int:
    """Build the single page strictly, print it, and say where it is."""
    find_browser()
    status = run_jupyter_book(["--builder", "singlehtml", *sys.argv[1:]])
    if status:
        print("build_pdf: the book was not built; the cause is above", file=sys.stderr)
        return status
    pages = print_page(BUILD / "singlehtml", PDF)
    print(f"build_pdf: {pages} pages, open {PDF.as_uri()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

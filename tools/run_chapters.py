"""Run the cells of all chapters that are not in the cache yet, several chapters at a time.

``tools.build_book`` calls this before jupyter-book, which would run them one after the other and then finds
them done. A chapter that fails is left to jupyter-book: it runs it again and reports the failure in place.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import myst_nb_reader_plugin

WORKERS = min(os.cpu_count() or 1, 4)
"""Chapters that run side by side; each may need a gigabyte of memory."""


def contents(root: Path) -> list[Path]:
    """Return the chapters that the table of contents names."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])
    names = [toc["root"], *(entry["file"] for part in parts for entry in part["chapters"])]
    return [path for name in names if (path := root / f"{name}.md").exists()]


def likely_longest_first(chapters: list[Path]) -> list[Path]:
    """Order chapters so that no long one is left to the end: those that train with Keras, then by size."""

    def weight(path: Path) -> tuple[bool, int]:
        text = path.read_text(encoding="utf-8")
        return "keras" in text or "lstm_course.sentiment" in text, len(text)

    return sorted(chapters, key=weight, reverse=True)


def run_chapters(root: Path, cache_folder: Path, timeout: int, names: list[str]) -> None:
    """Run what is not in the cache and put it there.

    Parameters
    ----------
    root : Path
        The folder of ``_toc.yml``.
    cache_folder : Path
        The cache that jupyter-book reads.
    timeout : int
        Seconds that one cell may take.
    names : list of str
        The chapters to look at, by their paths from ``root``; those not in the contents are left out.
    """
    cache = get_cache(cache_folder)
    waiting = []
    wanted = {root / name for name in names}
    for path in likely_longest_first([path for path in contents(root) if path in wanted]):
        if not path.read_text(encoding="utf-8").startswith("---\njupytext:"):
            continue  # no cells, or cells that jupyter-book will complain about
        notebook = myst_nb_reader_plugin(str(path))
        if not cached(cache, notebook):
            waiting.append((path, notebook))

    def run(path: Path, notebook) -> None:
        begin = time.monotonic()
        result = single_nb_execution(
            notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False, meta_override=True
        )
        seconds = time.monotonic() - begin
        if result.err is None:
            data = {"execution_seconds": result.time}
            cache.cache_notebook_bundle(
                CacheBundleIn(notebook, str(path), data=data), check_validity=False, overwrite=True
            )
        outcome = "ran" if result.err is None else "FAILED"
        print(f"build_book: {path.relative_to(root)} {outcome} in {seconds:.0f} s", flush=True)

    with ThreadPoolExecutor(WORKERS) as pool:
        for job in [pool.submit(run, *one) for one in waiting]:
            job.result()


def cached(cache, notebook) -> bool:
    """Return whether a notebook with these cells is in the cache."""
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


if __name__ == "__main__":
    here, kept, seconds, *chapters = sys.argv[1:]
    run_chapters(Path(here), Path(kept), int(seconds), chapters)

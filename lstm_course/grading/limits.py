"""What one submission may use, and what is said when it wants more."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission.

    Parameters
    ----------
    seconds : float
        Processor time of one cell or of one function's tests.
    total : float
        Processor time of everything, restarts included.
    memory, disk, output : int
        Bytes in memory at one time, in files, and printed.
    files : int
        In the scratch folder, at one time: the kernel keeps something of each in a memory that nobody counts.
    processes : int
        At one time, the interpreter itself among them.
    threads : int
        At one time, in all processes.
    """

    seconds: float = 20
    total: float = 120
    memory: int = 1024 * MIB
    disk: int = 64 * MIB
    output: int = 2 * MIB
    files: int = 20_000
    processes: int = 16
    threads: int = 64

    @property
    def patience(self) -> float:
        """Seconds by the clock after which one that waits, and computes nothing, is stopped."""
        return 2 * self.seconds + 10

    @property
    def longest(self) -> float:
        """Seconds by the clock that everything may take."""
        return 3 * self.total + 60

    def sentence(self, what: str) -> str:
        """Say which limit was passed.

        Examples
        --------
        >>> Limits(memory=512 * MIB).sentence("memory")
        'it used more than 512 MiB of memory and was stopped'
        """
        return {
            "time": f"it computed for more than {self.seconds:g} seconds and was stopped",
            "wait": f"it did not end within {self.patience:g} seconds and was stopped",
            "total": f"the notebook computed for more than {self.total:g} seconds altogether and was stopped",
            "long": f"the notebook took more than {self.longest:g} seconds altogether and was stopped",
            "memory": f"it used more than {self.memory // MIB} MiB of memory and was stopped",
            "disk": f"it wrote more than {self.disk // MIB} MiB or {self.files:,} files and was stopped",
            "output": f"it printed more than {self.output // MIB} MiB and was stopped",
            "processes": f"it started more than {self.processes} processes and was stopped",
            "died": "it ended the whole Python process",
            "garbled": "it disturbed the tests' own channel and was stopped",
        }[what]

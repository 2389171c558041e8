"""A batch comes to its end: killed, stopped, run twice, with submissions that end workers."""

import contextlib
import gc
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

import pytest
from distributed import Client
from distributed.comm import connect

from lstm_course.errors import InputError
from lstm_course.grading import workers
from lstm_course.grading.batch import alone, grade_all
from lstm_course.grading.importing import import_all
from lstm_course.grading.verdict import GRADED, PERSON, ZERO
from tests.bug_zoo.specimens import rnn
from tests.bug_zoo.zoo import Wrong, source_of
from tests.grading import stubs

ASSIGNMENT = "02-rnn"
PATIENCE = 120  # seconds after which something has gone wrong


def wait_for(happened):
    """Wait until something has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(process):
    """Wait for the end of a process; return its standard output and error."""
    return process.communicate(timeout=PATIENCE)


@pytest.fixture
def graded(two_workers):
    """Run the stub over the submissions of a course, by default with workers that are there already."""

    def run(small, grader=None, **options):
        where = options if "workers" in options else {"scheduler": two_workers, **options}
        return grade_all(small.course, ASSIGNMENT, grader=grader or small.stub, **where)

    return run


def outcome_of(verdict):
    return verdict.state, verdict.reason, verdict.marks, verdict.key


# What a run does, and a second one does not


def test_every_submission_is_graded_once_and_a_second_run_changes_nothing(small, graded):
    for name in ("ana", "ben", "eva"):
        small.submit(name, f"be {name}")
    (small.root / "submitted" / "nobody" / ASSIGNMENT).mkdir(parents=True)
    told = []
    first = graded(small, progress=lambda *state: told.append((*state[:2], dict(state[2]))))
    assert (first.graded, first.kept, first.counts) == (4, 0, {GRADED: 3, ZERO: 1})
    assert told[0][:2] == (0, 4)
    assert told[-1] == (4, 4, {GRADED: 3, ZERO: 1})
    before = small.verdicts()
    second = graded(small)
    assert (second.graded, second.kept, second.changes) == (0, 4, [])
    assert small.verdicts() == before
    assert [small.runs(name) for name in ("ana", "ben", "eva")] == [1, 1, 1]


def test_only_what_has_changed_is_graded_anew(small, graded):
    small.submit("ana"), small.submit("ben")
    graded(small)
    small.submit("ben", "another one")
    assert graded(small).graded == 1
    assert (small.runs("ana"), small.runs("ben")) == (1, 2)


def test_one_student_alone(small, graded):
    small.submit("ana"), small.submit("ben")
    assert graded(small, students=["ben"]).graded == 1
    assert list(small.verdicts()) == ["ben"]
    with pytest.raises(InputError, match=r"expected students who submitted 02-rnn, got zoe\."):
        graded(small, students=["zoe", "ana"])


def test_a_regrade_shows_what_changed(small, monkeypatch, graded):
    small.submit("ana"), small.submit("ben", "raise")
    graded(small)
    (small.record / "well").touch()
    outcome = graded(small, again=True)
    assert (outcome.graded, outcome.kept) == (2, 0)
    [change] = outcome.changes
    assert (change.student, change.before.state, change.after.state) == ("ben", PERSON, GRADED)
    assert change.after.score > 0
    assert not change.after.notebook


@pytest.mark.slow
def test_marks_are_the_same_whatever_the_number_of_workers(small, graded):
    names = [f"s{k}" for k in range(12)]
    for k, name in enumerate(names):
        small.submit(name, f"sleep {(7 * k % 5) / 20}")  # so that they end in another order
    found = []
    for count in (1, 3):
        graded(small, workers=count, again=True)
        found.append({name: outcome_of(verdict) for name, verdict in small.verdicts().items()})
    assert found[0] == found[1]
    assert list(found[0]) == sorted(names)


@pytest.mark.slow
def test_in_the_sandbox(small):
    mistake = next(one for one in rnn.SPECIMENS if isinstance(one, Wrong))
    small.submit("right")
    small.submit("release", source="exercises")
    small.submit("wrong", **{mistake.function: source_of(ASSIGNMENT, mistake)})
    small.submit("dies", **{mistake.function: "import os\nos._exit(9)"})
    outcome = grade_all(small.course, ASSIGNMENT, workers=2)
    assert outcome.counts == {GRADED: 4}
    verdicts = small.verdicts()
    whole = verdicts["right"].most
    assert (verdicts["right"].score, verdicts["release"].score) == (whole, 0)
    lost = {mark.grade_id for mark in verdicts["wrong"].marks if not mark.points}
    assert lost == set(mistake.loses)
    assert 0 <= verdicts["dies"].score < whole


# Submissions that end the worker, or make the grader fail


@pytest.mark.slow
def test_what_ends_its_worker_is_put_aside_and_harms_no_other(small, graded):
    for k in range(8):
        small.submit(f"good{k}", "sleep 0.1")
    for k in range(2):
        small.submit(f"killer{k}", "exit")
    outcome = graded(small)
    assert outcome.counts == {GRADED: 8, PERSON: 2}
    verdicts = small.verdicts()
    for k in range(2):
        assert verdicts[f"killer{k}"].reason == workers.KILLED
        assert verdicts[f"killer{k}"].score == 0
        assert small.runs(f"killer{k}") == 2
    assert all(verdicts[f"good{k}"].score > 0 for k in range(8))
    assert (graded(small).graded, small.runs("killer0")) == (0, 2)
    (small.record / "well").touch()
    assert graded(small, again=True, students=["killer0"]).counts == {GRADED: 9, PERSON: 1}


def test_where_the_grader_fails_the_next_run_tries_again(small, graded):
    small.submit("ana", "raise"), small.submit("ben")
    assert graded(small).counts == {GRADED: 1, PERSON: 1}
    assert small.verdicts()["ana"].reason == "the grader failed: RuntimeError: no sandbox today"
    (small.record / "well").touch()
    outcome = graded(small)
    assert (outcome.graded, outcome.kept, outcome.counts) == (1, 1, {GRADED: 2})


def of_another_version(packed, assignment, student, secret, trusted=False):
    return stubs.plausible(packed, assignment, student, b"another")


def test_a_worker_of_another_version_is_not_believed(small, graded):
    small.submit("ana")
    assert graded(small, of_another_version).counts == {PERSON: 1}
    assert "another version" in small.verdicts()["ana"].reason
    assert graded(small).counts == {GRADED: 1}


def test_what_cannot_be_written_does_not_stop_the_batch(small, graded):
    small.submit("ana", rnn_step="# \ud800\0")
    small.submit("ben")
    (small.root / "submitted" / os.fsdecode(b"\xff") / ASSIGNMENT).mkdir(parents=True)
    (small.root / "submitted" / ("x" * 129) / ASSIGNMENT).mkdir(parents=True)
    outcome = graded(small)
    assert outcome.counts == {GRADED: 2}
    assert outcome.misnamed == ["x" * 129, os.fsdecode(b"\xff")]
    assert import_all(small.course, ASSIGNMENT) == 2


def test_a_large_submission_is_sent_without_complaint(small, graded):
    folder = small.submit("ana")
    (folder / "data.bin").write_bytes(os.urandom(15 * 2**20))
    assert graded(small).counts == {GRADED: 1}


# Stopped and killed


@pytest.fixture
def slow_class(small):
    """Ten submissions that take a moment each."""
    for k in range(10):
        small.submit(f"s{k}", "sleep 0.3")
    return small


def started(small):
    return len(list(small.record.iterdir()))


@pytest.mark.slow
def test_killed_half_way_it_goes_on(slow_class, graded):
    process = slow_class.start("grade", ASSIGNMENT, "--workers", "2")
    wait_for(lambda: started(slow_class) >= 5)
    process.kill()
    ended(process)
    kept = slow_class.verdicts()
    assert 0 < len(kept) < 10
    outcome = graded(slow_class)
    assert (outcome.kept, outcome.graded) == (len(kept), 10 - len(kept))
    found = slow_class.verdicts()
    assert len(found) == 10
    assert {name: found[name] for name in kept} == kept


@pytest.mark.slow
@pytest.mark.parametrize(
    "whole_group", [False, True], ids=["to the process", "to its group, as a terminal does"]
)
def test_control_c_stops_it_and_it_goes_on(slow_class, whole_group, graded):
    process = slow_class.start("grade", ASSIGNMENT, "--workers", "2", start_new_session=True)
    wait_for(lambda: started(slow_class) >= 4)
    os.killpg(process.pid, signal.SIGINT) if whole_group else process.send_signal(signal.SIGINT)
    output, errors = ended(process)
    assert process.returncode == 130
    assert errors.endswith("lstm-course: stopped by Ctrl-C.\n")
    assert "Traceback" not in errors + output
    kept = slow_class.verdicts()
    assert 0 < len(kept) < 10
    outcome = graded(slow_class)
    assert (outcome.kept, outcome.graded) == (len(kept), 10 - len(kept))
    assert all(slow_class.runs(name) == 1 for name in kept)


@pytest.mark.slow
def test_a_second_run_at_the_same_time_is_refused(slow_class, graded):
    process = slow_class.start("grade", ASSIGNMENT, "--workers", "1")
    wait_for(lambda: started(slow_class) >= 1)
    with pytest.raises(InputError, match="to be the only one who grades, got another run at work"):
        graded(slow_class)
    with pytest.raises(InputError, match="another run at work"):
        import_all(slow_class.course, ASSIGNMENT)
    assert "10 graded now" in ended(process)[0]
    assert len(slow_class.verdicts()) == 10
    with alone(slow_class.course.folder / f"{ASSIGNMENT}.lock"):
        second = slow_class.start("grade", ASSIGNMENT, "--again")
        assert "another run at work" in ended(second)[1]
    assert second.returncode == 2


def test_a_lock_ends_with_its_holder(tmp_path):
    with alone(tmp_path / "lock"), pytest.raises(InputError), alone(tmp_path / "lock"):
        pass
    with alone(tmp_path / "lock"):
        pass


# A cluster of its own


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def dask(small, *words):
    """Run a program of Dask's as a process of its own, in a session of its own."""
    command = [sys.executable, "-m", "dask", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=small.environment, start_new_session=True, **quiet) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def cluster(small):
    """A scheduler and two workers that nobody starts anew: (address, scheduler, workers)."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    own = ("--no-dashboard", "--host", "127.0.0.1")
    worker = ("worker", address, "--nthreads", "1", "--no-nanny", *own)
    where = ("--local-directory", str(small.root / "dask"))
    with (
        dask(small, "scheduler", "--port", str(port), *own) as scheduler,
        dask(small, *worker, *where) as one,
        dask(small, *worker, *where) as other,
    ):
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, scheduler, (one, other)


@pytest.mark.slow
def test_a_worker_that_is_killed_half_way_loses_nothing(slow_class, cluster):
    address, _, (one, _) = cluster
    process = slow_class.start("grade", ASSIGNMENT, "--scheduler", address)
    wait_for(lambda: started(slow_class) >= 5)
    one.kill()
    output, errors = ended(process)
    assert process.returncode == 0, errors
    assert "10 graded now, 0 as they were; 10 brought into the gradebook." in output, output
    verdicts = slow_class.verdicts()
    assert len(verdicts) == 10
    assert {verdict.state for verdict in verdicts.values()} == {GRADED}
    assert slow_class.scores() == {name: verdict.score for name, verdict in verdicts.items()}


@pytest.mark.slow
def test_a_scheduler_that_is_killed_half_way_ends_the_run_and_not_its_verdicts(slow_class, cluster, graded):
    address, scheduler, _ = cluster
    process = slow_class.start("grade", ASSIGNMENT, "--scheduler", address)
    wait_for(lambda: started(slow_class) >= 5)
    scheduler.kill()
    _, errors = ended(process)
    assert "Traceback" not in errors, errors
    assert process.returncode == 1
    assert "the machine failed" in errors
    kept = slow_class.verdicts()
    assert 0 < len(kept) < 10
    assert {verdict.reason for verdict in kept.values()} == {""}
    assert graded(slow_class).kept == len(kept)
    assert {verdict.state for verdict in slow_class.verdicts().values()} == {GRADED}


@pytest.mark.parametrize("scheme", ["tcp", "tls", "no"])
def test_no_scheduler_there(small, graded, monkeypatch, scheme):
    monkeypatch.setattr(workers, "ANSWERS", 1.0)
    small.submit("ana")
    address = f"{scheme}://127.0.0.1:{free_port()}"
    with pytest.raises(InputError, match=f"expected a Dask scheduler at {address}"):
        graded(small, scheduler=address)
    assert not [one for one in gc.get_objects() if type(one) is Client and one.status == "connecting"]


@pytest.mark.slow
def test_no_answer_from_this_machines_own_scheduler(small, graded, monkeypatch):
    monkeypatch.setattr(workers, "ANSWERS", 1e-6)
    small.submit("ana")
    with pytest.raises(TimeoutError, match="this machine's own Dask scheduler"):
        graded(small, workers=1)
    assert small.verdicts() == {}


async def reached(address, **how):
    """Connect as a client does; half a client would be left behind where it fails."""
    comm = await connect(address, timeout=2, **how)
    await comm.close()


@pytest.mark.slow
def test_nobody_else_on_this_machine_reaches_the_workers():
    """A student's account there, say: without the run's certificates no way in, and no page to read."""
    with workers.client_of(1, None) as client:
        address = client.scheduler_info()["address"]
        assert client.submit(int).result() == 0
        client.sync(reached, address, **client.security.get_connection_args("client"))
        stranger = ssl.create_default_context()
        stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
        for where, how in ((address, {"ssl_context": stranger}), (address.replace("tls://", "tcp://"), {})):
            with pytest.raises(OSError):
                client.sync(reached, where, **how)
        services = [
            port
            for about in [client.scheduler_info(), *client.scheduler_info()["workers"].values()]
            for port in about["services"].values()
        ]
        for port in services:
            for page in ("", "status", "health", "info/main/workers.html", "json/counts.json"):
                with pytest.raises(OSError, match=r"404|refused"):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=2)

#!/usr/bin/python3
"""Run every real client against the server; the last line is N passed, N failed, N skipped.

    tests/clients/run.py --build build [--only WORD]

Each client is a program of its own, test_NAME.py, that tells of every check;
it runs on SQLite and on PostgreSQL (the pages on the former alone: what they show does not
depend on it), two programs at once at most. Whatever a client
has started is gone at the end, also if the client fails or does not end.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
from run import ROOT, Tally  # noqa: E402
from sandbox import adopt_orphans, descendants, end_processes, reap  # noqa: E402

PATIENCE, GRACE = 1800, 30
FIRST = ("page", "pages", "vdirsyncer")  # the longest, so that nothing waits for them at the end


def run(command):
    begun = time.monotonic()
    program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT,
                               env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8"))
    late = ""
    try:
        output, _ = program.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        late = f"\nno end after {PATIENCE} s\n"
        program.terminate()  # it ends what it has started
        try:
            output, _ = program.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            program.kill()
            output = b""
    return output.decode("utf-8", "replace") + late, program.returncode or int(bool(late)), \
        time.monotonic() - begun


def jobs(build):
    """Every client on both stores as (name, command), the longest first."""
    files = sorted((f for f in os.listdir(HERE) if f.startswith("test_") and f.endswith(".py")),
                   key=lambda f: (f[5:-3] not in FIRST, f))
    for file in files:
        for store in ("sqlite", "postgres") if not file.startswith(("test_page", "test_host")) else ("sqlite",):
            yield (f"client {file[5:-3]} on {store}",
                   ["/usr/bin/python3", os.path.join(HERE, file), "--build", build,
                    "--store", store])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", default="build")
    options.add_argument("--only", default="")
    o = options.parse_args()
    adopt_orphans()
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as two:
        waiting = {two.submit(run, command): name
                   for name, command in jobs(os.path.abspath(os.path.join(ROOT, o.build)))
                   if o.only in name}
        for done in concurrent.futures.as_completed(waiting):
            output, status, seconds = done.result()
            tally.add(waiting[done], output, status, seconds)
            for line in output.splitlines() if not status else ():
                if line.startswith("ok  "):
                    print("      " + line, flush=True)
    end_processes(lambda: descendants(os.getpid()))
    reap()
    if tally.broken:
        print("failed: " + ", ".join(tally.broken))
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
"""Run every test and end with one line: N passed, N failed, N skipped.

    tests/run.py --build build [--only WORD] [--threads-only] [--soak]

Three kinds, in this order: the CUnit programs under BUILD/tests, the golden
cases of conformance/ and the whole-server tests of tests/server/, the latter
two against SQLite and against PostgreSQL. Two things run at once at most. Before
the last line stands one for each booking case of ../shared/booking-cases.md that
was tested: ok A1.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What a test program includes when threads of ours run in it.
THREADS = re.compile(r'#include ["<](pthread\.h|(base/(pool|log)|(store|house|http|smtp)_fixture|town|squad)'
                     r'\.h)[">]')
# What a test says of a booking case (../shared/booking-cases.md).
NUMBER = re.compile(r"^(ok|FAIL) ([A-G])(\d+)(b?)$", re.M)
SUMMARY = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) (?:skipped|not supported))?")


class Tally:
    """What has passed, failed and been skipped so far."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.broken = []
        self.numbers = {}  # of booking cases, and whether every test of them passed

    def add(self, name, output, status, seconds):
        found = SUMMARY.findall(output)
        counts = [int(n or 0) for n in found[-1]] if found else [0, 0, 0]
        bad = counts[1] > 0 or status != 0 or not found
        if bad and counts[1] == 0:
            counts[1] = 1
        self.passed += counts[0]
        self.failed += counts[1]
        self.skipped += counts[2]
        for word, letter, number, more in NUMBER.findall(output):
            key = (letter, int(number), more)
            self.numbers[key] = self.numbers.get(key, True) and word == "ok"
        print(f"{'FAIL' if bad else 'ok':4}  {name:44} {counts[0]:6} passed "
              f"{counts[1]:3} failed {counts[2]:3} skipped  {seconds:6.1f} s", flush=True)
        if bad:
            self.broken.append(name)
            # What went well says nothing of what did not, and would hide the first of several.
            said = [line for line in output.strip().splitlines() if not line.startswith("ok ")]
            print("\n".join("      " + line for line in said[-400:]), flush=True)

    def print_numbers(self):
        """Each booking case that was tested, in order."""
        for (letter, number, more), well in sorted(self.numbers.items()):
            print(f"{'ok' if well else 'FAIL'} {letter}{number}{more}")


def run(command, env, timeout):
    begun = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL)
        output, status = done.stdout.decode("utf-8", "replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode("utf-8", "replace") + f"\nno end after {timeout} s\n"
        status = 1
    return output, status, time.monotonic() - begun


def has_threads(name):
    """Is there more than one thread in a unit test, by what its source includes?"""
    source = os.path.join(ROOT, "tests", "unit", name + ".c")
    return os.path.exists(source) and bool(THREADS.search(open(source, encoding="utf-8").read()))


def jobs(build, threads_only, soak):
    """Every test as (name, command)."""
    unit = os.path.join(build, "tests")
    for name in sorted(os.listdir(unit)) if os.path.isdir(unit) else []:
        if not threads_only or has_threads(name):
            yield f"unit {name[5:]}", [os.path.join(unit, name)]
    folder = os.path.join(ROOT, "tests", "server")
    files = sorted(f for f in os.listdir(folder) if f.startswith("test_") and f.endswith(".py"))
    for file in files:
        if threads_only and file not in ("test_race.py", "test_operator.py"):
            continue
        for store in ("sqlite", "postgres"):
            yield (f"server {file[5:-3]} on {store}",
                   ["/usr/bin/python3", os.path.join(folder, file), "--build", build,
                    "--store", store] + (["--soak"] if soak else []))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", default="build")
    options.add_argument("--only", default="")
    options.add_argument("--threads-only", action="store_true")
    options.add_argument("--soak", action="store_true")
    o = options.parse_args()
    build = os.path.abspath(os.path.join(ROOT, o.build))
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    # Libraries below keep what they allocate once; only what is ours counts.
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    env.setdefault("LSAN_OPTIONS", "suppressions=" + os.path.join(ROOT, "tests/lsan.supp"))
    env.setdefault("TSAN_OPTIONS", "suppressions=" + os.path.join(ROOT, "tests/tsan.supp"))
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    tally = Tally()
    timeout = 7200 if o.soak else 1800
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as two:
        waiting = {two.submit(run, command, env, timeout): name
                   for name, command in jobs(build, o.threads_only, o.soak) if o.only in name}
        for done in concurrent.futures.as_completed(waiting):
            tally.add(waiting[done], *done.result())
    tally.print_numbers()
    if tally.broken:
        print("failed: " + ", ".join(tally.broken))
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())

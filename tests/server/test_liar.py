#!/usr/bin/python3
"""The cases of conformance/ must fail on a server that answers everything with nothing."""
import os
import re
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, Suite  # noqa: E402

FOLDER = os.path.join(ROOT, "conformance")
sys.path.insert(0, FOLDER)
import liar  # noqa: E402

suite = Suite("liar")


def play_on(mode):
    """All cases on the liar: at least 98 of 100 fail."""
    server = liar.make(mode)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = subprocess.run(
            [sys.executable, os.path.join(FOLDER, "run.py"), "--config",
             os.path.join(FOLDER, "liar.conf"), "--url",
             f"http://127.0.0.1:{server.server_address[1]}/"],
            stdout=subprocess.PIPE, timeout=300)
    finally:
        server.shutdown()
        server.server_close()
    output = done.stdout.decode()
    passed, failed, absent = map(int, re.search(
        r"(\d+) passed, (\d+) failed, (\d+) not supported\n$", output).groups())
    believed = [line for line in output.splitlines()
                if line.startswith(("passed ", "not supported "))]
    if not failed or failed < 0.98 * (passed + failed + absent):
        raise AssertionError("the liar was believed:\n" + "\n".join(believed))
    if believed:
        print("the liar was believed: " + "; ".join(believed))


@suite.case("an empty 200 to everything", only="sqlite")
def ok(_):
    play_on("ok")


@suite.case("an empty 207 to what lists", only="sqlite")
def multistatus(_):
    play_on("multistatus")


if __name__ == "__main__":
    suite.main()

#!/usr/bin/python3
"""The cases of conformance/ on another server, started as a private peer (peers.py).

    play_peer.py radicale|cyrus [--only WORD] [--verbose]     as conformance/run.py
    play_peer.py radicale|cyrus --record                      counts into conformance/peers.md
"""
import datetime
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers  # noqa: E402

FOLDER = os.path.join(peers.ROOT, "conformance")


def record(name, output):
    """The peer's row, with the counts of a whole run."""
    counts = re.search(r"(\d+) passed, (\d+) failed, (\d+) not supported\n$", output).groups()
    path = os.path.join(FOLDER, "peers.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    row = " | ".join([*counts, datetime.date.today().isoformat()])
    text = re.sub(rf"(?mi)^(\| {name} [^|]*\|).*$", rf"\1 {row} |", text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    name, words = sys.argv[1], sys.argv[2:]
    with peers.start(name) as peer:
        command = [sys.executable, os.path.join(FOLDER, "run.py"), "--config",
                   os.path.join(FOLDER, f"{name}.conf"), "--url", peer.url]
        if words != ["--record"]:
            return subprocess.run(command + words).returncode
        done = subprocess.run(command, stdout=subprocess.PIPE)
        record(name, done.stdout.decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

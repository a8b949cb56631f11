#!/usr/bin/python3
"""The cases of conformance/ on another server, started as a private peer (peers.py).

    play_peer.py radicale|cyrus [--only WORD] [--verbose]
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers  # noqa: E402

FOLDER = os.path.join(peers.ROOT, "conformance")


def main():
    name = sys.argv[1]
    with peers.start(name) as peer:
        return subprocess.run(
            [sys.executable, os.path.join(FOLDER, "run.py"), "--config",
             os.path.join(FOLDER, f"{name}.conf"), "--url", peer.url, *sys.argv[2:]]).returncode


if __name__ == "__main__":
    sys.exit(main())

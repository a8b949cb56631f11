#!/usr/bin/python3
"""The cases of conformance/, against a server of our own.

    tests/server/test_conformance.py [--build DIR] [--store NAME] [--only WORD]
                                     [--verbose] [--write FILE]
"""
import argparse
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, Suite  # noqa: E402

def own_arguments():
    """What is for the runner; the rest stays for the Suite."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--verbose", action="store_true")
    options.add_argument("--write")
    own, sys.argv[1:] = options.parse_known_args()
    return (["--verbose"] if own.verbose else []) + (["--write", own.write] if own.write else [])


def main():
    more = own_arguments()
    suite = Suite("conformance")
    status = 1
    try:
        with suite.server() as server:
            server.add_user("alice")
            server.add_user("bob")
            server.run("user", "add", "staff", "--kind", "group", "--member", "alice")
            server.run("user", "add", "room1", "--kind", "room", "--name", "Room 1",
                       "--email", "room1@example.org")
            server.run("user", "add", "beamer", "--kind", "resource", "--name", "Beamer")
            server.start()
            folder = os.path.join(ROOT, "conformance")
            status = subprocess.run(
                [sys.executable, os.path.join(folder, "run.py"), "--config",
                 os.path.join(folder, "fasti.conf"), "--url", f"http://127.0.0.1:{server.port}/",
                 "--doubt", "--only", suite.only, *more], timeout=300).returncode
    finally:
        if suite._postgres:
            suite._postgres.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())

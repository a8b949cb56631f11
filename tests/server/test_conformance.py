#!/usr/bin/python3
"""The golden cases of conformance/, against a server of our own."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, ROOT, Suite  # noqa: E402


def main():
    suite = Suite("conformance")
    status = 1
    try:
        with suite.server() as server:
            server.add_user("alice")
            server.start()
            status = subprocess.run(
                [sys.executable, os.path.join(ROOT, "conformance", "run.py"), "--url",
                 f"http://127.0.0.1:{server.port}/", "--user", "alice", "--password", PASSWORD,
                 "--doubt", "--only", suite.only], timeout=300).returncode
    finally:
        if suite._postgres:
            suite._postgres.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())

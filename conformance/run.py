#!/usr/bin/python3
"""Play the cases of cases/ against a CalDAV server, any one, and judge its answers.

    conformance/run.py --url http://127.0.0.1:8008/ --user alice --password WORD
                       [--only WORD] [--verbose] [--doubt]

Needs a user who may make calendars. Each case gets calendars of its own, which
are deleted afterwards. One line per case; README.md explains their language.
"""
import argparse
import os
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from case import Case, Failure, Skip  # noqa: E402
from server import Server  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def case_files(only):
    """All case files whose name holds the word, in order."""
    for folder, folders, names in os.walk(os.path.join(HERE, "cases")):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            title = os.path.relpath(path, os.path.join(HERE, "cases"))[:-len(".case")]
            if name.endswith(".case") and only in title:
                yield title, path


def play(server, title, path, verbose, doubt):
    """Play one case: "ok", "FAIL" or "skip", and why."""
    try:
        case = Case(path)
        try:
            case.play(server, doubt)
        finally:
            case.tidy(server)
        return "ok", ""
    except Skip as why:
        return "skip", str(why)
    except Failure as why:
        return "FAIL", str(why) + (why.exchange if verbose else "")
    except Exception as why:  # a broken case or server must not stop the others
        return "FAIL", f"{why!r}" + (traceback.format_exc() if verbose else "")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--url", required=True, help="where discovery begins")
    options.add_argument("--user", required=True)
    options.add_argument("--password", required=True)
    options.add_argument("--only", default="", help="cases whose name holds this word")
    options.add_argument("--verbose", action="store_true", help="show the answer that failed")
    options.add_argument("--doubt", action="store_true",
                         help="each line must also refuse answers that are wrong on purpose")
    o = options.parse_args()
    server = Server(o.url, o.user, o.password)
    server.discover()
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for title, path in case_files(o.only):
        verdict, why = play(server, title, path, o.verbose, o.doubt)
        counts[verdict] += 1
        print(f"{verdict:4}  {title}{': ' + why if why else ''}", flush=True)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    return 1 if counts["FAIL"] or not counts["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())

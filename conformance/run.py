#!/usr/bin/python3
"""Play the cases of cases/ against a CalDAV server, any one, and judge its answers.

    conformance/run.py --config FILE [--url URL] [--only WORD] [--verbose] [--doubt]
                       [--write FILE]

Each case gets calendars of its own, which are deleted afterwards. README.md
explains the configuration and the language of the cases.
"""
import argparse
import os
import re
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402
from case import Case, Skip, heading  # noqa: E402
from config import Config  # noqa: E402
from server import Failure, Server, Unfit  # noqa: E402

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")


def by_section(name):
    """10.4 comes after 9.1."""
    return [int(word) if word.isdigit() else word for word in re.split(r"(\d+)", name)]


def case_files(only):
    """(name, path) of all cases whose name holds the word, in order."""
    for folder, folders, files in os.walk(CASES):
        folders.sort(key=by_section)
        for file in sorted(files, key=by_section):
            path = os.path.join(folder, file)
            name = os.path.relpath(path, CASES)[:-len(".case")]
            if file.endswith(".case") and only in name:
                yield name, path


def play(server, name, path, options):
    """Play one case: its verdict, and why."""
    why = server.config.why_without(name)
    if why:
        return "not supported", why
    case = None
    try:
        case = Case(path, server)
        case.play(options.doubt)
        return "passed", ""
    except Skip as skip:
        if server.config.must_have(skip.word):
            return "failed", str(skip)
        return "not supported", server.config.without.get(skip.word, str(skip))
    except Failure as failure:
        return "failed", str(failure) + (failure.exchange if options.verbose else "")
    except Exception as error:  # a broken case or server must not stop the others
        return "failed", f"{error!r}" + (traceback.format_exc() if options.verbose else "")
    finally:
        if case:
            case.tidy()


def judge(server, name, path, options):
    try:
        _, section, title = heading(path)
    except Failure as failure:
        return report.Result(name, None, name, "failed", str(failure))
    return report.Result(name, section, title, *play(server, name, path, options))


def arguments():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--config", required=True, help="the server: its URL, accounts, features")
    options.add_argument("--url", help="where the server is, if not where its file says")
    options.add_argument("--only", default="", help="cases whose name holds this word")
    options.add_argument("--verbose", action="store_true", help="show the answer that failed")
    options.add_argument("--doubt", action="store_true",
                         help="each line must also refuse answers that are wrong on purpose")
    options.add_argument("--write", help="write a page with every requirement to this file")
    return options.parse_args()


def main():
    options = arguments()
    server = Server(Config(options.config, options.url))
    try:
        server.discover()
    except Unfit as why:
        sys.exit(f"{options.config}: {why}")
    results = []
    for name, path in case_files(options.only):
        results.append(judge(server, name, path, options))
        print(results[-1].line(), flush=True)
    print("\n" + report.table(results))
    if options.write:
        report.write(options.write, results)
    counts = report.counted(results)["all"]
    print(", ".join(f"{counts[v]} {v}" for v in report.VERDICTS))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())

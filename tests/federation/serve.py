#!/usr/bin/python3
"""Both test doubles for a program that is not written in Python.

Says their settings, one KEY=VALUE a line, and an empty line. Then each line of standard input is a
Python expression of `google`, `graph` and their accounts `ann` and `otto`; its value is answered
as one line of JSON, a mistake as {"error": …}. At the end of the input all that did not fit the
descriptions is said, and is the exit status.

    ann.primary.add("Lunch", "2027-01-04T12:00:00", "2027-01-04T13:00:00")
    google.spoil("events.list", status=410, times=2)
"""
import json
import sys
import threading
import time

from google import Google
from graph import Graph
from graph_calendar import weekly


def main():
    google, graph = Google(), Graph()
    names = {"google": google, "graph": graph, "weekly": weekly, "threading": threading,
             "time": time, "ann": google.add_account(), "otto": graph.add_account()}
    settings = {**google.config(), **graph.config()}
    print("".join(f"{k}={v}\n" for k, v in settings.items()), flush=True)
    for line in sys.stdin:
        try:
            value = eval(line, names)  # of the test that started us
            print(json.dumps(value, default=str), flush=True)
        except Exception as wrong:  # told to the test, which judges
            print(json.dumps({"error": repr(wrong)}), flush=True)
    for service in (google, graph):
        service.close()
        for why in service.violations:
            print(why, file=sys.stderr)
    return 1 if google.violations or graph.violations else 0


if __name__ == "__main__":
    sys.exit(main())

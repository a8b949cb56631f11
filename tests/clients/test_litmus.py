#!/usr/bin/python3
"""litmus, the WebDAV protocol suite, whole: each of its tests is a check."""
import re

from sandbox import Sandbox
from story import HOME, PASSWORD, Story, equal

story = Story("litmus", needs=["litmus"])
# Its programs and how many tests each has; a server is not to lose some by the way.
PROGRAMS = {"basic": 16, "copymove": 13, "props": 30, "locks": 41, "http": 4}
TEST = re.compile(r"^ *(\d+)\. (\w+)\.* (pass|FAIL|SKIPPED|WARNING)\b *(.*)$", re.MULTILINE)


def results(said):
    """(number, name, verdict, why) of each test; a warning comes before the verdict of its test."""
    found = {}
    for number, name, verdict, why in TEST.findall(said.replace("\r", "\n")):
        if found.get(number, ("", "pass", ""))[1] == "pass":
            found[number] = (name, verdict, why)
    return found


@story.chapter()
def litmus(server):
    base = f"http://127.0.0.1:{server.port}{HOME}"
    with Sandbox(TESTROOT="/usr/libexec/litmus") as box:
        for program, count in PROGRAMS.items():
            box.env["TESTS"] = program
            said = box.run(["litmus", "-k", base, "alice", PASSWORD], status=None, timeout=120)
            found = results(said)
            for number, (name, verdict, why) in found.items():
                with story.check(f"{program} {number}. {name}"):
                    equal(verdict, "pass", why)
            with story.required(f"{program} is run whole"):
                equal(len(found), count, said)


story.main()

#!/usr/bin/python3
"""cadaver, a WebDAV shell: files, properties, folders, copies and locks on calendars."""
import os

from sandbox import Sandbox
from story import CALENDAR, HOME, PASSWORD, Story, equal, event, members, put, stored

story = Story("cadaver", needs=["cadaver"])


def small(uid):
    return event(uid, "20270104T090000Z", "20270104T100000Z", uid)


class Cadaver:
    def __init__(self, box, server):
        self.box, self.base = box, f"http://127.0.0.1:{server.port}"
        box.write(".netrc", f'machine 127.0.0.1\nlogin alice\npassword "{PASSWORD}"\n')

    def __call__(self, *commands, at=CALENDAR):
        """What it says to these commands, typed one after the other."""
        return self.box.run(["cadaver", self.base + at], "\n".join(commands) + "\nquit\n")

    def well(self, *commands, at=CALENDAR):
        said = self(*commands, at=at)
        equal("failed" in said or "error" in said.lower(), False, said)
        return said


def files(box, alice, cadaver):
    def read(name):
        with open(box.path(name), newline="") as file:
            return file.read()

    with story.check("puts, lists and gets, byte for byte", vital=True):
        box.write("one.ics", small("one"))
        said = cadaver.well("put one.ics", "ls", "get one.ics back.ics")
        equal("one.ics" in said.split("ls")[0], True, said)
        equal([read("back.ics"), "SUMMARY:one\n" in stored(alice, "one.ics")], [small("one"), True])
    with story.check("puts and gets several at once"):
        for name in ("two", "three"):
            box.write(name + ".ics", small(name))
        cadaver.well("mput two.ics three.ics")
        equal(members(alice), ["one.ics", "three.ics", "two.ics"])
        for name in ("two", "three"):
            os.remove(box.path(name + ".ics"))
        cadaver.well("mget two.ics three.ics")
        equal([read("two.ics"), read("three.ics")], [small("two"), small("three")])
    with story.check("deletes"):
        cadaver.well("delete three.ics")
        equal(members(alice), ["one.ics", "two.ics"])
    with story.check("reports what is refused, and nothing is stored"):
        box.write("bad.ics", "not a calendar")
        equal("failed" in cadaver("put bad.ics"), True)
        equal(members(alice), ["one.ics", "two.ics"])


def properties(cadaver):
    with story.check("sets, reads, names and removes properties of its own"):
        said = cadaver.well("propset one.ics mood cheerful", "propget one.ics mood")
        equal("cheerful" in said.rsplit("mood", 1)[1], True, said)
        equal("mood" in cadaver.well("propnames one.ics"), True)
        cadaver.well("propdel one.ics mood")
        equal("cheerful" in cadaver("propget one.ics mood"), False)


def folders(alice, cadaver):
    with story.check("makes a folder in the home and removes it"):
        cadaver.well("mkcol papers", at=HOME)
        equal(alice.request("PROPFIND", HOME + "papers/", headers={"Depth": "0"}).status, 207)
        cadaver.well("rmcol papers", at=HOME)
        equal(alice.request("PROPFIND", HOME + "papers/", headers={"Depth": "0"}).status, 404)
    with story.check("is refused a folder within a calendar (RFC 4791 §4.2)"):
        equal("failed" in cadaver("mkcol inside"), True)
        equal(members(alice), ["one.ics", "two.ics"])


def copies(alice, cadaver):
    with story.check("moves an event to another name"):
        cadaver.well("move two.ics deux.ics")
        equal([members(alice), "SUMMARY:two\n" in stored(alice, "deux.ics")],
              [["deux.ics", "one.ics"], True])
    with story.check("copies an event into another calendar, and moves it back over the first"):
        alice.request("MKCALENDAR", HOME + "other/")
        cadaver.well("copy calendar/one.ics other/one.ics", at=HOME)
        equal([members(alice, HOME + "other/"), "one.ics" in members(alice)], [["one.ics"], True])
        cadaver.well("move other/one.ics calendar/one.ics", at=HOME)
        equal([members(alice, HOME + "other/"), members(alice)], [[], ["deux.ics", "one.ics"]])
    with story.check("is refused a copy within the calendar: the UID is taken (RFC 4791 §5.3.2.1)"):
        said = cadaver("copy one.ics again.ics")
        equal(["failed" in said, "405" in said], [True, False], said)
        equal(members(alice), ["deux.ics", "one.ics"])


def locks(server, alice, cadaver):
    with story.check("locks: others cannot write, it can; and unlocks"):
        other = server.client("alice")
        said = cadaver.well("lock one.ics", "showlocks", "discover one.ics")
        equal("opaquelocktoken:" in said or "urn:uuid:" in said, True, said)
        got = other.request("PUT", CALENDAR + "one.ics", small("one"), {"Content-Type": "text/calendar"})
        equal(got.status, 423, "after the shell has gone without unlocking: its lock lives on")
        cadaver.well("steal one.ics", "put one.ics", "unlock one.ics")
        put(other, "one.ics", small("one"))


@story.chapter()
def shell(server):
    alice = server.client("alice")
    with Sandbox() as box:
        cadaver = Cadaver(box, server)
        files(box, alice, cadaver)
        properties(cadaver)
        folders(alice, cadaver)
        copies(alice, cadaver)
        locks(server, alice, cadaver)


story.main()

#!/usr/bin/python3
"""vdirsyncer: discovery, both ways, conflicts, what it makes and paints, bookings, many events."""
import datetime
import json
import os

from sandbox import Sandbox
from story import (CALENDAR, HOME, Story, ahead, equal, event, members, put, series, stored,
                   unfolded)
from vdirsyncer import Vdirsyncer

story = Story("vdirsyncer", needs=["vdirsyncer"])
MANY = 5200


def small(uid, title):
    return event(uid, "20270104T090000Z", "20270104T100000Z", title)


def both_ways(alice, sync):
    with story.check("finds the calendars from the address of the server", vital=True):
        put(alice, "one.ics", small("one", "From there"))
        put(alice, "series.ics", series("series"))
        sync.run("discover")
        sync.run("sync")
        equal(sorted(os.listdir(sync.here())), ["calendar", "tasks"])
    with story.check("brings down what is there, byte for byte"):
        equal(sync.files(), ["one.ics", "series.ics"])
        equal(sync.read("one.ics"), small("one", "From there"))
    with story.check("brings up a new event"):
        sync.write("two.ics", small("two", "From here"))
        sync.run("sync")
        equal("SUMMARY:From here\n" in stored(alice, uid="two"), True)
    with story.check("changes go both ways in one run"):
        put(alice, "one.ics", small("one", "Changed there"))
        sync.write("two.ics", small("two", "Changed here"))
        sync.run("sync")
        equal("Changed there" in sync.read("one.ics"), True)
        equal("SUMMARY:Changed here\n" in stored(alice, uid="two"), True)
    with story.check("removals go both ways in one run"):
        alice.request("DELETE", CALENDAR + "one.ics")
        sync.remove("two.ics")
        sync.run("sync")
        equal([sync.files(), members(alice)], [["series.ics"], ["series.ics"]])
    with story.check("a run without changes changes nothing"):
        before = alice.request("GET", CALENDAR + "series.ics").header("ETag")
        sync.run("sync")
        equal(alice.request("GET", CALENDAR + "series.ics").header("ETag"), before)


def conflicts(alice, sync):
    def both(uid):
        put(alice, f"{uid}.ics", small(uid, "Before"))
        sync.run("sync")
        put(alice, f"{uid}.ics", small(uid, "Theirs"))
        sync.write(f"{uid}.ics", small(uid, "Mine"))

    with story.check("tells of a conflict and leaves both sides alone"):
        both("torn")
        said = sync.run("sync", status=1)
        equal("onflict" in said, True, said)
        equal(["Mine" in sync.read("torn.ics"), "SUMMARY:Theirs\n" in stored(alice, "torn.ics")],
              [True, True])
    with story.check("settles it for the server"):
        sync.resolve('"b wins"')
        sync.run("sync")
        equal("Theirs" in sync.read("torn.ics"), True)
    with story.check("settles one for itself"):
        both("kept")
        sync.resolve('"a wins"')
        sync.run("sync")
        equal("SUMMARY:Mine\n" in stored(alice, "kept.ics"), True)
    sync.resolve("null")


def collections(alice, sync):
    with story.check("makes a calendar that exists only here"):
        sync.write("new.ics", small("new", "In the new one"), "made-here")
        sync.run("discover")
        sync.run("sync")
        equal("SUMMARY:In the new one\n" in stored(alice, uid="new", folder=HOME + "made-here/"), True)
    with story.check("name and colour of a calendar go both ways"):
        alice.request("PROPPATCH", HOME + "tasks/", """<propertyupdate xmlns="DAV:"><set><prop>
            <displayname>Errands</displayname></prop></set></propertyupdate>""")
        sync.write("color", "#00ff00", "made-here")
        sync.write("displayname", "Made here", "made-here")
        sync.run("metasync")
        with open(sync.here("tasks", "displayname")) as file:
            equal(file.read(), "Errands")
        got = alice.request("PROPFIND", HOME + "made-here/", headers={"Depth": "0"}, body="""
            <propfind xmlns="DAV:" xmlns:A="http://apple.com/ns/ical/"><prop><displayname/>
            <A:calendar-color/></prop></propfind>""".strip()).text
        equal([">Made here<" in got, "#00ff00" in got.lower()], [True, True], got)


def booking(server, sync):
    with story.check("a booking comes down with the next run"):
        nobody = server.client()
        days = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                              f"&from={ahead(2)}&to={ahead(20)}").json()["days"]
        start = [slot for day in days for slot in day["slots"]][0]["start_time"]
        made = nobody.request("POST", "/api/bookings", json.dumps({
            "host": "alice", "type": "intro", "start_time": start, "invitee_name": "Ivy",
            "invitee_email": "ivy@example.net", "invitee_timezone": "Europe/Berlin"}),
            {"Content-Type": "application/json"})
        equal(made.status, 201, made.text)
        sync.run("sync")
        equal(any(made.json()["calendar_event_id"] in unfolded(sync.read(n)) for n in sync.files()),
              True, sync.files())


@story.chapter()
def small_calendars(server):
    server.add_type("alice")
    alice = server.client("alice")
    with Sandbox() as box:
        sync = Vdirsyncer(box, server)
        both_ways(alice, sync)
        conflicts(alice, sync)
        collections(alice, sync)
        booking(server, sync)


@story.chapter()
def many_events(server):
    alice = server.client("alice")
    with Sandbox() as box:
        sync = Vdirsyncer(box, server, '["calendar"]')
        for i in range(MANY):
            day = datetime.date(2027, 1, 1) + datetime.timedelta(days=i // 8)
            hour = 8 + i % 8
            sync.write(f"e{i}.ics", event(f"e{i}", f"{day:%Y%m%d}T{hour:02}0000Z",
                                          f"{day:%Y%m%d}T{hour:02}3000Z", f"Number {i}"))
        with story.check(f"brings up {MANY} events", vital=True):
            sync.run("discover")
            sync.run("sync")
            equal(len(members(alice)), MANY)
        with story.check("finds the one change among them"):
            put(alice, members(alice)[MANY // 2], stored(alice, members(alice)[MANY // 2]).replace(
                "SUMMARY:Number", "SUMMARY:Other").replace("\n", "\r\n"))
            sync.run("sync")
            equal(sum("SUMMARY:Other" in sync.read(n) for n in sync.files()), 1)
    with Sandbox() as box:
        with story.check(f"brings down {MANY} events into an empty folder"):
            sync = Vdirsyncer(box, server, '["calendar"]')
            sync.run("discover")
            sync.run("sync")
            equal(len(sync.files()), MANY)


story.main()

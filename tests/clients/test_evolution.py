#!/usr/bin/python3
"""Evolution's data server: discovery, first sync, changes both ways, a single occurrence."""
from evolution import Evolution
from sandbox import Sandbox
from story import (CALENDAR, HOME, PASSWORD, Story, equal, event, members, put, series, share,
                   stored, unfolded, wait_for)

story = Story("evolution", needs=[
    "dbus-daemon", "/usr/libexec/evolution-source-registry",
    "/usr/lib/*/girepository-1.0/ECal-2.0.typelib"])
TASKS = HOME + "tasks/"
FEBRUARY = (1801436400, 1803855600)  # 2027, in Berlin


def summaries(evolution, name):
    return sorted(line[8:].strip() for text in evolution.ask("objects", name)
                  for line in unfolded(text).splitlines() if line.startswith("SUMMARY:"))


def refreshed(evolution, name, wanted, what):
    def look():
        evolution.ask("refresh", name)
        return wanted(summaries(evolution, name))
    wait_for(look, what=what)


def sets_up(server, evolution):
    base = f"http://127.0.0.1:{server.port}"
    with story.check("finds both calendars and the user's address from the address of the server",
                     vital=True):
        found, addresses = evolution.ask("discover", base + "/", "alice", PASSWORD)
        for wanted in ([base + CALENDAR, "Calendar", ["events"]], [base + TASKS, "Tasks", ["tasks"]]):
            equal(wanted in found, True, f"{wanted} in {found}")
        equal("alice@example.org" in " ".join(addresses), True, addresses)
    with story.check("opens both, online and writable", vital=True):
        equal(evolution.ask("open", base + CALENDAR, "calendar", "events"), [True, False])
        equal(evolution.ask("open", base + TASKS, "tasks", "tasks"), [True, False])
    with story.check("opens what somebody shares as one to read"):
        [shared] = [href for href, _, _ in found if href not in (base + CALENDAR, base + TASKS)]
        equal(evolution.ask("open", shared, "shared", "events"), [True, True])
        refreshed(evolution, "shared", lambda s: s == ["Shared"], "what is in it")
    with story.check("the first sync brings everything", vital=True):
        refreshed(evolution, "calendar", lambda s: len(s) == 31, "the first sync")


def writes(alice, evolution):
    with story.check("creates a series", vital=True):
        text = series("by-evolution", "20270201T090000", summary="Daily")
        uid = evolution.ask("create", "calendar", text[text.index("BEGIN:VEVENT"):
                                                       text.index("END:VCALENDAR")])
        equal(uid, "by-evolution")
        kept = stored(alice, uid=uid)
        for part in ("RRULE:FREQ=DAILY;COUNT=5\n", "SUMMARY:Daily\n"):
            equal(part in kept, True, f"{part} in {kept}")
    with story.check("changes one occurrence"):
        evolution.ask("modify_one", "calendar", "by-evolution", "20270203T090000",
                      "20270203T140000", "20270203T150000", "Moved")
        kept = stored(alice, uid="by-evolution")
        equal([kept.count("BEGIN:VEVENT"), "SUMMARY:Moved\n" in kept,
               "RECURRENCE-ID" in kept and "20270203T090000" in kept], [2, True, True], kept)
        equal([title for _, title, _ in evolution.ask("instances", "calendar", *FEBRUARY)],
              ["Daily", "Daily", "Moved", "Daily", "Daily"])
    with story.check("removes one occurrence"):
        evolution.ask("remove", "calendar", "by-evolution", "20270204T090000")
        kept = stored(alice, uid="by-evolution")
        equal("EXDATE" in kept and "20270204T0" in kept.split("EXDATE")[1], True, kept)
    with story.check("changes an event that came from elsewhere"):
        evolution.ask("modify", "calendar", "single-7", "Renamed here")
        equal("SUMMARY:Renamed here\n" in stored(alice, "single-7.ics"), True)
    with story.check("deletes a series, and an event from elsewhere"):
        for uid in ("by-evolution", "single-8"):
            evolution.ask("remove", "calendar", uid)
            equal(stored(alice, uid=uid), None)
    with story.check("creates and removes a task"):
        uid = evolution.ask("create", "tasks", "BEGIN:VTODO\r\nUID:task\r\nDTSTAMP:20260101T000000Z\r\n"
                            "SUMMARY:Water the plants\r\nDUE:20270301T120000Z\r\nEND:VTODO\r\n")
        equal("SUMMARY:Water the plants\n" in stored(alice, uid=uid, folder=TASKS), True)
        evolution.ask("remove", "tasks", uid)
        equal(stored(alice, uid=uid, folder=TASKS), None)


def sees_others(alice, evolution):
    with story.check("sees an event that somebody else has added"):
        put(alice, "outside.ics", event("outside", "20270501T090000Z", "20270501T100000Z", "Outside"))
        refreshed(evolution, "calendar", lambda s: "Outside" in s, "the outside event")
    with story.check("sees an outside change, also a second one at once"):
        for title in ("Changed", "Changed again"):
            put(alice, "outside.ics", event("outside", "20270501T090000Z", "20270501T100000Z", title))
            refreshed(evolution, "calendar", lambda s: title in s, title)
    with story.check("changes what has just been changed outside"):
        evolution.ask("modify", "calendar", "outside", "Changed here")
        equal("SUMMARY:Changed here\n" in stored(alice, "outside.ics"), True)
    with story.check("a careful change of what has been changed outside fails, and theirs is kept"):
        evolution.ask("modify", "calendar", "outside", "Careful", True)
        put(alice, "outside.ics", event("outside", "20270501T090000Z", "20270501T100000Z", "Theirs"))
        try:
            evolution.ask("modify", "calendar", "outside", "Lost", True)
        except AssertionError as why:
            equal("sync" in str(why) or "Precondition" in str(why), True, str(why))
        else:
            raise AssertionError("it is told that all is well")
        equal("SUMMARY:Theirs\n" in stored(alice, "outside.ics"), True)
        refreshed(evolution, "calendar", lambda s: "Theirs" in s and "Lost" not in s, "theirs")
    with story.check("sees an outside removal"):
        alice.request("DELETE", CALENDAR + "outside.ics")
        refreshed(evolution, "calendar", lambda s: "Theirs" not in s, "the removal")


def subscribes(server, alice, evolution):
    with story.check("subscribes to a secret link without a password, and sees what changes there"):
        link = server.run("token", "add", "alice", "calendar")[1].strip()
        equal(evolution.ask("subscribe", f"http://127.0.0.1:{server.port}{link[link.index('/feeds/'):]}",
                            "link"), True, "one to read")
        refreshed(evolution, "link", lambda s: len(s) == len(members(alice)), "what is behind it")
        put(alice, "by-link.ics", event("by-link", "20270701T090000Z", "20270701T100000Z", "By link"))
        refreshed(evolution, "link", lambda s: "By link" in s, "the new event")


@story.chapter()
def evolution(server):
    alice = server.client("alice")
    for i in range(30):
        put(alice, f"single-{i}.ics", event(f"single-{i}", f"202703{i + 1:02}T090000Z",
                                            f"202703{i + 1:02}T093000Z", f"Single {i}"))
    put(alice, "series.ics", series("series"))
    server.add_user("bob")
    bob, bobs = server.client("bob"), CALENDAR.replace("alice", "bob")
    put(bob, "shared.ics", event("shared", "20270104T090000Z", "20270104T100000Z", "Shared"), folder=bobs)
    share(bob, bobs, "alice")
    with Sandbox() as box:
        box.session_bus("org.gnome.evolution.dataserver")
        with Evolution(box) as evo:
            sets_up(server, evo)
            writes(alice, evo)
            sees_others(alice, evo)
            subscribes(server, alice, evo)


story.main()

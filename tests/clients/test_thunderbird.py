#!/usr/bin/python3
"""Thunderbird, its own calendar engine under Xvfb: from the address of a server to conflicts."""
from sandbox import Sandbox
from story import (CALENDAR, HOME, PASSWORD, Story, equal, event, members, put, series, share,
                   stored, wait_for)
from thunderbird import Thunderbird

story = Story("thunderbird", needs=["thunderbird", "Xvfb", "dbus-daemon"])
SINGLES = 120  # more than Thunderbird asks for in one multiget
TASKS = HOME + "tasks/"

TITLES = """
return (await items(calendarAt(args[0]), args[1], args[2])).map(i => i.title).sort();
"""
CREATE = """
const event = new CalEvent();
event.id = args[1];
event.title = "Daily";
const zone = cal.timezoneService.getTimezone("Europe/Berlin");
event.startDate = cal.createDateTime("20270201T090000").getInTimezone(cal.dtz.floating);
event.startDate.timezone = zone;
event.endDate = event.startDate.clone();
event.endDate.hour = 10;
event.recurrenceInfo = new CalRecurrenceInfo(event);
event.recurrenceInfo.appendRecurrenceItem(cal.createRecurrenceRule("RRULE:FREQ=DAILY;COUNT=5"));
await add(event, calendarAt(args[0]));
"""
CHANGE_ONE = """
const calendar = calendarAt(args[0]);
const old = await calendar.getItem(args[1]);
const [, , third] = old.recurrenceInfo.getOccurrences(
  cal.createDateTime("20270201T000000Z"), cal.createDateTime("20270301T000000Z"), 0);
const changed = third.clone();
changed.title = "Moved";
changed.startDate.hour = changed.endDate.hour = 14;
changed.endDate.hour = 15;
const parent = old.clone();
parent.recurrenceInfo.modifyException(changed, true);
await modify(parent, old);
"""
REMOVE_ONE = """
const calendar = calendarAt(args[0]);
const old = await calendar.getItem(args[1]);
const [first] = old.recurrenceInfo.getOccurrences(
  cal.createDateTime("20270201T000000Z"), cal.createDateTime("20270301T000000Z"), 0);
const parent = old.clone();
parent.recurrenceInfo.removeOccurrenceAt(first.recurrenceId);
await modify(parent, old);
"""
RENAME = """
const old = await calendarAt(args[0]).getItem(args[1]);
const item = old.clone();
item.title = args[2];
await modify(item, old);
"""
COMPLETE_TASK = """
const old = await calendarAt(args[0]).getItem(args[1]);
const item = old.clone();
item.isCompleted = true;
await modify(item, old);
"""
CREATE_TASK = """
const task = new CalTodo();
task.id = args[1];
task.title = "Water the plants";
task.dueDate = cal.createDateTime("20270301T120000Z");
await add(task, calendarAt(args[0]));
"""
# The dialog of a conflict, answered: "keep theirs".
KEEP_THEIRS = """
cal.provider.conflicts = 0;
cal.provider.promptOverwrite = () => { cal.provider.conflicts++; return false; };
"""


def titles(mail, path, start=None, end=None):
    return mail.run(TITLES, path, start, end)


def refreshed(mail, path, wanted, what):
    """Until the calendar shows what `wanted` says of its titles; asks the server again and again."""
    def look():
        mail.run("calendarAt(args[0]).refresh()", path)
        return wanted(titles(mail, path))
    wait_for(look, what=what)


def sets_up(server, mail):
    with story.check("finds both calendars from the address and a password", vital=True):
        found = mail.detect(f"http://127.0.0.1:{server.port}/", "alice", PASSWORD)
        for wanted in (["caldav", CALENDAR, "Calendar", False], ["caldav", TASKS, "Tasks", False]):
            equal(wanted in found, True, f"{wanted} in {found}")
    with story.check("finds a calendar that somebody shares, and takes it as one to read"):
        [path] = [p for _, p, name, read_only in found if read_only and p not in (CALENDAR, TASKS)]
        equal(len(found), 3)
        wait_for(lambda: titles(mail, path) == ["Shared"], what="what is in it")
    with story.check("the first sync brings everything", vital=True):
        wait_for(lambda: len(titles(mail, CALENDAR)) == SINGLES + 1, what="the first sync")
        week = titles(mail, CALENDAR, "20270104T000000Z", "20270111T000000Z")
        equal(week.count("Series"), 5, "five instances of the series")
    with story.check("has disabled none of them, and knows of no error"):
        equal(mail.run("return cal.manager.getCalendars().filter(c => c.type == 'caldav').map(c => "
                       "[c.name, c.getProperty('disabled'), c.getProperty('currentStatus')])"
                       ".filter(c => c[1] || c[2])"), [])


def writes(alice, mail):
    with story.check("creates a series", vital=True):
        mail.run(CREATE, CALENDAR, "by-thunderbird")
        text = stored(alice, "by-thunderbird.ics")
        for part in ("RRULE:FREQ=DAILY;COUNT=5\n", "DTSTART;TZID=Europe/Berlin:20270201T090000\n",
                     "BEGIN:VTIMEZONE\n", "SUMMARY:Daily\n"):
            equal(part in text, True, f"{part} in {text}")
    with story.check("changes one occurrence"):
        mail.run(CHANGE_ONE, CALENDAR, "by-thunderbird")
        text = stored(alice, "by-thunderbird.ics")
        equal(text.count("BEGIN:VEVENT"), 2, text)
        for part in ("RECURRENCE-ID;TZID=Europe/Berlin:20270203T090000\n",
                     "DTSTART;TZID=Europe/Berlin:20270203T140000\n", "SUMMARY:Moved\n"):
            equal(part in text, True, f"{part} in {text}")
    with story.check("removes one occurrence"):
        mail.run(REMOVE_ONE, CALENDAR, "by-thunderbird")
        text = stored(alice, "by-thunderbird.ics")
        equal("EXDATE" in text and "20270201T0" in text.split("EXDATE")[1].split("\n")[0], True,
              text)
        equal(sorted(titles(mail, CALENDAR, "20270201T000000Z", "20270210T000000Z")),
              ["Daily", "Daily", "Daily", "Moved"])
    with story.check("changes an event that came from elsewhere"):
        mail.run(RENAME, CALENDAR, "single-7", "Renamed here")
        equal("SUMMARY:Renamed here\n" in stored(alice, "single-7.ics"), True)
    with story.check("deletes a series, and an event from elsewhere"):
        for uid in ("by-thunderbird", "single-8"):
            mail.run("await remove(await calendarAt(args[0]).getItem(args[1]))", CALENDAR, uid)
            equal(stored(alice, uid + ".ics"), None)
    with story.check("creates and completes a task"):
        mail.run(CREATE_TASK, TASKS, "task")
        mail.run(COMPLETE_TASK, TASKS, "task")
        text = stored(alice, "task.ics", folder=TASKS)
        equal("STATUS:COMPLETED\n" in text and "PERCENT-COMPLETE:100\n" in text, True, text)


def sees_others(alice, mail):
    with story.check("sees an event that somebody else has added"):
        put(alice, "outside.ics", event("outside", "20270501T090000Z", "20270501T100000Z", "Outside"))
        refreshed(mail, CALENDAR, lambda t: "Outside" in t, "the outside event")
    with story.check("sees an outside change"):
        put(alice, "outside.ics", event("outside", "20270501T090000Z", "20270501T100000Z", "Changed"))
        refreshed(mail, CALENDAR, lambda t: "Changed" in t and "Outside" not in t, "the change")
    with story.check("sees an outside change of one occurrence of a series"):
        text = series("series").replace("END:VCALENDAR\r\n", "") + event(
            "series", "20270106T150000Z", "20270106T160000Z", "One moved",
            "RECURRENCE-ID;TZID=Europe/Berlin:20270106T090000\r\n").split("EN\r\n", 1)[1]
        put(alice, "series.ics", text)
        wait_for(lambda: mail.run("calendarAt(args[0]).refresh()", CALENDAR) or "One moved" in
                 titles(mail, CALENDAR, "20270104T000000Z", "20270111T000000Z"), what="the override")
    with story.check("sees an outside removal"):
        alice.request("DELETE", CALENDAR + "outside.ics")
        refreshed(mail, CALENDAR, lambda t: "Changed" not in t, "the removal")
    with story.check("a stale change is a conflict, and theirs can be kept"):
        mail.run(KEEP_THEIRS)
        put(alice, "single-9.ics", event("single-9", "20270310T090000Z", "20270310T100000Z", "Theirs"))
        mail.run(RENAME, CALENDAR, "single-9", "Mine")
        equal(mail.run("return cal.provider.conflicts"), 1, "conflicts")
        equal("SUMMARY:Theirs\n" in stored(alice, "single-9.ics"), True)
        refreshed(mail, CALENDAR, lambda t: "Theirs" in t and "Mine" not in t, "theirs")


def subscribes(server, alice, mail):
    with story.check("subscribes to a secret link without a password, and sees what changes there"):
        link = server.run("token", "add", "alice", "calendar")[1].strip()
        path = link[link.index("/feeds/"):]
        found = mail.detect(f"http://127.0.0.1:{server.port}{path}", "", "")
        equal([(kind, at) for kind, at, _, _ in found], [("ics", path)])
        wait_for(lambda: len(titles(mail, path)) == len(members(alice)), what="what is behind it")
        put(alice, "by-link.ics", event("by-link", "20270701T090000Z", "20270701T100000Z", "By link"))
        refreshed(mail, path, lambda t: "By link" in t, "the new event")


@story.chapter()
def thunderbird(server):
    alice = server.client("alice")
    for i in range(SINGLES):
        put(alice, f"single-{i}.ics", event(f"single-{i}", f"2027031{i % 10}T{i // 10:02}0000Z",
                                            f"2027031{i % 10}T{i // 10:02}3000Z", f"Single {i}"))
    put(alice, "series.ics", series("series"))
    server.add_user("bob")
    bob, bobs = server.client("bob"), CALENDAR.replace("alice", "bob")
    put(bob, "shared.ics", event("shared", "20270104T090000Z", "20270104T100000Z", "Shared"), folder=bobs)
    share(bob, bobs, "alice")
    with Sandbox() as box:
        box.display()
        box.session_bus("none")
        with Thunderbird(box) as mail:
            sets_up(server, mail)
            writes(alice, mail)
            sees_others(alice, mail)
            subscribes(server, alice, mail)
            known = titles(mail, CALENDAR)
        put(alice, "meanwhile.ics", event("meanwhile", "20270601T090000Z", "20270601T100000Z", "Later"))
        with Thunderbird(box) as mail:
            with story.check("after a restart it goes on from where it was, asking for no password"):
                equal(titles(mail, CALENDAR), known, "what it remembers")
                refreshed(mail, CALENDAR, lambda t: "Later" in t, "the event of meanwhile")
                equal(sorted(titles(mail, TASKS)), ["Water the plants"])
                equal(len(titles(mail, CALENDAR)), len(members(alice)))


story.main()

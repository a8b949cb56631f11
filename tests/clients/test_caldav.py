#!/usr/bin/python3
"""python3-caldav, the library of many small programs: each thing it can do with a server."""
import datetime

import caldav

from story import CALENDAR, HOME, PASSWORD, Story, equal, event, members, put, series, stored

story = Story("caldav")
UTC = datetime.timezone.utc
TASK = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VTODO\r\nUID:{uid}\r\n"
        "DTSTAMP:20260101T000000Z\r\n{lines}END:VTODO\r\nEND:VCALENDAR\r\n")
JOURNAL = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VJOURNAL\r\nUID:journal\r\n"
           "DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270104\r\nSUMMARY:A good day\r\n"
           "END:VJOURNAL\r\nEND:VCALENDAR\r\n")


def at(day, hour=0, month=1):
    return datetime.datetime(2027, month, day, hour, tzinfo=UTC)


def names(objects):
    return sorted(o.vobject_instance.contents[kind][0].summary.value
                  for o in objects for kind in ("vevent", "vtodo", "vjournal")
                  if kind in o.vobject_instance.contents)


def discovery(server, client):
    with story.check("finds the principal, its home and its calendars from the address of the server",
                     vital=True):
        principal = client.principal()
        equal(principal.url.path, "/dav/principals/users/alice/")
        equal(sorted(c.url.path for c in principal.calendars()), [CALENDAR, HOME + "tasks/"])
    with story.check("also from the address of the principal, the home or a calendar"):
        for path in ("/dav/principals/users/alice/", HOME, CALENDAR, CALENDAR[:-1], "/dav", "/dav/"):
            other = caldav.DAVClient(f"http://127.0.0.1:{server.port}{path}", username="alice",
                                     password=PASSWORD)
            equal(other.principal().url.path, principal.url.path, path)
    with story.check("reads names, components and addresses"):
        found = {c.get_display_name(): list(c.get_supported_components())
                 for c in principal.calendars()}
        equal([sorted(found), found["Tasks"]], [["Calendar", "Tasks"], ["VTODO"]])
        equal("mailto:alice@example.org" in principal.calendar_user_address_set(), True)
        equal(str(principal.get_vcal_address()), "mailto:alice@example.org")
    with story.check("takes a wrong password as one"):
        try:
            caldav.DAVClient(f"http://127.0.0.1:{server.port}/", username="alice",
                             password="wrong").principal()
        except caldav.error.AuthorizationError:
            pass
        else:
            raise AssertionError("it is let in")
    return principal


def calendars(alice, principal):
    with story.check("makes a calendar with a name beyond ASCII, renames it, paints it and deletes it"):
        made = principal.make_calendar(name="Ærlig talt ☂", cal_id="made")
        equal([made.get_display_name(), made.url.path], ["Ærlig talt ☂", HOME + "made/"])
        made.set_properties([caldav.elements.dav.DisplayName("Møter"),
                             caldav.elements.ical.CalendarColor("#FF8800")])
        got = made.get_properties([caldav.elements.dav.DisplayName(),
                                   caldav.elements.ical.CalendarColor()])
        equal(got, {"{DAV:}displayname": "Møter",
                    "{http://apple.com/ns/ical/}calendar-color": "#FF8800"})
        made.delete()
        equal(alice.request("PROPFIND", HOME + "made/", headers={"Depth": "0"}).status, 404)
    with story.check("makes a calendar for tasks alone, where an event is refused"):
        made = principal.make_calendar(name="Only tasks", supported_calendar_component_set=["VTODO"])
        equal(list(made.get_supported_components()), ["VTODO"])
        try:
            made.save_event(event("misplaced", "20270104T090000Z", "20270104T100000Z"))
        except caldav.error.AuthorizationError:  # its word for every 403
            equal(members(alice, made.url.path), [])
        else:
            raise AssertionError("it is taken")
        finally:
            made.delete()


def events(alice, calendar):
    with story.check("saves, loads, changes and overwrites an event"):
        made = calendar.save_event(event("one", "20270104T090000Z", "20270104T100000Z", "One"))
        found = calendar.event_by_uid("one")
        found.vobject_instance.vevent.summary.value = "Changed ☂"
        found.save()
        made.load()
        equal(made.vobject_instance.vevent.summary.value, "Changed ☂")
        equal("SUMMARY:Changed ☂\n" in stored(alice, uid="one"), True)
    with story.check("makes an event of times and words"):
        made = calendar.save_event(dtstart=at(20, 9), dtend=at(20, 10), summary="Of words",
                                   rrule={"FREQ": "WEEKLY", "COUNT": 2})
        equal(names(calendar.search(start=at(27), end=at(28), event=True)), ["Of words"])
        made.delete()
    with story.check("copies an event: here under a new UID, elsewhere also under its own"):
        elsewhere = calendar.client.principal().make_calendar(name="Elsewhere")
        copy, same = calendar.event_by_uid("one").copy(), calendar.event_by_uid("one").copy(
            keep_uid=True, new_parent=elsewhere)
        copy.save()
        same.save()
        equal([len(calendar.events()), names([elsewhere.event_by_uid("one")])], [2, ["Changed ☂"]])
        copy.delete()
        elsewhere.delete()
    with story.check("looks up what is not there: by UID, by address, in a calendar that is gone"):
        for ask in (lambda: calendar.event_by_uid("none"),
                    lambda: calendar.event_by_url(calendar.url.join("none.ics")).load(),
                    elsewhere.events):
            try:
                ask()
            except caldav.error.NotFoundError:
                continue
            raise AssertionError("something is there")
    with story.check("fetches several by a multiget"):
        put(alice, "two.ics", event("two", "20270105T090000Z", "20270105T100000Z", "Two"))
        got = calendar.calendar_multiget([calendar.url.join(n) for n in members(alice)])
        equal(names(got), ["Changed ☂", "Two"])
    with story.check("finds events by time; before, after and beside there are none"):
        equal(names(calendar.search(start=at(4), end=at(5), event=True)), ["Changed ☂"])
        equal(names(calendar.search(start=at(4, 9), end=at(4, 10), event=True)), ["Changed ☂"])
        for start, end in ((at(4, 8), at(4, 9)), (at(4, 10), at(4, 11)), (at(6), at(7))):
            equal(calendar.search(start=start, end=end, event=True), [])
        equal(names(calendar.search(start=at(5), event=True)), ["Two"])
        equal(names(calendar.search(end=at(5), event=True)), ["Changed ☂"])
    with story.check("finds events by text: summary, UID, category, class, status"):
        put(alice, "three.ics", event(
            "three", "20270106T090000Z", "20270106T100000Z", "Three wise men",
            "CATEGORIES:Work,Praise\r\nCLASS:PRIVATE\r\nSTATUS:TENTATIVE\r\nLOCATION:Oslo\r\n"))
        for words in ({"summary": "wise"}, {"uid": "three"}, {"category": "Praise"},
                      {"class_": "PRIVATE"}, {"status": "TENTATIVE"}, {"location": "Oslo"}):
            equal(names(calendar.search(event=True, **words)), ["Three wise men"], words)
        equal(calendar.search(event=True, summary="absent"), [])
    with story.check("finds objects of any kind where none is named, and sorts them"):
        equal(len(calendar.search()), 3)
        equal(names(calendar.search(event=True, sort_keys=("dtstart",))),
              ["Changed ☂", "Three wise men", "Two"])


def recurrence(alice, calendar):
    put(alice, "series.ics", series("series").replace("END:VCALENDAR\r\n", "") + event(
        "series", "20270106T150000Z", "20270106T160000Z", "Moved",
        "RECURRENCE-ID;TZID=Europe/Berlin:20270106T090000\r\n").split("EN\r\n", 1)[1])
    with story.check("lets the server expand a series, the moved instance among them"):
        got = calendar.search(start=at(4), end=at(9), event=True, expand=True, split_expanded=True)
        mine = [o for o in got if "UID:series" in o.data]
        equal(names(mine), ["Moved"] + ["Series"] * 4)
        equal([o for o in mine if "RRULE" in o.data], [])
    with story.check("gets a series whole where it is not to be expanded"):
        got = [o for o in calendar.search(start=at(8), end=at(9), event=True) if "UID:series" in o.data]
        equal([len(got), "RRULE:FREQ=DAILY;COUNT=5" in got[0].data], [1, True])
    with story.check("asks when the user is busy"):
        got = calendar.freebusy_request(at(4), at(7))
        lines = [l for l in got.data.replace("\r\n ", "").splitlines() if l.startswith("FREEBUSY")]
        busy = sorted(p for l in lines for p in l.split(":", 1)[1].split(","))
        # 09:00 in Berlin is 08:00 UTC; events that touch are one period.
        equal([p.split("/")[0] for p in busy],
              ["20270104T080000Z", "20270105T080000Z", "20270106T090000Z", "20270106T150000Z"])


def tasks(alice, principal):
    todo = principal.calendar(cal_id="tasks")
    with story.check("saves tasks and lists the pending ones in their order"):
        for uid, lines in (
                ("urgent", "SUMMARY:Urgent\r\nDUE:20270104T120000Z\r\nPRIORITY:1\r\n"),
                ("later", "SUMMARY:Later\r\nDUE:20270204T120000Z\r\nSTATUS:NEEDS-ACTION\r\n"),
                ("timeless", "SUMMARY:Timeless\r\n"),
                ("dropped", "SUMMARY:Dropped\r\nSTATUS:CANCELLED\r\n")):
            todo.save_todo(TASK.format(uid=uid, lines=lines))
        equal([t.vobject_instance.vtodo.summary.value for t in todo.todos(sort_keys=("due",))],
              ["Urgent", "Later", "Timeless"])
    with story.check("completes a task; it is pending no longer, but still there"):
        todo.todo_by_uid("urgent").complete()
        equal(names(todo.todos()), ["Later", "Timeless"])
        equal(len(todo.todos(include_completed=True)), 4)
        equal("STATUS:COMPLETED\n" in stored(alice, uid="urgent", folder=HOME + "tasks/"), True)
    with story.check("finds tasks by time; one without times is always there (RFC 4791 §9.9)"):
        equal("Later" in names(todo.search(todo=True, start=at(4, month=2), end=at(5, month=2))), True)
        equal(names(todo.search(todo=True, start=at(4, month=3), end=at(5, month=3))), ["Timeless"])
    with story.check("completes the next of a repeating task"):
        todo.save_todo(TASK.format(uid="daily", lines="SUMMARY:Daily\r\nDTSTART:20270104T080000Z\r\n"
                                   "DUE:20270104T090000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"))
        todo.todo_by_uid("daily").complete(handle_rrule=True, rrule_mode="safe")
        equal("STATUS:COMPLETED\n" in stored(alice, uid="daily", folder=HOME + "tasks/"), False)
        equal(len([t for t in todo.todos(include_completed=True)
                   if "SUMMARY:Daily" in t.data and "STATUS:COMPLETED" in t.data]), 1)


def journals(principal):
    with story.check("keeps journals"):
        made = principal.make_calendar(name="Diary", supported_calendar_component_set=["VJOURNAL"])
        made.save_journal(JOURNAL)
        equal([names(made.journals()), names([made.journal_by_uid("journal")])],
              [["A good day"], ["A good day"]])
        made.delete()


def in_step(alice, calendar):
    with story.check("keeps in step by sync tokens: nothing new, new, changed, gone"):
        known = calendar.objects_by_sync_token(load_objects=True)
        equal(len(list(known)), len(members(alice)))
        equal(len(list(calendar.objects_by_sync_token(known.sync_token))), 0)
        put(alice, "new.ics", event("new", "20270401T090000Z", "20270401T100000Z", "New"))
        equal([[len(list(part)) for part in known.sync()], "New" in names(known)], [[1, 0], True])
        put(alice, "new.ics", event("new", "20270401T090000Z", "20270401T100000Z", "Newer"))
        equal([[len(list(part)) for part in known.sync()], "Newer" in names(known)], [[1, 0], True])
        alice.request("DELETE", CALENDAR + "new.ics")
        equal([[len(list(part)) for part in known.sync()], "Newer" in names(known)], [[0, 1], False])
    with story.check("is told of a token that is none"):
        try:
            calendar.objects_by_sync_token(sync_token="urn:not:ours")
        except caldav.error.AuthorizationError:  # its word for every 403
            pass
        else:
            raise AssertionError("it is taken")
    with story.check("deletes every event, and lists none"):
        for one in calendar.events():
            one.delete()
        equal([calendar.events(), members(alice)], [[], []])


@story.chapter()
def library(server):
    alice = server.client("alice")
    client = caldav.DAVClient(f"http://127.0.0.1:{server.port}/", username="alice", password=PASSWORD)
    principal = discovery(server, client)
    calendar = principal.calendar(cal_id="calendar")
    calendars(alice, principal)
    events(alice, calendar)
    recurrence(alice, calendar)
    tasks(alice, principal)
    journals(principal)
    in_step(alice, calendar)


story.main()

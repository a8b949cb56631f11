#!/usr/bin/python3
"""khal, a calendar in the terminal, over what vdirsyncer keeps in step with the server."""
from sandbox import Sandbox
from story import CALENDAR, Story, equal, event, put, series, stored
from vdirsyncer import Vdirsyncer

story = Story("khal", needs=["khal", "vdirsyncer"])
CONFIG = """
[calendars]
[[calendar]]
path = {path}
[locale]
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = calendar
"""


@story.chapter()
def khal_over_vdirsyncer(server):
    alice = server.client("alice")
    put(alice, "one.ics", event("one", "20270110T090000Z", "20270110T100000Z", "Dentist"))
    put(alice, "series.ics", series("series").replace("END:VCALENDAR\r\n", "") + event(
        "series", "20270106T150000Z", "20270106T160000Z", "Moved",
        "RECURRENCE-ID;TZID=Europe/Berlin:20270106T090000\r\n").split("EN\r\n", 1)[1])
    with Sandbox() as box:
        sync = Vdirsyncer(box, server)
        config = box.write("khal.conf", CONFIG.format(path=sync.here("calendar")))

        def khal(*words):
            return box.run(["khal", "-c", config, *words])

        def listed(start, days):
            return khal("list", "--format", "{start-date} {start-time} {title}", "--day-format", "",
                        start, f"{days}d").split("\n")[:-1]

        with story.check("lists an event, in the user's time", vital=True):
            sync.run("discover")
            sync.run("sync")
            equal(listed("2027-01-10", 1), ["2027-01-10 10:00 Dentist"])
        with story.check("lists the instances of a series, the moved one where it is"):
            equal(listed("2027-01-04", 6), [
                "2027-01-04 09:00 Series", "2027-01-05 09:00 Series", "2027-01-06 16:00 Moved",
                "2027-01-07 09:00 Series", "2027-01-08 09:00 Series"])
        with story.check("adds an event, and a series"):
            khal("new", "2027-02-01", "09:00", "10:00", "From khal")
            khal("new", "--repeat", "weekly", "--until", "2027-03-01", "2027-02-02", "09:00",
                 "10:00", "Every week")
            sync.run("sync")
            told = server.run("export", "alice", "calendar")[1]
            equal(["SUMMARY:From khal" in told, "FREQ=WEEKLY" in told], [True, True], told)
        with story.check("adds a day-long event"):
            khal("new", "2027-02-20", "Holiday")
            sync.run("sync")
            equal("DTSTART;VALUE=DATE:20270220" in server.run("export", "alice", "calendar")[1], True)
        with story.check("imports a file"):
            khal("import", "--batch", box.write("in.ics", event(
                "imported", "20270401T090000Z", "20270401T100000Z", "Imported")))
            sync.run("sync")
            equal("SUMMARY:Imported\n" in stored(alice, uid="imported"), True)
        with story.check("sees what others have changed and removed"):
            put(alice, "one.ics", event("one", "20270110T110000Z", "20270110T120000Z", "Surgeon"))
            alice.request("DELETE", CALENDAR + "series.ics")
            sync.run("sync")
            equal(listed("2027-01-04", 8), ["2027-01-10 12:00 Surgeon"])


story.main()

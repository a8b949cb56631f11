#!/usr/bin/python3
"""The whole life of meetings among two Thunderbirds and an Evolution on one server.

Alice organizes with Thunderbird, Bob is invited with Thunderbird, Carol with Evolution. Nobody
touches an inbox: these programs leave all to the server (calendar-auto-schedule).
"""
import re

from evolution import Evolution
from sandbox import Sandbox
from story import CALENDAR, PASSWORD, Story, equal, event, members, put, stored, unfolded, wait_for
from thunderbird import Thunderbird

story = Story("meeting", needs=[
    "thunderbird", "Xvfb", "dbus-daemon", "/usr/libexec/evolution-source-registry",
    "/usr/lib/*/girepository-1.0/ECal-2.0.typelib"])
GUESTS = ["bob", "carol"]
PATIENCE = 60  # of somebody who looks again and again; on a busy machine a refresh takes its time
MARCH = (1803855600, 1806530400)  # 2027, in Berlin

# What the window for an event and that of its attendees make of what is filled in there.
INVITE = """
const calendar = calendarAt(args[0]);
const event = new CalEvent();
event.id = args[1];
event.title = args[2];
const person = (address, answer) => {
  const who = new CalAttendee();
  who.id = address;
  who.participationStatus = answer;
  who.role = "REQ-PARTICIPANT";
  who.userType = "INDIVIDUAL";
  return who;
};
event.startDate = cal.createDateTime(args[3]).getInTimezone(cal.dtz.floating);
event.startDate.timezone = cal.timezoneService.getTimezone("Europe/Berlin");
event.endDate = event.startDate.clone();
event.endDate.hour += 1;
if (args[5]) {
  event.recurrenceInfo = new CalRecurrenceInfo(event);
  event.recurrenceInfo.appendRecurrenceItem(cal.createRecurrenceRule(args[5]));
}
const organizer = person(calendar.getProperty("organizerId"), "ACCEPTED");
organizer.isOrganizer = true;
event.organizer = organizer;
for (const guest of args[4]) {
  const who = person("mailto:" + guest + "@example.org", "NEEDS-ACTION");
  who.rsvp = "TRUE";
  event.addAttendee(who);
}
event.setProperty("X-MOZ-SEND-INVITATIONS", "TRUE");
await add(event, calendar);
"""
# A meeting, or its instance of a day, as a window would show it.
SHOWN = """
const calendar = calendarAt(args[0]);
const parent = await calendar.getItem(args[1]);
if (!parent) {
  return null;
}
const item = args[2] ? parent.recurrenceInfo.getOccurrenceFor(parent.recurrenceInfo.getOccurrences(
  cal.createDateTime(args[2]), cal.createDateTime(args[3]), 1)[0].recurrenceId) : parent;
const answers = {};
for (const who of item.getAttendees()) {
  answers[who.id.replace(/^mailto:(.*)@example.org$/i, "$1")] = who.participationStatus;
}
return {
  title: item.title, start: item.startDate.icalString, status: item.status || null, answers,
  invited: cal.itip.isInvitation(item),
};
"""
DAYS = """
const parent = await calendarAt(args[0]).getItem(args[1]);
return parent && parent.recurrenceInfo.getOccurrences(
  cal.createDateTime("20270301T000000Z"), cal.createDateTime("20270401T000000Z"), 0)
  .filter(i => i.status != "CANCELLED").map(i => i.startDate.icalString);
"""
# What its buttons "Accept" and "Decline" do, for all or for the instance of a day.
ANSWER = """
const calendar = calendarAt(args[0]);
const old = await calendar.getItem(args[1]);
const parent = old.clone();
const item = args[3] ? parent.recurrenceInfo.getOccurrences(
  cal.createDateTime(args[3]), cal.createDateTime(args[4]), 1)[0].clone() : parent;
const own = cal.itip.getInvitedAttendee(item, calendar);
const answered = own.clone();
answered.participationStatus = args[2];
item.removeAttendee(own);
item.addAttendee(answered);
if (args[3]) {
  parent.recurrenceInfo.modifyException(item, true);
}
await modify(parent, old);
"""
CHANGE = """
const old = await calendarAt(args[0]).getItem(args[1]);
const item = old.clone();
(new Function("item", "cal", args[2]))(item, cal);
await modify(item, old);
"""
REMOVE = """
await remove(await calendarAt(args[0]).getItem(args[1]));
"""
BUSY = """
const found = [];
await new Promise(resolve => cal.freeBusyService.getFreeBusyIntervals(
  "MAILTO:" + args[0], cal.createDateTime(args[1]), cal.createDateTime(args[2]),
  Ci.calIFreeBusyInterval.BUSY_ALL, {
    onResult(operation, intervals) {
      for (const i of intervals || []) {
        found.push([i.interval.start.icalString, i.interval.end.icalString, i.freeBusyType]);
      }
      if (!operation || !operation.isPending) {
        resolve();
      }
    },
  }));
return found.sort();
"""
# A conflict would be a window to answer; nobody is there to do it.
COUNT_CONFLICTS = """
cal.provider.conflicts = 0;
cal.provider.promptOverwrite = () => { cal.provider.conflicts++; return false; };
"""
LATER = """
item.startDate = item.startDate.clone();
item.endDate = item.endDate.clone();
item.startDate.hour += 3;
item.endDate.hour += 3;
"""


def home(user):
    return f"/dav/calendars/{user}/"


class Person:
    """A user with a Thunderbird, and what the server has of theirs."""

    def __init__(self, server, user, mail=None):
        self.name, self.mail, self.client = user, mail, server.client(user)
        self.calendar = home(user) + "calendar/"

    def refresh(self):
        self.mail.run("calendarAt(args[0]).refresh()", self.calendar)

    def sees(self, uid, what, wanted, *day):
        """Ask the server again and again until the meeting is shown so."""
        seen = []

        def look():
            self.refresh()
            seen[:] = [self.mail.run(SHOWN, self.calendar, uid, *day)]
            return wanted(seen[0])
        try:
            wait_for(look, seconds=PATIENCE, what=what)
        except AssertionError as why:
            raise AssertionError(f"{why}; {self.name} sees {seen}") from None
        return seen[0]

    def answers(self, uid, answer, *day):
        self.mail.run(ANSWER, self.calendar, uid, answer, *day)

    def changes(self, uid, script):
        self.mail.run(CHANGE, self.calendar, uid, script)

    def has(self, uid):
        """The object as the server has it, without zones."""
        text = stored(self.client, uid=uid, folder=self.calendar)
        return text and re.sub(r"BEGIN:VTIMEZONE\n.*END:VTIMEZONE\n", "", text, flags=re.S)

    def inbox(self, uid, method):
        """How many messages of a METHOD about the meeting wait there."""
        folder = home(self.name) + "inbox/"
        texts = [stored(self.client, n, folder=folder) or "" for n in members(self.client, folder)]
        return sum(f"UID:{uid}\n" in t and f"METHOD:{method}\n" in t for t in texts)


class Evo(Person):
    """The same of a user with an Evolution."""

    def __init__(self, server, user, evolution):
        super().__init__(server, user)
        self.evolution = evolution

    def refresh(self):
        self.evolution.ask("refresh", "calendar")

    def text(self, uid):
        """The components that Evolution knows."""
        self.refresh()
        return [unfolded(t).replace("\r\n", "\n") for t in self.evolution.ask("objects", "calendar")
                if f"UID:{uid}\r\n" in t]

    def sees(self, uid, what, wanted, *_):
        found = []

        def look():
            found[:] = self.text(uid)
            return wanted(found)
        try:
            wait_for(look, seconds=PATIENCE, what=what)
        except AssertionError as why:
            raise AssertionError(f"{why}; {self.name} sees {found}") from None
        return found

    def answers(self, uid, answer, *day):
        self.evolution.ask("answer", "calendar", uid, f"{self.name}@example.org", answer, *day)

    def days(self, uid):
        """When the meeting is on in March."""
        return [at for at, _, of in self.evolution.ask("instances", "calendar", *MARCH) if of == uid]


def answers_in(text, which=0):
    """Who answered what, in the n-th VEVENT of an object."""
    part = text.split("BEGIN:VEVENT\n")[which + 1]
    found = {}
    for params, name in re.findall(r"^ATTENDEE([^\n]*):mailto:(\w+)@example\.org$", part, re.M | re.I):
        answer = re.search(r";PARTSTAT=([A-Z-]+)", params)
        found[name] = answer.group(1) if answer else "NEEDS-ACTION"
    return found


def statuses_in(text):
    """The SCHEDULE-STATUS of each ATTENDEE."""
    return {name: (re.findall(r';SCHEDULE-STATUS="?([0-9.]+)', params) or [None])[0]
            for params, name in re.findall(r"^ATTENDEE([^\n]*):mailto:(\w+)@example\.org$", text,
                                           re.M | re.I)}


def value(text, name):
    """A property of the first component; None if it has none."""
    found = re.search(rf"^{name}(?:;[^:\n]*)?:([^\n]*)$", text, re.M)
    return found and found.group(1)


def set_up(server, alice, bob, carol):
    base = f"http://127.0.0.1:{server.port}/"
    with story.check("both Thunderbirds find their accounts, and that the server does the scheduling",
                     vital=True):
        for who in (alice, bob):
            who.mail.run(COUNT_CONFLICTS)
            who.mail.detect(base, who.name, PASSWORD)
            wait_for(lambda: who.mail.run(
                "return calendarAt(args[0])?.getProperty('organizerId')", who.calendar), what="an organizer")
            equal(who.mail.run("""const c = calendarAt(args[0]); return [c.getProperty("organizerId"),
                c.getProperty("capabilities.autoschedule.supported"), c.getProperty("disabled")]""",
                               who.calendar), [f"mailto:{who.name}@example.org", True, None])
    with story.check("Evolution finds its account and the user's address", vital=True):
        _, addresses = carol.evolution.ask("discover", base, "carol", PASSWORD)
        equal("carol@example.org" in " ".join(addresses), True, addresses)
        equal(carol.evolution.ask("open", base.rstrip("/") + carol.calendar, "calendar", "events",
                                  "carol@example.org"), [True, False])


def free_time(alice, bob, carol):
    put(bob.client, "b1.ics", event("b1", "20270301T080000Z", "20270301T090000Z"), folder=bob.calendar)
    put(bob.client, "b2.ics", event("b2", "20270301T120000Z", "20270301T133000Z", extra="STATUS:TENTATIVE\r\n"),
        folder=bob.calendar)
    put(bob.client, "b3.ics", event("b3", "20270301T150000Z", "20270301T160000Z"), folder=bob.calendar)
    put(bob.client, "b4.ics", event("b4", "20270301T170000Z", "20270301T180000Z",
                                    extra="TRANSP:TRANSPARENT\r\n"), folder=bob.calendar)
    with story.check("Thunderbird's invite window sees each busy time of another, and its kind"):
        busy, tentative = alice.mail.run(
            "return [Ci.calIFreeBusyInterval.BUSY, Ci.calIFreeBusyInterval.BUSY_TENTATIVE]")
        equal(alice.mail.run(BUSY, "bob@example.org", "20270301T000000Z", "20270302T000000Z"),
              [["20270301T080000Z", "20270301T090000Z", busy],
               ["20270301T120000Z", "20270301T133000Z", tentative],
               ["20270301T150000Z", "20270301T160000Z", busy]])
    with story.check("and of somebody without a plan that all is free; of strangers nothing"):
        for who in ("carol", "stranger"):
            equal(alice.mail.run(BUSY, f"{who}@example.org", "20270301T000000Z", "20270302T000000Z"), [])
    with story.check("Evolution's sees the same"):
        found = carol.evolution.ask("busy", "calendar", 1803859200, 1803945600, ["bob@example.org"])
        equal(len(found), 1, found)
        periods = re.findall(r"^FREEBUSY(?:;FBTYPE=([A-Z-]+))?:(\S+?)/", unfolded(found[0]).replace("\r", ""), re.M)
        equal(sorted((at, kind or "BUSY") for kind, at in periods),
              [("20270301T080000Z", "BUSY"), ("20270301T120000Z", "BUSY-TENTATIVE"),
               ("20270301T150000Z", "BUSY")], found)


def invites(alice, bob, carol):
    with story.check("Thunderbird invites two", vital=True):
        alice.mail.run(INVITE, alice.calendar, "plan", "Planning", "20270308T100000", GUESTS, None)
        kept = alice.has("plan")
        equal([value(kept, "ORGANIZER"), answers_in(kept)],
              ["mailto:alice@example.org", {"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"}], kept)
    with story.check("the organizer's copy says that both have it (RFC 6638 §3.2.9)"):
        equal(statuses_in(kept), {"bob": "1.2", "carol": "1.2"}, kept)
    with story.check("it stands in their default calendars, unanswered, with nobody's SCHEDULE-STATUS"):
        for who in (bob, carol):
            text = who.has("plan")
            equal([answers_in(text), "SCHEDULE-STATUS" in text, "METHOD" in text,
                   value(text, "SUMMARY"), value(text, "DTSTART")],
                  [{"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"}, False, False, "Planning",
                   "20270308T100000"], text)
    with story.check("and in their inboxes, once"):
        equal([(who.inbox("plan", "REQUEST"), len(members(who.client, home(who.name) + "inbox/")))
               for who in (bob, carol, alice)], [(1, 1), (1, 1), (0, 0)])
    with story.check("the other Thunderbird shows it as an invitation"):
        seen = bob.sees("plan", "the invitation", lambda s: s)
        equal([seen["title"], seen["start"], seen["invited"], seen["answers"]["bob"]],
              ["Planning", "20270308T100000", True, "NEEDS-ACTION"])
    with story.check("Evolution shows it"):
        [text] = carol.sees("plan", "the invitation", lambda t: t)
        equal([value(text, "SUMMARY"), answers_in(text)["carol"]], ["Planning", "NEEDS-ACTION"], text)
    with story.check("an invitation that is not answered makes busy, as one that may be"):
        found = alice.mail.run(BUSY, "bob@example.org", "20270308T000000Z", "20270309T000000Z")
        equal([i[:2] for i in found], [["20270308T090000Z", "20270308T100000Z"]])


def answer(alice, bob, carol):
    with story.check("Thunderbird accepts, and Evolution says maybe"):
        bob.answers("plan", "ACCEPTED")
        carol.answers("plan", "TENTATIVE")
        equal([answers_in(bob.has("plan"))["bob"], answers_in(carol.has("plan"))["carol"]],
              ["ACCEPTED", "TENTATIVE"])
    with story.check("the organizer sees the answers after a refresh"):
        seen = alice.sees("plan", "the answers", lambda s: "NEEDS-ACTION" not in s["answers"].values())
        equal(seen["answers"], {"bob": "ACCEPTED", "carol": "TENTATIVE"})
        equal([seen["invited"], statuses_in(alice.has("plan"))],
              [False, {"bob": "2.0", "carol": "2.0"}])
    with story.check("and has a REPLY of each in the inbox"):
        equal(alice.inbox("plan", "REPLY"), 2)
    with story.check("the attendees see each other's answers (RFC 6638 §3.2.10.2)"):
        seen = bob.sees("plan", "the other's answer", lambda s: s["answers"]["carol"] == "TENTATIVE")
        equal(seen["answers"]["bob"], "ACCEPTED")
        carol.sees("plan", "the other's answer", lambda t: answers_in(t[0])["bob"] == "ACCEPTED")
    with story.check("that a reply is known is told to the attendee who sent it, and to no other"):
        for who in (bob, carol):
            text = who.has("plan")
            equal([statuses_in(text), "SCHEDULE-STATUS" in value_line(text, "ORGANIZER")],
                  [{"bob": None, "carol": None}, True], text)


def value_line(text, name):
    return re.search(rf"^{name}[^\n]*$", text, re.M).group(0)


def edits_with_old_knowledge(alice, bob, carol):
    with story.check("an edit by an organizer who has not seen the newest answer loses none (decisions 18)"):
        carol.answers("plan", "ACCEPTED")
        alice.changes("plan", "item.title = 'Planning the year'")
        kept = alice.has("plan")
        equal([value(kept, "SUMMARY"), answers_in(kept), alice.mail.run("return cal.provider.conflicts")],
              ["Planning the year", {"bob": "ACCEPTED", "carol": "ACCEPTED"}, 0], kept)
    with story.check("its attendees see the new title, and are not asked again"):
        seen = bob.sees("plan", "the title", lambda s: s["title"] == "Planning the year")
        equal(seen["answers"], {"bob": "ACCEPTED", "carol": "ACCEPTED"})
        carol.sees("plan", "the title", lambda t: value(t[0], "SUMMARY") == "Planning the year")
        equal(answers_in(carol.has("plan"))["carol"], "ACCEPTED")
    with story.check("answers that cross lose neither (each knows only of the other's older one)"):
        carol.sees("plan", "all of it", lambda t: answers_in(t[0])["bob"] == "ACCEPTED")
        bob.answers("plan", "TENTATIVE")
        carol.answers("plan", "TENTATIVE")
        for who in (alice, bob, carol):
            equal(answers_in(who.has("plan")), {"bob": "TENTATIVE", "carol": "TENTATIVE"}, who.name)
        alice.sees("plan", "both", lambda s: list(s["answers"].values()) == ["TENTATIVE"] * 2)


def moves(alice, bob, carol):
    before = int(value(alice.has("plan"), "SEQUENCE") or 0)
    with story.check("the organizer moves it: a new SEQUENCE, and everybody is asked anew (RFC 6638 §3.2.8)"):
        alice.changes("plan", LATER)
        for who in (alice, bob, carol):
            text = who.has("plan")
            equal([value(text, "DTSTART"), int(value(text, "SEQUENCE")) > before, answers_in(text)],
                  ["20270308T130000", True, {"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"}], text)
    with story.check("Thunderbird and Evolution show the new time as an unanswered invitation"):
        seen = bob.sees("plan", "the new time", lambda s: s["start"] == "20270308T130000")
        equal(seen["answers"], {"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"})
        carol.sees("plan", "the new time", lambda t: value(t[0], "DTSTART") == "20270308T130000" and
                   answers_in(t[0])["carol"] == "NEEDS-ACTION")
    with story.check("one accepts, the other declines, and the organizer sees both"):
        bob.answers("plan", "ACCEPTED")
        carol.answers("plan", "DECLINED")
        alice.sees("plan", "both answers",
                   lambda s: s["answers"] == {"bob": "ACCEPTED", "carol": "DECLINED"})
    with story.check("whoever has declined is free then, whoever has accepted is not"):
        found = {who: alice.mail.run(BUSY, f"{who}@example.org", "20270308T000000Z", "20270309T000000Z")
                 for who in GUESTS}
        equal([[i[:2] for i in found[who]] for who in GUESTS],
              [[["20270308T120000Z", "20270308T130000Z"]], []])
    with story.check("an invited Thunderbird that moves it moves nothing for anybody"):
        try:
            bob.changes("plan", LATER)
        except AssertionError:
            pass  # a refusal is as good as a change that is put back
        equal([value(who.has("plan"), "DTSTART") for who in (alice, bob, carol)], ["20270308T130000"] * 3)
        seen = bob.sees("plan", "the old time again", lambda s: s["start"] == "20270308T130000")


def counters(alice, bob, carol):
    with story.check("two who cannot come at that time decline, each in their own program"):
        alice.mail.run(INVITE, alice.calendar, "counter", "Interview", "20270310T100000", GUESTS, None)
        for who in (bob, carol):
            who.sees("counter", "the invitation", lambda s: s)
            who.answers("counter", "DECLINED")
        alice.sees("counter", "both answers",
                   lambda s: s["answers"] == {"bob": "DECLINED", "carol": "DECLINED"})
    with story.check("a new title is no new proposal: they stay away"):
        alice.changes("counter", "item.title = 'The interview'")
        for who in (bob, carol):
            equal([answers_in(who.has("counter"))[who.name], value(who.has("counter"), "SUMMARY")],
                  ["DECLINED", "The interview"], who.name)
    with story.check("the organizer proposes another time, which asks both anew"):
        alice.changes("counter", LATER)
        seen = bob.sees("counter", "the new time", lambda s: s["start"] == "20270310T130000")
        equal([seen["invited"], seen["answers"]],
              [True, {"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"}])
        carol.sees("counter", "the new time", lambda t: value(t[0], "DTSTART") == "20270310T130000" and
                   answers_in(t[0])["carol"] == "NEEDS-ACTION")
    with story.check("at which both come, and are busy then and at no other time"):
        for who in (bob, carol):
            who.answers("counter", "ACCEPTED")
        alice.sees("counter", "both answers",
                   lambda s: s["answers"] == {"bob": "ACCEPTED", "carol": "ACCEPTED"})
        for who in GUESTS:
            found = alice.mail.run(BUSY, f"{who}@example.org", "20270310T000000Z", "20270311T000000Z")
            equal([i[:2] for i in found], [["20270310T120000Z", "20270310T130000Z"]], who)


def leaves(alice, bob, carol):
    with story.check("who is taken off the meeting has it cancelled, the other keeps it"):
        alice.changes("plan", "item.removeAttendee(item.getAttendeeById('mailto:carol@example.org'))")
        carol.sees("plan", "the end", lambda t: not t or value(t[0], "STATUS") == "CANCELLED")
        equal([carol.inbox("plan", "CANCEL"), bob.inbox("plan", "CANCEL")], [1, 0])
        equal([answers_in(who.has("plan")) for who in (alice, bob)], [{"bob": "ACCEPTED"}] * 2)
    with story.check("all of it is cancelled: who is left sees it, and is told"):
        alice.mail.run(REMOVE, alice.calendar, "plan")
        equal(alice.has("plan"), None)
        bob.sees("plan", "the end", lambda s: not s or s["status"] == "CANCELLED")
        equal([bob.inbox("plan", "CANCEL"), carol.inbox("plan", "CANCEL")], [1, 1])
        equal(alice.mail.run(BUSY, "bob@example.org", "20270308T000000Z", "20270309T000000Z"), [])
    with story.check("what is cancelled can be removed, and nobody hears of it"):
        replies = alice.inbox("plan", "REPLY")
        if bob.has("plan"):
            bob.mail.run(REMOVE, bob.calendar, "plan")
        if carol.has("plan"):
            carol.evolution.ask("remove", "calendar", "plan")
        equal([bob.has("plan"), carol.has("plan"), alice.inbox("plan", "REPLY")], [None, None, replies])


FIRST = ("20270302T000000Z", "20270303T000000Z")
SECOND = ("20270309T000000Z", "20270310T000000Z")
THIRD = ("20270316T000000Z", "20270317T000000Z")
TUESDAYS = [f"202703{day:02}T090000" for day in (2, 9, 16, 23, 30)]


def recurs(alice, bob, carol):
    with story.check("a series is invited to, and shown", vital=True):
        alice.mail.run(INVITE, alice.calendar, "weekly", "Weekly", TUESDAYS[0], GUESTS,
                       "RRULE:FREQ=WEEKLY;COUNT=5")
        bob.sees("weekly", "the series", lambda s: s)
        carol.sees("weekly", "the series", lambda t: t)
        equal([bob.mail.run(DAYS, bob.calendar, "weekly"), carol.days("weekly")], [TUESDAYS, TUESDAYS])
    with story.check("Thunderbird accepts all of it, Evolution all but one instance"):
        bob.answers("weekly", "ACCEPTED")
        carol.answers("weekly", "ACCEPTED")
        carol.answers("weekly", "DECLINED", TUESDAYS[1])
        alice.sees("weekly", "the answers of all",
                   lambda s: s["answers"] == {"bob": "ACCEPTED", "carol": "ACCEPTED"}, *FIRST)
        alice.sees("weekly", "the answer of one",
                   lambda s: s["answers"] == {"bob": "ACCEPTED", "carol": "DECLINED"}, *SECOND)
    with story.check("Thunderbird declines one instance, and the organizer sees which"):
        bob.sees("weekly", "the other's answer", lambda s: s["answers"]["carol"] == "DECLINED", *SECOND)
        bob.answers("weekly", "DECLINED", *THIRD)
        alice.sees("weekly", "the third", lambda s: s["answers"]["bob"] == "DECLINED", *THIRD)
        equal([alice.sees("weekly", "the others", lambda s: s, *day)["answers"] for day in (FIRST, SECOND)],
              [{"bob": "ACCEPTED", "carol": "ACCEPTED"}, {"bob": "ACCEPTED", "carol": "DECLINED"}])
    with story.check("the organizer cancels one instance; it is gone for all, the others stay"):
        alice.changes("weekly", """const [, , , fourth] = item.recurrenceInfo.getOccurrences(
            cal.createDateTime("20270301T000000Z"), cal.createDateTime("20270401T000000Z"), 0);
            item.recurrenceInfo.removeOccurrenceAt(fourth.recurrenceId)""")
        left = [at for at in TUESDAYS if at != TUESDAYS[3]]
        bob.sees("weekly", "the cancelled one", lambda _: bob.mail.run(
            DAYS, bob.calendar, "weekly") == left)
        carol.sees("weekly", "the cancelled one", lambda _: carol.days("weekly") == left)
        equal([bob.inbox("weekly", "CANCEL"), carol.inbox("weekly", "CANCEL")], [1, 1])
    with story.check("no answer of another instance is lost by it"):
        for who in (alice, bob):
            equal([who.sees("weekly", "an instance", lambda s: s, *day)["answers"]
                   for day in (FIRST, SECOND, THIRD)],
                  [{"bob": "ACCEPTED", "carol": "ACCEPTED"}, {"bob": "ACCEPTED", "carol": "DECLINED"},
                   {"bob": "DECLINED", "carol": "ACCEPTED"}], who.name)
    with story.check("the organizer moves one instance; that one is asked about anew"):
        alice.changes("weekly", """const [first] = item.recurrenceInfo.getOccurrences(
            cal.createDateTime("20270301T000000Z"), cal.createDateTime("20270401T000000Z"), 0);
            const moved = first.clone(); moved.startDate.hour = 15; moved.endDate.hour = 16;
            item.recurrenceInfo.modifyException(moved, true);""")
        seen = bob.sees("weekly", "the moved one", lambda s: s["start"] == "20270302T150000", *FIRST)
        equal(seen["answers"], {"bob": "NEEDS-ACTION", "carol": "NEEDS-ACTION"})
        carol.sees("weekly", "the moved one",
                   lambda _: carol.days("weekly") == ["20270302T150000"] + left[1:])
        equal([bob.sees("weekly", "an instance", lambda s: s, *day)["answers"] for day in (SECOND, THIRD)],
              [{"bob": "ACCEPTED", "carol": "DECLINED"}, {"bob": "DECLINED", "carol": "ACCEPTED"}])
    with story.check("Thunderbird removes the series from the calendar: that declines it"):
        bob.mail.run(REMOVE, bob.calendar, "weekly")
        equal(bob.has("weekly"), None)
        alice.sees("weekly", "the answer", lambda s: s["answers"]["bob"] == "DECLINED")
    with story.check("the whole series is cancelled"):
        alice.mail.run(REMOVE, alice.calendar, "weekly")
        carol.sees("weekly", "the end", lambda _: carol.days("weekly") == [])


def organizes_with_evolution(alice, bob, carol):
    text = event("retro", "20270318T090000Z", "20270318T100000Z", "Retro", (
        "ORGANIZER;CN=Carol:mailto:carol@example.org\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Carol:mailto:carol@example.org\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:"
        "mailto:stranger@elsewhere.example\r\n"))
    with story.check("Evolution invites, and Thunderbird accepts"):
        carol.evolution.ask("create", "calendar", text[text.index("BEGIN:VEVENT"):text.index("END:VCALENDAR")])
        bob.sees("retro", "the invitation", lambda s: s)
        bob.answers("retro", "ACCEPTED")
        carol.sees("retro", "the answer", lambda t: answers_in(t[0])["bob"] == "ACCEPTED")
    with story.check("a title that is changed by Evolution, which sends no If-Match, loses no answer"):
        bob.answers("retro", "TENTATIVE")
        carol.evolution.ask("modify", "calendar", "retro", "Retrospective")
        equal([value(bob.has("retro"), "SUMMARY"), answers_in(carol.has("retro"))["bob"],
               answers_in(bob.has("retro"))["bob"]], ["Retrospective", "TENTATIVE", "TENTATIVE"])
    with story.check("Evolution cancels it"):
        carol.evolution.ask("remove", "calendar", "retro")
        bob.sees("retro", "the end", lambda s: not s or s["status"] == "CANCELLED")


@story.chapter()
def meetings(server):
    for user in GUESTS:
        server.add_user(user)
    with Sandbox() as box:
        box.display()
        box.session_bus("org.gnome.evolution.dataserver")
        with Thunderbird(box, "alice") as hers, Thunderbird(box, "bob") as his, Evolution(box) as evo:
            people = Person(server, "alice", hers), Person(server, "bob", his), Evo(server, "carol", evo)
            set_up(server, *people)
            for part in (free_time, invites, answer, edits_with_old_knowledge, moves, counters, leaves,
                         recurs, organizes_with_evolution):
                part(*people)


story.main()

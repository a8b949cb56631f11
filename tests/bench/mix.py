"""Calendars that are alike: what is in them, and what may be asked of them, foretold.

70 % single events, 20 % weekly series with TZID, EXDATE and an override, 10 % all-day.
The four weeks from `begin` hold the same 200 events however large a calendar is; the
rest lies in the two years before. Nothing crosses midnight UTC, and all-day events are
free time, so that one answer is right wherever a server puts floating times.
"""
import datetime
import random
from zoneinfo import ZoneInfo

UTC, ZONE = datetime.timezone.utc, "Europe/Berlin"
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
WINDOW = 200
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n"
VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
""".replace("\n", "\r\n")


def utc(t):
    return t.strftime("%Y%m%dT%H%M%SZ")


def local(t):
    return t.strftime("%Y%m%dT%H%M%S")


class Event:
    """One object: its text, and its instances as (start, end, busy)."""

    def __init__(self, uid, text, instances, has_zone=False):
        self.uid, self.text, self.instances, self.has_zone = uid, text, instances, has_zone

    def object(self):
        """As one PUT brings it."""
        return (HEAD + (VTIMEZONE if self.has_zone else "") + self.text +
                "END:VCALENDAR\r\n").encode()


def component(uid, times, title):
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{times}SUMMARY:{title}\r\n"
            f"LOCATION:Room 12 & the <small> one\r\nDESCRIPTION:What there is to talk about\\, "
            f"and who brings it.\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n")


def single(dice, uid, day, title):
    start = day + 6 * HOUR + datetime.timedelta(minutes=15 * dice.randrange(48))
    end = start + datetime.timedelta(minutes=15 * dice.randrange(1, 8))
    return Event(uid, component(uid, f"DTSTART:{utc(start)}\r\nDTEND:{utc(end)}\r\n", title),
                 [(start, end, True)])


def all_day(dice, uid, day, title):
    times = (f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nDTEND;VALUE=DATE:{day + DAY:%Y%m%d}\r\n"
             "TRANSP:TRANSPARENT\r\n")
    return Event(uid, component(uid, times, title), [(day, day + DAY, False)])


def weekly(dice, uid, first, count, ends, title):
    """`count` instances foretold; one is cut by EXDATE, one moved by an hour."""
    zone = ZoneInfo(ZONE)
    start = datetime.datetime.combine(first, datetime.time(dice.randrange(8, 17)), zone)
    length = datetime.timedelta(minutes=15 * dice.randrange(1, 4))
    cut, moved = dice.sample(range(1, count), 2)
    instances = []
    for n in range(count):
        at = (start + 7 * n * DAY + (HOUR if n == moved else 0 * HOUR)).astimezone(UTC)
        if n != cut:
            instances.append((at, at + length, True))

    def times(t):
        return (f"DTSTART;TZID={ZONE}:{local(t)}\r\nDTEND;TZID={ZONE}:{local(t + length)}\r\n")

    def nth(n):
        return f";TZID={ZONE}:{local(start + 7 * n * DAY)}\r\n"

    rule = "RRULE:FREQ=WEEKLY" + (f";COUNT={count}" if ends else "") + "\r\n"
    text = (component(uid, times(start) + rule + "EXDATE" + nth(cut), title) +
            component(uid, times(start + 7 * moved * DAY + HOUR) + "RECURRENCE-ID" + nth(moved),
                      title + " (moved)"))
    return Event(uid, text, instances, True)


class Calendar:
    """`count` events named by `prefix`, around the four weeks from `begin`."""

    def __init__(self, prefix, count, begin):
        self.prefix, self.begin, self.end = prefix, begin, begin + 28 * DAY
        # Of the four weeks, the one that queries ask for; all-day events keep off its edges.
        self.week = (begin + 7 * DAY, begin + 14 * DAY)
        dice = random.Random(11)
        self.events = [self.inside(dice, n) if n < WINDOW else self.before(dice, n)
                       for n in range(count)]

    def inside(self, dice, n):
        uid, title = f"{self.prefix}-{n}", f"Meeting number {n}"
        if n % 10 < 7:
            return single(dice, uid, self.begin + dice.randrange(28) * DAY, title)
        if n % 10 < 9:
            weeks = dice.randrange(1, 8)
            first = self.begin.date() + dice.randrange(7) * DAY - 7 * weeks * DAY
            return weekly(dice, uid, first, weeks + 4, False, title)
        return all_day(dice, uid, self.begin + dice.choice((2, 3, 9, 10, 11, 16, 17, 23)) * DAY,
                       title)

    def before(self, dice, n):
        uid, title = f"{self.prefix}-{n}", f"Meeting number {n}"
        if n % 10 < 7:
            return single(dice, uid, self.begin - dice.randrange(2, 700) * DAY, title)
        if n % 10 < 9:
            first = self.begin.date() - dice.randrange(160, 700) * DAY
            return weekly(dice, uid, first, 20, True, title)
        return all_day(dice, uid, self.begin - dice.randrange(2, 700) * DAY, title)

    def later(self, name, n, title):
        """One more of the mix, past the four weeks: for what is put while others are asked."""
        dice = random.Random(n)
        day = self.end + dice.randrange(40, 80) * DAY
        if n % 10 < 7:
            return single(dice, name, day, title)
        if n % 10 < 9:
            return weekly(dice, name, day.date(), 20, True, title)
        return all_day(dice, name, day, title)

    def file(self):
        """All of it as one file, for an import."""
        return HEAD + VTIMEZONE + "".join(e.text for e in self.events) + "END:VCALENDAR\r\n"

    def of_week(self):
        """UIDs with an instance in the week."""
        start, end = self.week
        return {e.uid for e in self.events
                if any(s < end and t > start for s, t, _ in e.instances)}

    def busy(self):
        """The busy time of the four weeks, as merged (start, end)."""
        spans = sorted((s, t) for e in self.events for s, t, busy in e.instances
                       if busy and s < self.end and t > self.begin)
        return merged(spans)


def merged(spans):
    out = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out

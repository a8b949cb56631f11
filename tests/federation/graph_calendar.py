"""A calendar at the test double of Graph: its events, and what its user does to them.

An event is kept with the times and the zone it was written with. A series is a master with a
pattern; its instances are worked out (dateutil) and have ids of their own, exceptions are kept by
the date of their instance, and so are the dates on which it does not take place.
"""
import datetime
import os
import secrets
import zoneinfo

from dateutil import rrule

from description import FOLDER

UTC = datetime.timezone.utc
DAYS = {"monday": rrule.MO, "tuesday": rrule.TU, "wednesday": rrule.WE, "thursday": rrule.TH,
        "friday": rrule.FR, "saturday": rrule.SA, "sunday": rrule.SU}
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
FREQUENCY = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "absoluteMonthly": rrule.MONTHLY,
             "relativeMonthly": rrule.MONTHLY, "absoluteYearly": rrule.YEARLY,
             "relativeYearly": rrule.YEARLY}
OF_SERVICE = ("id", "@odata.etag", "changeKey", "type", "seriesMasterId", "iCalUId", "serial",
              "onlineMeeting", "createdDateTime")


class UnknownZone(Exception):
    pass


def windows_zones():
    """IANA names by Windows name, the default of each."""
    path = os.path.join(FOLDER, "windows-zones.tsv")
    if not os.path.exists(path):
        return {"W. Europe Standard Time": "Europe/Berlin"}
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return {row[0]: row[1] for row in rows if len(row) >= 3 and row[2] == "001"}


WINDOWS = windows_zones()


def zone_of(name):
    """A zone by its Windows or IANA name."""
    if name in (None, "UTC"):
        return UTC
    try:
        return zoneinfo.ZoneInfo(WINDOWS.get(name, name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise UnknownZone(name) from None


def at(point):
    """dateTimeTimeZone as an instant."""
    wall = datetime.datetime.fromisoformat(point["dateTime"].rstrip("Z")[:26])
    return wall.replace(tzinfo=zone_of(point.get("timeZone")))


def shown(instant, zone="UTC"):
    wall = instant.astimezone(zone_of(zone))
    return {"dateTime": wall.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": zone}


def weekly(*days, interval=1, until=None, count=None, start=None, zone="W. Europe Standard Time"):
    """A recurrence, for tests."""
    span = {"type": "noEnd", "startDate": start, "recurrenceTimeZone": zone}
    if until:
        span.update(type="endDate", endDate=until)
    if count:
        span.update(type="numbered", numberOfOccurrences=count)
    return {"pattern": {"type": "weekly", "interval": interval, "daysOfWeek": list(days),
                        "firstDayOfWeek": "monday"}, "range": span}


class Calendar:
    def __init__(self, service, name, title, may_write, primary, account):
        self.service, self.id, self.title = service, name, title
        self.may_write, self.primary, self.account = may_write, primary, account
        self.events = {}
        self.gone = {}       # id: serial of its end
        self.cancelled = {}  # master: {original date: serial}

    # ---- what its user does -----------------------------------------------------------------

    def add(self, subject, start, end, zone=None, **fields):
        """A new event; start and end are walls of its zone (default: the mailbox's). Its id."""
        zone = zone or self.account.timezone
        body = {"subject": subject, "start": {"dateTime": start, "timeZone": zone},
                "end": {"dateTime": end, "timeZone": zone}, **fields}
        with self.service.lock:
            event = self.put(None, body)
        self.ring("created", event["id"])
        return event["id"]

    def change(self, name, **fields):
        with self.service.lock:
            old = self.events[name]
            for side in ("start", "end"):
                if isinstance(fields.get(side), str):
                    fields[side] = {"dateTime": fields[side], "timeZone": old[side]["timeZone"]}
            self.put(name, {**old, **fields})
        self.ring("updated", name)

    def delete(self, name):
        with self.service.lock:
            self.erase(name)
        self.ring("deleted", name)

    def change_instance(self, master, date, **fields):
        """The instance of this local date differs from its series from now on. Its id."""
        with self.service.lock:
            base, name = self.events[master], self.instance_id(master, date)
            start = self.original(base, date)
            body = {"subject": base["subject"], "showAs": base["showAs"],
                    "start": shown(start, base["start"]["timeZone"]),
                    "end": shown(start + self.length(base), base["start"]["timeZone"]), **fields}
            for side in ("start", "end"):
                if isinstance(body[side], str):
                    body[side] = {"dateTime": body[side], "timeZone": base["start"]["timeZone"]}
            event = self.put(name, body, type="exception", seriesMasterId=master,
                             originalStart=start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.ring("updated", name)
        return event["id"]

    def cancel_instance(self, master, date):
        with self.service.lock:
            self.drop(master, date)
        self.ring("updated", master)

    def copy(self, name):
        """As users do in their calendar program: everything comes along, but the id."""
        with self.service.lock:
            body = {k: v for k, v in self.events[name].items() if k not in OF_SERVICE}
            event = self.put(None, body)
        self.ring("created", event["id"])
        return event["id"]

    def ring(self, change, name):
        self.service.subscriptions.ring(self, change, name, self.service.push_wait)

    def standing(self):
        with self.service.lock:
            found = [self.show(e) for e in self.events.values()]
        return sorted(found, key=lambda e: e["start"]["dateTime"])

    # ---- how it is kept ---------------------------------------------------------------------

    def put(self, name, body, **fixed):
        for side in ("start", "end"):
            at(body[side])  # UnknownZone
        name = name or "AAMk" + secrets.token_urlsafe(60).replace("_", "A") + "="
        old = self.events.get(name, {})
        now = datetime.datetime.fromtimestamp(self.service.now(), UTC)
        stamp = now.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        event = {k: v for k, v in body.items() if k not in OF_SERVICE}
        kind = "seriesMaster" if body.get("recurrence") else "singleInstance"
        event.update({
            "id": name, "type": kind, "seriesMasterId": None,
            "iCalUId": old.get("iCalUId") or "040000008200E00074C5B7101A82E008" +
            secrets.token_hex(20).upper(),
            "createdDateTime": old.get("createdDateTime", stamp), "lastModifiedDateTime": stamp,
            "subject": body.get("subject", ""), "showAs": body.get("showAs") or "busy",
            "isAllDay": body.get("isAllDay") or False,
            "isCancelled": body.get("isCancelled") or False,
            "isOrganizer": body.get("isOrganizer", True),
            "sensitivity": body.get("sensitivity") or "normal",
            "responseStatus": body.get("responseStatus") or
            {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
            "originalStartTimeZone": body.get("originalStartTimeZone") or
            body["start"].get("timeZone"),
            "originalEndTimeZone": body["end"].get("timeZone"),
            "recurrence": body.get("recurrence"), "attendees": body.get("attendees") or [],
            **fixed})
        self.meeting(event, body, old)
        self.events[name] = event
        self.mark(event)
        return event

    def meeting(self, event, body, old):
        """A conference is made once, and cannot be taken back."""
        if old.get("onlineMeeting"):
            event.update(isOnlineMeeting=True, onlineMeeting=old["onlineMeeting"])
        elif body.get("isOnlineMeeting"):
            event["onlineMeetingProvider"] = body.get("onlineMeetingProvider", "teamsForBusiness")
            link = "https://teams.microsoft.com/l/meetup-join/" + event["iCalUId"][-12:]
            event["onlineMeeting"] = {"joinUrl": link} if self.service.meeting_ready else None

    def finish_meeting(self, name):
        """The link of a conference comes later than the answer."""
        with self.service.lock:
            event = self.events[name]
            event["onlineMeeting"] = {
                "joinUrl": "https://teams.microsoft.com/l/meetup-join/" + event["iCalUId"][-12:]}
            self.mark(event)
        self.ring("updated", name)

    def mark(self, event):
        self.service.serial += 1
        event["serial"] = self.service.serial
        event["changeKey"] = f"k{self.service.serial}"
        event["@odata.etag"] = f'W/"k{self.service.serial}"'

    def erase(self, name):
        event = self.events.pop(name)
        self.service.serial += 1
        self.gone[name] = self.service.serial
        for other in [e for e in self.events.values() if e.get("seriesMasterId") == name]:
            del self.events[other["id"]]
            self.gone[other["id"]] = self.service.serial
        if event["type"] == "seriesMaster":
            for start in self.starts(event, *self.service.widest):
                self.gone[self.instance_id(name, start.date().isoformat())] = self.service.serial

    def drop(self, master, date):
        """One date of a series does not take place."""
        self.events.pop(self.instance_id(master, date), None)
        self.mark(self.events[master])
        self.cancelled.setdefault(master, {})[date] = self.service.serial

    def show(self, event, zone="UTC"):
        """An event as it is told, in the zone that is asked for."""
        out = {k: v for k, v in event.items()
               if k not in ("serial", "singleValueExtendedProperties")}
        for side in ("start", "end"):
            instant = at(event[side])
            if not event["isAllDay"]:
                out[side] = shown(instant, zone)
            else:  # a date, whatever zone is asked for
                out[side] = {**event[side], "timeZone": zone}
        return out

    def describe(self):
        return {"id": self.id, "name": self.title, "color": "auto", "canEdit": self.may_write,
                "canShare": True, "canViewPrivateItems": True, "isDefaultCalendar": self.primary,
                "isRemovable": not self.primary, "changeKey": "ck", "hexColor": "",
                "isTallyingResponses": True,
                "allowedOnlineMeetingProviders": list(self.account.meetings),
                "defaultOnlineMeetingProvider": (self.account.meetings or ["unknown"])[0],
                "owner": {"name": "Ann", "address": self.account.address}}

    # ---- series -----------------------------------------------------------------------------

    def length(self, event):
        return at(event["end"]) - at(event["start"])

    def instance_id(self, master, date):
        return f"{master[:-1]}-{date.replace('-', '')}="

    @staticmethod
    def date_of(name):
        """The date in an instance's id."""
        digits = name[-9:-1]
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"

    def occurrence(self, name):
        """(master, date) of an occurrence that stands; else (None, None)."""
        master = self.events.get(name[:-10] + "=") if name[-10:-9] == "-" else None
        if not master or master["type"] != "seriesMaster" or not name[-9:-1].isdigit():
            return None, None
        date = self.date_of(name)
        day = at(master["start"]).replace(hour=0, minute=0)
        begin = day.replace(year=int(date[:4]), month=int(date[5:7]), day=int(date[8:]))
        found = self.starts(master, begin, begin + datetime.timedelta(hours=23, minutes=59))
        stands = found and date not in self.cancelled.get(master["id"], {})
        return (master, date) if stands else (None, None)

    def bare(self, master, date):
        start = self.original(master, date)
        return {"id": self.instance_id(master["id"], date), "type": "occurrence",
                "seriesMasterId": master["id"], "start": shown(start),
                "end": shown(start + self.length(master)), "@odata.etag": master["@odata.etag"]}

    def original(self, master, date):
        first = at(master["start"])
        return first.replace(year=int(date[:4]), month=int(date[5:7]), day=int(date[8:10]))

    def rule(self, event):
        pattern, span = event["recurrence"]["pattern"], event["recurrence"]["range"]
        kind, first = pattern["type"], at(event["start"])
        how = {"interval": pattern.get("interval", 1), "dtstart": first.replace(tzinfo=None)}
        days = [DAYS[d] for d in pattern.get("daysOfWeek") or ()]
        if kind == "weekly":
            how.update(byweekday=days, wkst=DAYS[pattern.get("firstDayOfWeek") or "sunday"])
        elif kind.startswith("relative"):
            how.update(byweekday=days, bysetpos=NTH[pattern.get("index") or "first"])
        elif kind.startswith("absolute"):
            how.update(bymonthday=pattern["dayOfMonth"])
        if kind.endswith("Yearly"):
            how.update(bymonth=pattern["month"])
        if span["type"] == "numbered":
            how.update(count=span["numberOfOccurrences"])
        elif span["type"] == "endDate":
            how.update(until=datetime.datetime.fromisoformat(span["endDate"] + "T23:59:59"))
        return rrule.rrule(FREQUENCY[kind], **how)

    def starts(self, event, begin, end):
        zone = at(event["start"]).tzinfo
        low, high = (x.astimezone(zone).replace(tzinfo=None) for x in (begin, end))
        return [w.replace(tzinfo=zone) for w in self.rule(event).between(low, high, inc=True)]

    def occurrences(self, master, begin, end):
        """Instances as the service knows them: bare ones, and exceptions."""
        dropped, length = self.cancelled.get(master["id"], {}), self.length(master)
        for start in self.starts(master, begin - length, end):
            date = start.date().isoformat()
            name = self.instance_id(master["id"], date)
            if date in dropped or name in self.events or start >= end or start + length <= begin:
                continue
            yield self.bare(master, date)
        for event in list(self.events.values()):
            if event.get("seriesMasterId") == master["id"]:
                if at(event["start"]) < end and at(event["end"]) > begin:
                    yield self.show(event)

    def view(self, begin, end):
        """All that stands between two instants: singles, masters, their instances."""
        out = []
        for event in list(self.events.values()):
            if event["type"] == "singleInstance":
                if at(event["start"]) < end and at(event["end"]) > begin:
                    out.append(self.show(event))
            elif event["type"] == "seriesMaster":
                found = list(self.occurrences(event, begin, end))
                if found:
                    out += [self.show(event)] + found
        return out

    def changes(self, since, begin, end):
        """What a delta tells of the time after a serial. What changed outside of the window is
        told as removed; of one dropped date nothing is, but for its master."""
        out = [{"id": name, "@removed": {"reason": "deleted"}}
               for name, serial in self.gone.items() if serial > since]
        names = {e["id"] for e in self.view(begin, end)}
        for event in list(self.events.values()):
            if event["serial"] <= since:
                continue
            if event["id"] not in names:
                out.append({"id": event["id"], "@removed": {"reason": "deleted"}})
            elif event["type"] == "seriesMaster":
                out.append(self.show(event))
                out += self.occurrences(event, begin, end)
            else:
                out.append(self.show(event))
        if self.service.names_cancelled:
            out += [{"id": self.instance_id(m, d), "@removed": {"reason": "deleted"}}
                    for m, dates in self.cancelled.items() for d, s in dates.items() if s > since]
        return out

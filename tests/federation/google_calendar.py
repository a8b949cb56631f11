"""A calendar at the test double of Google: its events, and what its user does to them."""
import datetime
import secrets
import zoneinfo

from dateutil import rrule

UTC = datetime.timezone.utc
KEPT_OF_WRITES = ("kind", "etag", "htmlLink", "created", "updated", "creator", "organizer",
                  "serial", "id", "conferenceData")


def instant(text):
    """An instant from RFC 3339."""
    got = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return got if got.tzinfo else got.replace(tzinfo=UTC)


def text_of(seconds):
    got = datetime.datetime.fromtimestamp(seconds, UTC)
    return got.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def when(value, timezone):
    """EventDateTime from a date, an instant with an offset, or a dict as it is."""
    if isinstance(value, dict):
        return value
    return {"date": value} if len(value) == 10 else {"dateTime": value, "timeZone": timezone}


class Calendar:
    def __init__(self, service, name, title, timezone, role, primary, address):
        self.service, self.id, self.title = service, name, title
        self.timezone, self.role, self.primary, self.address = timezone, role, primary, address
        self.events = {}

    # ---- what its user does -----------------------------------------------------------------

    def add(self, summary, start, end, **fields):
        """A new event; start and end as when(). Its id."""
        body = {"summary": summary, "start": when(start, self.timezone),
                "end": when(end, self.timezone), **fields}
        with self.service.lock:
            event = self.put(fields.get("id"), body, None)
        self.ring()
        return event["id"]

    def change(self, name, **fields):
        with self.service.lock:
            for end in ("start", "end"):
                if end in fields:
                    fields[end] = when(fields[end], self.timezone)
            self.put(name, {**self.events[name], **fields}, None)
        self.ring()

    def delete(self, name):
        with self.service.lock:
            self.erase(name)
        self.ring()

    def change_instance(self, master, original, **fields):
        """One instance of a series differs; `original`: its own start, as the series has it."""
        with self.service.lock:
            base = self.events[master]
            length = self.end_of(base) - self.start_of(base)
            start = when(original, self.timezone)
            end = (str(datetime.date.fromisoformat(original) + length) if len(original) == 10 else
                   (instant(original) + length).isoformat())
            body = {"summary": base.get("summary"), "start": start,
                    "end": when(end, self.timezone), **fields, "recurringEventId": master,
                    "originalStartTime": start}
            for side in ("start", "end"):
                body[side] = when(body[side], self.timezone)
            event = self.put(self.instance_id(master, original), body, None)
        self.ring()
        return event["id"]

    def cancel_instance(self, master, original):
        return self.change_instance(master, original, status="cancelled")

    def copy(self, name):
        """As users do in their calendar program: everything comes along, but the id."""
        with self.service.lock:
            body = {k: v for k, v in self.events[name].items()
                    if k not in ("id", "iCalUID", "etag", "serial", "created")}
            event = self.put(None, body, None)
        self.ring()
        return event["id"]

    def ring(self):
        self.service.channels.ring(self, self.service.push_wait)

    def standing(self):
        """What is there, without what was deleted; by start."""
        with self.service.lock:
            found = [self.show(name, False) for name, e in self.events.items()
                     if e["status"] != "cancelled"]
        return sorted(found, key=lambda e: str(e["start"]))

    def finish_meet(self, name, status="success"):
        """A conference that was being made is there, or is not."""
        with self.service.lock:
            event = self.events[name]
            self.conference(event, event["conferenceData"]["createRequest"], status)
            self.mark(event)
        self.ring()

    # ---- how it is kept ---------------------------------------------------------------------

    def put(self, name, body, request):
        """Make or replace an event; what only the service says is kept."""
        name = name or secrets.token_hex(13)
        old = self.events.get(name, {})
        now = text_of(self.service.now())
        event = {k: v for k, v in body.items() if v is not None and k not in KEPT_OF_WRITES}
        event.update({
            "kind": "calendar#event", "id": name, "status": event.get("status", "confirmed"),
            "htmlLink": f"https://www.google.com/calendar/event?eid={name}",
            "created": old.get("created", now), "updated": now,
            "creator": {"email": self.address}, "organizer": body.get("organizer") or
            {"email": self.id, "self": True}, "sequence": body.get("sequence", 0),
            "iCalUID": body.get("iCalUID") or f"{name.split('_')[0]}@google.com",
            "reminders": event.get("reminders", {"useDefault": True}),
            "eventType": event.get("eventType", "default")})
        for side in ("start", "end", "originalStartTime"):
            if "dateTime" in event.get(side, ()):  # told in the calendar's zone, with an offset
                told = self.at(event[side]).astimezone(zoneinfo.ZoneInfo(self.timezone))
                event[side] = {**event[side], "dateTime": told.isoformat()}
        if old.get("conferenceData"):
            event["conferenceData"] = old["conferenceData"]
        wish = (body.get("conferenceData") or {}).get("createRequest")
        if wish and request and request.one("conferenceDataVersion") == "1":
            known = (old.get("conferenceData") or {}).get("createRequest", {})
            if known.get("requestId") != wish["requestId"]:
                self.conference(event, wish, self.service.meet)
        self.events[name] = event
        self.mark(event)
        return event

    def conference(self, event, wish, status):
        request = {"requestId": wish["requestId"], "status": {"statusCode": status},
                   "conferenceSolutionKey": wish.get("conferenceSolutionKey",
                                                     {"type": "hangoutsMeet"})}
        event["conferenceData"] = {"createRequest": request}
        if status == "success":
            link = "https://meet.google.com/" + event["id"][:10]
            event["hangoutLink"] = link
            event["conferenceData"].update(conferenceId=event["id"][:10], entryPoints=[
                {"entryPointType": "video", "uri": link, "label": link[8:]}])

    def mark(self, event):
        self.service.serial += 1
        event["serial"] = self.service.serial
        event["etag"] = f'"{self.service.serial}"'

    def erase(self, name):
        event = self.events[name]
        event["status"] = "cancelled"
        self.mark(event)
        for other in self.events.values():  # its instances go with it
            if other.get("recurringEventId") == name and other["status"] != "cancelled":
                other["status"] = "cancelled"
                self.mark(other)

    def entry(self):
        """CalendarListEntry."""
        out = {"kind": "calendar#calendarListEntry", "etag": f'"{self.service.serial}"',
               "id": self.id, "summary": self.title, "timeZone": self.timezone,
               "accessRole": self.role, "selected": True, "defaultReminders": [],
               "backgroundColor": "#9fe1e7", "foregroundColor": "#000000", "colorId": "14"}
        if self.primary:
            out["primary"] = True
        return out

    def changed(self, since, request):
        """Ids for a pass from the beginning (None) or from a serial."""
        if since is not None:
            found = [e for e in self.events.values() if e["serial"] > since]
            return [e["id"] for e in sorted(found, key=lambda e: e["serial"])]
        deleted = request.one("showDeleted") == "true"
        single = request.one("singleEvents") == "true"
        if single:
            self.service.wrong("events.list: singleEvents=true has no end for endless series")
        begin = request.one("timeMin")
        return [name for name, e in self.events.items()
                if (deleted or e["status"] != "cancelled" or self.is_hole(e))
                and (begin is None or self.lasts_past(e, instant(begin)))]

    def is_hole(self, event):
        """A cancelled instance of a series that goes on."""
        master = self.events.get(event.get("recurringEventId"))
        return master is not None and master["status"] != "cancelled"

    def show(self, name, bare):
        """An event as it is told; of one that was deleted, what is sure and no more."""
        event = self.events[name]
        if event["status"] == "cancelled" and event.get("recurringEventId"):
            keep = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
            return {k: event[k] for k in keep}
        if event["status"] == "cancelled" and bare:
            return {"id": name, "status": "cancelled"}
        return {k: v for k, v in event.items() if k != "serial"}

    # ---- time -------------------------------------------------------------------------------

    def at(self, point):
        """EventDateTime as an instant."""
        zone = zoneinfo.ZoneInfo(point.get("timeZone") or self.timezone)
        if "date" in point:
            return datetime.datetime.combine(datetime.date.fromisoformat(point["date"]),
                                             datetime.time(), zone)
        got = datetime.datetime.fromisoformat(point["dateTime"].replace("Z", "+00:00"))
        return (got if got.tzinfo else got.replace(tzinfo=zone)).astimezone(zone)

    def start_of(self, event):
        return self.at(event["start"])

    def end_of(self, event):
        return self.at(event["end"])

    def instance_id(self, master, original):
        if len(original) == 10:
            return f"{master}_{original.replace('-', '')}"
        return f"{master}_{self.at(when(original, self.timezone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def starts(self, event, begin, end):
        """Starts of a series' instances between two instants, by wall clock as RRULE has it."""
        first = self.start_of(event)
        wall = first.replace(tzinfo=None)
        lines = "\n".join(l for l in event["recurrence"])
        rule = rrule.rrulestr(lines, dtstart=wall, forceset=True, ignoretz=True)
        low = begin.astimezone(first.tzinfo).replace(tzinfo=None)
        high = end.astimezone(first.tzinfo).replace(tzinfo=None)
        return [w.replace(tzinfo=first.tzinfo) for w in rule.between(low, high, inc=True)]

    def lasts_past(self, event, begin):
        if event["status"] == "cancelled":
            return True
        if not event.get("recurrence"):
            return self.end_of(event) > begin
        far = begin + datetime.timedelta(days=3660)
        return bool(self.starts(event, begin - (self.end_of(event) - self.start_of(event)), far))

    def instances(self, master, begin, end):
        low = instant(begin) if begin else self.start_of(master)
        high = instant(end) if end else low + datetime.timedelta(days=730)
        length = self.end_of(master) - self.start_of(master)
        out = []
        for start in self.starts(master, low, high):
            original = start.isoformat()
            name = self.instance_id(master["id"], original)
            if name in self.events:
                out.append(self.show(name, False))
                continue
            out.append({**{k: v for k, v in master.items() if k not in ("recurrence", "serial")},
                        "id": name, "recurringEventId": master["id"],
                        "start": {"dateTime": original, "timeZone": self.timezone},
                        "end": {"dateTime": (start + length).isoformat(),
                                "timeZone": self.timezone},
                        "originalStartTime": {"dateTime": original, "timeZone": self.timezone}})
        return out

    def busy(self, begin, end):
        """Spans that take time, as freeBusy tells them."""
        spans = []
        for event in list(self.events.values()):
            if event["status"] == "cancelled" or event.get("transparency") == "transparent":
                continue
            length = self.end_of(event) - self.start_of(event)
            starts = ([self.start_of(event)] if not event.get("recurrence") else
                      [s for s in self.starts(event, begin - length, end)
                       if self.instance_id(event["id"], s.isoformat()) not in self.events])
            spans += [(s, s + length) for s in starts if s < end and s + length > begin]
        return [{"start": s.astimezone(UTC).isoformat(), "end": e.astimezone(UTC).isoformat()}
                for s, e in sorted(spans)]

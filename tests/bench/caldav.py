"""What CalDAV requests cost, beside Cyrus and Radicale in the same minutes.

Each server gets the same calendars (mix.py) and the same questions. An answer is first
judged against what the mix foretells; under load each must be that answer again. The
CPU of a request is the least of several rounds.
"""
import datetime
import re
import xml.etree.ElementTree as xml

import mix
from measure import Row, ask, peers, request

ROUNDS = 3
USER = "alice"
LONG = 3600  # seconds; what is sent once goes to its end
DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'

# Connections that ask at once; calendars no larger than what ends today.
CONNECTIONS = {"fasti": 8, "cyrus": 8, "radicale": 2}
PUTS = {"fasti": 250, "cyrus": 250, "radicale": 40}  # new objects in each round
REPLACED = {"fasti": 204, "cyrus": 204, "radicale": 201}  # what a PUT over an object is answered
LARGEST = {"fasti": 100000, "cyrus": 10000, "radicale": 1000}

# In the order of the table: how many times cheaper than Cyrus it is to be.
AIMS = {
    "GET of an object": 15,
    "PROPFIND depth 1, getetag": 20,
    "multiget of 20": 15,
    "calendar-query one week, with data": 200,
    "calendar-query one week, etags": 200,
    "free-busy-query four weeks": 200,
    "sync-collection, 5 changes": 15,
    "PUT of a new object": 10,
    "PUT with If-Match": 10,
}


class Wrong(Exception):
    """An answer is not what it must be."""


def expect(right, what, answer=None, body=b""):
    if not right:
        raise Wrong(f"{what}: {answer.status if answer else ''} {body[:600]!r}")


class Asker:
    """One calendar of one server: asks, judges, and measures."""

    def __init__(self, server, load, calendar, seconds):
        self.server, self.load, self.calendar = server, load, calendar
        self.seconds = seconds / ROUNDS
        self.path = f"{server.home(USER)}c{len(calendar.events)}/"
        self.cost = {}

    # ---- requests ----

    def request(self, method, path="", body=b"", headers=""):
        return request(method, self.path + path, body, USER, headers)

    def xml(self, method, name, inside, headers="Depth: 1\r\n"):
        body = f'<?xml version="1.0" encoding="utf-8"?><{name} {NAMESPACES}>{inside}</{name}>'
        return self.request(method, "", body.encode(), "Content-Type: application/xml\r\n" + headers)

    def ask(self, data, status):
        answer, body = ask(self.server.port, data)
        expect(answer.status == status, data[:100], answer, body)
        return answer, body

    def put(self, event, headers=""):
        return self.request("PUT", f"{event.uid}.ics", event.object(),
                            "Content-Type: text/calendar; charset=utf-8\r\n" + headers)

    def make(self):
        self.ask(self.request("MKCALENDAR"), 201)
        if self.server.name == "fasti":
            self.server.import_text(USER, f"c{len(self.calendar.events)}", self.calendar.file())
        else:
            self.load.run(self.server, [Row(self.put(e), 201) for e in self.calendar.events],
                          CONNECTIONS[self.server.name], LONG, "once")

    # ---- measuring ----

    def measure(self, name, rows, mode="cycle"):
        got = self.load.run(self.server, rows, CONNECTIONS[self.server.name],
                            self.seconds if mode == "cycle" else LONG, mode)
        expect(got["wrong"] == 0, f"{self.server.name}: {name}: {got['wrong']} wrong answers")
        self.cost[name] = min(got["cpu_us"], self.cost.get(name, got["cpu_us"]))

    def resources(self, body, with_data=False):
        """UID by name of each object of a multistatus; with data, the UID in it is the name's."""
        found = set()
        for response in xml.fromstring(body).findall(f"{DAV}response"):
            name = response.findtext(f"{DAV}href").rsplit("/", 1)[1]
            status = response.findtext(f"{DAV}propstat/{DAV}status", "")
            if not name:
                continue
            expect(" 200 " in status, f"{name}: {status}")
            expect(response.findtext(f".//{DAV}getetag"), f"{name}: no ETag")
            if with_data:
                data = response.findtext(f".//{CALDAV}calendar-data")
                expect(data and f"UID:{name[:-4]}\n" in data.replace("\r", ""), f"{name}: data")
            found.add(name[:-4])
        return found

    def judged(self, data, uids, with_data=False):
        """A row for a question whose answer names just these objects."""
        _, body = self.ask(data, 207)
        found = self.resources(body, with_data)
        expect(found == uids, f"{data[-300:]}: {sorted(found ^ uids)[:5]} too many or missing")
        return Row(data, 207, [body])

    # ---- the questions ----

    def gets(self):
        rows = []
        for event in self.calendar.events[:200]:
            data = self.request("GET", f"{event.uid}.ics")
            _, body = self.ask(data, 200)
            expect(f"UID:{event.uid}\r\n".encode() in body, "GET", None, body)
            rows.append(Row(data, 200, [body]))
        return rows

    def propfinds(self):
        return [self.judged(self.xml("PROPFIND", "D:propfind",
                                     "<D:prop><D:getetag/></D:prop>"),
                            {e.uid for e in self.calendar.events})]

    def multigets(self):
        rows = []
        for n in range(0, 200, 20):
            uids = [e.uid for e in self.calendar.events[n:n + 20]]
            inside = "<D:prop><D:getetag/><C:calendar-data/></D:prop>" + "".join(
                f"<D:href>{self.path}{uid}.ics</D:href>" for uid in uids)
            rows.append(self.judged(self.xml("REPORT", "C:calendar-multiget", inside), set(uids),
                                    True))
        return rows

    def queries(self, props, with_data):
        start, end = map(mix.utc, self.calendar.week)
        inside = (f'<D:prop><D:getetag/>{props}</D:prop><C:filter><C:comp-filter name="VCALENDAR">'
                  f'<C:comp-filter name="VEVENT"><C:time-range start="{start}" end="{end}"/>'
                  "</C:comp-filter></C:comp-filter></C:filter>")
        return [self.judged(self.xml("REPORT", "C:calendar-query", inside),
                            self.calendar.of_week(), with_data)]

    def freebusys(self):
        start, end = mix.utc(self.calendar.begin), mix.utc(self.calendar.end)
        data = self.xml("REPORT", "C:free-busy-query",
                        f'<C:time-range start="{start}" end="{end}"/>')
        _, body = self.ask(data, 200)
        busy = mix.merged(periods(body.decode()))
        expect(busy == self.calendar.busy(), "free-busy-query", None, body)
        return [Row(data, 200, [body], but=(b"UID:", b"DTSTAMP:"))]

    def reads(self):
        names = list(AIMS)
        questions = [self.gets(), self.propfinds(), self.multigets(),
                     self.queries("<C:calendar-data/>", True), self.queries("", False)]
        if self.server.name != "radicale":
            questions.append(self.freebusys())
        for _ in range(ROUNDS):
            for name, rows in zip(names, questions):
                self.measure(name, rows)

    def sync(self):
        def report(token):
            return self.xml("REPORT", "D:sync-collection", f"<D:sync-token>{token}</D:sync-token>"
                            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop>",
                            "Depth: 0\r\n")

        token = xml.fromstring(self.ask(report(""), 207)[1]).findtext(f"{DAV}sync-token")
        changed = self.calendar.events[-5:]
        for event in changed:
            event.text = event.text.replace("Meeting number", "Meeting, now number")
            answer, body = ask(self.server.port, self.put(event))
            expect(answer.status in (200, 201, 204), "PUT", answer, body)
        row = self.judged(report(token), {e.uid for e in changed})
        for _ in range(ROUNDS):
            self.measure("sync-collection, 5 changes", [row])

    def puts(self):
        """New objects, then new versions of them; they go away again, so that the size stays."""
        for turn in range(ROUNDS):
            count = PUTS[self.server.name]
            names = [f"put-{len(self.calendar.events)}-{turn}-{n}" for n in range(count)]
            versions = [[self.calendar.later(name, n, title) for n, name in enumerate(names)]
                        for title in ("As it was planned", "As it is now", "As it was again")]
            self.measure("PUT of a new object",
                         [Row(self.put(e, "If-None-Match: *\r\n"), 201) for e in versions[0]], "once")
            rows = []
            for version in versions[1:]:
                for slot, event in enumerate(version):
                    etag = self.etag(event.uid) if version is versions[1] else "-"
                    rows.append(Row(self.put(event, "If-Match: @ETAG@\r\n"),
                                    REPLACED[self.server.name], None, slot, etag))
            # The slot's first ETag is that of its last row.
            for slot in range(count):
                rows[count + slot].etag = rows[slot].etag
            self.measure("PUT with If-Match", rows)
            for name in names:
                answer, body = ask(self.server.port, self.request("DELETE", f"{name}.ics"))
                expect(answer.status in (200, 204), "DELETE", answer, body)

    def etag(self, name):
        return self.ask(self.request("GET", f"{name}.ics"), 200)[0].getheader("ETag")


def periods(text):
    """The busy periods of a VFREEBUSY, as (start, end)."""
    for value in re.findall(r"\r\nFREEBUSY(?:;FBTYPE=BUSY)?:([^\r]*)",
                            re.sub(r"\r\n[ \t]", "", text)):
        for period in value.split(","):
            first, last = period.split("/")
            start = instant(first)
            yield (start, start + length(last) if last.startswith("P") else instant(last))


def instant(text):
    return datetime.datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=mix.UTC)


def length(text):
    days, hours, minutes, seconds = (int(n or 0) for n in re.fullmatch(
        r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text).groups())
    return datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def measure(server, load, sizes, seconds, begin, costs):
    """costs[size][question] in microseconds."""
    for size in sizes:
        if size > LARGEST[server.name]:
            continue
        print(f"{server.name}: a calendar of {size} events", flush=True)
        asker = Asker(server, load, mix.Calendar(f"e{size}", size, begin), seconds)
        costs[size] = asker.cost
        asker.make()
        asker.reads()
        asker.sync()
        asker.puts()
        for name, cost in asker.cost.items():
            print(f"    {name:36} {cost:12.1f} us", flush=True)


def compare(fasti, load, limit, sizes, seconds, with_peers):
    now = datetime.datetime.now(mix.UTC)
    monday = now.date() + (14 - now.weekday()) * mix.DAY
    begin = datetime.datetime.combine(monday, datetime.time(), mix.UTC)
    fasti.add_user(USER)
    fasti.start()
    costs = {"fasti": {}}
    measure(fasti, load, sizes, seconds, begin, costs["fasti"])
    memory = {"fasti": fasti.rss_kb()}
    fasti.stop()
    for name in ("cyrus", "radicale") if with_peers else ():
        try:
            with peers.start(name) as peer:
                costs[name] = {}
                measure(peer, load, sizes, seconds, begin, costs[name])
                memory[name] = peer.rss_kb()
        except (peers.Missing, Wrong) as why:
            print(f"{name} is measured no further: {why}", flush=True)
    print_table(costs, sizes, limit)
    print("\nResident memory afterwards: " + ", ".join(
        f"{name} {kb / 1024:.0f} MB" for name, kb in memory.items()))


def ms(cost):
    return f"{cost / 1000:.3g}" if cost else "–"


def print_table(costs, sizes, limit):
    print("\n| ms of server CPU per request | events | Fasti | × the limit | to 1,000 events "
          "| Cyrus | Cyrus / Fasti | aim | Radicale |\n|---|---|---|---|---|---|---|---|---|")
    for name, aim in AIMS.items():
        for size in sizes:
            own = costs["fasti"][size][name]
            cyrus, radicale = (costs.get(peer, {}).get(size, {}).get(name)
                               for peer in ("cyrus", "radicale"))
            flat = "" if size == sizes[0] else f"{own / costs['fasti'][sizes[0]][name]:.2f} ×"
            ratio = f"{cyrus / own:.1f} ×" if cyrus else "–"
            print(f"| {name} | {size:,} | {own / 1000:.4f} | {own / limit:.1f} | {flat} "
                  f"| {ms(cyrus)} | {ratio} | {aim} × | {ms(radicale)} |")

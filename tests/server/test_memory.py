#!/usr/bin/python3
"""Long answers are streamed: what a server holds in memory does not grow with a calendar."""
import base64
import datetime
import http.client
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "bench")]
from fasti import PASSWORD, Skip, Suite, equal  # noqa: E402
import mix  # noqa: E402

suite = Suite("memory")
FEW = 300
MANY = 100000 if suite.soak else 20000 if suite.store == "sqlite" else 4000
NAMED = 5000  # in one multiget
GROWTH_MB = 12  # over what the answers of a small calendar took
PEAK_MB = 100  # with as many threads as there are by default
BEGIN = datetime.datetime(2026, 12, 7, tzinfo=mix.UTC)
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"


def report(name, inside):
    return "REPORT", f"<{name} {NAMESPACES}>{inside}</{name}>"


def questions(path, count):
    """What is asked: method, body, what to count in the answer, and how many there must be."""
    named = min(count, NAMED)
    hrefs = "".join(f"<D:href>{path}m{count}-{n}.ics</D:href>" for n in range(named))
    events = ('<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/>'
              "</C:comp-filter></C:filter>")
    since = "<D:sync-token/><D:sync-level>1</D:sync-level>"
    ranged = events.replace('"VEVENT"/>', '"VEVENT"><C:time-range start="20240101T000000Z" '
                            'end="20270601T000000Z"/></C:comp-filter>')
    end = b"</D:response>"
    return {
        "PROPFIND of tags": ("PROPFIND", f"<D:propfind {NAMESPACES}><D:prop><D:getetag/></D:prop>"
                             "</D:propfind>", end, count + 1),
        "PROPFIND of all": ("PROPFIND", "", end, count + 1),
        "calendar-query": (*report("C:calendar-query", DATA + events), end, count),
        "calendar-query by time": (*report("C:calendar-query", DATA + ranged), end, count),
        "multiget": (*report("C:calendar-multiget", DATA + hrefs), end, named),
        "sync-collection": (*report("D:sync-collection", since + DATA), end, count),
        "export": ("GET", "", b"\r\nEND:VEVENT", None),
    }


def ask(server, path, method, body, mark):
    """How often the mark stands in the answer, which is read as it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    token = base64.b64encode(f"alice:{PASSWORD}".encode()).decode()
    depth = "0" if "sync-collection" in body else "1"
    connection.request(method, path, body=body, headers={
        "Authorization": f"Basic {token}", "Depth": depth, "Content-Type": "application/xml"})
    answer = connection.getresponse()
    equal(answer.status in (200, 207), True, answer.status)
    found, rest = 0, b""
    while True:
        block = answer.read(1 << 16)
        if not block:
            break
        text = rest + block
        found += text.count(mark)
        rest = text[-(len(mark) - 1):]
    connection.close()
    return found


def peak_mb(server):
    """The most that was resident since it was last asked (proc(5): VmHWM, clear_refs)."""
    folder = f"/proc/{server.process.pid}"
    with open(f"{folder}/status", encoding="ascii") as file:
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", file.read()).group(1))
    with open(f"{folder}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return peak / 1024


def make(server, client, count):
    """A calendar of the mix; its path, and how many components an export of it has."""
    path = f"/dav/calendars/alice/c{count}/"
    equal(client.request("MKCALENDAR", path).status, 201)
    calendar = mix.Calendar(f"m{count}", count, BEGIN)
    file = f"{server.folder}/c{count}.ics"
    with open(file, "w", newline="", encoding="ascii") as out:
        out.write(calendar.file())
    server.run("import", "alice", f"c{count}", file, timeout=1200)
    return path, sum(e.text.count("END:VEVENT") for e in calendar.events)


@suite.case("a long answer is streamed, however it is asked for")
def _(s):
    if "FASTI_QUICK" in os.environ:
        raise Skip("a sanitizer keeps memory of its own")
    # One thread of each kind, or what each keeps for itself is most of it.
    env = {} if s.soak else {"FASTI_SERVER_WORKERS": "1", "FASTI_SERVER_EVENT_THREADS": "1"}
    with s.server(env) as server:
        server.add_user("alice")
        server.start()
        client = server.client("alice")
        calendars = [(count, *make(server, client, count)) for count in (FEW, MANY)]
        peak_mb(server)  # that of the password's hash
        few = 0
        for count, path, components in calendars:
            for name, (method, body, mark, wanted) in questions(path, count).items():
                found = ask(server, path, method, body, mark)
                equal(found, components if wanted is None else wanted, f"{name} of {count}")
                peak = peak_mb(server)
                if os.environ.get("FASTI_SHOW"):
                    print(f"{name:24} of {count:6}: {peak:6.1f} MB", flush=True)
                if count == FEW:
                    few = max(few, peak)
                elif peak > (PEAK_MB if s.soak else few + GROWTH_MB):
                    raise AssertionError(f"{name} of {count}: {peak:.0f} MB were resident, {few:.0f}"
                                         f" MB for {FEW} objects")


suite.main()

#!/usr/bin/python3
"""What sync tokens outlive: removals are remembered for a season, and the newest ones longer."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, parallel, wait_for  # noqa: E402

suite = Suite("sync")
CALENDAR = "/dav/calendars/alice/calendar/"
BEGIN, DAY = 1798761600, 86400
REMOVED, KEPT = 1010, 1000


def sync(client, token, limit=None):
    """A sync-collection REPORT: the status, what it tells of members, and its token."""
    nresults = f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit else ""
    got = client.request(
        "REPORT", CALENDAR,
        f'<D:sync-collection xmlns:D="DAV:"><D:sync-token>{token}</D:sync-token><D:sync-level>1'
        f"</D:sync-level>{nresults}<D:prop><D:getetag/></D:prop></D:sync-collection>",
        {"Content-Type": "application/xml", "Depth": "0"})
    if got.status == 403:
        equal("valid-sync-token" in got.text, True, got.text)
    members = {}
    for response in re.findall(r"<D:response>.*?</D:response>", got.text, re.S):
        href = re.search(r"<D:href>(.*?)</D:href>", response).group(1)
        if href != CALENDAR:
            members[href[len(CALENDAR):]] = "404" not in response
    told = re.search(r"<D:sync-token>(.*?)</D:sync-token>", got.text)
    return got.status, members, told and told.group(1)


def put(client, name):
    got = client.request("PUT", f"{CALENDAR}{name}.ics",
                         event(name, "20270104T090000Z", "20270104T100000Z"),
                         {"Content-Type": "text/calendar"})
    equal(got.status, 201, got.text)


def remove_all(server, names):
    """By several clients at once, that share what a commit costs."""
    def some(i):
        client = server.client("alice")
        for name in names[i::8]:
            put(client, name)
            equal(client.request("DELETE", f"{CALENDAR}{name}.ics").status, 204, name)
    parallel(8, some)


def set_clock(server, when):
    with open(f"{server.folder}/clock", "w", encoding="ascii") as file:
        file.write(f"{when}\n")


@suite.case("a token from before removals that were forgotten is refused (RFC 6578 §3.2)")
def _(s):
    server = s.server()
    server.options = ["--test-clock", f"{server.folder}/clock"]
    set_clock(server, BEGIN)
    with server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")
        for name in ("a", "b", "c"):
            put(alice, name)
        early = sync(alice, "")[2]
        remove_all(server, [f"gone-{i}" for i in range(REMOVED)])
        late = sync(alice, early)
        equal([late[0], list(late[1].values()).count(False)], [207, REMOVED])

        # Ninety days on they are told as ever; a server looks as soon as it starts.
        server.stop()
        set_clock(server, BEGIN + 90 * DAY)
        server.start()
        equal(sync(alice, early)[0], 207)
        server.stop()
        set_clock(server, BEGIN + 90 * DAY + 1)
        server.start()
        wait_for(lambda: sync(alice, early)[0] == 403, what="forgetting")
        equal(sync(alice, late[2]), (207, {}, late[2]))

        # Who lists anew is told what is there, also in portions that begin before the floor.
        status, first, cut = sync(alice, "", 2)
        equal([status, sorted(first)], [207, ["a.ics", "b.ics"]])
        equal(alice.request("DELETE", f"{CALENDAR}a.ics").status, 204)
        put(alice, "d")
        equal(sync(alice, cut)[:2], (207, {"a.ics": False, "c.ics": True, "d.ics": True}))


suite.main()

"""What an invitation to many costs, beside plain PUTs in the same minutes.

A meeting with 100 local attendees is 100 copies and 100 inbox items in one transaction. It is
compared to 100 PUTs of an event that invites nobody: of a usual one, and of one with as many bytes.
The CPU of each is the least of several rounds; that everybody has the meeting is asked of the
store afterwards.
"""
import os
import sqlite3

from measure import Row, ask, request

ROUNDS, GUESTS, MEETINGS, PUTS = 3, 100, 8, 250
AIM = 5  # 100 PUTs cost so many times as much


def event(uid, lines, description=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20280118T080000Z\r\n"
            "DTEND:20280118T090000Z\r\nSUMMARY:A meeting of some sort\r\n"
            f"{description}{''.join(lines)}END:VEVENT\r\nEND:VCALENDAR\r\n").encode()


def meeting(uid):
    return event(uid, ["ORGANIZER:mailto:org@example.org\r\n",
                       "ATTENDEE;PARTSTAT=ACCEPTED:mailto:org@example.org\r\n"] +
                 [f"ATTENDEE;CN=Guest number {n};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:\r\n"
                  f" mailto:guest{n}@example.org\r\n" for n in range(GUESTS)])


def plain(uid, size=0):
    missing = size - len(event(uid, []))
    lines = "".join(f" {'x' * 70}\r\n" for _ in range(missing // 73))
    return event(uid, [], f"DESCRIPTION:\r\n{lines}" if lines else "")


class Invitations:
    def __init__(self, server, load):
        self.server, self.load, self.made, self.cost = server, load, 0, {}

    def put(self, user, uid, body):
        return Row(request("PUT", f"/dav/calendars/{user}/calendar/{uid}.ics", body, user,
                           "Content-Type: text/calendar; charset=utf-8\r\n"), 201)

    def uid(self):
        self.made += 1
        return f"bench-{self.made}"

    def measure(self, name, rows, connections):
        got = self.load.run(self.server, rows, connections, 3600, "once")
        if got["wrong"]:
            raise SystemExit(f"{name}: {got['wrong']} wrong answers")
        self.cost[name] = min(got["cpu_us"], self.cost.get(name, got["cpu_us"]))

    def round(self):
        size = len(meeting("bench-0"))
        for name, make in (("plain", plain), ("as long", lambda uid: plain(uid, size))):
            for connections in (1, 8):
                self.measure(f"{name}, {connections}",
                             [self.put("solo", uid, make(uid))
                              for uid in (self.uid() for _ in range(PUTS))], connections)
        self.measure("invitation", [self.put("org", uid, meeting(uid)) for uid in
                                    (self.uid() for _ in range(MEETINGS))], 1)

    def judge(self):
        """Each has a copy and an inbox item of each meeting."""
        with sqlite3.connect(os.path.join(self.server.data, "fasti.db")) as db:
            found = db.execute("SELECT count(*) FROM object o JOIN owner w ON w.id = o.owner"
                               " WHERE w.name LIKE 'guest%'").fetchone()[0]
        wanted = 2 * GUESTS * MEETINGS * ROUNDS
        if found != wanted:
            raise SystemExit(f"{found} copies and inbox items, not {wanted}")


def compare(server, load, limit):
    print(f"making {GUESTS} guests", flush=True)
    for name in ["org", "solo"] + [f"guest{n}" for n in range(GUESTS)]:
        server.add_user(name)
    server.start()
    run = Invitations(server, load)
    for name in ("org", "solo"):
        ask(server.port, request("PROPFIND", server.home(name), user=name, headers="Depth: 0\r\n"))
    for _ in range(ROUNDS):
        run.round()
    server.stop()
    run.judge()
    whole = run.cost["invitation"]
    print(f"\ninvitation of {GUESTS} local attendees, one transaction: {whole:.0f} us"
          f" ({whole / limit:.0f} x the limit)")
    for name, cost in run.cost.items():
        if name != "invitation":
            print(f"  {GUESTS} PUTs, {name} connections at once: {GUESTS * cost:.0f} us, "
                  f"the invitation is 1/{GUESTS * cost / whole:.1f} (aim 1/{AIM})")

#!/usr/bin/python3
"""Real clients: vdirsyncer, python3-caldav, cadaver and curl."""
import datetime
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, Skip, Suite, equal, event  # noqa: E402

suite = Suite("clients")
HOME = "/dav/calendars/alice/calendar/"


def prepared(s):
    server = s.server()
    server.add_user("alice")
    server.add_user("bob")
    server.add_type("alice")
    return server.start()


def need(program):
    path = "/usr/bin/" + program
    if not os.path.exists(path):
        raise Skip(f"{program} is not installed")
    return path


def book(server):
    nobody, today = server.client(), datetime.date.today()
    answer = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                            f"&from={today}&to={today + datetime.timedelta(days=20)}").json()
    slot = [s for d in answer["days"] for s in d["slots"]][0]
    got = nobody.request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "start_time": slot["start_time"],
        "invitee_name": "Ivy", "invitee_email": "ivy@example.net",
        "invitee_timezone": "Europe/Berlin"}), {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return got.json()


@suite.case("vdirsyncer: discover, sync both ways, and a booking at the next sync")
def _(s):
    program = need("vdirsyncer")
    with prepared(s) as server:
        folder = os.path.join(server.folder, "vdir")
        os.makedirs(folder)
        config = os.path.join(folder, "config")
        with open(config, "w") as file:
            file.write(f"""
[general]
status_path = "{folder}/status/"
[pair fasti]
a = "here"
b = "there"
collections = ["from b"]
conflict_resolution = "b wins"
metadata = ["displayname", "color"]
[storage here]
type = "filesystem"
path = "{folder}/calendars/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "http://127.0.0.1:{server.port}/"
username = "alice"
password = "{PASSWORD}"
""")

        def vdirsyncer(*words):
            done = subprocess.run([program, "-c", config, *words], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, input=b"y\n" * 8, timeout=120)
            equal(done.returncode, 0, done.stdout.decode())
            return done.stdout.decode()

        alice = server.client("alice")
        alice.request("PUT", HOME + "one.ics", event("one", "20270104T090000Z",
                      "20270104T100000Z"), {"Content-Type": "text/calendar"})
        vdirsyncer("discover")
        vdirsyncer("sync")
        here = os.path.join(folder, "calendars", "calendar")
        equal(sorted(os.listdir(here)) != [], True, "the event came down")
        with open(os.path.join(here, "two.ics"), "w", newline="") as file:
            file.write(event("two", "20270105T090000Z", "20270105T100000Z"))
        vdirsyncer("sync")
        equal("UID:two" in server.run("export", "alice", "calendar")[1], True, "the event went up")
        made = book(server)
        vdirsyncer("sync")
        texts = [open(os.path.join(here, n), newline="").read() for n in os.listdir(here)
                 if n.endswith(".ics")]
        equal(any(made["calendar_event_id"] in t.replace("\r\n ", "").replace("\n ", "")
                  for t in texts), True, "the booking came down")
        os.remove(os.path.join(here, "two.ics"))
        vdirsyncer("sync")
        equal("UID:two" in server.run("export", "alice", "calendar")[1], False, "deleted above too")


CALDAV = """
import caldav, datetime, sys
client = caldav.DAVClient(sys.argv[1], username="alice", password=sys.argv[2])
principal = client.principal()
names = sorted(str(c.url).rstrip("/").rsplit("/", 1)[1] for c in principal.calendars())
assert "calendar" in names and "tasks" in names, names
calendar = [c for c in principal.calendars() if str(c.url).rstrip("/").endswith("/calendar")][0]
calendar.save_event(sys.stdin.read())
found = calendar.date_search(datetime.datetime(2027, 1, 4), datetime.datetime(2027, 1, 5))
assert len(found) == 1, found
assert calendar.date_search(datetime.datetime(2027, 1, 6), datetime.datetime(2027, 1, 7)) == []
event = calendar.event_by_uid("by-caldav")
event.vobject_instance.vevent.summary.value = "Changed"
event.save()
assert "Changed" in calendar.event_by_uid("by-caldav").data
made = principal.make_calendar(name="Made here")
assert made.get_display_name() if hasattr(made, "get_display_name") else True
made.delete()
token = calendar.objects_by_sync_token().sync_token
assert len(list(calendar.objects_by_sync_token(sync_token=token))) == 0
event.delete()
assert len(list(calendar.objects_by_sync_token(sync_token=token))) == 1
print("well")
"""


@suite.case("python3-caldav: principal, save, search by time and UID, sync token, delete")
def _(s):
    if not os.path.isdir("/usr/lib/python3/dist-packages/caldav"):
        raise Skip("python3-caldav is not installed")
    with prepared(s) as server:
        done = subprocess.run(["/usr/bin/python3", "-c", CALDAV, f"http://127.0.0.1:{server.port}/",
                               PASSWORD], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              input=event("by-caldav", "20270104T090000Z",
                                          "20270104T100000Z").encode(), timeout=120)
        equal(done.stdout.decode().strip().endswith("well"), True, done.stdout.decode())


@suite.case("cadaver: list, get, put, delete")
def _(s):
    program = need("cadaver")
    with prepared(s) as server:
        home = os.path.join(server.folder, "home")
        os.makedirs(home)
        with open(os.path.join(home, ".netrc"), "w") as file:
            file.write(f"machine 127.0.0.1\nlogin alice\npassword \"{PASSWORD}\"\n")
        with open(os.path.join(home, "new.ics"), "w", newline="") as file:
            file.write(event("by-cadaver", "20270104T090000Z", "20270104T100000Z"))
        done = subprocess.run([program, f"http://127.0.0.1:{server.port}{HOME}"],
                              input=b"put new.ics\nls\nget new.ics back.ics\ndelete new.ics\nls\nquit\n",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=home,
                              env=dict(os.environ, HOME=home), timeout=60)
        said = done.stdout.decode("utf-8", "replace")
        equal(os.path.exists(os.path.join(home, "back.ics")), True, said)
        equal(open(os.path.join(home, "back.ics"), newline="").read(),
              open(os.path.join(home, "new.ics"), newline="").read(), "byte for byte")
        equal("UID:by-cadaver" in server.run("export", "alice", "calendar")[1], False, said)


@suite.case("curl: discovery by well-known, with and without a password")
def _(s):
    program = need("curl")
    with prepared(s) as server:
        base = f"http://127.0.0.1:{server.port}"

        def curl(*words):
            return subprocess.run([program, "-s", "-i", *words], stdout=subprocess.PIPE,
                                  timeout=60).stdout.decode()

        for method in ("GET", "PROPFIND"):
            got = curl("-X", method, base + "/.well-known/caldav")
            equal(got.split()[1] in ("301", "302", "307", "308"), True, got)
            equal("/dav/" in got, True, got)
        got = curl("-X", "PROPFIND", "-H", "Depth: 0", "-L", "-u", f"alice:{PASSWORD}",
                   "--location-trusted", base + "/.well-known/caldav")
        equal("/dav/principals/users/alice/" in got, True, got)
        got = curl("-X", "PROPFIND", "-H", "Depth: 0", base + "/")
        equal(got.split()[1], "401")


suite.main()

#!/usr/bin/python3
"""The numbers of /metrics are there and move (decisions 30), and the alerts that are made of them."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, Skip, Suite, ahead, equal, wait_for  # noqa: E402

suite = Suite("metrics")
JSON = {"Content-Type": "application/json"}


def prepared(s):
    server = s.server()
    server.add_user("alice")
    server.add_type("alice")
    return server.start()


def metrics(server):
    text = server.client().request("GET", "/metrics").text
    return dict(re.findall(r"^([^#\s]\S*) (\S+)$", text, re.M)), text


def number(server, name):
    return float(metrics(server)[0][name])


def starts(server):
    got = server.client().request("GET", "/api/availability/slots?host=alice&type=intro"
                                  f"&from={ahead(2)}&to={ahead(10)}").json()
    return [x["start_time"] for day in got["days"] for x in day["slots"]]


def book(server, start, who="ivy"):
    """The status; the same asked for by the same a second time is a replay."""
    return server.client().request("POST", "/api/bookings", json.dumps(
        {"host": "alice", "type": "intro", "start_time": start, "invitee_name": who,
         "invitee_email": f"{who}@example.net"}), {**JSON, "Idempotency-Key": who + start}).status


# What a metric counts, and what is done for it. fasti_overlaps moves in tests/unit/test_store_life.c:
# no way through a server leads to one.
MOVES = (
    ('fasti_bookings_total{result="confirmed"}', lambda s, at: equal(book(s, at[0]), 201)),
    ('fasti_bookings_total{result="replayed"}', lambda s, at: equal(book(s, at[0]), 201)),
    ('fasti_bookings_total{result="taken"}', lambda s, at: equal(book(s, at[0], "eve"), 409)),
    ('fasti_bookings_total{result="not_offered"}',
     lambda s, at: equal(book(s, "2020-01-01T00:00:00Z"), 422)),
    ("fasti_slots_seconds_count", lambda s, at: starts(s)),
    ("fasti_change_wait_seconds_count", lambda s, at: equal(book(s, at[3]), 201)),
    ('fasti_timeline_cache_total{hit="yes"}', lambda s, at: (starts(s), starts(s))),
    ('fasti_timeline_cache_total{hit="no"}', lambda s, at: (book(s, at[6]), starts(s))),
    ('fasti_mail_total{result="sent"}', lambda s, at: equal(book(s, at[9]), 201)),
)


@suite.case("each of decisions 30 is there and moves")
def _(s):
    with prepared(s) as server:
        at = starts(server)
        for name, do in MOVES:
            before = number(server, name)
            do(server, at)
            wait_for(lambda: number(server, name) > before, what=f"{name} moves")
        values, text = metrics(server)
        equal(values["fasti_overlaps"], "0", "overlaps")
        # Nobody has a calendar elsewhere here; what happens to it is in test_federation_caldav.py.
        equal("# TYPE fasti_provider_requests_total counter" in text, True, text)
        equal(values['fasti_provider_requests_total{provider="google",result="failed"}'], "0")
        equal(values['fasti_provider_calls_total{provider="caldav",call="put",result="ok"}'], "0")
        equal(values['fasti_provider_tokens{provider="google"}'], "2000", "all are left")


def promtool():
    found = shutil.which("promtool") or os.path.join(ROOT, "build", "promtool")
    if not os.path.exists(found):
        raise Skip("promtool is not installed (tools/install-deps.sh test)")
    return found


@suite.case("contrib/alerts.yml: promtool reads it, and each alert comes when it has to",
            only="sqlite")
def _(s):
    tool = promtool()
    for words in (["check", "rules", "contrib/alerts.yml"],
                  ["test", "rules", "tests/alerts/alerts.test.yml"]):
        done = subprocess.run([tool, *words], cwd=ROOT, capture_output=True, text=True)
        equal(done.returncode, 0, done.stdout + done.stderr)
    # Each threshold matters: without it, a rule test fails.
    with open(os.path.join(ROOT, "contrib", "alerts.yml"), encoding="utf-8") as file:
        rules = file.read()
    with open(os.path.join(ROOT, "tests", "alerts", "alerts.test.yml"), encoding="utf-8") as file:
        tests = file.read()
    with prepared(s) as server:
        for was, bent in (("fasti_overlaps > 0", "fasti_overlaps > 1"), (") > 0.5", ") > 5"),
                          ("> 0.05", "> 0.5"), ("> 0.02", "> 0.2"), ("> 0.02", "> 0.001")):
            equal(rules.count(was), 1, was)
            with open(os.path.join(server.folder, "r.yml"), "w", encoding="utf-8") as file:
                file.write(rules.replace(was, bent))
            with open(os.path.join(server.folder, "t.yml"), "w", encoding="utf-8") as file:
                file.write(tests.replace("../../contrib/alerts.yml", "r.yml"))
            done = subprocess.run([tool, "test", "rules", "t.yml"], cwd=server.folder,
                                  capture_output=True, text=True)
            equal(done.returncode == 0, False, f"{bent} goes unnoticed")
        # What the rules read is what the server says.
        text = metrics(server)[1]
        for name in set(re.findall(r"fasti_[a-z_]+", re.sub(r"#.*", "", rules))):
            equal(f"# TYPE {name.removesuffix('_bucket')} " in text, True, name)


if __name__ == "__main__":
    suite.main()

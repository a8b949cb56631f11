#!/usr/bin/python3
"""Accounts elsewhere: consent, the callback, which calendars count, and how it ends."""
import contextlib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import ALL_DAY, DAY, GOOGLE, HOUR, OUTLOOK, House, both  # noqa: E402
from fasti import Suite, equal  # noqa: E402

suite = Suite("federation")


@both(suite, "an account is connected, and its busy time counts")
def _(s, kind):
    with House(s, kind) as h:
        equal(h.starts(), ALL_DAY)
        h.cal.add("Lunch", f"{DAY}T12:00:00", f"{DAY}T13:00:00")
        h.connect()
        one = h.connection()
        equal((one["provider"], one["account"], one["state"]),
              (kind.word, h.account.address, "works"))
        own = h.calendar()
        equal((own["counts"], own["takes"], own["may_write"]), (True, True, True))
        equal(h.busy(), ["12:00", "12:30"])
        equal(h.free_busy(), [(f"{DAY.replace('-', '')}T110000Z",
                               f"{DAY.replace('-', '')}T120000Z")])


@both(suite, "who comes from another site is led back by a page of ours, without a cookie")
def _(s, kind):
    with House(s, kind) as h:
        got = h.come_back(h.consent_url(), {})
        equal((got.status, h.connections()), (200, []))
        assert "again=1" in got.text, got.text
        location = h.service.consent(h.consent_url())
        h.server.client().request("GET", location.partition(".org")[2])
        got = h.server.client().request("GET", location.partition(".org")[2] + "&again=1", None,
                                        h.sign_in())
        equal(got.status, 303, got.text)
        equal(got.header("Location"), "/host#connections")
        equal(len(h.connections()), 1)


@both(suite, "a state of nobody's, of another user's, too old, or used with another code is refused")
def _(s, kind):
    with House(s, kind) as h:
        h.server.add_user("bob")
        path = f"/oauth/{kind.word}/callback?code=x&state="
        client, alice = h.server.client(), h.sign_in()
        equal(client.request("GET", path + "made-up", None, alice).status, 403)
        location = h.service.consent(h.consent_url())[len("https://cal.example.org"):]
        equal(client.request("GET", location, None, h.sign_in("bob")).status, 403)
        other = "outlook" if kind is GOOGLE else "google"
        equal(client.request("GET", location.replace(kind.word, other, 1), None, alice).status,
              403)
        changed = location.replace("state=", "state=A")
        equal(client.request("GET", changed, None, alice).status, 403)
        old = h.service.consent(h.consent_url())[len("https://cal.example.org"):]
        h.tick(HOUR)
        equal(client.request("GET", old, None, alice).status, 403)
        equal((h.connections(), h.service.calls["token"]), ([], 0), "no code was spent")


@both(suite, "the verifier belongs to the state: a code of somebody else's consent is worth nothing")
def _(s, kind):
    with House(s, kind) as h:
        first = h.service.consent(h.consent_url())
        second = h.service.consent(h.consent_url())
        code = first.partition("code=")[2].partition("&")[0]
        mine = second.partition("code=")[2].partition("&")[0]
        mixed = second.replace(mine, code)[len("https://cal.example.org"):]
        got = h.server.client().request("GET", mixed, None, h.sign_in())
        equal((got.status, h.connections()), (403, []))
        equal(h.service.calls["token"], 1, "it was asked, and refused")


@both(suite, "who says no there, or grants too little, is not connected")
def _(s, kind):
    with House(s, kind) as h:
        h.service.deny = "access_denied"
        got = h.come_back(h.consent_url(), h.sign_in())
        equal((got.status, h.connections()), (200, []))
        h.service.grant_only = {"offline_access", "User.Read",
                                "https://www.googleapis.com/auth/calendar.events"}
        got = h.come_back(h.consent_url(), h.sign_in())
        equal((got.status, h.connections()), (422, []))


@both(suite, "calendars are listed and chosen; what no longer counts is forgotten")
def _(s, kind):
    with House(s, kind) as h:
        work = h.account.add_calendar("Work")
        if kind is GOOGLE:
            read_only = h.account.add_calendar("Holidays", role="reader")
        else:
            read_only = h.account.add_calendar("Holidays", may_write=False)
        h.cal.add("own", f"{DAY}T09:00:00", f"{DAY}T10:00:00")
        work.add("work", f"{DAY}T11:00:00", f"{DAY}T12:00:00")
        read_only.add("holiday", f"{DAY}T14:00:00", f"{DAY}T15:00:00")
        h.connect()
        equal(sorted(c["title"] for c in h.connection()["calendars"] if not c["is_primary"]),
              ["Holidays", "Work"])
        equal(h.busy(), ["09:00", "09:30"])
        h.choose(Work={"counts": True, "takes": True}, **{h.calendar()["title"]: {"takes": False}})
        h.until(lambda: h.busy() == ["09:00", "09:30", "11:00", "11:30"], "Work counts")
        equal(h.calendar("Work")["takes"], True)
        h.ask(h.alice, "PUT", f"/api/connections/{h.connection()['id']}", 422, {
            "calendars": [{"id": h.calendar("Holidays")["id"], "counts": True, "takes": True}]})
        h.choose(Work={"counts": False}, Holidays={"counts": True})
        h.until(lambda: h.busy() == ["09:00", "09:30", "14:00", "14:30"], "Holidays count")


@both(suite, "tokens are not in the store as they are")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        words = [h.account.refresh[-1][:40], next(iter(h.account.access))[:40]]
        status, out, _ = h.server.run("export", "alice", check=False)
        shown = out if status == 0 else ""
        if s.store == "sqlite":
            for name in os.listdir(h.server.folder):
                if name.startswith("fasti.db"):
                    with open(os.path.join(h.server.folder, name), "rb") as file:
                        shown += file.read().decode("latin-1")
        equal([w in shown + h.server.log() for w in words], [False, False])


@both(suite, "a token that ends is renewed, also between two pages, and one that was refused anew")
def _(s, kind):
    with House(s, kind) as h:
        h.service.page_size = 1
        for hour in (9, 11, 13):
            h.cal.add("x", f"{DAY}T{hour:02}:00:00", f"{DAY}T{hour + 1:02}:00:00")
        h.service.spoil(kind.read, meanwhile=h.service.expire)
        h.connect()
        equal(h.busy(), ["09:00", "09:30", "11:00", "11:30", "13:00", "13:30"])
        equal((h.service.refreshed, h.connection()["state"]), (1, "works"))
        h.tick(2 * HOUR)  # it ends by the clock: no request with the old one
        refused = sum(1 for r in h.service.log if r.account is None and r.name == kind.read)
        h.refresh()
        equal(h.service.refreshed, 2)
        equal(sum(1 for r in h.service.log if r.account is None and r.name == kind.read), refused)


@both(suite, "a refresh token that is replaced is kept; one that is not, too")
def _(s, kind):
    with House(s, kind) as h:
        h.service.rotates = h.service.refuses_rotated = True
        h.connect()
        for _ in range(3):
            h.service.expire()
            h.refresh()
        equal((h.service.refreshed, h.connection()["state"]), (3, "works"))
        h.service.rotates = h.service.refuses_rotated = False
        for _ in range(2):
            h.service.expire()
            h.refresh()
        equal((h.service.refreshed, h.connection()["state"]), (5, "works"))


@both(suite, "many who need a token at once renew it once")
def _(s, kind):
    with House(s, kind) as h:
        others = [h.account.add_calendar(f"C{i}") for i in range(5)]
        h.connect()
        h.choose(**{c.title: {"counts": True} for c in others})
        h.until_read(tick=1)  # one account has not all threads: some are read in its next turn
        h.service.rotates = h.service.refuses_rotated = True
        h.service.expire()
        h.service.spoil("token", delay=0.3)
        before = h.service.refreshed
        h.refresh()
        equal((h.service.refreshed - before, h.connection()["state"]), (1, "works"))


@both(suite, "consent that is taken back: one mail, no more questions, and it can be given anew")
def _(s, kind):
    with House(s, kind) as h:
        h.cal.add("Lunch", f"{DAY}T12:00:00", f"{DAY}T13:00:00")
        h.connect()
        h.service.withdraw()
        h.refresh()
        h.until(lambda: h.connection()["state"] == "reconnect", "it is shown")
        h.until(lambda: h.letters("alice@example.org"), "a letter")
        asked = len(h.service.log)
        for _ in range(5):
            h.tick(HOUR)
            h.refresh()
        equal(len(h.service.log), asked, "nothing is asked any more")
        equal(len(h.letters("alice@example.org")), 1, "letters")
        h.connect(connection=h.connection()["id"])
        h.until(lambda: h.connection()["state"] == "works", "it works again")
        h.until(lambda: h.busy() == ["12:00", "12:30"], "it is read again")


@both(suite, "each word that says consent is gone is final; others are not")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        refusals = [("temporarily_unavailable", None), ("server_error", None),
                    ("invalid_client", None)]
        for refusal in refusals:
            h.service.refuse_refresh = refusal
            h.service.expire()
            h.refresh()
            equal(h.connection()["state"] == "reconnect", False, refusal[0])
            h.tick(HOUR)
        h.service.refuse_refresh = None
        h.until(lambda: h.refresh() or h.connection()["state"] == "works", "well again",
                tick=10 * 60)
        h.service.refuse_refresh = (("invalid_grant", "invalid_rapt") if kind is GOOGLE else
                                    ("interaction_required", "AADSTS50173: changed password"))
        h.service.expire()
        h.refresh()
        equal(h.connection()["state"], "reconnect")


@suite.case("google: a grant to an account that is not kept is given back, unless it is connected")
def _(s):
    with House(s, GOOGLE) as h:
        h.connect()
        first = h.connection()["id"]
        other = h.service.add_account("other@gmail.example")
        h.service.signed_in = "other@gmail.example"
        got = h.come_back(h.consent_url(first), h.sign_in())
        equal((got.status, len(h.connections())), (409, 1), "another one than was asked for")
        equal((h.service.calls["revoke"], other.refresh), (1, []), "it is given back")
        h.connect(read=False)
        got = h.come_back(h.consent_url(first), h.sign_in())
        equal((got.status, len(h.connections())), (409, 2))
        equal((h.service.calls["revoke"], len(other.refresh) > 0, len(h.account.refresh)),
              (1, True, 1), "what is connected stays so")


def watches(h):
    return h.service.channels.live() if h.kind is GOOGLE else h.service.subscriptions.live()


@both(suite, "who disconnects while the provider is down is forgotten there as soon as it listens")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.until(lambda: watches(h), "it is watched")
        one = h.connection()["id"]
        before = len(h.service.log)
        h.service.down()
        h.ask(h.alice, "DELETE", f"/api/connections/{one}", 204)
        equal(h.connections(), [])
        h.until(lambda: len(h.service.log) > before, "it is tried")
        h.tick(2 * HOUR)  # its token is none any more, and no row has another
        h.service.heal()
        h.until(h.is_told, "it is told", tick=5)
        equal(watches(h), [])
        if kind is GOOGLE:
            equal((h.service.calls["revoke"], h.account.refresh), (1, []))


@both(suite, "what a provider never listens to is dropped after some days, with a line in the log")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.until(lambda: watches(h), "it is watched")
        h.service.down()
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        h.until(h.is_told, "it is dropped", tick=HOUR)
        equal("event=oauth-revoke" in h.server.log(), True)


@suite.case("google: consent goes with the last account of this server that it is for")
def _(s):
    with House(s, GOOGLE) as h:
        h.server.add_user("bob")
        bob = h.server.client("bob")
        h.connect()
        got = h.come_back(h.consent_url(client=bob), h.sign_in("bob"))
        equal(got.status, 303, got.text[:500])
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        h.until(h.is_told, "its provider is told")
        equal((h.service.calls["revoke"], len(h.account.refresh) > 0), (0, True), "bob has it")
        one, = h.ask(bob, "GET", "/api/connections")["connections"]
        h.ask(bob, "POST", f"/api/connections/{one['id']}/refresh", 200, {})
        h.ask(bob, "DELETE", f"/api/connections/{one['id']}", 204)
        h.until(h.is_told, "its provider is told")
        equal((h.service.calls["revoke"], h.account.refresh), (1, []), "nobody has it")


@both(suite, "who disconnects is forgotten, here and there")
def _(s, kind):
    with House(s, kind) as h:
        h.cal.add("Lunch", f"{DAY}T12:00:00", f"{DAY}T13:00:00")
        h.connect()
        equal(h.busy(), ["12:00", "12:30"])
        gone = h.connection()["id"]
        h.ask(h.alice, "DELETE", f"/api/connections/{gone}", 204)
        equal((h.connections(), h.busy(), h.free_busy()), ([], [], []))
        h.until(h.is_told, "its provider is told")
        if kind is GOOGLE:
            equal((h.service.calls["revoke"], h.account.refresh), (1, []))
        asked = len(h.service.log)
        h.tick(HOUR)
        h.ask(h.alice, "POST", f"/api/connections/{gone}/refresh", 404, {})
        h.starts()
        equal(len(h.service.log), asked)
        h.connect()
        equal(h.busy(), ["12:00", "12:30"])


def printed_url(h, connection):
    """Where `fasti connect --again` sends a browser; nobody goes there."""
    with subprocess.Popen([h.server.suite.fasti, "connect", "alice", h.kind.word, "--again",
                           connection, "--store", h.server.store], env=h.server.env, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as run:
        try:
            return next(line for line in run.stdout if line.startswith(h.service.url))
        finally:
            run.kill()


@suite.case("outlook: what a refusal asks for goes along with the next consent (facts §7)")
def _(s):
    with House(s, OUTLOOK) as h:
        h.cal.add("x", f"{DAY}T09:00:00", f"{DAY}T10:00:00")
        h.connect()
        equal("claims=" in h.consent_url(h.connection()["id"]), False, "nothing is asked for yet")
        h.service.claims = '{"access_token":{"nbf":{"essential":true,"value":"1768726800"}}}'
        h.refresh()
        equal(h.connection()["state"], "reconnect")
        equal("claims=" in h.consent_url(), False, "another consent is another matter")
        equal("claims=" in printed_url(h, h.connection()["id"]), True, "of the command as well")
        h.connect(connection=h.connection()["id"])
        equal((h.service.claims, h.connection()["state"]), (None, "works"))
        equal("claims=" in h.consent_url(h.connection()["id"]), False, "it was brought")


@both(suite, "connected anew while a calendar is not listed: what was chosen of it stays")
def _(s, kind):
    with House(s, kind) as h:
        work = h.account.add_calendar("Work")
        work.add("x", f"{DAY}T09:00:00", f"{DAY}T10:00:00")
        h.connect()
        h.choose(Work={"counts": True, "takes": True}, **{h.calendar()["title"]: {"takes": False}})
        h.until_read()
        h.account.remove_calendar(work)
        h.connect(read=False, connection=h.connection()["id"])
        gone = h.calendar("Work")
        equal((gone["is_gone"], gone["counts"], gone["takes"]), (True, True, True))
        equal("09:00" in h.starts(), False, "what was read of it stands")
        with h.service.lock:
            h.account.calendars[work.id] = work
        h.connect(connection=h.connection()["id"])
        h.refresh()
        there = h.calendar("Work")
        equal((there["is_gone"], there["counts"], there["takes"]), (False, True, True))
        equal(h.busy(), ["09:00", "09:30"])


@both(suite, "nobody sees or changes another's accounts")
def _(s, kind):
    with House(s, kind) as h:
        h.server.add_user("bob")
        h.connect()
        bob, one = h.server.client("bob"), h.connection()
        path = f"/api/connections/{one['id']}"
        equal(h.ask(bob, "GET", "/api/connections")["connections"], [])
        chosen = {"calendars": [{"id": one["calendars"][0]["id"], "counts": False,
                                 "takes": False}]}
        for method, where, body in (("PUT", path, chosen), ("DELETE", path, None),
                                    ("POST", path + "/refresh", {})):
            h.ask(bob, method, where, 404, body)
        h.ask(h.nobody, "GET", "/api/connections", 401)
        equal(len(h.connections()), 1)


@suite.case("one that is not configured is not offered")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")
        equal(alice.request("GET", "/api/connections").json()["providers"], ["caldav"])
        got = alice.request("POST", "/api/connections", '{"provider":"google"}',
                            {"Content-Type": "application/json"})
        equal(got.status, 422, got.text)


@suite.case("Google and Outlook beside one another: their busy times add up")
def _(s):
    other = OUTLOOK.make()
    try:
        other.pushes.mode = "never"
        work = other.add_account().primary
        with tempfile.NamedTemporaryFile("w", encoding="ascii") as secret, \
                contextlib.ExitStack() as stack:
            secret.write(other.client_secret)
            secret.flush()
            h = stack.enter_context(House(s, GOOGLE, FASTI_OUTLOOK_SECRET_FILE=secret.name,
                                          **other.config()))
            other.clock = lambda: h.now
            h.cal.add("g", f"{DAY}T09:00:00", f"{DAY}T10:00:00")
            work.add("o", f"{DAY}T09:30:00", f"{DAY}T11:00:00")
            h.connect()
            location = other.consent(h.ask(h.alice, "POST", "/api/connections", 200,
                                           {"provider": "outlook"})["url"])
            got = h.server.client().request("GET", location.partition(".org")[2], None,
                                            h.sign_in())
            equal(got.status, 303, got.text)
            h.until_read()
            equal(h.busy(), ["09:00", "09:30", "10:00", "10:30"])
            taking = [c for x in h.connections() for c in x["calendars"] if c["takes"]]
            equal(len(taking), 1, "one calendar takes bookings")
        other.check()
    finally:
        other.close()


suite.main()

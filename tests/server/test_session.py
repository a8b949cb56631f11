#!/usr/bin/python3
"""Who is signed in with a browser: /api/session (decisions 29), and passwords of programs."""
import json
import os
import plistlib
import time

from contract import Contract
from fasti import PASSWORD, Suite, equal

suite = Suite("session")
JSON = {"Content-Type": "application/json"}
TOKEN = {"scope": "dav", "label": "Telephone"}
HOME = "/dav/calendars/alice/"


class Browser:
    """Keeps cookies, and says where a request comes from."""

    def __init__(self, server, headers=None):
        self.client, self.cookie, self.word = server.client(), None, None
        self.headers = headers or {}

    def ask(self, method, path, body=None, word=None, **headers):
        send = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if body is not None:
            send.update(JSON)
            body = json.dumps(body)
        if self.cookie:
            send["Cookie"] = self.cookie
        if word:
            send["Fasti-CSRF"] = word
        return self.client.request(method, path, body, send)

    def sign_in(self, name="alice", password=PASSWORD, **headers):
        got = self.ask("POST", "/api/session", {"name": name, "password": password}, **headers)
        if got.status == 200:
            self.cookie = got.header("Set-Cookie").split(";")[0]
            self.word = got.json()["csrf_token"]
        return got

    def write(self, word):
        return self.ask("POST", "/api/tokens", TOKEN, word).status


def started(server, *names):
    for name in names or ("alice",):
        server.add_user(name)
    return server.start()


def driven(server):
    """Let a file be the server's clock; the function that sets it."""
    clock = os.path.join(server.folder, "clock")
    server.options = ["--test-clock", clock]

    def tick(seconds):
        with open(clock + ".new", "w", encoding="ascii") as file:
            file.write(str(1800000000 + seconds))
        os.rename(clock + ".new", clock)

    tick(0)
    return tick


def attributes(got):
    return [part.strip() for part in got.header("Set-Cookie").split(";")[1:]]


@suite.case("the cookie is out of reach of scripts, of other sites, and ends in a week")
def _(s):
    with s.server() as server:
        browser = Browser(started(server))
        got = browser.sign_in()
        equal(got.status, 200, got.text)
        equal(attributes(got), ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Strict"])
        equal(browser.cookie.startswith("fasti="), True)
        equal(got.header("Cache-Control"), "no-store")
        shown = got.json()
        equal((shown["name"], shown["title"], shown["timezone"]),
              ("alice", "Alice", "Europe/Berlin"))
        equal(browser.ask("GET", "/api/session").json(), shown)


@suite.case("over https it is Secure, and of the __Host- kind: one without the prefix is none")
def _(s):
    with s.server(env={"FASTI_SERVER_URL": "https://cal.example.org"}) as server:
        browser = Browser(started(server))
        got = browser.sign_in()
        equal(attributes(got),
              ["Path=/", "Max-Age=604800", "HttpOnly", "SameSite=Strict", "Secure"])
        equal(browser.cookie.startswith("__Host-fasti="), True, browser.cookie)
        equal(browser.ask("GET", "/api/session").status, 200)
        browser.cookie = browser.cookie[len("__Host-"):]
        equal(browser.ask("GET", "/api/session").status, 401)


@suite.case("a wrong name or password is 401, and the browser's own window is not asked for")
def _(s):
    with s.server() as server:
        browser = Browser(started(server))
        for name, password in (("alice", "wrong"), ("nobody", PASSWORD), ("alice", PASSWORD + " ")):
            got = browser.sign_in(name, password, Fasti_CSRF="none")
            equal((got.status, got.header("Set-Cookie")), (401, None), name)
            equal(got.header("WWW-Authenticate"), 'Session realm="Fasti"')
        equal(browser.sign_in("Alice").status, 200, "as telephones write it")
        for body in ({}, {"name": "alice"}, {"name": "alice", "password": ""}):
            equal(browser.ask("POST", "/api/session", body).status, 422, str(body))


@suite.case("failures of one name and address slow that pair down; a right password never is")
def _(s):
    with s.server(env={"FASTI_SERVER_TRUSTED_PROXIES": "127.0.0.1"}) as server:
        started(server)
        there = Browser(server, {"X-Forwarded-For": "192.0.2.7"})
        for _i in range(3):
            equal(there.sign_in(password="wrong").status, 401)
        begun = time.monotonic()
        equal(there.sign_in(password="wrong").status, 401)
        equal(time.monotonic() - begun >= 0.25, True, "held back")
        equal(there.sign_in().status, 200)


@suite.case("without its word a session reads and changes nothing; a wrong one is none")
def _(s):
    with s.server() as server:
        browser = Browser(started(server))
        browser.sign_in()
        equal(browser.ask("GET", "/api/tokens").status, 200)
        other = Browser(server)
        other.sign_in()
        for word in (None, "", "none", other.word, browser.word[:-1], browser.word + "0"):
            equal(browser.write(word), 403, repr(word))
        equal(browser.ask("GET", "/api/tokens").json(), {"tokens": []})
        equal(browser.write(browser.word), 201)
        for method, path in (("DELETE", "/api/meeting-types/x"), ("PUT", "/api/schedules/default"),
                             ("DELETE", "/api/tokens/1"), ("DELETE", "/api/links/x")):
            equal(browser.ask(method, path).status, 403, path)
        equal(browser.ask("DELETE", "/api/session").status, 401, "nor is it ended by others")
        equal(browser.ask("GET", "/api/session").status, 200)


@suite.case("nothing that a user may change is changed for a session without its word")
def _(s):
    spec = Contract().spec
    writes = [(method.upper(), path.replace("{id}", "x").replace("{uid}", "x"))
              for path, methods in spec["paths"].items() for method, what in methods.items()
              if method in ("post", "put", "patch", "delete") and path != "/api/session"
              and {"user": []} in what.get("security", spec.get("security", []))]
    equal(len(writes) > 20, True, str(writes))
    with s.server() as server:
        browser = Browser(started(server))
        browser.sign_in()
        for method, path in writes:
            equal(browser.ask(method, path, {}).status, 403, f"{method} {path}")
            equal(browser.ask(method, path, {}, browser.word).status == 403, False, path)


@suite.case("under /dav a session counts for nothing without its word, not even to read")
def _(s):
    with s.server() as server:
        browser = Browser(started(server))
        browser.sign_in()
        paths = (("PROPFIND", HOME), ("GET", HOME + "calendar/"), ("OPTIONS", HOME))
        for method, path in paths:
            equal(browser.ask(method, path, Depth="0").status, 401, method)
        got = browser.ask("PROPFIND", HOME, None, browser.word, Depth="0")
        equal(got.status, 207, got.text)
        equal(browser.ask("GET", "/freebusy/alice.ifb", None, browser.word).status, 200)
        equal(browser.ask("GET", "/freebusy/alice.ifb").status in (401, 404), True)


@suite.case("other sites: no form signs in, no answer may be read, none is signed in from there")
def _(s):
    with s.server() as server:
        browser = Browser(started(server))
        form = browser.client.request(
            "POST", "/api/session", '{"name":"alice","password":"' + PASSWORD + '"}',
            {"Content-Type": "text/plain", "Origin": "https://evil.example"})
        equal(form.status, 415)
        for site in ("cross-site", "same-site"):
            equal(browser.sign_in(Sec_Fetch_Site=site).status, 403, site)
        equal(browser.sign_in(Sec_Fetch_Site="same-origin").status, 200)
        got = browser.ask("GET", "/api/session", Origin="https://evil.example")
        for name in ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"):
            equal(got.header(name), None, name)
        got = browser.ask("OPTIONS", "/api/tokens", Origin="https://evil.example",
                          Access_Control_Request_Method="POST",
                          Access_Control_Request_Headers="fasti-csrf")
        equal(got.header("Access-Control-Allow-Credentials"), None)


@suite.case("fixation: a secret that somebody else chose opens nothing, and an old one ends")
def _(s):
    with s.server() as server:
        browser = Browser(started(server, "alice", "bob"))
        browser.cookie = planted = "fasti=" + "A" * 32
        equal(browser.sign_in().status, 200)
        equal(browser.cookie != planted, True)
        first = browser.cookie
        equal(browser.sign_in("bob").status, 200, "over the session of another user")
        second = browser.cookie
        for cookie, want in ((planted, 401), (first, 401), (second, 200)):
            browser.cookie = cookie
            equal(browser.ask("GET", "/api/session").status, want)
        equal(browser.ask("GET", "/api/session").json()["name"], "bob")


@suite.case("it ends when its time is over")
def _(s):
    with s.server() as server:
        tick = driven(server)
        browser = Browser(started(server))
        browser.sign_in()
        for seconds, want in ((604799, 200), (604800, 401)):
            tick(seconds)
            equal(browser.ask("GET", "/api/session").status, want, str(seconds))
        equal(browser.write(browser.word), 401)


@suite.case("it ends when its owner signs out, everywhere else it goes on")
def _(s):
    with s.server() as server:
        started(server)
        here, there = Browser(server), Browser(server)
        here.sign_in()
        there.sign_in()
        got = here.ask("DELETE", "/api/session", None, here.word)
        equal(got.status, 204)
        equal(got.header("Set-Cookie").startswith("fasti=; Path=/; Max-Age=0;"), True)
        equal(here.ask("GET", "/api/session").status, 401)
        equal(there.ask("GET", "/api/session").status, 200)


@suite.case("it ends with a new password, and with its owner; that of others stays")
def _(s):
    with s.server() as server:
        started(server, "alice", "bob")
        alice, bob = Browser(server), Browser(server)
        alice.sign_in()
        bob.sign_in("bob")
        made = alice.ask("POST", "/api/tokens", TOKEN, alice.word).json()
        app = server.client("alice", made["secret"])
        server.run("user", "passwd", "alice", "--password-file", "-", stdin="another one\n")
        equal(alice.ask("GET", "/api/session").status, 401)
        equal(alice.write(alice.word), 401)
        equal(alice.sign_in().status, 401)
        equal(bob.ask("GET", "/api/session").status, 200)
        equal(app.request("PROPFIND", HOME, None, {"Depth": "0"}).status, 207,
              "a program's password is revoked by name")
        server.run("user", "delete", "bob")
        equal(bob.ask("GET", "/api/session").status, 401)


@suite.case("fifty browsers of one user are remembered; the oldest makes room")
def _(s):
    with s.server() as server:
        tick = driven(server)
        started(server)
        browsers = []
        for i in range(51):
            tick(i)
            browsers.append(Browser(server))
            equal(browsers[-1].sign_in().status, 200)
        equal([b.ask("GET", "/api/session").status for b in browsers], [401] + 50 * [200])


@suite.case("Authorization goes before the cookie, and needs no word")
def _(s):
    with s.server() as server:
        started(server, "alice", "bob")
        browser = Browser(server)
        browser.sign_in()
        browser.client.user = "bob"
        got = browser.ask("GET", "/api/session").json()
        equal((got["name"], got["csrf_token"]), ("bob", None))
        equal(browser.write(None), 201)
        browser.client.password = "wrong"
        equal(browser.ask("GET", "/api/session").status, 401)


@suite.case("the password of a program opens its owner's calendars and nothing else")
def _(s):
    with s.server() as server:
        started(server, "alice", "bob")
        made = server.client("alice").request("POST", "/api/tokens", json.dumps(TOKEN), JSON).json()
        app = server.client("alice", made["secret"])
        equal(app.request("PROPFIND", HOME, None, {"Depth": "0"}).status, 207)
        equal(app.request("PROPFIND", "/dav/calendars/bob/", None, {"Depth": "0"}).status, 404)
        equal(server.client("bob", made["secret"]).request("PROPFIND", HOME, None,
                                                           {"Depth": "0"}).status, 401)
        for path in ("/api/tokens", "/api/bookings", "/api/schedules", "/api/session"):
            equal(app.request("GET", path).status, 401, path)
        equal(Browser(server).sign_in(password=made["secret"]).status, 401)
        owner = server.client("alice")
        shown = owner.request("GET", "/api/tokens").json()["tokens"]
        equal([(t["scope"], t["label"], "secret" in t) for t in shown],
              [("dav", "Telephone", False)])
        equal(owner.request("DELETE", f"/api/tokens/{made['id']}").status, 204)
        equal(owner.request("DELETE", f"/api/tokens/{made['id']}").status, 404)
        equal(app.request("PROPFIND", HOME, None, {"Depth": "0"}).status, 401)


def bearer(client, method, path, secret, body=None):
    return client.request(method, path, body and json.dumps(body),
                          {"Authorization": f"Bearer {secret}", **(JSON if body else {})})


@suite.case("the token of a program opens the API of its owner, and nothing else")
def _(s):
    with s.server() as server:
        started(server, "alice", "bob")
        nobody, secret = server.client(), server.run("token", "add", "alice", "--scope",
                                                     "api")[1].strip()
        for path in ("/api/bookings", "/api/calendars", "/api/links", "/api/meeting-types",
                     "/api/proposals", "/api/schedules", "/api/settings", "/api/tokens",
                     "/api/webhooks"):
            equal(bearer(nobody, "GET", path, secret).status, 200, path)
        equal(bearer(nobody, "GET", "/api/session", secret).json()["name"], "alice")
        made = bearer(nobody, "POST", "/api/meeting-types", secret,
                      {"slug": "x", "title": "X", "durations": [30]})
        equal(made.status, 201, made.text)
        explained = bearer(nobody, "GET", "/api/availability/explain?host=alice&type=x"
                           "&start_time=2020-01-06T10:00:00Z", secret)
        equal((explained.status, explained.json()["reason"]), (200, "past"), explained.text)
        for path in (HOME, "/dav/", "/", "/host/apple.mobileconfig", "/freebusy/alice.ifb"):
            method = "PROPFIND" if path.startswith("/dav") else "GET"
            equal(bearer(nobody, method, path, secret).status, 401, path)
        equal(nobody.request("GET", f"/feeds/{secret}.ics").status, 404, "no feed")
        for user in ("alice", "bob"):
            for path in (HOME, "/api/tokens", "/freebusy/alice.ifb"):
                equal(server.client(user, secret).request("GET", path).status, 401, "as password")
        equal(Browser(server).sign_in(password=secret).status, 401)


@suite.case("no token of another scope opens the API; one of the API makes no others")
def _(s):
    with s.server() as server:
        alice, nobody = started(server).client("alice"), server.client()
        feed = server.run("token", "add", "alice")[1].strip()
        secrets = {"feed": feed.rsplit("/", 1)[1].removesuffix(".ics")}
        for scope in ("freebusy", "dav"):
            secrets[scope] = server.run("token", "add", "alice", "--scope", scope)[1].strip()
        for scope, secret in secrets.items():
            for path in ("/api/bookings", "/api/schedules", "/api/session", "/api/tokens"):
                equal(bearer(nobody, "GET", path, secret).status, 401, f"{scope} {path}")
        made = alice.request("POST", "/api/tokens", json.dumps({"scope": "api", "label": "CRM"}),
                             JSON).json()
        for scope in ("api", "dav", "feed"):
            got = bearer(nobody, "POST", "/api/tokens", made["secret"],
                         {"scope": scope, "label": "x"})
            equal((got.status, got.json()["member"]), (403, "Authorization"), scope)
        shown = bearer(nobody, "GET", "/api/tokens", made["secret"]).json()["tokens"]
        equal([t["scope"] for t in shown], ["feed", "freebusy", "dav", "api"], "listed")
        got = bearer(nobody, "DELETE", f"/api/tokens/{made['id']}", made["secret"])
        equal(got.status, 204, "it may give itself up")
        equal(bearer(nobody, "GET", "/api/tokens", made["secret"]).status, 401, "revoked")


@suite.case("what is no token is refused by name")
def _(s):
    with s.server() as server:
        client = started(server).client("alice")
        for body, member in (({"scope": "all", "label": "x"}, "scope"), ({"scope": "dav"}, "label"),
                             ({"scope": "dav", "label": "a\nb"}, "label"),
                             ({"scope": "feed", "label": "x", "detail": "some"}, "detail"),
                             ({"scope": "dav", "label": "x", "owner": 1}, "owner")):
            got = client.request("POST", "/api/tokens", json.dumps(body), JSON)
            equal((got.status, got.json().get("member")), (422, member), str(body))
        feed = client.request("POST", "/api/tokens", json.dumps(
            {"scope": "feed", "label": "x", "detail": "busy"}), JSON).json()
        path = feed["url"].split("/", 3)[3]
        equal(server.client().request("GET", "/" + path).status, 200)


@suite.case("the Apple profile names the account, and no password; /host is not framed")
def _(s):
    with s.server(env={"FASTI_SERVER_URL": "https://cal.example.org:8443"}) as server:
        client = started(server).client("alice")
        got = client.request("GET", "/host/apple.mobileconfig")
        equal((got.status, got.header("Content-Type")), (200, "application/x-apple-aspen-config"))
        profile = plistlib.loads(got.body)
        equal((profile["PayloadType"], profile["PayloadVersion"]), ("Configuration", 1))
        (account,) = profile["PayloadContent"]
        equal({k: v for k, v in account.items() if k.startswith("CalDAV")},
              {"CalDAVAccountDescription": "Alice", "CalDAVHostName": "cal.example.org",
               "CalDAVPort": 8443, "CalDAVUseSSL": True, "CalDAVUsername": "alice",
               "CalDAVPrincipalURL": "/dav/principals/users/alice/"})
        equal(account["PayloadType"], "com.apple.caldav.account")
        equal(account["PayloadUUID"] != profile["PayloadUUID"], True)
        equal(client.request("GET", "/host/apple.mobileconfig").text, got.text, "the same again")
        equal(server.client().request("GET", "/host/apple.mobileconfig").status, 401)
        page = server.client().request("GET", "/host")
        policy = page.header("Content-Security-Policy")
        for part in ("default-src 'none'", "script-src 'self';", "style-src 'self';",
                     "frame-ancestors 'none'"):
            equal(part in policy, True, policy)
        equal("<script>" in page.text or "style=" in page.text, False)


suite.main()

#!/usr/bin/python3
"""Services that other people wrote: consent of Google's and Microsoft's kind at `emulate`, and
`prism`, which judges by the same descriptions what passes between the server and our own doubles.

`emulate` has OAuth of both (PKCE, refresh, rotation, revoke), Google's list of calendars and events
without sync tokens; of Microsoft's calendars nothing, so that there our own double answers the rest.
"""
import contextlib
import html
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

from story import HERE, Story, equal, wait_for

sys.path[:0] = [os.path.join(os.path.dirname(HERE), name) for name in ("federation", "tools")]
import description  # noqa: E402
from elsewhere import DAY, GOOGLE, OUTLOOK, PUBLIC, House  # noqa: E402
from peers import free_port, free_ports  # noqa: E402

story = Story("emulate", needs=["node"])
MODULES = os.path.join(os.environ.get("FASTI_NODE", os.path.join(story.build, "node")),
                       "node_modules")
ID, SECRET = "client-of-tests", "a secret"


@contextlib.contextmanager
def running(words, ready, folder):
    """A program of Node.js, until the end of the block."""
    log = os.path.join(folder, "node.log")
    with open(log, "wb") as out:
        program = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, cwd=folder)
    try:
        def says():
            with open(log, encoding="utf-8", errors="replace") as file:
                text = file.read()
            assert program.poll() is None, text
            return ready in text
        wait_for(says, 120, f"{os.path.basename(words[1])} is ready")
        yield log
    finally:
        program.terminate()
        program.wait(timeout=30)


@contextlib.contextmanager
def emulate(folder):
    """Both services; their addresses."""
    seed = {"google": {
        "users": [{"email": "ann@example.com", "name": "Ann"}],
        "oauth_clients": [{"client_id": ID, "client_secret": SECRET, "name": "Fasti",
                           "redirect_uris": [PUBLIC + "/oauth/google/callback"]}],
        "calendars": [{"id": "primary", "user_email": "ann@example.com", "primary": True,
                       "summary": "ann@example.com", "time_zone": "Europe/Berlin"}],
        "calendar_events": [{"id": "evt1", "user_email": "ann@example.com",
                             "calendar_id": "primary", "summary": "Lunch",
                             "start_date_time": f"{DAY}T11:00:00Z",
                             "end_date_time": f"{DAY}T12:00:00Z"}]},
        "microsoft": {
            "users": [{"email": "ann@example.com", "name": "Ann"}],
            "oauth_clients": [{"client_id": ID, "client_secret": SECRET, "name": "Fasti",
                               "redirect_uris": [PUBLIC + "/oauth/outlook/callback"]}]}}
    path, port = os.path.join(folder, "seed.json"), free_ports(2)
    with open(path, "w", encoding="ascii") as file:
        json.dump(seed, file)
    words = [os.path.join(MODULES, ".bin", "node"),
             os.path.join(MODULES, "emulate", "dist", "index.js"), "start", "-p", str(port),
             "-s", "google,microsoft", "--seed", path]
    with running(words, "Ready.", folder):
        yield f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"


def consent(base, url):
    """Press the button of Ann's on the consent page; where it leads."""
    split = urllib.parse.urlsplit(url)
    line = http.client.HTTPConnection(split.hostname, split.port, timeout=30)
    line.request("GET", f"{split.path}?{split.query}")
    page = line.getresponse().read().decode()
    for form in re.findall(r"<form.*?</form>", page, re.S):
        fields = {html.unescape(k): html.unescape(v) for k, v in
                  re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)}
        if fields.get("email") == "ann@example.com":
            action = html.unescape(re.search(r'action="([^"]*)"', form)[1])
            line.request("POST", action, urllib.parse.urlencode(fields),
                         {"Content-Type": "application/x-www-form-urlencoded"})
            got = line.getresponse()
            got.read()
            line.close()
            return got.getheader("Location")
    raise AssertionError(f"{base}: no button: {page[-2000:]}")


class Emulated(House):
    """A house whose consent pages and tokens are emulate's; what else there is, is `api`."""

    def __init__(self, suite, kind, base, pages, api=None):
        self.base = base
        word = kind.word.upper()
        settings = {f"FASTI_{word}_CLIENT_ID": ID, f"FASTI_{word}_AUTH_URL": base + pages[0],
                    f"FASTI_{word}_TOKEN_URL": base + pages[1]}
        if len(pages) > 2:
            settings[f"FASTI_{word}_REVOKE_URL"] = base + pages[2]
        if api:
            settings[f"FASTI_{word}_API_URL"] = api
        super().__init__(suite, kind, **settings)

    def start(self):
        with open(self.server.env[f"FASTI_{self.kind.word.upper()}_SECRET_FILE"], "w",
                  encoding="ascii") as file:
            file.write(SECRET)
        super().start()

    def come_back(self, url, cookie):
        location = consent(self.base, url)
        return self.server.client().request("GET", location[len(PUBLIC):], None, cookie)


@story.case("emulate of Google: connected with PKCE, its calendars listed, renewed, revoked")
def _(s):
    with tempfile.TemporaryDirectory(prefix="fasti-emulate-") as folder, \
            emulate(folder) as (google, _):
        with Emulated(s, GOOGLE, google, ("/o/oauth2/v2/auth", "/oauth2/token", "/oauth2/revoke"),
                      google + "/calendar/v3") as h:
            h.connect(read=False)
            equal([c["title"] for c in h.connection()["calendars"]], ["ann@example.com"])
            h.until(lambda: h.calendar()["last_error"], "its events have no sync token", tick=60)
            equal(h.starts(), [], "what cannot be read is not free")
            h.tick(2 * 3600)
            h.refresh()
            equal(h.connection()["state"] == "reconnect", False, "a token was renewed")
            h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
            equal(len(h.starts()) > 0, True)
            h.until(h.is_told, "consent is given back")


@story.case("emulate of Microsoft: connected with PKCE, and refresh tokens that are replaced")
def _(s):
    with tempfile.TemporaryDirectory(prefix="fasti-emulate-") as folder, \
            emulate(folder) as (_, microsoft):
        with Emulated(s, OUTLOOK, microsoft, ("/oauth2/v2.0/authorize", "/oauth2/v2.0/token")) as h:
            h.service.trusts = {"Calendars.ReadWrite", "MailboxSettings.Read", "User.Read"}
            h.cal.add("Lunch", f"{DAY}T12:00:00", f"{DAY}T13:00:00")
            h.connect()
            equal(h.busy(), ["12:00", "12:30"])
            for _ in range(3):  # each time the one before is refused
                h.tick(2 * 3600)
                h.refresh()
                equal(h.connection()["state"], "works")


def described(name, folder):
    """Where prism finds a description; to that of Graph's calendars what belongs to accounts, the
    one call for who it is, is added."""
    spec = description.read(name)
    assert spec is not None, f"{name} is not there"
    if "/me/calendars" in spec["paths"]:
        spec["paths"]["/me"] = {"get": {"parameters": [], "responses": {
            "200": {"description": "ok"}}}}
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(spec, file)
    return path


def through_prism(kind, file, prefix):
    @story.case(f"prism finds nothing wrong in what is said to {kind.word}, nor in our double")
    def _(s):
        port = free_port()
        with House(s, kind, **{f"FASTI_{kind.word.upper()}_API_URL":
                               f"http://127.0.0.1:{port}"}) as h:
            if kind is OUTLOOK:
                h.service.link_base = f"http://127.0.0.1:{port}"
            words = [os.path.join(MODULES, ".bin", "node"),
                     os.path.join(MODULES, ".bin", "prism"), "proxy", "--errors", "-h",
                     "127.0.0.1", "-p", str(port), described(file, h.server.folder),
                     h.service.url + prefix]
            with running(words, "is listening", h.server.folder) as log:
                h.cal.add("Lunch", f"{DAY}T12:00:00", f"{DAY}T13:00:00")
                kind.series(h.cal, "weekly", f"{DAY}T16:00:00", f"{DAY}T17:00:00", count=3)
                h.connect()
                equal(h.busy(), ["12:00", "12:30", "16:00", "16:30"])
                booking = h.book("10:00")
                h.until(lambda: len(h.copies()) == 3, "the copy", tick=5)
                token = booking["cancel_url"].split("/")[-1]
                if kind is OUTLOOK:  # Google's PATCH takes a member away by null, which no schema has
                    h.ask(h.nobody, "POST", f"/api/bookings/{booking['id']}/reschedule?token={token}",
                          200, {"start_time": f"{DAY}T13:00:00Z"})
                    h.until(lambda: (f"{DAY}T14:00", f"{DAY}T14:30") in
                            [c[1:] for c in h.copies()], "it moved", tick=5)
                h.ask(h.nobody, "DELETE", f"/api/bookings/{booking['id']}?token={token}")
                h.until(lambda: len(h.copies()) == 2, "it is gone", tick=5)
                h.refresh()
                with open(log, encoding="utf-8", errors="replace") as said:
                    wrong = [line for line in said
                             if re.search(r"violation|terminated with error|errors#", line, re.I)]
                equal(wrong, [])


through_prism(GOOGLE, "google-calendar-openapi.json", "/calendar/v3")
through_prism(OUTLOOK, "msgraph-calendar.json", "/v1.0")


story.main()

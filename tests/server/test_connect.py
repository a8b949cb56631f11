#!/usr/bin/python3
"""fasti connect: accounts elsewhere, from a machine without a browser."""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "federation")]
from fasti import PASSWORD, Suite, equal, next_monday, wait_for  # noqa: E402
from google import Google  # noqa: E402

suite = Suite("connect")
URL = "https://cal.example.org"


class House:
    """A server that may ask a double of Google; its own address is one that nobody can reach."""

    def __init__(self, s):
        self.google, self.server = Google(), s.server({"FASTI_FEDERATION_PRIVATE": "on"})
        self.google.pushes.mode = "never"
        self.google.add_account("alice@gmail.example")
        secret = os.path.join(self.server.folder, "google-secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write(self.google.client_secret + "\n")
        self.server.env.update(self.google.config(), FASTI_GOOGLE_SECRET_FILE=secret,
                               FASTI_SERVER_URL=URL)
        self.server.add_user("alice")
        self.server.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        self.server.__exit__(kind, *rest)
        self.google.close()
        if kind is None:
            self.google.check()

    def begin(self, *words):
        """The command, once it has said where to go; and where that leads a browser."""
        run = subprocess.Popen([self.server.suite.fasti, "connect", "alice", "google", *words,
                                "--store", self.server.store], env=self.server.env, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
        for line in run.stdout:
            if line.startswith(self.google.url):
                return run, self.google.consent(line.strip())
        raise AssertionError(f"it printed no address, and ended with {run.wait()}")

    def callback(self, address):
        equal(address.startswith(URL + "/oauth/google/callback?"), True, address)
        return self.server.client().request("GET", address[len(URL):])

    def accounts(self):
        got = self.server.client("alice").request("GET", "/api/connections")
        return got.json()["connections"]

    def run(self, *words, status=0, stdin=""):
        got, out, err = self.server.run("connect", "alice", *words, stdin=stdin, check=False)
        equal(got, status, f"connect {words}: {out}{err}")
        return out


def end(run, typed=None):
    out, _ = run.communicate(typed, timeout=60)
    return run.returncode, out


@suite.case("it waits until the browser came back to the server, where nobody is signed in")
def _(s):
    with House(s) as h:
        run, address = h.begin()
        got = h.callback(address)
        equal((got.status, "Connected" in got.text), (200, True), got.text)
        status, out = end(run)
        one, = h.accounts()
        equal(status, 0, out)
        equal([one["id"] in out, "alice@gmail.example" in out], [True, True], out)
        equal(one["calendars"][0]["counts"], True, "its own calendar")


@suite.case("the address that the browser could not open is pasted; a code is good once")
def _(s):
    with House(s) as h:
        run, address = h.begin()
        status, out = end(run, address + "\n")
        equal((status, len(h.accounts())), (0, 1), out)
        run, again = h.begin("--again", h.accounts()[0]["id"])
        equal(end(run, again + "\n")[0], 0, "connected anew")
        equal(len(h.accounts()), 1, "and not twice")
        run, _ = h.begin()
        status, out = end(run, address + "\n")
        equal((status, len(h.accounts())), (1, 1), out)
        run, _ = h.begin()
        status, out = end(run, URL + "/oauth/google/callback?error=access_denied\n")
        equal((status, "no consent" in out), (1, True), out)


@suite.case("lists, and disconnects; a consent that was asked for at the page needs its user")
def _(s):
    with House(s) as h:
        run, address = h.begin()
        equal(end(run, address + "\n")[0], 0, "connected")
        listed = h.run()
        one, = h.accounts()
        equal(bool(re.search(rf"^{one['id']}  google +works +alice@gmail.example$", listed, re.M)),
              True, listed)
        equal("main counts takes-bookings" in listed, True, listed)
        h.run("--end", one["id"])
        equal(h.accounts(), [], "gone")
        h.run("--end", one["id"], status=1)
        url = h.server.client("alice").request(
            "POST", "/api/connections", '{"provider": "google"}',
            {"Content-Type": "application/json"}).json()["url"]
        got = h.callback(h.google.consent(url))
        equal((got.status, "again=1" in got.text), (200, True), got.text)
        equal(h.accounts(), [], "nobody was signed in")


@suite.case("a CalDAV account by its password; wrong usage and wrong words are said")
def _(s):
    with House(s) as h:
        there = f"http://127.0.0.1:{h.server.port}/"
        known = ("caldav", "--url", there, "--name", "alice", "--password-file", "-")
        h.run(*known, stdin=PASSWORD + "\n")
        equal([c["provider"] for c in h.accounts()], ["caldav"], "connected")
        h.run(*known, stdin="wrong\n", status=1)
        h.run("caldav", status=2)
        h.run("google", "--url", there, status=2)
        h.run("other", status=2)
        h.run("outlook", status=1)


@suite.case("a CalDAV account of this very server is refused, and it is said why")
def _(s):
    with s.server({"FASTI_FEDERATION_PRIVATE": "on"}) as server:
        server.add_user("alice")
        server.add_user("bob")
        server.start()
        here = f"http://127.0.0.1:{server.port}"
        got = server.client("alice").request(
            "POST", "/api/connections", json.dumps({"provider": "caldav", "url": here + "/",
                                                    "name": "bob", "password": PASSWORD}),
            {"Content-Type": "application/json"})
        equal((got.status, "this very server" in got.text), (422, True), got.text)
        server.env["FASTI_SERVER_URL"] = here + "/"
        status, _, err = server.run("connect", "alice", "caldav", "--url", here, "--name", "bob",
                                    "--password-file", "-", stdin=PASSWORD + "\n", check=False)
        equal((status, "this very server" in err), (1, True), err)
        equal(server.run("connect", "alice")[1], "", "nothing is connected")


def connected(h):
    run, address = h.begin()
    equal(end(run, address + "\n")[0], 0, "connected")
    return h.google.account("alice@gmail.example")


def delete(h, *words):
    status, out, err = h.server.run("user", "delete", "alice", *words, check=False)
    return status, out + err


@suite.case("a user who is deleted gives consent back, and watches are stopped")
def _(s):
    with House(s) as h:
        account = connected(h)
        wait_for(h.google.channels.live, what="it is watched")
        status, out = delete(h)
        equal((status, "alice@gmail.example at google is disconnected" in out), (0, True), out)
        wait_for(lambda: not account.refresh, what="consent is given back")
        equal(h.google.channels.live(), [], "as Google has it")


@suite.case("a provider that is down does not hold up the deletion, and is told later")
def _(s):
    with House(s) as h:
        account = connected(h)
        wait_for(h.google.channels.live, what="it is watched")
        h.google.down()
        h.server.env["FASTI_SECRETS_KEY_FILE"] = "/nowhere/secret.key"  # a command needs none
        status, out = delete(h)
        equal((status, "is disconnected" in out), (0, True), out)
        equal("alice" in h.server.run("user", "list")[1], False, "deleted")

        def waiting():
            return re.search(r"^(\d+) +leave .*tried 1 times", h.server.run("jobs", "list")[1], re.M)
        job = wait_for(waiting, what="it was tried in vain")
        equal(len(account.refresh), 1, "Google knows nothing of it")
        h.google.heal()
        h.server.run("jobs", "retry", job.group(1))
        wait_for(lambda: not account.refresh, what="consent is given back")
        equal(h.google.channels.live(), [])
        wait_for(lambda: "leave" not in h.server.run("jobs", "list")[1], what="nothing is kept")


@suite.case("a deletion that is refused leaves the accounts of the user connected")
def _(s):
    with House(s) as h:
        h.server.add_type("alice")
        account = connected(h)
        start = f"{next_monday():%Y-%m-%d}T10:00:00Z"
        got = h.server.client().request("POST", "/api/bookings", json.dumps(
            {"host": "alice", "type": "intro", "start_time": start, "invitee_name": "Ivy",
             "invitee_email": "ivy@example.net"}), {"Content-Type": "application/json"})
        equal(got.status, 201, got.text)
        status, out = delete(h)
        equal((status, "bookings to come" in out), (1, True), out)
        equal((len(account.refresh), len(h.accounts())), (1, 1), "connected as before")


suite.main()

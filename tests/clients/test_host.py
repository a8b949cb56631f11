#!/usr/bin/python3
"""The host's pages in Chromium, driven by playwright-core and looked at by axe-core.

    test_host.py --build build [--only WORD] [FASTI_SCREENSHOTS=FOLDER]

What is done on the pages stands in host.mjs; here is the server that they are of.
"""
import json
import os
import subprocess

from story import Story, equal

HERE = os.path.dirname(os.path.abspath(__file__))
suite = Story("host", needs=["chromium", "node"])
MODULES = os.environ.get("FASTI_NODE", os.path.join(suite.build, "node"))
ASKED = {"slug": "asked", "title": "Consultation", "durations": [45], "confirm": True,
         "colour": "#d9480f"}


def scenario(name, what):
    @suite.case(what)
    def _(s):
        with s.server() as server:
            server.add_user("alice")
            server.add_user("bob")
            server.run("type", "add", "alice", "intro", "--title", "Introduction",
                       "--duration", "30")
            server.start()
            got = server.client("alice").request("POST", "/api/meeting-types", json.dumps(ASKED),
                                                 {"Content-Type": "application/json"})
            equal(got.status, 201, got.text)
            done = subprocess.run(
                ["node", os.path.join(HERE, "host.mjs"), MODULES,
                 f"http://127.0.0.1:{server.port}", name,
                 os.environ.get("FASTI_SCREENSHOTS", server.folder)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            equal(done.returncode, 0, done.stdout.decode("utf-8", "replace"))


scenario("signs_in_and_out", "signs in and out; the cookie is out of reach for scripts")
scenario("shows_the_week", "shows open hours and bookings of a week in one picture")
scenario("edits_hours_by_dragging", "changes the weekly hours by dragging")
scenario("edits_hours_by_keyboard", "changes the weekly hours by keyboard alone")
scenario("edits_one_week", "changes the hours of one week alone")
scenario("hours_changed_elsewhere", "overwrites nothing that was changed elsewhere meanwhile")
scenario("confirms_and_declines", "confirms and declines what waits for it")
scenario("moves_and_cancels", "moves and cancels a booking")
scenario("makes_a_type", "makes, changes and deletes a meeting type")
scenario("gives_a_link", "gives a link that books once, and revokes it")
scenario("gives_an_app_password", "gives a password for an app, a profile for Apple's, and revokes it")
scenario("shares_a_calendar", "shares a calendar to read, to write, and no more")
scenario("accessible", "axe finds no violation, in light and dark")
scenario("screenshots", "can be looked at")

suite.main()

#!/usr/bin/python3
"""The host's pages in Chromium, driven by playwright-core and looked at by axe-core.

    test_host.py --build build [--only WORD] [FASTI_SCREENSHOTS=FOLDER]

What is done on the pages stands in host.mjs; here is the server that they are of.
"""
import json
import os
import subprocess

import sys

from story import Story, equal, event

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "federation"))
from google import Google  # noqa: E402

suite = Story("host", needs=["chromium", "node"])
MODULES = os.environ.get("FASTI_NODE", os.path.join(suite.build, "node"))
ASKED = {"slug": "asked", "title": "Consultation", "durations": [45], "confirm": True,
         "colour": "#d9480f"}


def let_wait(server):
    """A meeting, and two answers that are not from whom they say."""
    people = "ORGANIZER:mailto:alice@example.org\r\nATTENDEE%s:mailto:guest@example.net\r\n"
    start, end = "20300107T100000Z", "20300107T110000Z"
    put = server.client("alice").request(
        "PUT", "/dav/calendars/alice/calendar/m.ics", event("m", start, end, extra=people % ""),
        {"Content-Type": "text/calendar"})
    equal(put.status, 201, put.text)
    for word, answer in (("Yes", "ACCEPTED"), ("No", "DECLINED")):
        server.run("deliver", stdin=(
            f"From: eve@example.com\r\nTo: alice@example.org\r\nSubject: {word}\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
            + event("m", start, end, extra=people % f";PARTSTAT={answer}").replace(
                "VERSION:2.0", "VERSION:2.0\r\nMETHOD:REPLY")))


def lead_to(server, google):
    """Hosts of this server can connect accounts there. Its name is of another site than ours."""
    secret = os.path.join(server.folder, "google-secret")
    with open(secret, "w", encoding="ascii") as file:
        file.write(google.client_secret + "\n")
    settings = google.config()
    settings["FASTI_GOOGLE_AUTH_URL"] = settings["FASTI_GOOGLE_AUTH_URL"].replace(
        "127.0.0.1", "localhost")
    server.env.update(settings, FASTI_GOOGLE_SECRET_FILE=secret, FASTI_FEDERATION_PRIVATE="on")
    account = google.add_account("alice@gmail.example")
    account.add_calendar("Family")
    account.add_calendar("Holidays", role="reader")


def scenario(name, what):
    @suite.case(what)
    def _(s):
        google = Google()
        with s.server() as server:
            lead_to(server, google)
            server.add_user("alice")
            server.add_user("bob")
            server.run("type", "add", "alice", "intro", "--title", "Introduction",
                       "--duration", "30")
            server.start()
            got = server.client("alice").request("POST", "/api/meeting-types", json.dumps(ASKED),
                                                 {"Content-Type": "application/json"})
            equal(got.status, 201, got.text)
            let_wait(server)
            done = subprocess.run(
                ["node", os.path.join(HERE, "host.mjs"), MODULES,
                 f"http://127.0.0.1:{server.port}", name,
                 os.environ.get("FASTI_SCREENSHOTS", server.folder)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
            equal(done.returncode, 0, done.stdout.decode("utf-8", "replace"))
        google.close()


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
scenario("checks_answers", "takes in an answer that nobody vouches for, and drops another")
scenario("gives_an_app_password", "gives a password for an app, a profile for Apple's, and revokes it")
scenario("connects_accounts", "connects an account elsewhere, chooses of its calendars, and leaves")
scenario("comes_back_in_vain", "connects nothing for who is not signed in, or said no")
scenario("shares_a_calendar", "shares a calendar to read, to write, and no more")
scenario("explains_a_time", "says of any instant whether it is offered, and if not, why")
scenario("shows_events_by_name", "shows own events by name, side by side where they overlap")
scenario("makes_a_team", "makes a type of a team, in turn and by groups; says what is wrong where it is")
scenario("sets_every_rule", "sets rules of each kind, and shows them again")
scenario("hands_a_booking_on", "gives a booking to another host, and tells its history")
scenario("lets_others_wait", "shows who waits for a place, and takes them from the list")
scenario("has_several_schedules", "has several schedules, with single dates, journeys, holidays of a file")
scenario("has_settings_and_webhooks", "sets name, zone and access to busy times; webhooks")
scenario("keeps_what_is_not_saved", "leaves what is not saved only if that is wanted")
scenario("changed_elsewhere", "shows what was changed elsewhere, and goes over it only on purpose")
scenario("works_on_a_phone", "sets hours on a phone, and fits there")
scenario("accessible", "axe finds no violation, in light and dark, nor on a phone")
scenario("screenshots", "can be looked at")

suite.main()

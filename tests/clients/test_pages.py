#!/usr/bin/python3
"""The booking pages in Chromium, driven by playwright-core and looked at by axe-core.

    test_pages.py --build build [--only WORD] [FASTI_SCREENSHOTS=FOLDER]

What is done on the pages stands in pages.mjs; here is the server that they are of.
"""
import json
import os
import subprocess

from story import Story, equal

HERE = os.path.dirname(os.path.abspath(__file__))
suite = Story("pages", needs=["chromium", "node"])
MODULES = os.environ.get("FASTI_NODE", os.path.join(suite.build, "node"))

RICH = {
    "slug": "rich", "title": "Project consulting", "durations": [30, 60, 90], "colour": "#d9480f",
    "description": "We look at your project together: where it stands, and what comes next.",
    "location": {"kind": "place", "value": "Lindenstraße 12, Berlin"},
    "questions": [
        {"id": "topic", "text": "What is it about?", "type": "long", "required": True},
        {"id": "size", "text": "How many are you?", "type": "number", "required": False},
        {"id": "lang", "text": "Which language?", "type": "choice", "required": True,
         "choices": ["English", "Deutsch"]},
        {"id": "first", "text": "Is this our first meeting?", "type": "yes_no", "required": False},
        {"id": "tel", "text": "Your number", "type": "phone", "required": False},
    ]}


def scenario(name, what):
    @suite.case(what)
    def _(s):
        with s.server() as server:
            server.add_user("alice")
            server.run("type", "add", "alice", "intro", "--title", "Introduction",
                       "--duration", "30")
            server.start()
            got = server.client("alice").request("POST", "/api/meeting-types", json.dumps(RICH),
                                                 {"Content-Type": "application/json"})
            equal(got.status, 201, got.text)
            done = subprocess.run(
                ["node", os.path.join(HERE, "pages.mjs"), MODULES,
                 f"http://127.0.0.1:{server.port}", name,
                 os.environ.get("FASTI_SCREENSHOTS", server.folder)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            equal(done.returncode, 0, done.stdout.decode("utf-8", "replace"))


@suite.case("is small: all files of the booking pages together have 60 kB at most")
def _(_):
    web = os.path.join(os.path.dirname(os.path.dirname(HERE)), "web")
    files = [f for f in os.listdir(web) if not f.startswith(("host", "embed"))]
    size = sum(os.path.getsize(os.path.join(web, f)) for f in files)
    equal(size <= 60000, True, f"{size} bytes of {sorted(files)}")


scenario("books", "books a time: both zones on the confirmation, and an .ics of the same UID")
scenario("reschedules_and_cancels", "moves and cancels a booking from the page of its link")
scenario("loses_a_race", "loses a race: booked by someone else, and the day is refreshed")
scenario("told_at_once", "says at once that a time is gone, before the form is filled in vain")
scenario("keyboard_alone", "books and cancels with the keyboard alone")
scenario("phone", "books on a phone, with the questions of the type")
scenario("five_zones", "shows the same instants in five zones, detected and changed")
scenario("clocks_change", "names the offset of an hour that occurs twice, and that clocks change")
scenario("clock_of_the_reader", "has the clock of the reader, of 12 hours or of 24")
scenario("languages", "speaks English, German, French, Spanish, by the browser or ?lang=")
scenario("accessible", "axe finds no violation, in light and dark")
scenario("embedded", "stands in pages of others, as high as its content, and only if asked for so")
scenario("by_link_alone", "shows what is booked by link alone to those who have one")
scenario("screenshots", "can be looked at")

suite.main()

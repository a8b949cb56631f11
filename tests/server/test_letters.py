#!/usr/bin/python3
"""What letters say, at a real mail server: to whom, in whose language and zone, and nothing of strangers."""
import email
import email.policy
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, wait_for  # noqa: E402
from smtp import Smtp  # noqa: E402

suite = Suite("letters")
JSON = {"Content-Type": "application/json"}


def mail_of(got):
    return email.message_from_bytes(got["data"].encode("latin1"), policy=email.policy.default)


def part(mail, kind):
    [found] = [p for p in mail.walk() if p.get_content_type() == kind]
    return found.get_content().replace("\r\n", "\n")


def plain(mail):
    return part(mail, "text/plain")


def html(mail):
    return part(mail, "text/html")


class House:
    """Alice in Berlin, whom strangers book, and a mail server."""

    def __init__(self, s, folder, env=None, **type_):
        self.smtp = Smtp(folder, False).start()
        self.server = s.server({"FASTI_MAIL_SMTP": f"smtp://127.0.0.1:{self.smtp.port}",
                                **(env or {})})
        self.server.add_user("alice")
        self.server.start()
        self.alice, self.nobody = self.server.client("alice"), self.server.client()
        self.ask(self.alice, "POST", "/api/meeting-types", 201, {
            "slug": "intro", "title": "Introduction", "durations": [30], "window_days": 60,
            "questions": [{"id": "topic", "text": "Topic?"}], **type_})

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.smtp.stop()
        self.server.__exit__(*error)

    def ask(self, who, method, path, status, body=None, headers=None):
        got = who.request(method, path, json.dumps(body) if body is not None else None,
                          {**JSON, **(headers or {})})
        equal(got.status, status, f"{method} {path}: {got.text}")
        return got.json()

    def starts(self):
        days = self.ask(self.nobody, "GET", "/api/availability/slots?host=alice&type=intro"
                        f"&from={ahead(3)}&to={ahead(10)}", 200)["days"]
        return [x["start_time"] for d in days for x in d["slots"]]

    def book(self, n=0, name="Zoë Müller", headers=None, **more):
        return self.ask(self.nobody, "POST", "/api/bookings", 201, {
            "host": "alice", "type": "intro", "start_time": self.starts()[n],
            "invitee_name": name, "invitee_email": "zoe@example.net",
            "invitee_timezone": "America/New_York", "answers": {"topic": "Tea & <b>cake</b>"},
            **more}, headers)

    def path(self, made, word=""):
        return f"/api/bookings/{made['id']}{word}?token=" + made["cancel_url"].rsplit("/", 1)[1]

    def mails(self, to, count):
        def found():
            all = [mail_of(m) for m in self.smtp.received(hosts=True)
                   if m["to"] == [f"{to}"]]
            return all if len(all) >= count else None
        got = wait_for(found, what=f"{count} mails to {to}")
        equal(len(got), count, [str(m["Subject"]) for m in got])
        return got


@suite.case("a host hears of what invitees do, with what they wrote; they do not hear it of each other")
def _(s):
    with tempfile.TemporaryDirectory() as folder, House(s, folder) as h:
        made = h.book()
        [booked] = h.mails("alice@example.org", 1)
        equal([booked["Subject"], booked["Auto-Submitted"], booked.get_content_type()],
              ["Booked: Introduction, Zoë Müller", "auto-generated", "multipart/alternative"])
        for words in ("For you (Berlin): ", " · for your guest (New York): ",
                      "Guest: Zoë Müller <zoe@example.net>", "Topic? Tea & <b>cake</b>", "/host"):
            equal(words in plain(booked), True, f"{words} in {plain(booked)}")
        equal("Tea &amp; &lt;b&gt;cake&lt;/b&gt;" in html(booked), True, html(booked))
        h.ask(h.nobody, "POST", h.path(made, "/reschedule"), 200,
              {"start_time": h.starts()[5], "reason": "Buy pills"})
        moved = h.mails("alice@example.org", 2)[1]
        equal([moved["Subject"], "Before: " in plain(moved), "Reason: " in plain(moved)],
              ["Moved: Introduction, Zoë Müller", True, False], plain(moved))
        h.mails("zoe@example.net", 2)
        h.ask(h.nobody, "DELETE", h.path(made), 200, {"reason": "Buy pills"})
        equal(h.mails("alice@example.org", 3)[2]["Subject"],
              "Cancelled: Introduction, Zoë Müller")
        mails = h.mails("zoe@example.net", 3)
        equal(plain(mails[2]).startswith("You have cancelled\n"), True, plain(mails[2]))
        for m in mails:
            equal("pills" in m.as_string() or "Tea" in plain(m), False,
                  "of what strangers write nothing goes out (decisions 25)")


@suite.case("what the host does is told to the invitee, with the reason, and not to the host")
def _(s):
    with tempfile.TemporaryDirectory() as folder, House(s, folder) as h:
        made = h.book()
        h.mails("zoe@example.net", 1)
        h.ask(h.alice, "POST", f"/api/bookings/{made['id']}/reschedule", 200,
              {"start_time": h.starts()[5], "reason": "A dentist."})
        moved = h.mails("zoe@example.net", 2)[1]
        equal(["Before: " in plain(moved), "A dentist." in plain(moved)], [True, True],
              plain(moved))
        h.ask(h.alice, "DELETE", f"/api/bookings/{made['id']}", 200, {"reason": "I am ill."})
        gone = h.mails("zoe@example.net", 3)[2]
        for words in ("Your meeting is cancelled\n", "I am ill.", "/book/alice/intro?date="):
            equal(words in plain(gone), True, plain(gone))
        h.mails("alice@example.org", 1)


@suite.case("in the language of the booking, else of the browser, else of the host")
def _(s):
    with tempfile.TemporaryDirectory() as folder, House(s, folder) as h:
        h.ask(h.alice, "PATCH", "/api/settings", 200, {"language": "es"})
        h.book(0, language="fr-CA", headers={"Accept-Language": "de"})
        h.book(2, headers={"Accept-Language": "de-AT, en;q=0.5"})
        equal(h.book(4)["language"], "")
        found = sorted(plain(m).split("\n")[0] for m in h.mails("zoe@example.net", 3))
        equal(found, ["Ihr Termin ist gebucht", "Su cita está reservada",
                      "Votre rendez-vous est réservé"])
        equal({str(m["Subject"]) for m in h.mails("alice@example.org", 3)},
              {"Reservada: Introduction, Zoë Müller"})
        body = {"host": "alice", "type": "intro", "start_time": h.starts()[0],
                "invitee_name": "Z", "invitee_email": "z@example.net", "language": "tlh"}
        h.ask(h.nobody, "POST", "/api/bookings", 422, body)


@suite.case("what a host does not want to hear of is not told")
def _(s):
    with tempfile.TemporaryDirectory() as folder, House(s, folder) as h:
        h.ask(h.alice, "PATCH", "/api/settings", 200, {"notices": ["cancelled"]})
        made = h.book()
        h.mails("zoe@example.net", 1)
        h.ask(h.nobody, "DELETE", h.path(made), 200)
        [mail] = h.mails("alice@example.org", 1)
        equal(str(mail["Subject"]).startswith("Cancelled: "), True)


@suite.case("who waits for a host hears so, and the host what is to be confirmed")
def _(s):
    with tempfile.TemporaryDirectory() as folder, House(s, folder, confirm=True) as h:
        made = h.book()
        [mail] = h.mails("alice@example.org", 1)
        equal(str(mail["Subject"]), "To be confirmed: Introduction, Zoë Müller")
        [mail] = h.mails("zoe@example.net", 1)
        equal([str(mail["Subject"]), "/manage/" in plain(mail)], ["Requested: Introduction", True])
        h.ask(h.alice, "POST", f"/api/bookings/{made['id']}/confirm", 200, {})
        mail = h.mails("zoe@example.net", 2)[1]
        equal([str(mail["Subject"]), plain(mail).split("\n")[0]],
              ["Introduction: Alice and Zoë Müller", "Your meeting is booked"])
        h.mails("alice@example.org", 1)


@suite.case("a hostile title or name is text, in a header and in HTML")
def _(s):
    with tempfile.TemporaryDirectory() as folder, \
            House(s, folder, title="<script>x</script> {{manage}} & \"more\"") as h:
        h.book(name="<img src=x onerror=y> {{host}}")
        for m in h.mails("zoe@example.net", 1) + h.mails("alice@example.org", 1):
            equal("<script" in html(m) or "<img" in html(m), False, html(m))
            equal("&lt;script&gt;x&lt;/script&gt; {{manage}} &amp; &quot;more&quot;" in html(m),
                  True, html(m))
            equal("<script>x</script> {{manage}}" in str(m["Subject"]), True)


@suite.case("mail.templates: an operator's letter stands for ours; a wrong one is named, with its line")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        mine = os.path.join(folder, "mine")
        with House(s, folder, None) as h:
            said = h.server.run("mail", "templates", mine)[1]
            equal("files written" in said, True, said)
            for name in os.listdir(os.path.join(mine, "en")):
                if name != "booked":
                    os.remove(os.path.join(mine, "en", name))
            place = os.path.join(mine, "en", "booked")
            with open(place, "w") as file:
                file.write("[subject]\nOurs: {{meeting}}\n\n[heading]\nHello {{guest}}\n")
            h.server.stop()
            h.server.env["FASTI_MAIL_TEMPLATES"] = mine
            h.server.start()
            h.alice, h.nobody = h.server.client("alice"), h.server.client()
            h.book()
            [mail] = h.mails("zoe@example.net", 1)
            equal([str(mail["Subject"]), plain(mail).split("\n")[0]],
                  ["Ours: Introduction", "Hello Zoë Müller"])
            with open(place, "a") as file:
                file.write("\n[body]\nDear {{gest}}\n")
            status, _, err = h.server.run("check", check=False)
            equal([status != 0, f"{place}:8" in err, "gest" in err], [True, True, True], err)
            status, _, err = h.server.run("mail", "templates", mine, check=False)
            equal([status != 0, f"{place}:8" in err], [True, True], err)


suite.main()

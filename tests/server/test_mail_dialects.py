#!/usr/bin/python3
"""The mails of tests/mail, as the programs in use write them, over `fasti deliver` (cases.tsv)."""
import email
import email.policy
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, Suite, equal, wait_for  # noqa: E402

suite = Suite("mail_dialects")
MAILS = os.path.join(ROOT, "tests", "mail")
CALENDARS = ("/dav/calendars/alice/calendar/", "/dav/calendars/alice/tasks/")
ENV = {"FASTI_MAIL_REPLY_ADDRESS": "answers@example.org", "FASTI_MAIL_INVITATIONS": "anyone"}
BO = "bo@example.com"
# What `deliver` says, in the words of the table.
WORDS = {"applied": "applied", "unverified": "shown", "kept": "kept", "bounced": "ignored",
         "ignored": "ignored"}


def read(*path):
    with open(os.path.join(MAILS, *path), "rb") as f:
        return f.read()


def cases():
    for line in read("cases.tsv").decode().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


# ---- alice ----

def objects(client):
    """What she has: href to text."""
    found = {}
    for calendar in CALENDARS:
        listed = client.request("PROPFIND", calendar, headers={"Depth": "1"})
        for href in re.findall(r"href>([^<]+\.ics)<", listed.text):
            text = client.request("GET", href).text
            found[href] = re.sub(r"\r?\n[ \t]", "", text)
    return found


def forget(client):
    for href in objects(client):
        equal(client.request("DELETE", href).status, 204, href)
    for waiting in client.request("GET", "/api/answers").json()["answers"]:
        answer = client.request("DELETE", f"/api/answers/{waiting['id']}")
        equal(answer.status, 204, answer.text)


def store(client, name):
    """The UID of what she has from now on."""
    ics = read("stored", name + ".ics").decode()
    answer = client.request("PUT", CALENDARS[0] + "stored.ics", ics,
                            {"Content-Type": "text/calendar"})
    equal(answer.status, 201, answer.text)
    return re.search(r"^UID:(\S+)", ics, re.M).group(1)


def token(server, uid):
    """The address that Bo's invitation has as its organizer."""
    def look():
        for raw in reversed(server.mails()):
            m = email.message_from_bytes(raw, policy=email.policy.default)
            for part in m.walk():
                if BO in str(m["To"]) and part.get_content_type() == "text/calendar":
                    text = re.sub(r"\r?\n[ \t]", "", part.get_content())
                    if f"UID:{uid}" in text and "METHOD:REQUEST" in text:
                        return re.search(r"^ORGANIZER.*mailto:(\S+)", text, re.M).group(1)
        return None
    return wait_for(look, what=f"the invitation to {uid}")


def state(client, uid):
    """As in the table, of what she has; without a UID, of whatever there is."""
    all_of_it = [t for t in objects(client).values() if uid is None or f"UID:{uid}" in t]
    proposals = client.request("GET", "/api/proposals").json()["proposals"]
    if not all_of_it:
        return "-"
    [text] = all_of_it
    if "STATUS:CANCELLED" in text:
        return "cancelled"
    if any(p["uid"] == uid for p in proposals):
        return "proposal"
    if not re.search(r"^ORGANIZER.*alice@example.org", text, re.M):
        return "invited"
    said = re.findall(rf"^ATTENDEE(.*):mailto:{re.escape(BO)}", text, re.M)[-1]
    found = re.search(r"PARTSTAT=([A-Z-]+)", said)
    return found.group(1) if found else "NEEDS-ACTION"


# ---- the mails ----

def bring(server, client, name, to, stored, outcome, became):
    forget(client)
    uid = store(client, stored) if stored != "-" else None
    address = token(server, uid) if uid and stored.startswith("hosted") else ""
    message = read(name + ".eml").replace(b"@TOKEN@", address.encode())
    # Who is nobody here is known by the mail alone: an envelope to them is refused.
    known = {"token": ["--to", address], "alice@example.org": ["--to", to]}.get(to, [])
    out = server.run("deliver", *known, stdin=message)[1]
    equal(WORDS.get(re.split(r"[:\s]", out)[0]), outcome, f"{name}: {out}")
    equal(state(client, uid), became, f"{name}: {out}")
    waiting = client.request("GET", "/api/answers").json()["answers"]
    equal(len(waiting), 1 if outcome == "shown" else 0, name)


def wanted(only):
    for row in cases():
        if only(row):
            yield row


def run(s, only):
    server = s.server(ENV)
    server.add_user("alice")
    server.start()
    client, count = server.client("alice"), 0
    for row in wanted(only):
        bring(server, client, *row)
        count += 1
    equal(count > 0, True, "there are such mails")
    server.stop()


@suite.case("answers and proposals to the host's meetings")
def hosted(s):
    run(s, lambda row: row[2].startswith("hosted"))


@suite.case("what others organize, and what is for nobody")
def others(s):
    run(s, lambda row: not row[2].startswith("hosted"))


if __name__ == "__main__":
    suite.main()

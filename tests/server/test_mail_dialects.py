#!/usr/bin/python3
"""The mails of tests/mail, as the programs in use write them, over `fasti deliver` (cases.tsv)."""
import base64
import email
import email.policy
import os
import re
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, Skip, Suite, equal, wait_for  # noqa: E402

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


# ---- winmail.dat ----

def attribute(number, value):
    """MS-OXTNEF §2.1.3.4; its checksum is nobody's concern."""
    return struct.pack("<BII", 1, number, len(value)) + value + b"\0\0"


def counted(value):
    return struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(kind, uid):
    """A response of Outlook, about the meeting of another program (MS-OXCICAL §2.1.3.1.1.20.26)."""
    meeting = bytes.fromhex("90dad86e0b451b1098da00aa003f1305")
    rest = b"vCal-Uid\1\0\0\0" + uid.encode() + b"\0"
    number = (bytes.fromhex("040000008200e00074c5b7101a82e008") + b"\0" * 20
              + struct.pack("<I", len(rest)) + rest)
    props = (struct.pack("<I", 3)
             + struct.pack("<HH", 0x1F, 0x1A) + counted((kind + "\0").encode("utf-16-le"))
             + struct.pack("<HH", 0x1F, 0x37) + counted("Planning\0".encode("utf-16-le"))
             + struct.pack("<HH", 0x102, 0x8003) + meeting + struct.pack("<II", 0, 3)
             + counted(number))
    return (struct.pack("<IH", 0x223E9F78, 1) + attribute(0x00069007, b"\xe4\4" + b"\0" * 6)
            + attribute(0x00069003, props))


@suite.case("winmail.dat of Outlook")
def tnef(s):
    server = s.server(ENV)
    server.add_user("alice")
    server.start()
    client = server.client("alice")
    uid = store(client, "hosted")
    address = token(server, uid)
    for kind, partstat in (("Pos", "ACCEPTED"), ("Neg", "DECLINED"), ("Tent", "TENTATIVE")):
        data = base64.encodebytes(winmail(f"IPM.Schedule.Meeting.Resp.{kind}", uid)).decode()
        message = (f"From: Bo <{BO}>\nTo: {address}\nSubject: Planning\n"
                   f"Date: Mon, 14 Dec 2026 09:0{len(kind)}:00 +0100\n"
                   f"Message-ID: <{kind}@example.com>\nMIME-Version: 1.0\n"
                   "Content-Type: application/ms-tnef; name=winmail.dat\n"
                   f"Content-Transfer-Encoding: base64\n\n{data}")
        out = server.run("deliver", "--to", address, stdin=message)[1]
        equal(out.startswith("applied"), True, out)
        equal(state(client, uid), partstat, out)
    server.stop()


# ---- S/MIME ----

def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *words], input=stdin, check=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


def certificate(folder, name, address):
    """A key and a certificate for a mail address, by the authority of the folder."""
    with open(f"{folder}/{name}.ext", "w") as f:
        f.write(f"subjectAltName=email:{address}\nextendedKeyUsage=emailProtection\n"
                "keyUsage=digitalSignature\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/ca.pem",
            "-CAkey", f"{folder}/ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", f"{folder}/{name}.ext", "-out", f"{folder}/{name}.pem")


def signed(folder, name, partstat, number):
    part = ("Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n"
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
            f"UID:planning-1@example.org\r\nDTSTAMP:20261214T0{number}0000Z\r\nSEQUENCE:1\r\n"
            f"ATTENDEE;PARTSTAT={partstat}:mailto:{BO}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    head = (f"From: Bo <{BO}>\nTo: alice@example.org\nSubject: Re: Planning\n"
            f"Date: Mon, 14 Dec 2026 0{number}:00:00 +0000\nMessage-ID: <s{number}@example.com>\n")
    if not name:
        return head.encode() + b"MIME-Version: 1.0\n" + part.encode()
    return head.encode() + openssl("smime", "-sign", "-signer", f"{folder}/{name}.pem",
                                   "-inkey", f"{folder}/{name}.key", stdin=part.encode())


@suite.case("signed by the attendee, by another, and not (RFC 6047 §3)")
def smime(s):
    if not shutil.which("openssl"):
        raise Skip("openssl is not installed")
    server = s.server()
    folder = server.folder
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Authority",
            "-days", "30", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    certificate(folder, "bo", BO)
    certificate(folder, "mal", "mal@example.net")
    server.env.update(ENV, FASTI_MAIL_SMIME_CA=f"{folder}/ca.pem",
                      FASTI_MAIL_AUTH_SERVER="mx.example.org")
    server.add_user("alice")
    server.start()
    client = server.client("alice")
    uid = store(client, "hosted")
    for number, (name, word, became) in enumerate((
            ("", "unverified", "NEEDS-ACTION"), ("mal", "unverified", "NEEDS-ACTION"),
            ("bo", "applied", "TENTATIVE")), 1):
        message = signed(folder, name, "TENTATIVE", number)
        out = server.run("deliver", "--to", "alice@example.org", stdin=message)[1]
        equal(out.split(":")[0].split(" ")[0], word, f"{name}: {out}")
        equal(state(client, uid), became, f"{name}: {out}")
    server.stop()


if __name__ == "__main__":
    suite.main()

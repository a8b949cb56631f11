"""Letters as somebody outside gets them, and answers as they would write them."""
import email
import email.policy
import re
import time
from email.message import EmailMessage

from fasti import equal, wait_for

PATH = "/dav/calendars/alice/calendar/m.ics"


def meeting(*attendees, uid="m"):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20280118T080000Z\r\n"
            "DTEND:20280118T090000Z\r\nSUMMARY:Plans\r\nORGANIZER:mailto:alice@example.org\r\n"
            + "".join(f"ATTENDEE;RSVP=TRUE:mailto:{a}\r\n" for a in attendees)
            + "END:VEVENT\r\nEND:VCALENDAR\r\n")


def invite(server, *attendees, path=PATH, uid="m"):
    answer = server.client("alice").request("PUT", path, meeting(*attendees, uid=uid),
                                            {"Content-Type": "text/calendar"})
    equal(answer.status in (201, 204), True, f"PUT: {answer.status} {answer.text[:300]}")


def unfolded(text):
    return re.sub(r"\r?\n[ \t]", "", text)


def calendar_of(raw):
    """The calendar part of a message, unfolded; None, where it has none."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            return unfolded(part.get_content())
    return None


def value(calendar, name):
    return re.search(rf"^{name}(?:;[^\r\n]*?)?:(.*?)\r?$", calendar, re.M).group(1)


def organizer(calendar):
    return value(calendar, "ORGANIZER").split(":")[-1]


def reply(calendar, attendee, partstat="ACCEPTED"):
    """What a mail program writes when its user says yes; from the invitation as it came."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    sequence = re.search(r"^SEQUENCE:(\d+)", calendar, re.M)
    answer = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Z//EN\r\nMETHOD:REPLY\r\n"
              f"BEGIN:VEVENT\r\nUID:{value(calendar, 'UID')}\r\nDTSTAMP:{stamp}\r\n"
              f"DTSTART:20280118T080000Z\r\nSEQUENCE:{sequence.group(1) if sequence else 0}\r\n"
              f"ORGANIZER:mailto:{organizer(calendar)}\r\n"
              f"ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}\r\n"
              "END:VEVENT\r\nEND:VCALENDAR\r\n")
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"] = attendee, organizer(calendar)
    mail["Subject"] = "Accepted: Plans"
    mail["Message-ID"] = f"<{time.monotonic_ns()}.{attendee}>"
    mail.set_content("Yes.\n")
    mail.add_alternative(answer.encode(), maintype="text", subtype="calendar",
                         params={"method": "REPLY", "charset": "UTF-8"})
    return mail.as_bytes()


def partstats(server, path=PATH):
    """Of each attendee, as the host sees them."""
    text = unfolded(server.client("alice").request("GET", path).text)
    found = {}
    for line in re.findall(r"^ATTENDEE[^\r\n]*", text, re.M):
        stat = re.search(r"PARTSTAT=([A-Z-]+)", line)
        found[line.split("mailto:")[-1].lower()] = stat.group(1) if stat else "NEEDS-ACTION"
    return found


def wait_for_partstat(server, attendee, want="ACCEPTED", path=PATH, seconds=120):
    wait_for(lambda: partstats(server, path).get(attendee) == want, seconds,
             f"{want} of {attendee}")

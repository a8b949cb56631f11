#!/usr/bin/python3
"""How fast answers come in: replies of attendees, by LMTP and from a mailbox by IMAP.

    tests/bench/intake.py --build build [--store sqlite|postgres] [--replies 10000]

Each reply is one transaction that changes a meeting of the host's. For LMTP the messages come on one
connection, and on four; for IMAP they lie in a mailbox of Dovecot's when the server starts, and
the time goes until all are filed. Prints messages per second.
"""
import os
import smtplib
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "server"))
import mails  # noqa: E402
from answers import invite, meeting, partstats, reply  # noqa: E402
from fasti import Suite, wait_for  # noqa: E402
from imapd import Imapd, free_port  # noqa: E402

PEOPLE = 50  # of a meeting


COUNT = mails.wanted("--replies", 10000)
suite = Suite("intake")


def path_of(n):
    return f"/dav/calendars/alice/calendar/m{n}.ics"


def people_of(n):
    return [f"p{n}-{i}@example.net" for i in range(PEOPLE)]


def prepare(server):
    """The meetings, and a reply of each who is asked."""
    letters = []
    for n in range(COUNT // PEOPLE):
        invite(server, *people_of(n), path=path_of(n), uid=f"m{n}")
        calendar = meeting(*people_of(n), uid=f"m{n}")
        letters += [(p, reply(calendar, p)) for p in people_of(n)]
    # As they would come: no two about one meeting side by side.
    return [letters[i] for start in range(PEOPLE) for i in range(start, len(letters), PEOPLE)]


def check(server):
    for n in (0, COUNT // PEOPLE - 1):
        stats = [v for k, v in partstats(server, path_of(n)).items() if k.startswith("p")]
        assert stats == ["ACCEPTED"] * PEOPLE, stats


def bring(port, letters):
    with smtplib.LMTP("127.0.0.1", port) as lmtp:
        for sender, letter in letters:
            lmtp.sendmail(sender, ["alice@example.org"], letter)


def by_lmtp(connections):
    port = free_port()
    with suite.server({"FASTI_MAIL_SMTP": "", "FASTI_MAIL_LMTP": f"127.0.0.1:{port}"}) as server:
        server.add_user("alice")
        server.start()
        letters = prepare(server)
        threads = [threading.Thread(target=bring, args=(port, letters[i::connections]))
                   for i in range(connections)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        mails.tell(suite, f"LMTP, {connections} connection{'s'[:connections > 1]}", COUNT, began)
        check(server)


def by_imap():
    with Imapd() as imapd, suite.server({"FASTI_MAIL_SMTP": ""}) as server:
        server.add_user("alice")
        server.start()
        letters = prepare(server)
        with smtplib.LMTP("127.0.0.1", imapd.lmtp) as lmtp:
            for sender, letter in letters:
                lmtp.sendmail(sender, ["calendar@example.org"], letter)
        server.stop()
        server.env.update(imapd.settings())
        began = time.monotonic()
        server.start()
        done = f"{imapd.folder}/mail/calendar/.Fasti.Done"

        def filed():
            return sum(len(os.listdir(f"{done}/{part}")) for part in ("cur", "new")
                       if os.path.isdir(f"{done}/{part}"))
        wait_for(lambda: filed() == COUNT, 1800, "all of them")
        mails.tell(suite, "IMAP, TLS", COUNT, began)
        check(server)


@suite.case("answers come in")
def _(_suite):
    by_lmtp(1)
    by_lmtp(4)
    by_imap()


suite.main()

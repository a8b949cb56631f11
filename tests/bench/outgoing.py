#!/usr/bin/python3
"""How fast invitations leave: by Fasti on one kept connection, and by swaks, one by one.

    tests/bench/outgoing.py --build build [--store sqlite|postgres] [--mails 2000]

Both speak to the same server, smtp-sink of Postfix, which takes all and keeps nothing. The mails
of Fasti wait in its store when it is started with a way out, and each is noted as sent before
the next one leaves. swaks sends a mail of Fasti's own. Prints messages per second.
"""
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "server"), os.path.join(HERE, "..", "tools")]
import mails  # noqa: E402
import peers  # noqa: E402  (unpack, free_port, end_with_parent)
from answers import invite  # noqa: E402
from fasti import Suite, wait_for  # noqa: E402

PEOPLE = 50  # of a meeting
BY_HAND = 50  # mails that swaks sends: each starts a program


COUNT = mails.wanted("--mails", 2000)
suite = Suite("outgoing")


def sink(port):
    root = peers.unpack("postfix", ("postfix",))
    return subprocess.Popen(
        [f"{root}/usr/sbin/smtp-sink", *(["-u", "nobody"] if os.geteuid() == 0 else []),
         f"127.0.0.1:{port}", "100"],
        env=dict(os.environ, LD_LIBRARY_PATH=f"{root}/usr/lib/postfix"),
        preexec_fn=peers.end_with_parent)


def waiting(server):
    return server.run("jobs", "list", "--kind", "imip")[1].count("\n")


def by_fasti(port, folder):
    """One of the mails, for swaks to send; it is left in the folder."""
    with suite.server({"FASTI_MAIL_SMTP": "", "FASTI_LIMITS_MAIL_PER_DOMAIN": "0"}) as server:
        server.add_user("alice")
        server.start()
        for n in range(COUNT // PEOPLE):
            invite(server, *(f"p{n}-{i}@example.net" for i in range(PEOPLE)),
                   path=f"/dav/calendars/alice/calendar/m{n}.ics", uid=f"m{n}")
        server.stop()
        server.env["FASTI_MAIL_SMTP"] = f"smtp://127.0.0.1:{port}"
        began = time.monotonic()
        server.start()
        done = 'fasti_mail_total{result="sent"} %d\n' % COUNT
        client = server.client()
        wait_for(lambda: done in client.request("GET", "/metrics").text, 1800, "all of them")
        mails.tell(suite, "Fasti, one connection", COUNT, began)
        assert waiting(server) == 0
        server.stop()
        server.env["FASTI_MAIL_SMTP"] = f"file:{folder}"
        server.start()
        invite(server, "last@example.net", path="/dav/calendars/alice/calendar/last.ics", uid="last")
        wait_for(lambda: [f for f in os.listdir(folder) if f.endswith(".eml")], what="a mail")
        name = next(f for f in os.listdir(folder) if f.endswith(".eml"))
        return os.path.join(folder, name)


def by_swaks(port, mail):
    root = peers.unpack("swaks", ("swaks",))
    began = time.monotonic()
    for _ in range(BY_HAND):
        subprocess.run(["perl", f"{root}/usr/bin/swaks", "--server", f"127.0.0.1:{port}",
                        "--from", "alice@example.org", "--to", "p@example.net", "--data", f"@{mail}",
                        "--silent", "2"], check=True, stdout=subprocess.DEVNULL)
    mails.tell(suite, "swaks, a program for each", BY_HAND, began)


@suite.case("invitations leave")
def _(_suite):
    port = peers.free_port()
    server = sink(port)
    try:
        with tempfile.TemporaryDirectory(prefix="fasti-outgoing-") as folder:
            by_swaks(port, by_fasti(port, folder))
    finally:
        server.terminate()
        server.wait()


suite.main()

#!/usr/bin/python3
"""Answers come in: by IMAP from Dovecot, by LMTP and by a pipe from Postfix; once, and none is lost."""
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from answers import (calendar_of, invite, organizer, partstats, reply,  # noqa: E402
                     wait_for_partstat)
from certificates import Authority  # noqa: E402
from fasti import Suite, equal, wait_for  # noqa: E402
from imapd import Imapd, free_port  # noqa: E402
from mta import Mta  # noqa: E402

suite = Suite("mail_in")
ZOE = "zoe@example.net"
DONE, KEPT = "Fasti/Done", "Fasti/Kept"


def prepared(s, env=None, domain="answers.example.org", port=0):
    server = s.server({"FASTI_MAIL_REPLY_ADDRESS": f"calendar@{domain}", **(env or {})})
    server.add_user("alice")
    return server.start(port)


def invitation(server, attendee=ZOE):
    """The calendar of the first letter to them, where mail goes to a folder."""
    def look():
        for raw in server.mails():
            to = raw.partition(b"\nTo:")[2].partition(b"\n")[0].decode()
            if attendee in to:
                return calendar_of(raw)
        return None
    return wait_for(look, what="the invitation")


def metric(server, name):
    text = server.client().request("GET", "/metrics").text
    found = re.search(rf"^{re.escape(name)} (\d+)", text, re.M)
    return int(found.group(1)) if found else 0


def wait_connected(server):
    wait_for(lambda: metric(server, "fasti_imap_connected"), what="a watched mailbox")


def wait_folder(imapd, folder, count, seconds=120):
    wait_for(lambda: len(imapd.messages(folder)) == count, seconds, f"{count} in {folder}")


def sql(s, server, statement):
    if s.store == "sqlite":
        with sqlite3.connect(server.store[len("sqlite:"):], timeout=20) as db:
            return db.execute(statement).fetchall()
    done = subprocess.run(["psql", "-qAt", "-d", server.store, "-c", statement], check=True,
                          stdout=subprocess.PIPE, timeout=60)
    return done.stdout.decode().splitlines()


# ---- the three ways, with real servers -----------------------------------------------------------

def play(s, domain, way, env, pipe=None, before=None):
    """An invitation leaves by Postfix for Dovecot; what Zoe answers is Postfix's to bring here."""
    with Imapd() as imapd:
        routes = {"example.net": f"lmtp:inet:127.0.0.1:{imapd.lmtp}", domain: way(imapd)}
        with Mta(routes, imapd.certificate, pipe and pipe(imapd)) as mta:
            with prepared(s, {"FASTI_MAIL_SMTP": f"smtp+starttls://localhost:{mta.port}",
                              "FASTI_MAIL_CA_FILE": imapd.authority.ca, **env(imapd)},
                          domain) as server:
                if before:
                    before(server, imapd.folder)
                invite(server, ZOE)
                [raw] = wait_for(lambda: imapd.messages(user="zoe"), what="the invitation")
                calendar = calendar_of(raw)
                equal(organizer(calendar).endswith("@" + domain), True, organizer(calendar))
                mta.send(reply(calendar, ZOE), organizer(calendar), ZOE)
                wait_for_partstat(server, ZOE)


@suite.case("out by Postfix to Dovecot, back by IMAP IDLE: PARTSTAT=ACCEPTED, filed as done")
def _(s):
    domain = "answers.example.org"
    with Imapd() as imapd:
        routes = {"example.net": f"lmtp:inet:127.0.0.1:{imapd.lmtp}",
                  domain: f"lmtp:inet:127.0.0.1:{imapd.lmtp}"}
        with Mta(routes, imapd.certificate) as mta, \
                prepared(s, {"FASTI_MAIL_SMTP": f"smtp+starttls://localhost:{mta.port}",
                             **imapd.settings()}) as server:
            wait_connected(server)
            invite(server, ZOE)
            [raw] = wait_for(lambda: imapd.messages(user="zoe"), what="the invitation")
            calendar = calendar_of(raw)
            equal(organizer(calendar).startswith("calendar+"), True, organizer(calendar))
            mta.send(reply(calendar, ZOE), organizer(calendar), ZOE)
            wait_for_partstat(server, ZOE)
            wait_folder(imapd, DONE, 1)
            equal(imapd.messages(), [], "what stayed in the mailbox")
            equal(imapd.messages(KEPT), [])
            equal(metric(server, 'fasti_mail_in_total{outcome="applied"}'), 1)


@suite.case("out by Postfix, back by LMTP")
def _(s):
    port = free_port()
    play(s, "lmtp.example.org", lambda _: f"lmtp:inet:127.0.0.1:{port}",
         lambda _: {"FASTI_MAIL_LMTP": f"127.0.0.1:{port}"})


@suite.case("out by Postfix, back by its pipe to fasti deliver", only="sqlite")
def _(s):
    domain = "pipe.example.org"

    def open_to_pipe(server, folder):
        """Postfix runs no pipe as root, so the store of this case is anybody's."""
        os.chmod(server.folder, 0o777)
        for name in os.listdir(server.folder):
            if name.startswith("fasti.db"):
                os.chmod(f"{server.folder}/{name}", 0o666)
        shutil.copy(s.fasti, f"{folder}/fasti")
        shutil.copy(f"{server.folder}/secret.key", f"{folder}/secret.key")
        os.chmod(f"{folder}/secret.key", 0o600)
        shutil.chown(f"{folder}/secret.key", "nobody")
        with open(f"{folder}/deliver", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\numask 0\n"
                       f"export FASTI_SECRETS_KEY_FILE={folder}/secret.key\n"
                       f"export FASTI_MAIL_REPLY_ADDRESS=calendar@{domain}\n"
                       f'exec {folder}/fasti deliver --store {server.store} '
                       '--from "$1" --to "$2"\n')
        os.chmod(f"{folder}/deliver", 0o755)

    play(s, domain, lambda _: "fasti:", lambda _: {},
         pipe=lambda imapd: f"{imapd.folder}/deliver ${{sender}} ${{recipient}}",
         before=open_to_pipe)


@suite.case("LMTP: an address that is nobody's is refused while the sender is there (RFC 5321 §4.2)")
def _(s):
    import smtplib
    port = free_port()
    with prepared(s, {"FASTI_MAIL_LMTP": f"127.0.0.1:{port}"}) as server:
        invite(server, ZOE)
        calendar = invitation(server)
        with smtplib.LMTP("127.0.0.1", port) as lmtp:
            lmtp.ehlo("mx.example.org")
            equal(lmtp.mail(ZOE)[0], 250)
            equal(lmtp.rcpt("nobody@elsewhere.example")[0], 550)
            equal(lmtp.rcpt("alice@example.org")[0], 250)
            equal(lmtp.rcpt(organizer(calendar))[0], 250)
            lmtp.rset()
            lmtp.sendmail(ZOE, [organizer(calendar)], reply(calendar, ZOE))
            # It is answered once it is settled, not before.
            equal(partstats(server)[ZOE], "ACCEPTED")
    with socket.socket() as probe:
        equal(probe.connect_ex(("127.0.0.1", port)) != 0, True, "still listens")


@suite.case("LMTP on all addresses is refused at the start")
def _(s):
    server = s.server({"FASTI_MAIL_LMTP": "0.0.0.0:2424"})
    try:
        server.start()
    except AssertionError as why:
        equal("LMTP asks nobody who they are" in str(why), True, str(why))
    else:
        raise AssertionError("it serves")
    finally:
        server.stop()
        shutil.rmtree(server.folder)


# ---- the mailbox ---------------------------------------------------------------------------------

@suite.case("what cannot be read is kept aside, and what is too long; neither stops the others")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        invite(server, ZOE)
        calendar = invitation(server)
        wait_connected(server)
        imapd.deliver(b"\x00\x01 no header at all\r\n")
        imapd.deliver(b"Subject: long\r\n\r\n" + 17 * 1024 * 1024 // 64 * (62 * b"x" + b"\r\n"))
        imapd.deliver(reply(calendar, ZOE), organizer(calendar))
        wait_for_partstat(server, ZOE)
        wait_folder(imapd, KEPT, 2)
        wait_folder(imapd, DONE, 1)
        equal(imapd.messages(), [])
        equal("mail-too-long" in server.log(), True)


@suite.case("STARTTLS, and plain text on loopback")
def _(s):
    for scheme in ("imap+starttls", "imap"):
        with Imapd() as imapd, prepared(s, imapd.settings(scheme=scheme)) as server:
            invite(server, ZOE)
            calendar = invitation(server)
            imapd.deliver(reply(calendar, ZOE), organizer(calendar))
            wait_for_partstat(server, ZOE)
            equal(re.search(r"Login: user=<calendar>.*?(, TLS)?,", imapd.log()) is not None, True)


@suite.case("another mailbox than INBOX; a server without IDLE, MOVE and UIDPLUS is asked")
def _(s):
    with Imapd(capability="IMAP4rev1 SASL-IR") as imapd:
        env = {**imapd.settings(), "FASTI_MAIL_IMAP_POLL_SECONDS": "1",
               "FASTI_MAIL_IMAP_DONE": "Answered"}
        with prepared(s, env) as server:
            invite(server, ZOE)
            calendar = invitation(server)
            wait_connected(server)
            imapd.deliver(reply(calendar, ZOE), organizer(calendar))
            wait_for_partstat(server, ZOE)
            wait_folder(imapd, "Answered", 1)
            # Without UID EXPUNGE it is marked, as others of the mailbox may be, and not met again.
            equal(len(imapd.messages()), 1)
            equal(metric(server, 'fasti_mail_in_total{outcome="applied"}'), 1)


@suite.case("a certificate of another name, of another authority, or of the past is refused")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        ours, other = Authority(folder), Authority(folder, "other")
        for name, certificate in (("name", ours.issue("mail.example.org")),
                                  ("authority", other.issue()), ("past", ours.expired())):
            for path in certificate:
                os.chmod(path, 0o644)
            with Imapd(certificate=certificate) as imapd:
                for scheme in ("imaps", "imap+starttls"):
                    env = {**imapd.settings(scheme=scheme), "FASTI_MAIL_CA_FILE": ours.ca}
                    with prepared(s, env) as server:
                        wait_for(lambda: "certificate is refused" in server.log(),
                                 what=f"{name}, {scheme}: a refusal")
                        equal(metric(server, "fasti_imap_connected"), 0, name)
                equal("Login:" in imapd.log(), False, f"{name}: a password was sent")


# ---- once, and never less ------------------------------------------------------------------------

@suite.case("killed in the midst of many: each counts once, and all are filed")
def _(s):
    people = [f"p{i}@example.net" for i in range(20)]
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        invite(server, *people)
        letters = {p: reply(invitation(server, p), p) for p in people}
        wait_connected(server)
        for person in people:
            imapd.deliver(letters[person], organizer(invitation(server, person)), person)
            if person in (people[4], people[11]):
                server.kill()
                server.start()
        wait_for(lambda: all(p == "ACCEPTED" for a, p in partstats(server).items()
                             if a in people), what="all answers")
        wait_folder(imapd, DONE, len(people))
        equal(imapd.messages(), [])
        equal(imapd.messages(KEPT), [])
        seen = sql(s, server, "SELECT count(*) FROM mail_seen")
        equal(str(seen[0][0] if s.store == "sqlite" else seen[0]), str(len(people)))


class Cutter:
    """A way to the server that is cut in the midst of a FETCH, so many times."""

    def __init__(self, port, times):
        self.port, self.times, self.cuts = port, times, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.own = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            for one, other, cuts in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pump, args=(one, other, cuts), daemon=True).start()

    def pump(self, one, other, cuts):
        try:
            while octets := one.recv(65536):
                at = octets.find(b"BODY[]")
                if cuts and at >= 0 and self.cuts < self.times:
                    self.cuts += 1
                    other.sendall(octets[:at + 40])
                    break
                other.sendall(octets)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


@suite.case("the connection drops in mid-FETCH: the message is fetched again")
def _(s):
    with Imapd() as imapd:
        cutter = Cutter(imapd.imap, 2)
        with prepared(s, imapd.settings(scheme="imap", port=cutter.own)) as server:
            invite(server, ZOE)
            calendar = invitation(server)
            imapd.deliver(reply(calendar, ZOE), organizer(calendar))
            wait_for_partstat(server, ZOE)
            wait_folder(imapd, DONE, 1)
            equal(cutter.cuts, 2)
            equal(metric(server, 'fasti_mail_in_total{outcome="applied"}'), 1)
            equal(imapd.messages(KEPT), [])
        cutter.close()


def put_back(imapd, folder):
    """What was filed is in the mailbox again, under another number."""
    home = f"{imapd.folder}/mail/calendar"
    filed = f"{home}/.{folder.replace('/', '.')}/cur"
    for name in os.listdir(filed):
        shutil.move(f"{filed}/{name}", f"{home}/cur/{name.split(':')[0]}:2,")
    imapd.renumber()


@suite.case("another UIDVALIDITY: all is looked through again, and what was taken in changes nothing")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        invite(server, ZOE, "yan@example.net")
        calendar, second = invitation(server), invitation(server, "yan@example.net")
        imapd.deliver(reply(calendar, ZOE), organizer(calendar))
        wait_for_partstat(server, ZOE)
        wait_folder(imapd, DONE, 1)
        imapd.stop()
        # As a restored backup would have it.
        put_back(imapd, DONE)
        imapd.start()
        imapd.deliver(reply(second, "yan@example.net"), organizer(second), "yan@example.net")
        wait_for_partstat(server, "yan@example.net")
        wait_folder(imapd, DONE, 2)
        equal(imapd.messages(), [])
        equal(metric(server, 'fasti_mail_in_total{outcome="applied"}'), 2)
        equal("step=uidvalidity" in server.log(), True)


@suite.case("kept aside, but not filed before a kill: met again it is filed as kept, and waits once")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        wait_connected(server)
        imapd.deliver(b"\x00\x01 no header at all\r\n")
        wait_folder(imapd, KEPT, 1)
        imapd.stop()
        # All that a kill leaves behind: it is noted, and still in the mailbox.
        put_back(imapd, KEPT)
        imapd.start()
        wait_folder(imapd, KEPT, 1)
        equal((imapd.messages(), imapd.messages(DONE)), ([], []))
        equal(len(server.run("mail", "list")[1].splitlines()), 1)


@suite.case("the store does not take it: it stays in the mailbox, and is taken in later")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        invite(server, ZOE)
        calendar = invitation(server)
        wait_connected(server)
        sql(s, server, "ALTER TABLE mail_seen RENAME TO mail_seen_away")
        imapd.deliver(reply(calendar, ZOE), organizer(calendar))
        wait_for(lambda: "step=intake" in server.log(), what="a fault")
        equal(len(imapd.messages()), 1)
        equal(partstats(server)[ZOE], "NEEDS-ACTION")
        sql(s, server, "ALTER TABLE mail_seen_away RENAME TO mail_seen")
        wait_for_partstat(server, ZOE)
        wait_folder(imapd, DONE, 1)


REFUSE_FOR_HOSTS = {
    "sqlite": """CREATE TRIGGER refuse BEFORE INSERT ON mail_kept WHEN NEW.owner <> 0
        BEGIN SELECT RAISE(ABORT, 'refused'); END""",
    "postgres": """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON mail_kept
        FOR EACH ROW WHEN (NEW.owner <> 0) EXECUTE FUNCTION refuse()""",
}


@suite.case("the store is well, and some messages are not: they wait for the operator, none behind them")
def _(s):
    count = 5
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        invite(server, ZOE)
        calendar = invitation(server)
        wait_connected(server)
        sql(s, server, REFUSE_FOR_HOSTS[s.store])
        for i in range(count):
            imapd.deliver(f"From: {ZOE}\r\nMessage-ID: <{i}@example.net>\r\n\r\n"
                          "In words.\r\n".encode(), organizer(calendar))
        imapd.deliver(reply(calendar, ZOE), organizer(calendar))
        wait_for_partstat(server, ZOE)
        wait_folder(imapd, DONE, 1)
        wait_folder(imapd, KEPT, count)
        equal(imapd.messages(), [])
        waiting = server.run("mail", "list")[1].splitlines()
        equal(len(waiting), count)
        # Mended, they are the host's.
        sql(s, server, "DROP TRIGGER refuse" + ("" if s.store == "sqlite" else " ON mail_kept"))
        for line in waiting:
            equal(server.run("mail", "retry", line.split()[0])[0], 0, line)


@suite.case("of two servers one watches; the other does when it ends", only="postgres")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        wait_connected(server)
        second = s.server(imapd.settings())
        second.store = server.store
        second.env["FASTI_SECRETS_KEY_FILE"] = f"{server.folder}/secret.key"
        with second.start(free_port()):
            wait_for(lambda: "Another server watches" in second.log(), what="who waits")
            equal(metric(second, "fasti_imap_connected"), 0)
            server.stop()
            wait_for(lambda: metric(second, "fasti_imap_connected"), what="the second")


@suite.case("a stop is not held up by who waits for mail")
def _(s):
    with Imapd() as imapd, prepared(s, imapd.settings()) as server:
        wait_connected(server)
        equal(server.stop(), 0)  # it is killed after a minute; an IDLE lasts for half an hour


if __name__ == "__main__":
    suite.main()

"""Postfix for tests: a private queue in a temporary folder, on loopback only.

Its master wants to be root, so without that a test is skipped. Debian's package is unpacked, not
installed: no service of it is ever there, and a mail server that this machine has stays.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from fasti import ROOT, Skip, wait_for

sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import peers  # noqa: E402  (unpack, end_with_parent)
from peers import free_port  # noqa: E402

SERVICES = (
    # service, type, private, unprivileged, wakeup, processes, command
    ("pickup", "unix", "n", "-", "60", "1", "pickup"),
    ("cleanup", "unix", "n", "-", "-", "0", "cleanup"),
    ("qmgr", "unix", "n", "-", "300", "1", "qmgr"),
    ("rewrite", "unix", "-", "-", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "-", "-", "0", "bounce"),
    ("defer", "unix", "-", "-", "-", "0", "bounce"),
    ("trace", "unix", "-", "-", "-", "0", "bounce"),
    ("verify", "unix", "-", "-", "-", "1", "verify"),
    ("flush", "unix", "n", "-", "1000?", "0", "flush"),
    ("proxymap", "unix", "-", "-", "-", "-", "proxymap"),
    ("smtp", "unix", "-", "-", "-", "-", "smtp"),
    ("lmtp", "unix", "-", "-", "-", "-", "lmtp"),
    ("error", "unix", "-", "-", "-", "-", "error"),
    ("retry", "unix", "-", "-", "-", "-", "error"),
    ("anvil", "unix", "-", "-", "-", "1", "anvil"),
    ("scache", "unix", "-", "-", "-", "1", "scache"),
    ("tlsmgr", "unix", "-", "-", "1000?", "1", "tlsmgr"),
    ("postlog", "unix-dgram", "n", "-", "-", "1", "postlogd"),
)


class Mta:
    """One Postfix. `routes` says by domain where mail goes: "lmtp:inet:127.0.0.1:2424", "fasti:"."""

    def __init__(self, routes, certificate=None, pipe=None):
        if os.geteuid() != 0:
            raise Skip("Postfix's master wants to be root")
        try:
            self.root = peers.unpack("postfix", ("postfix",))
        except peers.Missing as why:
            raise Skip(str(why)) from why
        self.folder = tempfile.mkdtemp(prefix="fasti-mta-")
        os.chmod(self.folder, 0o755)
        self.routes, self.certificate, self.pipe = routes, certificate, pipe
        self.port, self.process = free_port(), None

    def configure(self):
        d, usr = self.folder, f"{self.root}/usr"
        tls = ""
        if self.certificate:
            tls = (f"smtpd_tls_cert_file = {self.certificate[0]}\n"
                   f"smtpd_tls_key_file = {self.certificate[1]}\n"
                   "smtpd_tls_security_level = may\n")
        with open(f"{d}/main.cf", "w", encoding="utf-8") as file:
            file.write(f"""
compatibility_level = 3.6
queue_directory = {d}/queue
data_directory = {d}/data
daemon_directory = {usr}/lib/postfix/sbin
command_directory = {usr}/sbin
shlib_directory = {usr}/lib/postfix
meta_directory = {d}
mail_owner = daemon
setgid_group = mail
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ LANG=C LD_LIBRARY_PATH={usr}/lib/postfix
maillog_file = /var/log/fasti-mta.log
maillog_file_prefixes = /var, {d}
myhostname = mx.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_address_preference = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
relay_domains = {" ".join(self.routes)}
transport_maps = texthash:{d}/transport
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
message_size_limit = 33554432
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 3s
lmtp_destination_recipient_limit = 50
fasti_destination_recipient_limit = 1
{tls}""".replace("/var/log/fasti-mta.log", f"{d}/log"))
        with open(f"{d}/master.cf", "w", encoding="utf-8") as file:
            file.write(f"127.0.0.1:{self.port} inet n - n - - smtpd\n")
            for name, kind, private, unprivileged, wakeup, most, command in SERVICES:
                file.write(f"{name} {kind} {private} {unprivileged} n {wakeup} {most} {command}\n")
            if self.pipe:
                file.write("fasti unix - n n - 10 pipe\n  flags=DORX user=nobody argv="
                           + self.pipe + "\n")
        with open(f"{d}/transport", "w", encoding="utf-8") as file:
            for domain, way in self.routes.items():
                file.write(f"{domain} {way}\n")

    def start(self):
        self.configure()
        for name in ("queue", "data"):
            os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        os.chmod(f"{self.folder}/queue", 0o755)
        shutil.chown(f"{self.folder}/data", "daemon", "daemon")
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                     "private", "saved", "trace"):
            os.makedirs(f"{self.folder}/queue/{name}", mode=0o700, exist_ok=True)
            shutil.chown(f"{self.folder}/queue/{name}", "daemon")
        os.makedirs(f"{self.folder}/queue/pid", exist_ok=True)
        for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
            os.makedirs(f"{self.folder}/queue/{name}", exist_ok=True)
            shutil.chown(f"{self.folder}/queue/{name}", "daemon", "mail")
            os.chmod(f"{self.folder}/queue/{name}", mode)
        environment = dict(os.environ, LD_LIBRARY_PATH=f"{self.root}/usr/lib/postfix",
                           MAIL_CONFIG=self.folder)
        self.process = subprocess.Popen(
            [f"{self.root}/usr/lib/postfix/sbin/master", "-c", self.folder, "-d"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(f"{self.folder}/errors", "wb"), start_new_session=True,
            preexec_fn=peers.end_with_parent)
        wait_for(self.answers, what="Postfix")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError("Postfix does not start: " + self.log()[-2000:])
        import socket
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as one:
                return one.recv(3) == b"220"
        except OSError:
            return False

    def log(self):
        said = ""
        for name in ("errors", "log"):
            path = f"{self.folder}/{name}"
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    said += file.read()
        return said

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        self.stop()
        if kind is not None:
            print("      of Postfix's log:\n" + "".join(
                "        " + line + "\n" for line in self.log().splitlines()[-15:]))
        shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, message, to, sender="zoe@example.net"):
        import smtplib
        with smtplib.SMTP("127.0.0.1", self.port) as smtp:
            smtp.sendmail(sender, [to], message)

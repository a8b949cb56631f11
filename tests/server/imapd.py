"""Dovecot for tests: IMAP with TLS and STARTTLS, mail comes in by LMTP, any user, one password.

It runs unprivileged in a temporary folder and listens on loopback only. As root the test steps
down to "nobody" for it. Nothing is left of it afterwards.
"""
import glob
import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile

from certificates import Authority
from fasti import ROOT, Skip, wait_for

sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import peers  # noqa: E402  (end_with_parent)
from peers import free_port  # noqa: E402

PASSWORD = "secret"


class Imapd:
    """One Dovecot; `certificate` is a pair of files, the authority's by default."""

    def __init__(self, certificate=None, capability=None):
        self.dovecot = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
        if not self.dovecot:
            raise Skip("Dovecot is not installed")
        self.folder = tempfile.mkdtemp(prefix="fasti-imapd-")
        os.chmod(self.folder, 0o755)
        self.authority = Authority(self.folder)
        self.certificate = certificate or self.authority.issue()
        self.capability = capability
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.process = None
        self.password_file = os.path.join(self.folder, "password")
        with open(self.password_file, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")

    def configure(self, user, group):
        d = self.folder
        capability = f"imap_capability = {self.capability}" if self.capability else ""
        with open(f"{d}/dovecot.conf", "w", encoding="utf-8") as file:
            file.write(f"""
base_dir = {d}/run
state_dir = {d}/state
log_path = {d}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user.pw_name}
default_internal_group = {group.gr_name}
default_login_user = {user.pw_name}
mail_location = maildir:{d}/mail/%n
mail_fsync = never
first_valid_uid = 0
ssl = yes
ssl_cert = <{self.certificate[0]}
ssl_key = <{self.certificate[1]}
disable_plaintext_auth = no
recipient_delimiter = +
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={group.gr_gid} home={d}/mail/%n
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {self.lmtp}
  }}
}}
protocol imap {{
  {capability}
}}
auth_username_format = %n
""")

    def start(self):
        is_root = os.geteuid() == 0
        user = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        group = grp.getgrgid(user.pw_gid)
        self.configure(user, group)
        for name in ("run", "state", "mail"):
            os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        step_down = {}
        if is_root:
            subprocess.run(["chown", "-R", f"{user.pw_uid}:{group.gr_gid}", self.folder],
                           check=True)
            step_down = {"user": user.pw_uid, "group": group.gr_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [self.dovecot, "-F", "-c", f"{self.folder}/dovecot.conf"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=peers.end_with_parent, **step_down)
        wait_for(self.answers, what="Dovecot")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError("Dovecot does not start: " + self.log()[-2000:])
        try:
            with socket.create_connection(("127.0.0.1", self.imap), timeout=5) as one, \
                    socket.create_connection(("127.0.0.1", self.lmtp), timeout=5) as other:
                return one.recv(4) == b"* OK" and other.recv(3) == b"220"
        except OSError:
            return False

    def is_gone(self):
        try:
            # They are children of a test that adopts what others leave behind.
            os.waitpid(-self.process.pid, os.WNOHANG)
        except ChildProcessError:
            pass
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def log(self):
        path = f"{self.folder}/dovecot.log"
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process:
            # Its children would serve who is connected for a while.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            wait_for(self.is_gone, what="the end of Dovecot")
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, *_):
        self.stop()
        if kind is not None:
            print("      of Dovecot's log:\n" + "".join(
                "        " + line + "\n" for line in self.log().splitlines()[-10:]))
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what a test does with it --------------------------------------------------------------

    def settings(self, user="calendar", scheme="imaps", port=None, mailbox=""):
        """The environment of a Fasti that watches this user's mailbox."""
        port = port or (self.imaps if scheme == "imaps" else self.imap)
        return {"FASTI_MAIL_IMAP": f"{scheme}://{user}@localhost:{port}{mailbox}",
                "FASTI_MAIL_IMAP_PASSWORD_FILE": self.password_file,
                "FASTI_MAIL_CA_FILE": self.authority.ca}

    def deliver(self, message, to="calendar@example.org", sender="zoe@example.net"):
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail(sender, [to], message)

    def messages(self, folder="INBOX", user="calendar"):
        """All of a folder, as octets; none, where there is no such folder."""
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(user, PASSWORD)
            # Maildir++ parts levels with a dot.
            name = folder.replace("/", ".")
            if box.select(f'"{name}"', readonly=True)[0] != "OK":
                return []
            numbers = box.search(None, "ALL")[1][0].split()
            return [box.fetch(n, "(RFC822)")[1][0][1] for n in numbers]

    def renumber(self, user="calendar"):
        """Another UIDVALIDITY: as after a mailbox was restored. Only while it is stopped."""
        for path in glob.glob(f"{self.folder}/mail/{user}/dovecot*"):
            if os.path.isfile(path):
                os.remove(path)
        # Without its list Dovecot takes the time for the new one; this is surely another.
        with open(f"{self.folder}/mail/{user}/dovecot-uidlist", "w", encoding="ascii") as file:
            file.write("3 V4000000000 N1 G0123456789abcdef0123456789abcdef\n")
        subprocess.run(["chown", "--reference", f"{self.folder}/mail/{user}",
                        f"{self.folder}/mail/{user}/dovecot-uidlist"], check=True)

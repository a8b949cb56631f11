#!/usr/bin/python3
"""Other CalDAV servers, to compare with and to play cases against: Radicale 3.1, Cyrus 3.6.

    peers.py radicale|cyrus [--port N]     prints the URL and serves until it is stopped

Debian's packages are unpacked under build/peers and never installed, since they would set
up services and exclude others. A peer listens on loopback, keeps what it stores in
a temporary folder, and runs as nobody when root starts it. USERS may log in, with
PASSWORD. In Python:

    with peers.start("cyrus") as peer:
        peer.url, peer.port, peer.home("alice"), peer.cpu_us(), peer.rss_kb()
"""
import argparse
import ctypes
import glob
import http.client
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USERS, PASSWORD = ("alice", "bob", "carol", "dave", "erin", "frank"), "fasti-peer"
LIBRARIES = "usr/lib/x86_64-linux-gnu"


class Missing(Exception):
    """The peer cannot be had here."""


def unpack(name, packages):
    """The folder that the packages are unpacked in; fetched once."""
    root = os.path.join(ROOT, "build", "peers", name)
    if os.path.exists(os.path.join(root, "complete")):
        return root
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["apt-get", "-q", "download", *packages], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Missing(f"{name}: {done.stdout.decode()[-500:]}")
        for package in glob.glob(os.path.join(folder, "*.deb")):
            subprocess.run(["dpkg", "-x", package, root], check=True)
    open(os.path.join(root, "complete"), "w").close()
    return root


def end_with_parent():
    """A peer does not outlive whoever started it (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


kept_ports = []


def keep_port(port):
    """Until this program ends, nobody takes this port by chance; OSError if somebody has it.

    A socket stays bound to it. By SO_REUSEADDR, which servers set as well, one of them may listen
    there all the same, now and whenever it is started again.
    """
    keeper = socket.socket()
    try:
        keeper.bind(("127.0.0.1", port))
    except OSError:
        keeper.close()
        raise
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept_ports.append(keeper)
    return keeper.getsockname()[1]


def free_port():
    return keep_port(0)


def free_ports(count):
    """As many in a row; the first of them. They lie below those that the system gives out."""
    for first in range(20011, 30000, 17):
        try:
            for port in range(first, first + count):
                keep_port(port)
        except OSError:
            continue
        return first
    raise AssertionError("no ports are free")


def answers(port):
    """Does somebody speak HTTP at this port?"""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("OPTIONS", "/")
        connection.getresponse().read()
        connection.close()
        return True
    except (OSError, http.client.HTTPException):
        return False


def family(root):
    """Process ids: a process and all below it."""
    parents = {}
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as file:
                fields = file.read()
        except OSError:
            continue
        parents[int(fields.split()[0])] = int(fields.rsplit(")", 1)[1].split()[1])
    found = [root]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


def cpu_us(root):
    """CPU of a process and all below it, in microseconds; of ended ones, what was waited for."""
    total = 0
    for pid in family(root):
        try:
            # CPUCLOCK_SCHED of the whole process (linux/posix-timers.h), as finer than ticks.
            total += time.clock_gettime(~pid << 3 | 2) * 1e6
            with open(f"/proc/{pid}/stat") as file:
                ended = sum(map(int, file.read().rsplit(")", 1)[1].split()[13:15]))
            total += ended * 1e6 / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
    return total


def rss_kb(root):
    """Resident memory of a process and all below it, shared pages counted in each."""
    total = 0
    for pid in family(root):
        with open(f"/proc/{pid}/statm") as file:
            total += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    return total


class Peer:
    """One server in a folder of its own; a subclass says how it is set up and started."""

    name, packages = "", ()

    def __init__(self, port=0):
        self.root = unpack(self.name, self.packages)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.user = pwd.getpwuid(os.getuid() or pwd.getpwnam("nobody").pw_uid)
        self.folder = tempfile.mkdtemp(prefix=f"fasti-{self.name}-")
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = None

    # ---- what a subclass gives ----

    def setup(self):
        """Write the configuration."""

    def command(self):
        """Program and arguments."""

    def environment(self):
        return {}

    def started(self):
        """Called once the server answers."""

    def home(self, user):
        """The path of a user's calendar home."""

    # ---- its life ----

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def run_as(self):
        """What subprocess needs to step down from root."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
               "HOME": self.folder, **self.environment()}
        down = ({"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
                if os.getuid() == 0 else {})
        return {"env": env, "cwd": self.folder, "stdin": subprocess.DEVNULL,
                "stdout": self.log, "stderr": self.log, "preexec_fn": end_with_parent, **down}

    def __enter__(self):
        try:
            if os.getuid() == 0:
                os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            self.setup()
            self.process = subprocess.Popen(self.command(), start_new_session=True,
                                            **self.run_as())
            for _ in range(1200):
                if self.process.poll() is not None:
                    break
                if answers(self.port):
                    self.started()
                    return self
                time.sleep(0.05)
            with open(self.log.name, "rb") as log:
                raise Missing(f"{self.name} does not start: {log.read()[-2000:].decode()}")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.process:
            for sign in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.process.pid, sign)
                    self.process.wait(timeout=10)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what it costs ----

    def cpu_us(self):
        return cpu_us(self.process.pid)

    def rss_kb(self):
        return rss_kb(self.process.pid)


class Radicale(Peer):
    name = "radicale"
    packages = ("python3-radicale", "python3-vobject", "python3-dateutil", "python3-six",
                "python3-passlib", "python3-defusedxml")

    def setup(self):
        self.write("users", "".join(f"{user}:{PASSWORD}\n" for user in USERS))
        self.write("config", f"""[server]
hosts = 127.0.0.1:{self.port}
max_connections = 100
[auth]
type = htpasswd
htpasswd_filename = {self.folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {self.folder}/collections
[logging]
level = error
""")

    def environment(self):
        return {"PYTHONPATH": f"{self.root}/usr/lib/python3/dist-packages"}

    def command(self):
        return ["/usr/bin/python3", "-m", "radicale", "--config", f"{self.folder}/config"]

    def home(self, user):
        return f"/{user}/"


class Cyrus(Peer):
    name = "cyrus"
    packages = ("cyrus-common", "cyrus-imapd", "cyrus-caldav", "sasl2-bin", "libsasl2-2",
                "libsasl2-modules-db", "libclamav12", "libxapian30", "libzephyr4", "libshp2",
                "libwrap0", "libnsl2")

    def setup(self):
        self.imap_port = free_port()
        self.write("imapd.conf", f"""configdirectory: {self.folder}/config
partition-default: {self.folder}/spool
defaultpartition: default
proc_path: {self.folder}/proc
mboxname_lockpath: {self.folder}/lock
cyrus_user: {self.user.pw_name}
cyrus_group: nogroup
servername: localhost
admins: admin
allowplaintext: yes
httpallowplaintext: yes
httpmodules: caldav
caldav_realm: peer
caldav_create_default: no
caldav_create_sched: yes
unixhierarchysep: no
virtdomains: off
autocreate_quota: 0
duplicate_db_path: {self.folder}/deliver.db
statuscache_db_path: {self.folder}/statuscache.db
tls_sessions_db_path: {self.folder}/tls.db
zoneinfo_path: /usr/share/zoneinfo
sasl_mech_list: PLAIN
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {self.folder}/sasldb
""")
        listen = "prefork=0 maxchild=100 proto=tcp4"
        program = f"{self.root}/usr/lib/cyrus/bin"
        self.write("cyrus.conf", f"""START {{
  recover cmd="{program}/ctl_cyrusdb -C {self.folder}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{program}/imapd -C {self.folder}/imapd.conf -U 100" listen="127.0.0.1:{self.imap_port}" {listen}
  http cmd="{program}/httpd -C {self.folder}/imapd.conf -U 100" listen="127.0.0.1:{self.port}" {listen}
}}
EVENTS {{
}}
""")
        for name in ("config", "spool", "proc", "lock"):
            os.mkdir(f"{self.folder}/{name}")
            if os.getuid() == 0:
                os.chown(f"{self.folder}/{name}", self.user.pw_uid, self.user.pw_gid)
        for user in USERS:
            run = self.run_as()
            del run["stdin"]
            subprocess.run([f"{self.root}/usr/sbin/saslpasswd2", "-p", "-c", "-u", "localhost",
                            "-f", f"{self.folder}/sasldb", user], check=True,
                           input=PASSWORD.encode(), **run)

    def environment(self):
        libraries = f"{self.root}/{LIBRARIES}"
        return {"LD_LIBRARY_PATH": libraries, "SASL_PATH": f"{libraries}/sasl2"}

    def command(self):
        return [f"{self.root}/usr/sbin/cyrmaster", "-D", "-C", f"{self.folder}/imapd.conf",
                "-M", f"{self.folder}/cyrus.conf", "-p", f"{self.folder}/master.pid"]

    def started(self):
        """A first login by IMAP makes each user's mailbox."""
        for user in USERS:
            with imaplib.IMAP4("127.0.0.1", self.imap_port) as imap:
                imap.login(user, PASSWORD)
                status, text = imap.select("INBOX")
                if status != "OK":
                    raise Missing(f"cyrus: no mailbox for {user}: {text}")

    def home(self, user):
        return f"/dav/calendars/user/{user}/"


PEERS = {peer.name: peer for peer in (Radicale, Cyrus)}


def start(name, port=0):
    """A peer as a context manager; Missing when it cannot be had."""
    return PEERS[name](port)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("peer", choices=sorted(PEERS))
    options.add_argument("--port", type=int, default=0)
    o = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with start(o.peer, o.port) as peer:
        print(peer.url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()

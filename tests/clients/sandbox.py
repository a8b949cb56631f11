"""A private place for client programs, of which nothing is left afterwards.

    with Sandbox() as box:
        box.display()                          # an Xvfb of its own
        box.session_bus("org.gnome.evolution") # a D-Bus with these services only
        box.run(["khal", "list"])
        program = box.start(["thunderbird", …])

Programs see a home, settings, caches and a runtime folder of their own. What
they start in turn (services of the bus, helpers that detach) comes back to
this process as its child when its parent ends, and is ended with the rest.
"""
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

PR_SET_CHILD_SUBREAPER = 36
SERVICES = "/usr/share/dbus-1/services"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def adopt_orphans():
    """From here on this process is the parent of what its descendants leave behind."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def parents():
    """The parent of each process that is still running."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            found[int(name)] = int(fields[1])
    return found


def descendants(of):
    up, found = parents(), []
    for process in up:
        at, seen = process, set()
        while at in up and at not in seen:
            seen.add(at)
            at = up[at]
            if at == of:
                found.append(process)
                break
    return found


def end_processes(which, patience=5.0):
    """Ask the processes that which() names to end, then make them."""
    asked, until = set(), time.monotonic() + patience
    while True:
        left = which()
        if not left:
            return
        late = time.monotonic() > until
        for process in left:
            if late or process not in asked:
                asked.add(process)
                try:
                    os.kill(process, signal.SIGKILL if late else signal.SIGTERM)
                except ProcessLookupError:
                    pass
        time.sleep(0.05)


def reap():
    """Forget the adopted that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class Sandbox:
    def __init__(self, **env):
        self.folder = tempfile.mkdtemp(prefix="fasti-client-")
        self.processes, self.env = [], {
            "HOME": self.folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
            "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory", "GVFS_DISABLE_FUSE": "1"}
        for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
            self.env["XDG_" + name] = self.path(name.lower())
            os.mkdir(self.path(name.lower()), 0o700)
        self.env.update(env)
        self.before = set()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", newline="") as file:
            file.write(text)
        return self.path(name)

    def start(self, words, log="log", **more):
        """A program that runs until the end; what it says goes to a file of that name."""
        with open(self.path(log), "ab") as file:
            self.processes.append(subprocess.Popen(words, env=self.env, cwd=self.folder, stdout=file,
                                                   stderr=file, stdin=subprocess.DEVNULL, **more))
        return self.processes[-1]

    def said(self, log="log"):
        with open(self.path(log), "rb") as file:
            return file.read().decode("utf-8", "replace")

    def run(self, words, stdin="", timeout=60, status=0):
        """Run a program to its end; what it said. Another exit than `status` is a failure."""
        done = subprocess.run(words, env=self.env, cwd=self.folder, input=stdin.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        said = done.stdout.decode("utf-8", "replace")
        if status is not None and done.returncode != status:
            raise AssertionError(f"{' '.join(words)}: exit {done.returncode}: {said}")
        return said

    def _announced(self, words, log):
        """Start a program that writes one line to the descriptor it is given; that line."""
        reading, writing = os.pipe()
        self.start([w.replace("{fd}", str(writing)) for w in words], log, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as file:
            line = file.readline().strip()
        if not line:
            raise RuntimeError(f"{words[0]} does not start: {self.said(log)}")
        return line

    def display(self):
        self.env["DISPLAY"] = ":" + self._announced(
            ["Xvfb", "-displayfd", "{fd}", "-screen", "0", "1280x900x24", "-nolisten", "tcp",
             "-noreset"], "xvfb.log")

    def session_bus(self, *prefixes):
        """A session bus that can start the services of these name prefixes, and no other."""
        folder = self.path("bus")
        os.makedirs(os.path.join(folder, "services"))
        for name in os.listdir(SERVICES):
            if name.startswith(prefixes):
                os.symlink(os.path.join(SERVICES, name), os.path.join(folder, "services", name))
        self.write("bus/bus.conf", BUS.format(folder=folder))
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._announced(
            ["dbus-daemon", "--nofork", "--nopidfile", "--print-address={fd}",
             f"--config-file={folder}/bus.conf"], "bus.log")

    def __enter__(self):
        adopt_orphans()
        self.before = set(descendants(os.getpid()))
        return self

    def __exit__(self, *_):
        end_processes(lambda: [p for p in descendants(os.getpid()) if p not in self.before])
        for process in self.processes:
            process.wait()
        reap()
        shutil.rmtree(self.folder, ignore_errors=True)

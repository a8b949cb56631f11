"""A mail server for tests: what it was given is read from its log."""
import json
import os
import subprocess
import sys

from fasti import ROOT, wait_for

sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
from peers import free_port  # noqa: E402


class Smtp:
    """tests/tools/smtpd.py, started and stopped at will on one port, which is nobody else's meanwhile."""

    def __init__(self, folder, tls):
        self.folder, self.tls = folder, tls
        self.log, self.process = os.path.join(folder, "smtp.log"), None
        self.port = free_port()
        if tls:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                            f"{folder}/k.pem", "-out", f"{folder}/c.pem"], check=True,
                           stderr=subprocess.DEVNULL)

    def start(self, ascii_only=False):
        place = os.path.join(self.folder, "smtp.port")
        words = ["/usr/bin/python3", os.path.join(ROOT, "tests/tools/smtpd.py"), place, self.log]
        if self.tls:
            words += [f"{self.folder}/c.pem", f"{self.folder}/k.pem"]
        if os.path.exists(place):
            os.remove(place)
        self.process = subprocess.Popen(words, env={
            **os.environ, "SMTPD_PORT": str(self.port), **({"SMTPD_ASCII": "1"} if ascii_only else {})})
        wait_for(lambda: os.path.exists(place), what="the SMTP server")
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None

    def rules(self, by_address):
        """What it does with mail to some, from now on (tests/tools/smtpd.py)."""
        with open(self.log + ".rules.new", "w", encoding="utf-8") as file:
            json.dump(by_address, file)
        os.rename(self.log + ".rules.new", self.log + ".rules")

    def received(self, hosts=False):
        """All that it was given; without the notices to hosts, who live at example.org."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:  # a line without its end is being written
            got = [json.loads(line) for line in file if line.endswith("\n")]
        return [m for m in got if hosts or not m["to"][0].endswith("@example.org")]

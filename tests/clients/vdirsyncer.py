"""vdirsyncer in a sandbox: one pair of a folder and alice's calendars."""
import os

from story import PASSWORD

CONFIG = """
[general]
status_path = "{box}/status/"
[pair fasti]
a = "here"
b = "there"
collections = {collections}
conflict_resolution = {resolution}
metadata = ["displayname", "color"]
[storage here]
type = "filesystem"
path = "{box}/calendars/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "http://127.0.0.1:{port}/"
username = "alice"
password = "{password}"
"""


class Vdirsyncer:
    def __init__(self, box, server, collections='["from a", "from b"]'):
        self.box, self.server, self.collections = box, server, collections
        self.config = self.resolve("null")

    def resolve(self, resolution):
        """Write the configuration, with this way to settle conflicts."""
        text = CONFIG.format(box=self.box.folder, port=self.server.port, password=PASSWORD,
                             collections=self.collections, resolution=resolution)
        return self.box.write("vdirsyncer.conf", text)

    def run(self, *words, status=0, timeout=120):
        """What it says; yes to every question."""
        return self.box.run(["vdirsyncer", "-c", self.config, *words], "y\n" * 20, timeout, status)

    def here(self, *names):
        return self.box.path("calendars", *names)

    def files(self, collection="calendar"):
        return sorted(n for n in os.listdir(self.here(collection)) if n.endswith(".ics"))

    def read(self, name, collection="calendar"):
        with open(self.here(collection, name), newline="") as file:
            return file.read()

    def write(self, name, text, collection="calendar"):
        self.box.write(os.path.join("calendars", collection, name), text)

    def remove(self, name, collection="calendar"):
        os.remove(self.here(collection, name))

"""A browser driven over plain WebDriver (W3C), without a library.

	with Browser(width=1100, height=800) as browser:
	    browser.open(url)
	    browser.click("#submit")
"""
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "Left": "\ue012", "Up": "\ue013",
        "Right": "\ue014", "Down": "\ue015", "PageUp": "\ue00e", "PageDown": "\ue00f",
        "Home": "\ue011", "End": "\ue010"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, width=1100, height=800, timezone=None, language="en-GB"):
        self.folder = tempfile.mkdtemp(prefix="fasti-browser-")
        env = {"PATH": "/usr/bin:/bin", "HOME": self.folder, "LANG": "C.UTF-8"}
        if timezone:
            env["TZ"] = timezone
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, env=env)
        self.session = None
        try:
            self.base = f"http://127.0.0.1:{self._port()}"
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         f"--lang={language}", f"--accept-lang={language}",
                         f"--window-size={width},{height}",
                         f"--user-data-dir={self.folder}/profile"]
            options = {"args": arguments}
            made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
            self.session = f"/session/{made['sessionId']}"
        except BaseException:
            self.close()
            raise

    def _port(self):
        for line in self.driver.stdout:
            found = re.search(rb"started successfully on port (\d+)", line)
            if found:
                return int(found.group(1))
        raise RuntimeError("chromedriver does not start")

    def _ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {json.load(error)['value']['message']}") from None

    def ask(self, method, path, body=None):
        return self._ask(method, self.session + path, body)

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *args):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(args)})

    def wait(self, script, what, *args, seconds=60):
        """Until the expression is true in the page; its value."""
        for _ in range(int(seconds / 0.05)):
            got = self.run("return " + script, *args)
            if got:
                return got
            time.sleep(0.05)
        raise AssertionError(f"{what} does not come; the page says: {self.text('body')}")

    def element(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector):
        self.ask("POST", f"/element/{self.element(selector)}/click", {})

    def type(self, selector, text):
        element = self.element(selector)
        self.ask("POST", f"/element/{element}/clear", {})
        self.ask("POST", f"/element/{element}/value", {"text": text})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def is_shown(self, selector):
        return self.run("const e = document.querySelector(arguments[0]);"
                        "return Boolean(e && e.checkVisibility())", selector)

    def focused(self):
        """What has the focus: its id, else its class and text."""
        return self.run("const e = document.activeElement;"
                        "return e.id || `${e.className}:${e.textContent}`")

    def press(self, *keys):
        """Keys one after the other, as from a keyboard: names of KEYS, or text."""
        for key in keys:
            for char in (KEYS[key],) if key in KEYS else key:
                self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
                    {"type": "keyDown", "value": char}, {"type": "keyUp", "value": char}]}]})

    def resize(self, width, height):
        """The size of the page itself: a headless window is never narrower than 500."""
        self.ask("POST", "/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}})

    def complaints(self):
        """What the browser logged at a level of warning or above: refused scripts, failed loads."""
        return [e["message"] for e in self.ask("POST", "/se/log", {"type": "browser"})
                if e["level"] in ("WARNING", "SEVERE")]

    def close(self):
        if self.session:
            try:
                self.ask("DELETE", "")
            except (OSError, AssertionError):
                pass
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

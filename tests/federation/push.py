"""Messages that a service sends of its own accord, and how they go astray."""
import http.client
import threading
import urllib.parse


def post(url, headers, body=b"", timeout=20):
    """POST and say (status, content type, body); status 0: nobody answered."""
    split = urllib.parse.urlsplit(url)
    line = http.client.HTTPConnection(split.hostname, split.port, timeout=timeout)
    try:
        line.request("POST", split.path + ("?" + split.query if split.query else ""), body=body,
                     headers=headers)
        got = line.getresponse()
        return got.status, got.getheader("Content-Type") or "", got.read()
    except (OSError, http.client.HTTPException):
        return 0, "", b""
    finally:
        line.close()


class Pushes:
    """Where messages go: `mode` now, twice, held, never. What was sent stands in `sent`.

    `reach` says by which loopback address a public one is reached: services want https, which a
    server under test has not got.
    """

    def __init__(self):
        self.mode, self.reach = "now", {}
        self.sent, self.held = [], []
        self.lock, self.threads = threading.Lock(), []

    def address(self, url):
        for public, real in self.reach.items():
            if url.startswith(public):
                return real + url[len(public):]
        return url

    def deliver(self, url, headers, body=b""):
        status = post(self.address(url), headers, body)[0]
        with self.lock:
            self.sent.append((url, headers, body, status))
        return status

    def put(self, url, headers, body=b"", wait=True):
        """One message is due. With `wait` it has been answered on return."""
        if self.mode == "never":
            return
        if self.mode == "held":
            with self.lock:
                self.held.append((url, headers, body))
            return
        for _ in range(2 if self.mode == "twice" else 1):
            if wait:
                self.deliver(url, headers, body)
            else:
                thread = threading.Thread(target=self.deliver, args=(url, headers, body))
                self.threads.append(thread)
                thread.start()

    def release(self, backwards=False):
        """All that was held goes out, the last one first if `backwards`."""
        with self.lock:
            due, self.held = self.held, []
        for message in reversed(due) if backwards else due:
            self.deliver(*message)

    def settle(self):
        """Until all that is on its way has arrived."""
        while self.threads:
            self.threads.pop().join()

    def statuses(self):
        with self.lock:
            return [status for _, _, _, status in self.sent]

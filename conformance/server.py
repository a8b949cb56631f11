"""A server as a client sees it: requests, and where things are."""
import base64
import http.client
import re
import ssl
import urllib.parse
import xml.etree.ElementTree as ET

NAMESPACES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav",
              "CALDAV": "urn:ietf:params:xml:ns:caldav", "DAV": "DAV:",
              "CS": "http://calendarserver.org/ns/", "A": "http://apple.com/ns/ical/",
              "X": "urn:example:conformance"}
DECLARED = " ".join(f'xmlns:{p}="{NAMESPACES[p]}"' for p in ("D", "C", "CS", "A", "X"))


def qualified(name):
    """D:getetag as ElementTree has it; a name without prefix is in no namespace."""
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def same_path(a, b):
    """Are two hrefs, absolute or not, in any encoding, the same resource?"""
    def plain(href):
        return urllib.parse.unquote(urllib.parse.urlsplit(href.strip()).path).rstrip("/")
    return plain(a) == plain(b)


class Answer:
    """Status, headers and body of one HTTP answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self._xml = None

    def header(self, name):
        """All values, joined as RFC 9110 §5.3 has it; None when absent."""
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def xml(self):
        if self._xml is None:
            self._xml = ET.fromstring(self.body)
        return self._xml

    def response(self, path):
        """The D:response of a path in a multistatus, or None."""
        for response in self.xml.findall(qualified("D:response")):
            href = response.findtext(qualified("D:href")) or ""
            if same_path(href, path):
                return response
        return None

    def prop(self, path, name):
        """(status, element) of a property of a path; (None, None) when it is not named."""
        response = self.response(path)
        for propstat in response.findall(qualified("D:propstat")) if response is not None else []:
            element = propstat.find(f"{qualified('D:prop')}/{qualified(name)}")
            if element is not None:
                status = propstat.findtext(qualified("D:status")) or ""
                return int(status.split()[1]), element, propstat
        return None, None, None

    def shown(self):
        """The whole answer, for a person."""
        lines = [str(self.status)] + [f"{k}: {v}" for k, v in self.headers]
        return "\n".join(lines) + "\n\n" + self.body.decode("utf-8", "replace")


class Server:
    """One kept-alive connection, and the places that discovery found."""

    def __init__(self, url, user, password):
        parts = urllib.parse.urlsplit(url)
        self.tls, self.host, self.base = parts.scheme == "https", parts.netloc, parts.path or "/"
        self.user = user
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.authorization = {"Authorization": "Basic " + token}
        self.connection = None
        self.principal = self.home = None
        self.abilities = set()

    def connect(self):
        if self.tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection(self.host, timeout=60, context=context)
        return http.client.HTTPConnection(self.host, timeout=60)

    def request(self, method, path, body=None, headers=None, known=True):
        """known: with the user's credentials."""
        send = dict(self.authorization if known else {})
        send.update(headers or {})
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = self.connect()
            try:
                self.connection.request(method, path, body=body, headers=send)
                got = self.connection.getresponse()
                return Answer(got.status, got.getheaders(), got.read())
            except (http.client.HTTPException, ConnectionError, BrokenPipeError):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        return None

    def find(self, path, name):
        """The href within a property of a path."""
        body = f"<D:propfind {DECLARED}><D:prop><{name}/></D:prop></D:propfind>"
        for _ in range(5):
            got = self.request("PROPFIND", path, body, {"Depth": "0",
                                                        "Content-Type": "application/xml"})
            if got.status not in (301, 302, 307, 308):
                break
            path = urllib.parse.urlsplit(got.header("Location")).path
        if got.status != 207:
            raise SystemExit(f"PROPFIND {path}: {got.status}")
        for element in got.xml.iter(qualified(name)):
            href = element.findtext(qualified("D:href"))
            if href:
                return urllib.parse.urlsplit(href).path
        raise SystemExit(f"PROPFIND {path}: no {name}")

    def discover(self):
        """RFC 6764 §6, from the address that the user typed."""
        self.principal = self.find(self.base, "D:current-user-principal")
        self.home = self.find(self.principal, "C:calendar-home-set")
        if not self.home.endswith("/"):
            self.home += "/"
        got = self.request("OPTIONS", self.home)
        self.abilities = {t.strip() for t in (got.header("DAV") or "").split(",")}
        self.abilities |= {t.strip() for t in (got.header("Allow") or "").split(",")}
        self.abilities |= set(re.findall(r"[a-z-]+", got.header("DAV") or ""))

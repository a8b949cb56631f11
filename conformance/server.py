"""A server as a client sees it: requests, and where things are."""
import base64
import functools
import http.client
import ssl
import urllib.parse
import xml.etree.ElementTree as ET

NAMESPACES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav",
              "CALDAV": "urn:ietf:params:xml:ns:caldav", "DAV": "DAV:",
              "CS": "http://calendarserver.org/ns/", "A": "http://apple.com/ns/ical/",
              "P": "https://bitfire.at/webdav-push", "X": "urn:example:conformance"}
DECLARED = " ".join(f'xmlns:{p}="{NAMESPACES[p]}"' for p in ("D", "C", "CS", "A", "P", "X"))


def qualified(name):
    """D:getetag as ElementTree has it; a name without prefix is in no namespace."""
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def same_path(a, b):
    """Are two hrefs, absolute or not, in any encoding, the same resource?"""
    def plain(href):
        return urllib.parse.unquote(urllib.parse.urlsplit(href.strip()).path).rstrip("/")
    return plain(a) == plain(b)


class Failure(Exception):
    """The server did not do what the case expects."""

    def __init__(self, what, exchange=""):
        super().__init__(what)
        self.exchange = exchange


class Unfit(Exception):
    """The server is not one that cases can be played on."""


class Answer:
    """Status, headers and body of one HTTP answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        """All values, joined as RFC 9110 §5.3 has it; None when absent."""
        found = [v for k, v in self.headers if k.lower() == name.lower()]
        return ", ".join(found) if found else None

    @functools.cached_property
    def xml(self):
        try:
            return ET.fromstring(self.body)
        except ET.ParseError as why:
            raise Failure(f"no XML ({why}): {self.body[:300]!r}") from None

    def response(self, path):
        """The D:response of a path in a multistatus, or None."""
        for response in self.xml.findall(qualified("D:response")):
            if any(same_path(href.text or "", path)
                   for href in response.findall(qualified("D:href"))):
                return response
        return None

    def prop(self, path, name):
        """(status, element, propstat) of a property of a path; Nones when it is not named."""
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


class Account:
    """Somebody who may log in, and what is theirs."""

    def __init__(self, name, password, principal=None, home=None):
        self.name, self.principal, self.home = name, principal, home
        token = base64.b64encode(f"{name}:{password}".encode()).decode()
        self.authorization = "Basic " + token


class Server:
    """One kept-alive connection, the accounts, and the places that discovery found."""

    def __init__(self, config):
        parts = urllib.parse.urlsplit(config.url)
        self.tls, self.host, self.base = parts.scheme == "https", parts.netloc, parts.path or "/"
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.config = config
        self.accounts = {who: Account(**person) for who, person in config.people.items()}
        self.connection = None

    def connect(self):
        if self.tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection(self.host, timeout=60, context=context)
        return http.client.HTTPConnection(self.host, timeout=60)

    def request(self, method, where, body=None, headers=(), account=None):
        """One answer. Headers are pairs and may come twice; account None is nobody."""
        parts = urllib.parse.urlsplit(where)
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        headers = list(headers)
        given = {name.lower() for name, _ in headers}
        if account and "authorization" not in given:
            headers.append(("Authorization", account.authorization))
        if "content-length" not in given and (body is not None or method in ("PUT", "POST")):
            headers.append(("Content-Length", str(len(body or b""))))
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = self.connect()
            try:
                return self.exchange(method, target, body, headers)
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
        return None

    def exchange(self, method, target, body, headers):
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            self.connection.putheader(name, value.encode("utf-8"))
        self.connection.endheaders(body)
        got = self.connection.getresponse()
        return Answer(got.status, got.getheaders(), got.read())

    def find(self, path, name, account):
        """The href within a property of a path."""
        body = f"<D:propfind {DECLARED}><D:prop><{name}/></D:prop></D:propfind>".encode()
        for _ in range(5):
            got = self.request("PROPFIND", path, body,
                               [("Depth", "0"), ("Content-Type", "application/xml")], account)
            if got.status not in (301, 302, 307, 308):
                break
            path = urllib.parse.urljoin(path, got.header("Location"))
        if got.status != 207:
            raise Unfit(f"PROPFIND {path} gives {got.status}")
        for element in got.xml.iter(qualified(name)):
            href = element.findtext(qualified("D:href"))
            if href:
                return urllib.parse.urlsplit(href.strip()).path
        raise Unfit(f"PROPFIND {path}: there is no {name}")

    def discover(self):
        """RFC 6764 §6 for each account, from the address that a user would type."""
        for account in self.accounts.values():
            if not account.principal:
                account.principal = self.find(self.base, "D:current-user-principal", account)
            if not account.home:
                account.home = self.find(account.principal, "C:calendar-home-set", account)
            account.home = account.home.rstrip("/") + "/"

    @functools.lru_cache(maxsize=None)
    def find_address(self, account):
        """The first e-mail address of an account (RFC 6638 §2.4.1)."""
        body = (f"<D:propfind {DECLARED}><D:prop><C:calendar-user-address-set/></D:prop>"
                "</D:propfind>").encode()
        got = self.request("PROPFIND", account.principal, body, [("Depth", "0")], account)
        hrefs = [e.text or "" for e in got.xml.iter(qualified("D:href"))] if got.body else []
        return next((h for h in hrefs if h.lower().startswith("mailto:")), None)

    @functools.lru_cache(maxsize=None)
    def find_at(self, path, name, account):
        """The collection that a property of a path names, or None."""
        try:
            return self.find(path, name, account).rstrip("/") + "/"
        except Unfit:
            return None

    @functools.cached_property
    def promises(self):
        """What OPTIONS says in DAV and Allow: at the home, at the principal, where nothing is yet."""
        user, found = self.accounts["user"], set()
        for place in (user.home, user.principal, user.home + "conformance-promises/"):
            got = self.request("OPTIONS", place, account=user)
            for name in ("DAV", "Allow"):
                found |= {word.strip() for word in (got.header(name) or "").split(",")}
        return found

    @functools.lru_cache(maxsize=None)
    def has(self, word):
        """Is a word promised? D:x is a REPORT that is listed, or a property, of home or principal."""
        if word in self.config.features:
            return True
        if ":" not in word:
            return word in self.promises
        user = self.accounts["user"]
        body = (f"<D:propfind {DECLARED}><D:prop><D:supported-report-set/><{word}/></D:prop>"
                "</D:propfind>").encode()
        for place, depth in ((user.home, "1"), (user.principal, "0")):
            got = self.request("PROPFIND", place, body, [("Depth", depth)], user)
            if got.status == 207 and self.shows(got.xml, qualified(word)):
                return True
        return False

    @staticmethod
    def shows(multistatus, tag):
        if any(report.find(tag) is not None for report in multistatus.iter(qualified("D:report"))):
            return True
        return any(" 200 " in (propstat.findtext(qualified("D:status")) or "") + " " and
                   propstat.find(f"{qualified('D:prop')}/{tag}") is not None
                   for propstat in multistatus.iter(qualified("D:propstat")))

"""Requests in the hand of a client that exists only for machines we do not have.

Prefixes are declared where they are used and never those that servers like;
answers are judged as a whole: no 5xx, each property that was asked for answered once.
"""
import xml.etree.ElementTree as ET

from story import equal

NAMESPACES = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:caldav", "CS": "http://calendarserver.org/ns/",
              "A": "http://apple.com/ns/ical/", "ME": "http://me.com/_namespace/",
              "P": "https://bitfire.at/webdav-push"}


def clark(name):
    """C:calendar-home-set as {urn:ietf:params:xml:ns:caldav}calendar-home-set."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def element(name, inner=""):
    """An element with its own declaration, as Apple's writer puts it."""
    prefix, local = name.split(":")
    if prefix == "D":
        return f"<A:{local}>{inner}</A:{local}>" if inner else f"<A:{local}/>"
    head = f'B:{local} xmlns:B="{NAMESPACES[prefix]}"'
    return f"<{head}>{inner}</B:{local}>" if inner else f"<{head}/>"


def document(name, inner):
    prefix, local = name.split(":")
    letter = "A" if prefix == "D" else "B"
    more = "" if prefix == "D" else f' xmlns:B="{NAMESPACES[prefix]}"'
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<{letter}:{local} xmlns:A="DAV:"{more}>'
            f"{inner}</{letter}:{local}>\n")


def prop(names):
    return "<A:prop>" + "".join(element(n) for n in names.split()) + "</A:prop>"


class Answer:
    """A multistatus: answers[href][clark name] is (status, element)."""

    def __init__(self, got, asked=()):
        self.status, self.header, self.text = got.status, got.header, got.text
        self.hrefs, self.members, self.token = {}, {}, None
        equal(got.status, 207, got.text)
        root = ET.fromstring(got.body)
        equal(root.tag, clark("D:multistatus"))
        for response in root.findall(clark("D:response")):
            self._read(response, asked)
        self.token = root.findtext(clark("D:sync-token"))

    def _read(self, response, asked):
        href = response.findtext(clark("D:href"))
        equal(href in self.hrefs or href in self.members, False, f"{href} comes twice")
        status = response.findtext(clark("D:status"))
        self.members[href] = int(status.split()[1]) if status else 200
        found = {}
        for propstat in response.findall(clark("D:propstat")):
            code = int(propstat.findtext(clark("D:status")).split()[1])
            equal(code < 500, True, f"{href}: {code}")
            for child in propstat.find(clark("D:prop")):
                equal(child.tag in found, False, f"{href}: {child.tag} comes twice")
                found[child.tag] = (code, child)
        self.hrefs[href] = found
        if asked and not status:
            equal(sorted(found), sorted(clark(n) for n in asked), f"{href}: each once")

    def known(self, href, names):
        """These are there; the elements."""
        for name in names.split():
            equal(self.state(href, name), 200, f"{name} of {href}")
        return [self.hrefs[href][clark(n)][1] for n in names.split()]

    def state(self, href, name):
        equal(href in self.hrefs, True, f"{href} in {sorted(self.hrefs)}")
        return self.hrefs[href].get(clark(name), (None, None))[0]

    def text_of(self, href, name):
        return "".join(self.known(href, name)[0].itertext())

    def href_of(self, href, name):
        found = self.known(href, name)[0].findall(clark("D:href"))
        equal(len(found) > 0, True, f"an href in {name}")
        return found[0].text

    def children(self, href, name):
        """The names below, at any depth."""
        return {e.tag for e in self.known(href, name)[0].iter()} - {clark(name)}


class Agent:
    def __init__(self, server, headers, user="alice"):
        self.client, self.headers = server.client(user), headers

    def ask(self, method, path, body=None, depth=None, **headers):
        send = dict(self.headers, **{k.replace("_", "-"): v for k, v in headers.items()})
        if body is not None:
            send.setdefault("Content-Type", "text/xml")
        if depth is not None:
            send["Depth"] = depth
        got = self.client.request(method, path, body, send)
        equal(got.status < 500, True, f"{method} {path}: {got.status} {got.text}")
        return got

    def propfind(self, path, depth, names, whole=True, **headers):
        got = self.ask("PROPFIND", path, document("D:propfind", prop(names)), depth, **headers)
        return Answer(got, names.split() if whole else ())

    def report(self, path, depth, name, inner, **headers):
        return Answer(self.ask("REPORT", path, document(name, inner), depth, **headers))

    def proppatch(self, path, name, value):
        """Set one property; the status it got within the multistatus."""
        inner = f"<A:set><A:prop>{value if value.startswith('<') else element(name, value)}</A:prop></A:set>"
        got = self.ask("PROPPATCH", path, document("D:propertyupdate", inner))
        return Answer(got).state(path, name)

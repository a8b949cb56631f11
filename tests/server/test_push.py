#!/usr/bin/python3
"""Clients are told of changes by a push service (WebDAV-Push, RFC 8030, RFC 8291, RFC 8292).

The push service is a small one of our own on loopback, which reads what it is sent as the client
would: it decrypts the message, and checks whose signature it bears. The clock is driven, so
that a message leaves when the test says so.
"""
import base64
import email.utils
import http.server
import json
import os
import sys
import threading
import xml.etree.ElementTree as ET

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, wait_for  # noqa: E402

suite = Suite("push")
START = 4000000000  # 2096-10-02: past what commands, which have the real clock, call due
DAY = 24 * 3600
PUSH = "{https://bitfire.at/webdav-push}"
DAV = "{DAV:}"
CALENDAR = "/dav/calendars/alice/calendar/"


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(key):
    return key.public_bytes(serialization.Encoding.X962,
                            serialization.PublicFormat.UncompressedPoint)


class Device:
    """A client with its push resource and keys."""

    def __init__(self, service, name):
        self.service, self.name, self.status = service, name, 201
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.url = f"http://127.0.0.1:{service.port}/{name}"
        self.got, self.raw = [], []
        service.devices[name] = self

    def decrypt(self, body):
        """RFC 8291 §3.4; the plain text and how long it was with its padding."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender = body[21:21 + length]
        equal([size, length], [4096, 65], "header of the coding")
        common = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\0" + raw(self.key.public_key()) + sender
        material = HKDF(hashes.SHA256(), 32, self.auth, info).derive(common)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        padded = AESGCM(key).decrypt(nonce, body[21 + length:], None)
        plain = padded.rstrip(b"\0")
        equal(plain[-1:], b"\x02", "delimiter of the last record")
        return plain[:-1], len(padded)

    def register_body(self, **change):
        parts = {
            "resource": self.url, "coding": "<content-encoding>aes128gcm</content-encoding>",
            "type": "p256dh", "key": encode(raw(self.key.public_key())), "auth": encode(self.auth),
            "trigger": "<content-update><D:depth>1</D:depth></content-update>"
                       "<property-update><D:depth>0</D:depth></property-update>",
            "expires": ""}
        parts.update(change)
        return """<?xml version="1.0" encoding="utf-8"?>
            <push-register xmlns="https://bitfire.at/webdav-push" xmlns:D="DAV:">
            <subscription><web-push-subscription><push-resource>{resource}</push-resource>{coding}
            <subscription-public-key type="{type}">{key}</subscription-public-key>
            <auth-secret>{auth}</auth-secret></web-push-subscription></subscription>
            <trigger>{trigger}</trigger>{expires}</push-register>""".format(**parts)

    def messages(self):
        return [ET.fromstring(m["plain"]) for m in self.got]


class Service(http.server.ThreadingHTTPServer):
    """A push service (RFC 8030 §5)."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port, self.devices, self.faults = self.server_address[1], {}, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        device = self.server.devices.get(self.path[1:])
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = device.status if device else 404
        if device:
            device.raw.append(status)
        if status == 201:
            try:
                plain, length = device.decrypt(body)
                device.got.append({"plain": plain, "padded": length, "headers": self.headers,
                                   "length": len(body)})
            except Exception as fault:  # told by the case, in its own thread
                self.server.faults.append(repr(fault))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class House:
    """A server, its clock, and a push service."""

    def __init__(self, s, env=None):
        self.service = Service()
        self.server = s.server({"FASTI_PUSH_PRIVATE": "on",
                                "FASTI_PUSH_CONTACT": "mailto:post@example.org", **(env or {})})
        self.clock = f"{self.server.folder}/clock"
        self.server.options = ["--test-clock", self.clock]
        self.now = START
        self.set_clock()
        self.server.add_user("alice")
        self.server.add_user("bob")
        self.server.start()
        self.alice, self.bob = self.server.client("alice"), self.server.client("bob")

    def set_clock(self):
        with open(self.clock + ".new", "w") as file:
            file.write(f"{self.now}\n")
        os.rename(self.clock + ".new", self.clock)

    def later(self, seconds):
        self.now += seconds
        self.set_clock()

    def put(self, name, quiet=None, client=None):
        got = (client or self.alice).request(
            "PUT", f"{CALENDAR}{name}.ics", event(name, "20270120T090000Z", "20270120T100000Z"),
            {"Content-Type": "text/calendar", **({"Push-Dont-Notify": quiet} if quiet else {})})
        equal(got.status in (201, 204), True, f"PUT {got.status} {got.text}")

    def register(self, device, path=CALENDAR, client=None, **change):
        return (client or self.alice).request("POST", path, device.register_body(**change),
                                              {"Content-Type": "application/xml"})

    def registered(self, device, path=CALENDAR, client=None, **change):
        got = self.register(device, path, client, **change)
        equal(got.status, 204, got.text)
        return got.header("Location")

    def told(self, device, count, what="a message"):
        wait_for(lambda: len(device.got) >= count or self.service.faults, what=what)
        equal([self.service.faults, len(device.got)], [[], count], what)
        return device.messages()[-1]

    def jobs(self):
        return [line for line in self.server.run("jobs", "list")[1].splitlines() if "push" in line]

    def waits_after(self, attempts):
        """The one job has been tried so often, and waits."""
        return [f"tried {attempts} times, next try" in job for job in self.jobs()] == [True]

    def property(self, path, name, client=None):
        body = (f'<D:propfind xmlns:D="DAV:" xmlns:P="https://bitfire.at/webdav-push"><D:prop>'
                f"{name}</D:prop></D:propfind>")
        got = (client or self.alice).request("PROPFIND", path, body, {"Depth": "0"})
        return ET.fromstring(got.body)

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *why):
        self.server.__exit__(*why)
        self.service.__exit__()


def path_of(url):
    return "/" + url.split("/", 3)[3]


def verify(house, headers, audience):
    """RFC 8292 §2 and §4: signed with the key that the server shows to clients."""
    scheme, rest = headers["Authorization"].split(" ", 1)
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    shown = house.property(CALENDAR, "<P:transports/>").find(f".//{PUSH}vapid-public-key")
    equal([scheme, shown.get("type")], ["vapid", "p256ecdsa"])
    equal(parts["k"], shown.text, "the key of the header and of the property")
    head, claims, signature = parts["t"].split(".")
    both = decode(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    key.verify(encode_dss_signature(int.from_bytes(both[:32], "big"),
                                    int.from_bytes(both[32:], "big")),
               f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    equal(json.loads(decode(head)), {"typ": "JWT", "alg": "ES256"})
    said = json.loads(decode(claims))
    equal([said["aud"], said["sub"]], [audience, "mailto:post@example.org"])
    equal(house.now < said["exp"] <= house.now + DAY, True, f"exp {said['exp']}")


@suite.case("a change is told: topic, sync-token, encryption and signature (§4.1, §6)")
def _(s):
    with House(s) as house:
        phone = Device(house.service, "phone")
        house.registered(phone)
        equal(house.jobs(), [], "nothing to tell yet")
        house.put("a")
        equal(len(house.jobs()), 1)
        house.later(2)
        said = house.told(phone, 1)
        shown = house.property(CALENDAR, "<P:topic/><D:sync-token/>")
        equal(said.tag, f"{PUSH}push-message")
        equal(said.find(f"{PUSH}topic").text, shown.find(f".//{PUSH}topic").text)
        equal(said.find(f"{PUSH}content-update/{DAV}sync-token").text,
              shown.find(f".//{DAV}sync-token").text)
        equal(said.find(f"{PUSH}property-update"), None)
        headers = phone.got[0]["headers"]
        equal([headers["Content-Encoding"], headers["Urgency"], headers["TTL"]],
              ["aes128gcm", "normal", str(DAY)])
        equal(len(headers["Topic"]) <= 32, True, "RFC 8030 §5.4")
        verify(house, headers, f"http://127.0.0.1:{house.service.port}")
        wait_for(lambda: not house.jobs(), what="the end of the job")


@suite.case("a burst gives one message, with the state after it (§4.3)")
def _(s):
    with House(s) as house:
        phone, tablet = Device(house.service, "phone"), Device(house.service, "tablet")
        house.registered(phone)
        house.registered(tablet)
        for i in range(20):
            house.put(f"e{i}")
        equal(len(house.jobs()), 2, "one job for each device")
        house.later(2)
        said = house.told(phone, 1)
        house.told(tablet, 1)
        equal(said.find(f"{PUSH}content-update/{DAV}sync-token").text,
              house.property(CALENDAR, "<D:sync-token/>").find(f".//{DAV}sync-token").text)
        wait_for(lambda: not house.jobs(), what="the end of the jobs")
        house.put("e1")
        house.later(2)
        house.told(phone, 2, "the next one")
        equal({m["length"] for m in phone.got}, {phone.got[0]["length"]}, "lengths tell nothing")


@suite.case("what is told is what was asked for: content, properties, the home (§3.1)")
def _(s):
    with House(s) as house:
        content, both, home = (Device(house.service, n) for n in ("content", "both", "home"))
        house.registered(content, trigger="<content-update/>")
        house.registered(both)
        house.registered(home, "/dav/calendars/alice/", trigger="<content-update/>")
        body = ('<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>New</D:displayname>'
                "</D:prop></D:set></D:propertyupdate>")
        equal(house.alice.request("PROPPATCH", CALENDAR, body).status, 207)
        house.later(2)
        said = house.told(both, 1)
        equal(said.find(f"{PUSH}property-update") is not None, True)
        equal(said.find(f"{PUSH}content-update"), None)
        house.put("a")
        equal(house.alice.request("PROPPATCH", CALENDAR, body.replace("New", "Newer")).status, 207)
        house.later(2)
        said = house.told(both, 2)
        equal([said.find(f"{PUSH}property-update") is not None,
               said.find(f"{PUSH}content-update") is not None], [True, True])
        said = house.told(content, 1)
        equal(said.find(f"{PUSH}property-update"), None)
        equal(home.got, [])
        equal(house.alice.request("MKCALENDAR", "/dav/calendars/alice/more/").status, 201)
        house.later(2)
        said = house.told(home, 1)
        equal(said.find(f"{PUSH}topic").text,
              house.property("/dav/calendars/alice/", "<P:topic/>").find(f".//{PUSH}topic").text)
        equal(house.alice.request("DELETE", "/dav/calendars/alice/more/").status, 204)
        house.later(2)
        house.told(home, 2, "its end")
        equal([len(content.got), len(both.got)], [1, 2])


@suite.case("whoever makes a change is not told of it: Push-Dont-Notify (§4.2)")
def _(s):
    with House(s) as house:
        phone, tablet = Device(house.service, "phone"), Device(house.service, "tablet")
        mine, other = house.registered(phone), house.registered(tablet)
        house.put("a", f'"{mine}"')
        house.later(2)
        house.told(tablet, 1)
        wait_for(lambda: not house.jobs(), what="the end of the job")
        equal(phone.raw, [])
        house.put("b", f'"{mine}", "{other}"')
        house.put("c", "*")
        equal(house.jobs(), [], "nobody is told")
        house.put("d", '"https://example.org/elsewhere"')
        house.later(2)
        house.told(phone, 1)
        house.told(tablet, 2)
        # What one is not told of one change, it is of the next; in between they are one message.
        house.put("e", f'"{mine}"')
        house.put("f", f'"{other}"')
        house.later(2)
        house.told(phone, 2)
        house.told(tablet, 3)
        equal(house.alice.request("DELETE", f"{CALENDAR}a.ics", headers={
            "Push-Dont-Notify": f'"{mine}"'}).status, 204)
        house.later(2)
        house.told(tablet, 4)
        equal(len(phone.got), 2)


@suite.case("a registration is renewed by its push resource, and ends (§3.2, §3.3)")
def _(s):
    with House(s) as house:
        phone = Device(house.service, "phone")
        first = house.registered(phone)
        equal(house.registered(phone, trigger="<property-update/>"), first)
        house.put("a")
        equal(house.jobs(), [], "only properties by now")
        house.registered(phone)
        equal(house.bob.request("DELETE", path_of(first)).status, 404, "another's")
        house.put("b", f'"{first}"', None)
        house.put("c")
        equal(len(house.jobs()), 1)
        equal(house.alice.request("DELETE", path_of(first)).status, 204)
        equal(house.alice.request("DELETE", path_of(first)).status, 404, "once")
        house.later(2)
        wait_for(lambda: not house.jobs(), what="the end of the job")
        equal(phone.raw, [], "nothing is sent any more")
        house.put("d")
        equal(house.jobs(), [])
        for path in ("/dav/push/", "/dav/push/x", path_of(first) + "x", "/dav/push/" + "A" * 24):
            equal(house.alice.request("DELETE", path).status, 404, path)
        equal(house.alice.request("GET", path_of(first)).header("Allow"), "OPTIONS, DELETE")


@suite.case("registrations expire (§3.4)")
def _(s):
    with House(s) as house:
        def expires(device, asked):
            date = email.utils.formatdate(house.now + asked, usegmt=True) if asked else None
            got = house.register(device, expires=f"<expires>{date}</expires>" if date else "")
            equal(got.status, 204, got.text)
            then = email.utils.parsedate_to_datetime(got.header("Expires"))
            return int(then.timestamp()) - house.now

        phone, tablet = Device(house.service, "phone"), Device(house.service, "tablet")
        equal(expires(phone, 5 * DAY), 5 * DAY, "as it was asked")
        equal(expires(tablet, 0), 7 * DAY, "nothing asked")
        equal(expires(Device(house.service, "x"), 999 * DAY), 30 * DAY, "too long")
        equal(expires(Device(house.service, "y"), -DAY), 3 * DAY, "a wrong clock")
        equal(house.register(phone, expires="<expires>soon</expires>").status, 400)
        house.later(6 * DAY)
        house.put("a")
        house.later(2)
        house.told(tablet, 1)
        equal(phone.raw, [], "it has expired")
        gone = house.register(phone).header("Location")
        house.later(30 * DAY)
        equal(house.alice.request("DELETE", path_of(gone)).status, 404, "expired")
        house.put("b")
        equal(house.jobs(), [], "nobody is left")


@suite.case("a push service that knows it no more ends a registration (RFC 8030 §7.3, §4.4)")
def _(s):
    with House(s) as house:
        for status in (410, 404, 403, 301):
            phone, other = Device(house.service, f"p{status}"), Device(house.service, f"o{status}")
            phone.status = status
            mine = house.registered(phone)
            house.registered(other)
            house.put("a")
            house.later(2)
            house.told(other, 1)
            wait_for(lambda: not house.jobs(), what="the end of the jobs")
            equal(phone.raw, [status])
            equal(house.alice.request("DELETE", path_of(mine)).status, 404, f"{status}")


@suite.case("a push service in trouble is asked again, and holds up no other (RFC 8030 §8.4)")
def _(s):
    with House(s) as house:
        phone, tablet = Device(house.service, "phone"), Device(house.service, "tablet")
        phone.status = 429
        house.registered(phone)
        house.registered(tablet)
        house.put("a")
        house.later(2)
        house.told(tablet, 1)
        wait_for(lambda: house.waits_after(1), what="the first attempt")
        equal(phone.raw, [429])
        house.put("b")
        house.later(2)
        house.told(tablet, 2)
        wait_for(lambda: house.waits_after(1), what="the end of the other job")
        phone.status = 503
        house.later(13)  # 10 s, spread by a fifth
        wait_for(lambda: phone.raw == [429, 503], what="the second attempt")
        phone.status = 201
        wait_for(lambda: house.waits_after(2), what="the back-off")
        house.later(37)  # 30 s, spread by a fifth
        said = house.told(phone, 1, "the third attempt")
        equal(said.find(f"{PUSH}content-update/{DAV}sync-token").text,
              house.property(CALENDAR, "<D:sync-token/>").find(f".//{DAV}sync-token").text)
        wait_for(lambda: not house.jobs(), what="the end of the job")


@suite.case("nobody is there: given up in the end, and the server goes on")
def _(s):
    with House(s) as house:
        phone = Device(house.service, "phone")
        mine = house.registered(phone, resource="http://127.0.0.1:1/nobody")
        house.put("a")
        for attempts in range(1, 12):
            house.later(5 * 3600)
            wait_for(lambda: house.waits_after(attempts), what=f"attempt {attempts}")
        house.later(5 * 3600)
        wait_for(lambda: not house.jobs(), what="the end of it")
        equal(house.alice.request("DELETE", path_of(mine)).status, 404)
        wait_for(lambda: "push-ended" in house.server.log(), what="a line in the log")
        equal("/nobody" in house.server.log(), False, "the address stays between them")


@suite.case("another one's registrations, where a calendar is shared and no more (RFC 3744)")
def _(s):
    def share(house, privilege):
        grant = (f"<D:ace><D:principal><D:href>/dav/principals/users/bob/</D:href></D:principal>"
                 f"<D:grant><D:privilege><D:{privilege}/></D:privilege></D:grant></D:ace>")
        return house.alice.request("ACL", CALENDAR, '<D:acl xmlns:D="DAV:">'
                                   f"{grant if privilege else ''}</D:acl>").status

    with House(s) as house:
        phone = Device(house.service, "bobs")
        shared = "/dav/calendars/bob/alice~calendar/"
        equal(house.register(phone, shared, house.bob).status, 404)
        home, owners = Device(house.service, "home"), Device(house.service, "owners")
        house.registered(home, "/dav/calendars/bob/", house.bob, trigger="<content-update/>")
        house.registered(owners, trigger="<property-update/>")
        equal(share(house, "read"), 200)
        house.later(2)
        house.told(home, 1, "something new in bob's home")
        equal(house.told(owners, 1, "other rights").find(f"{PUSH}property-update") is not None,
              True)
        mine = house.registered(phone, shared, house.bob)
        topics = [house.property(p, "<P:topic/>", c).find(f".//{PUSH}topic").text
                  for p, c in ((CALENDAR, house.alice), (shared, house.bob))]
        equal(topics[0], topics[1], "one topic at both addresses (§1.3)")
        house.put("a", f'"{mine}"')
        house.later(2)
        equal(house.told(phone, 1).find(f"{PUSH}topic").text, topics[0])
        equal(house.alice.request("DELETE", path_of(mine)).status, 404, "it is not hers")
        house.put("b")
        equal(share(house, ""), 200)
        house.later(2)
        wait_for(lambda: not house.jobs(), what="the end of the job")
        equal(len(phone.got), 1, "what bob may not read, he is not told of")
        house.told(home, 2, "it has left his home")
        equal(house.bob.request("DELETE", path_of(mine)).status, 404)


@suite.case("push services are hostile until shown otherwise: https, and no private network")
def _(s):
    with House(s, {"FASTI_PUSH_PRIVATE": "off"}) as house:
        phone = Device(house.service, "phone")
        got = house.register(phone)
        equal([got.status, "invalid-subscription" in got.text], [403, True])
        secure = phone.url.replace("http:", "https:")
        mine = house.registered(phone, resource=secure)
        house.put("a")
        house.later(2)
        wait_for(lambda: not house.jobs(), what="the end of the job")
        equal(phone.raw, [])
        equal(house.alice.request("DELETE", path_of(mine)).status, 404, "it was ended")


@suite.case("a user has so many registrations at one calendar, and no more")
def _(s):
    with House(s) as house:
        for i in range(100):
            house.registered(Device(house.service, f"d{i}"))
        more = Device(house.service, "more")
        got = house.register(more)
        equal([got.status, "push-not-available" in got.text], [403, True])
        house.registered(house.service.devices["d5"])
        equal(house.register(more, "/dav/calendars/alice/tasks/").status, 204)


@suite.case("nobody takes another's registrations away, nor keeps what is done from them")
def _(s):
    with House(s) as house:
        phone, bobs = Device(house.service, "phone"), Device(house.service, "bobs")
        got = house.alice.request("ACL", CALENDAR, '<D:acl xmlns:D="DAV:"><D:ace><D:principal>'
                                  "<D:href>/dav/principals/users/bob/</D:href></D:principal>"
                                  "<D:grant><D:privilege><D:read/></D:privilege><D:privilege>"
                                  "<D:write/></D:privilege></D:grant></D:ace></D:acl>")
        equal(got.status, 200, got.text)
        house.put("a")
        for i in range(99):
            equal(house.register(Device(house.service, f"b{i}"), client=house.bob).status, 204)
        house.registered(bobs, client=house.bob)
        equal(house.register(Device(house.service, "b99"), client=house.bob).status, 403)
        house.registered(phone)
        equal(house.bob.request("DELETE", f"{CALENDAR}a.ics", headers={
            "Push-Dont-Notify": "*"}).status, 204)
        house.later(2)
        house.told(phone, 1)
        equal(bobs.raw, [], "all of his are meant, and no other")


@suite.case("registrations go with their calendar, and with their user")
def _(s):
    with House(s) as house:
        phone = Device(house.service, "phone")
        equal(house.alice.request("MKCALENDAR", "/dav/calendars/alice/short/").status, 201)
        mine = house.registered(phone, "/dav/calendars/alice/short/")
        equal(house.alice.request("DELETE", "/dav/calendars/alice/short/").status, 204)
        equal(house.alice.request("DELETE", path_of(mine)).status, 404)
        house.registered(phone)
        house.server.run("check")
        house.server.run("user", "delete", "alice")
        house.server.run("check")


@suite.case("two servers of one key file show one key; it is off when it is switched off")
def _(s):
    with House(s) as house:
        def shown():
            return house.property(CALENDAR, "<P:transports/>").find(f".//{PUSH}vapid-public-key")

        before = shown().text
        house.server.stop()
        house.server.start()
        house.alice.close()
        equal(shown().text, before)
        equal("webdav-push" in house.alice.request("OPTIONS", CALENDAR).header("DAV"), True)
        phone = Device(house.service, "phone")
        house.registered(phone)
        house.server.stop()
        house.server.env["FASTI_PUSH_ENABLED"] = "off"
        house.server.start()
        house.alice.close()
        equal(shown(), None)
        equal("webdav-push" in house.alice.request("OPTIONS", CALENDAR).header("DAV"), False)
        got = house.register(phone)
        equal([got.status, "push-not-available" in got.text], [403, True])
        house.put("a")
        house.later(2)
        wait_for(lambda: not house.jobs(), what="the end of the job")
        equal(phone.raw, [])


suite.main()

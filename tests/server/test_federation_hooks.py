#!/usr/bin/python3
"""Providers tell of changes: believed only with the secret, and only as a reason to look."""
import json
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import DAY, GOOGLE, HOUR, OUTLOOK, PUBLIC, House, both  # noqa: E402
from fasti import Suite, equal, parallel  # noqa: E402

suite = Suite("federation_hooks")


def at(clock, day=DAY):
    return f"{day}T{clock}:00"


def watches(h):
    service = h.service
    return (service.channels if h.kind is GOOGLE else service.subscriptions).live()


def listening(s, kind, **settings):
    """A house whose account is read and watched; messages arrive."""
    h = House(s, kind, **settings)
    try:
        h.service.pushes.mode = "now"
        h.connect()
        h.until(lambda: watches(h), "a watch")
        h.service.pushes.settle()
    except BaseException:
        h.__exit__(*sys.exc_info())
        raise
    return h


@both(suite, "a change that is told of is busy at once, with no clock moving")
def _(s, kind):
    with listening(s, kind) as h:
        one = watches(h)[0]
        equal(one["address" if kind is GOOGLE else "notificationUrl"].startswith(
            f"{PUBLIC}/hooks/{kind.word}"), True)
        secret = one["token" if kind is GOOGLE else "clientState"]
        equal(len(secret) >= 20, True, "its secret")
        name = h.cal.add("x", at("09:00"), at("10:00"))
        h.until(lambda: h.busy() == ["09:00", "09:30"], "it counts")
        h.cal.change(name, start=at("11:00"), end=at("12:00"))
        h.until(lambda: h.busy() == ["11:00", "11:30"], "it was moved")
        h.cal.delete(name)
        h.until(lambda: h.busy() == [], "it is gone")
        equal(set(h.service.pushes.statuses()) <= {200, 202, 204}, True)


@both(suite, "messages that come twice, late, in another order, or never")
def _(s, kind):
    with listening(s, kind) as h:
        h.service.pushes.mode = "twice"
        h.cal.add("x", at("09:00"), at("09:30"))
        h.until(lambda: h.busy() == ["09:00"], "twice")
        h.service.pushes.mode = "held"
        name = h.cal.add("x", at("10:00"), at("10:30"))
        h.cal.change(name, start=at("11:00"), end=at("11:30"))
        equal(h.busy(), ["09:00"])
        h.service.pushes.release(backwards=True)
        h.until(lambda: h.busy() == ["09:00", "11:00"], "late, the last one first")
        h.service.pushes.mode = "never"
        h.cal.add("x", at("13:00"), at("13:30"))
        h.until(lambda: h.busy() == ["09:00", "11:00", "13:00"], "by the clock", tick=5 * 60)


@both(suite, "without the secret nothing is looked at, and nothing is learned")
def _(s, kind):
    with listening(s, kind) as h:
        h.until(lambda: h.busy() == [], "read")
        before = h.service.calls[kind.read]
        if kind is GOOGLE:
            h.service.channels.wrong_token = True
        else:
            h.service.subscriptions.wrong_state = True
        h.cal.add("x", at("09:00"), at("10:00"))
        if kind is GOOGLE:
            h.service.channels.wrong_token = False
            channel = watches(h)[0]
            for wrong in ({"ID": "unknown"}, {"Resource_ID": "another"}, {"Token": ""}):
                h.service.channels.tell(channel, "exists", **wrong)
        else:
            h.service.subscriptions.wrong_state = False
            one = dict(watches(h)[0], id="11111111-2222-4333-8444-555555555555")
            h.service.subscriptions.send(one["notificationUrl"], [h.service.subscriptions.message(
                one, changeType="updated", resourceData={"id": "x"})])
        equal(len(set(h.service.pushes.statuses()[-2:])), 1, "answered alike")
        h.ask(h.alice, "GET", "/api/connections")
        equal(h.service.calls[kind.read], before)
        equal(h.busy(), [])


@both(suite, "a storm of messages is a few readings")
def _(s, kind):
    with listening(s, kind) as h:
        h.until(lambda: h.busy() == [], "read")
        h.service.pushes.mode = "held"
        for i in range(30):
            h.cal.add("x", f"{DAY}T09:00:00", f"{DAY}T09:30:00")
        before, goes_on = h.service.calls[kind.read], threading.Event()
        h.service.spoil(kind.read, times=-1, hold=goes_on)  # until all of them have come
        held, h.service.pushes.held = h.service.pushes.held, []
        parallel(30, lambda i: h.service.pushes.deliver(*held[i]))
        goes_on.set()
        h.until(lambda: h.busy() == ["09:00"], "it counts")
        h.service.heal()
        assert h.service.calls[kind.read] - before <= 8, h.service.calls[kind.read] - before


@both(suite, "a watch is renewed before it ends, and its place is taken before it goes")
def _(s, kind):
    with listening(s, kind) as h:
        first, end = watches(h)[0]["id"], watches(h)[0]["end"]
        equal(end > (h.now + 5 * 24 * HOUR) * (1000 if kind is GOOGLE else 1), True, "it lives then")
        h.tick(5 * 24 * HOUR)  # of six
        h.cal.add("x", at("10:00", "2027-01-18"), at("11:00", "2027-01-18"))  # wakes whoever looks
        if kind is GOOGLE:
            h.until(lambda: h.service.calls["channels.stop"] == 1, "it is stopped")
            names = [r.name for r in h.service.log if r.name in ("events.watch", "channels.stop")]
            equal(names, ["events.watch", "events.watch", "channels.stop"])
            equal(first in [w["id"] for w in watches(h)], False)
        else:
            h.until(lambda: h.service.calls["subscriptions.update"] == 1, "it is renewed")
            equal(h.service.calls["subscriptions.create"], 1)
        h.until(lambda: len(watches(h)) == 1 and watches(h)[0]["end"] > end, "it lasts longer")
        h.tick(4 * 24 * HOUR)
        h.cal.add("x", at("12:00", "2027-01-18"), at("13:00", "2027-01-18"))
        h.until(lambda: h.busy("2027-01-18") == ["10:00", "10:30", "12:00", "12:30"],
                "it still tells")


@both(suite, "an account that cannot be watched is read by the clock, and that is no fault")
def _(s, kind):
    with House(s, kind) as h:
        h.service.spoil(kind.watch, times=-1, status=403,
                        code="forbidden" if kind is GOOGLE else "ExtensionError")
        h.connect()
        h.until(lambda: h.service.calls[kind.watch], "it was tried")
        h.cal.add("x", at("09:00"), at("10:00"))
        h.until(lambda: h.busy() == ["09:00", "09:30"], "by the clock", tick=5 * 60)
        equal(h.connection()["state"], "works")


@both(suite, "who disconnects is told of nothing any more")
def _(s, kind):
    with listening(s, kind) as h:
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        h.until(lambda: not watches(h), "they are taken back")
        equal(h.service.calls["channels.stop" if kind is GOOGLE else "subscriptions.delete"], 1)


@both(suite, "the message is quicker than the answer to the watch")
def _(s, kind):
    with House(s, kind) as h:
        h.service.pushes.mode, h.service.push_first = "now", True
        h.service.spoil(kind.watch, meanwhile=lambda: h.cal.add("x", at("09:00"), at("10:00")))
        h.connect()
        h.until(lambda: watches(h), "a watch")
        h.until(lambda: h.busy() == ["09:00", "09:30"], "it counts")


@suite.case("outlook: the validation token comes back as it was, as text, while the POST is open")
def _(s):
    with listening(s, OUTLOOK) as h:
        equal({v[1:] for v in h.service.subscriptions.validations},
              {(200, "text/plain; charset=utf-8", True)})
        equal(len({v[0] for v in h.service.subscriptions.validations}) >= 1, True)
        token = "<script>alert(1)</script> & \u00fc"
        got = h.server.client().request(
            "POST", "/hooks/outlook?" + urllib.parse.urlencode({"validationToken": token}))
        equal((got.status, got.text, got.header("Content-Type")),
              (200, token, "text/plain; charset=utf-8"))
        got = h.server.client().request("POST", "/hooks/outlook?validationToken=" + "x" * 5000)
        equal(got.status, 400)


@suite.case("outlook: life of a subscription: missed is read, reauthorizationRequired renewed")
def _(s):
    with listening(s, OUTLOOK) as h:
        subs, pushes = h.service.subscriptions, h.service.pushes
        pushes.mode = "never"
        h.cal.add("x", at("09:00"), at("09:30"))
        pushes.mode = "now"
        subs.life(watches(h)[0], "missed")
        h.until(lambda: h.busy() == ["09:00"], "missed: it is read")
        subs.life(watches(h)[0], "reauthorizationRequired")
        h.until(lambda: h.service.calls["subscriptions.update"] +
                h.service.calls["subscriptions.reauthorize"], "renewed")


@suite.case("outlook: a subscription that was removed is made anew, and what was missed is read")
def _(s):
    with listening(s, OUTLOOK) as h:
        subs, pushes = h.service.subscriptions, h.service.pushes
        pushes.mode = "never"
        h.cal.add("x", at("10:00"), at("10:30"))
        pushes.mode = "now"
        made = h.service.calls["subscriptions.create"]
        subs.life(watches(h)[0], "subscriptionRemoved")
        h.until(lambda: h.service.calls["subscriptions.create"] > made and watches(h),
                "another one is made")
        h.until(lambda: h.busy() == ["10:00"], "and what was missed is read")


@suite.case("outlook: one that is removed while it is renewed is made anew, at once")
def _(s):
    with listening(s, OUTLOOK) as h:
        subs, one = h.service.subscriptions, watches(h)[0]
        made = h.service.calls["subscriptions.create"]
        h.service.spoil("subscriptions.update",
                        meanwhile=lambda: subs.life(one, "subscriptionRemoved"))
        subs.life(one, "reauthorizationRequired")
        h.until(lambda: h.service.calls["subscriptions.create"] > made and watches(h),
                "another one is made")
        assert watches(h)[0]["id"] != one["id"]
        h.cal.add("x", at("10:00"), at("10:30"))
        h.until(lambda: h.busy() == ["10:00"], "it tells")


@suite.case("outlook: one that is removed just after it had to be renewed is made anew")
def _(s):
    with listening(s, OUTLOOK) as h:
        subs = h.service.subscriptions
        for _ in range(5):
            one, made = watches(h)[0], h.service.calls["subscriptions.create"]
            subs.life(one, "reauthorizationRequired")
            subs.life(one, "subscriptionRemoved")
            h.until(lambda: h.service.calls["subscriptions.create"] > made and watches(h),
                    "another one is made")


@suite.case("what is no message is refused or passed over, and is never a fault of ours")
def _(s):
    with listening(s, OUTLOOK) as h:
        client = h.server.client()
        rows = [b"", b"x", b"[]", b"{}", b'{"value":5}', b'{"value":[5,null,{}]}',
                b'{"value":[{"subscriptionId":5,"clientState":{}}]}', b"[" * 10000,
                json.dumps({"value": [{"subscriptionId": "a" * 100000, "clientState": "b"}]}
                           ).encode(), b'{"value":[' + b"{}," * 5000 + b"{}]}"]
        for i, body in enumerate(rows):
            got = client.request("POST", "/hooks/outlook", body,
                                 {"Content-Type": "application/json"})
            assert got.status in (202, 400), (i, got.status, got.text)
        for headers in ({}, {"X-Goog-Channel-ID": "x" * 4000}, {"X-Goog-Resource-State": "exists"}):
            got = client.request("POST", "/hooks/google", b"", headers)
            equal(got.status, 204, got.text)
        equal(client.request("POST", "/hooks/else", b"").status, 404)
        equal(client.request("POST", "/hooks/outlook", b"x" * 2_000_000).status, 413)
        equal(client.request("GET", "/hooks/google").status, 405)


suite.main()

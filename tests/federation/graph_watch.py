"""Subscriptions of Graph: validated while they are made, renewed, ended, and missed."""
import datetime
import json
import secrets
import urllib.parse
import uuid

from base import Answer
from push import post

UTC = datetime.timezone.utc
LONGEST_MIN, SHORTEST_MIN = 10080, 45
TENANT = "6f1d2a3b-0000-4000-8000-000000000001"


def text_of(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def seconds_of(text):
    got = datetime.datetime.fromisoformat(text[:19])
    return got.replace(tzinfo=UTC).timestamp()


class Subscriptions:
    def __init__(self, service):
        self.service = service
        self.open_ones = {}
        self.allowed = True          # some accounts cannot be subscribed at all
        self.wrong_state = False     # messages show another clientState
        self.wants_https = True
        self.validations = []        # (url, status, media type, what was answered was right)

    # ---- calls ------------------------------------------------------------------------------

    def create(self, request):
        service, body = self.service, request.json()
        if not self.allowed:
            raise service.error(403, "ExtensionError", "Operation: Create; Exception: Forbidden")
        if "immutableid" not in request.header("Prefer", "").lower():
            service.wrong("subscriptions: IdType is missing, messages would carry other ids")
        kinds = set(body["changeType"].split(","))
        if not kinds <= {"created", "updated", "deleted"}:
            raise service.error(400, "InvalidRequest", "changeType")
        if len(body.get("clientState") or "") > 128:
            raise service.error(400, "InvalidRequest", "clientState is too long")
        calendar = self.calendar_of(request, body["resource"])
        end = self.end_of(body["expirationDateTime"])
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if body.get(name):
                self.validate(body[name])
        with service.lock:
            for other in self.open_ones.values():
                if other["resource"] == body["resource"] and other["owner"] is request.account \
                        and other["changeType"] == body["changeType"]:
                    raise service.error(409, "ResourceConflict", "it exists already")
            made = {"id": str(uuid.uuid4()), "calendar": calendar.id, "owner": request.account,
                    "end": end, **{k: body.get(k) for k in (
                        "resource", "changeType", "notificationUrl", "lifecycleNotificationUrl",
                        "clientState")}}
            self.open_ones[made["id"]] = made
        return Answer(201, self.show(made))

    def calendar_of(self, request, resource):
        words = [urllib.parse.unquote(w) for w in resource.strip("/").split("/")]
        account = request.account
        if words in (["me", "events"], ["me", "calendar", "events"]):
            return account.primary
        if len(words) == 4 and words[:2] == ["me", "calendars"] and words[3] == "events" \
                and words[2] in account.calendars:
            return account.calendars[words[2]]
        raise self.service.error(400, "InvalidRequest", f"resource {resource}")

    def end_of(self, text):
        now, end = self.service.now(), seconds_of(text)
        if end > now + LONGEST_MIN * 60:
            raise self.service.error(400, "InvalidRequest", "expirationDateTime is too far")
        if end < now:
            raise self.service.error(400, "InvalidRequest", "expirationDateTime has passed")
        return max(end, now + SHORTEST_MIN * 60)

    def validate(self, url):
        """The callback while the request is open: the token comes back, decoded, as text."""
        service = self.service
        if self.wants_https and not url.startswith("https://"):
            raise service.error(400, "InvalidRequest", "notificationUrl is not https")
        token = "Validation: Testing client application <b>&%" + secrets.token_hex(8)
        joint = "&" if "?" in url else "?"
        full = url + joint + urllib.parse.urlencode({"validationToken": token})
        status, kind, body = post(service.pushes.address(full), {"Content-Type": "text/plain",
                                                                 "Content-Length": "0"}, timeout=10)
        right = status == 200 and kind.startswith("text/plain") and body.decode() == token
        self.validations.append((url, status, kind, right))
        if not right:
            raise service.error(400, "ValidationError", f"Subscription validation request failed. "
                                f"{status}")

    def find(self, request):
        found = self.open_ones.get(request.vars[0])
        if not found or found["owner"] is not request.account or found["end"] < self.service.now():
            raise self.service.error(404, "ResourceNotFound")
        return found

    def list(self, request):
        with self.service.lock:
            return Answer(200, {"value": [self.show(s) for s in self.open_ones.values()
                                          if s["owner"] is request.account]})

    def get(self, request):
        with self.service.lock:
            return Answer(200, self.show(self.find(request)))

    def renew(self, request):
        with self.service.lock:
            found, body = self.find(request), request.json()
            if set(body) - {"expirationDateTime", "notificationUrl"}:
                raise self.service.error(400, "InvalidRequest", "only its end can change")
            found["end"] = self.end_of(body["expirationDateTime"])
            return Answer(200, self.show(found))

    def reauthorize(self, request):
        with self.service.lock:
            self.find(request)
            return Answer(204)

    def remove(self, request):
        with self.service.lock:
            del self.open_ones[self.find(request)["id"]]
            return Answer(204)

    @staticmethod
    def show(one):
        return {"id": one["id"], "resource": one["resource"], "changeType": one["changeType"],
                "clientState": one["clientState"], "notificationUrl": one["notificationUrl"],
                "lifecycleNotificationUrl": one["lifecycleNotificationUrl"],
                "expirationDateTime": text_of(one["end"]), "latestSupportedTlsVersion": "v1_2"}

    # ---- messages ---------------------------------------------------------------------------

    def live(self, calendar=None):
        now = self.service.now()
        with self.service.lock:
            return [s for s in self.open_ones.values()
                    if s["end"] > now and calendar in (None, s["calendar"])]

    def message(self, one, **more):
        state = "wrong" if self.wrong_state else one["clientState"]
        return {"subscriptionId": one["id"], "clientState": state, "tenantId": TENANT,
                "subscriptionExpirationDateTime": text_of(one["end"]),
                "resource": one["resource"], **more}

    def ring(self, calendar, change, name, wait=True):
        for one in self.live(calendar.id):
            self.send(one["notificationUrl"], [self.message(
                one, changeType=change, resourceData={
                    "@odata.type": "#Microsoft.Graph.Event", "id": name})], wait)

    def life(self, one, event):
        """reauthorizationRequired, missed; subscriptionRemoved, which it is from now on."""
        if event == "subscriptionRemoved":
            with self.service.lock:
                self.open_ones.pop(one["id"], None)
        if one["lifecycleNotificationUrl"]:
            self.send(one["lifecycleNotificationUrl"], [self.message(one, lifecycleEvent=event)])

    def send(self, url, messages, wait=True):
        """Several messages may stand in one body, also of different subscriptions."""
        body = {"value": messages}
        for why in self.service.description.message(body):
            self.service.wrong(f"message: {why}")
        raw = json.dumps(body).encode()
        self.service.pushes.put(url, {"Content-Type": "application/json; charset=utf-8",
                                      "Content-Length": str(len(raw))}, raw, wait)

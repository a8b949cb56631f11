"""Push channels of Google's: opened, rung, stopped, never listed."""
import secrets

from base import Answer

WEEK = 7 * 24 * 3600


class Channels:
    def __init__(self, service):
        self.service = service
        self.open_ones = {}
        self.lifetime = WEEK
        self.wrong_token = False   # messages show another one
        self.wants_https = True
        self.sync_message = True   # the first message of a channel says "sync"

    def open(self, request):
        service, body = self.service, request.json()
        with service.lock:
            calendar = service.find(request)
            if body.get("type") != "web_hook" or not 0 < len(body.get("id", "")) <= 64:
                raise service.error(400, "channelIdInvalid")
            if body["id"] in self.open_ones:
                raise service.error(400, "channelIdNotUnique")
            if self.wants_https and not body.get("address", "").startswith("https://"):
                raise service.error(400, "push.webhookUrlNotHttps")
            token = request.one("syncToken")
            if token and token not in service.lists:
                raise service.error(410)
            now = int(service.now() * 1000)
            end = now + self.lifetime * 1000
            if "expiration" in body:
                end = min(end, int(body["expiration"]))
            elif "ttl" in body.get("params", {}):
                end = min(end, now + int(body["params"]["ttl"]) * 1000)
            channel = {"id": body["id"], "address": body["address"], "number": 1,
                       "token": body.get("token"), "calendar": calendar.id, "end": end,
                       "resource": "r" + secrets.token_urlsafe(16),
                       "uri": f"{service.url}/calendar/v3/calendars/{calendar.id}/events?alt=json"}
            self.open_ones[channel["id"]] = channel
        if self.sync_message:
            self.tell(channel, "sync", wait=service.push_first)
        answer = {"kind": "api#channel", "id": channel["id"], "resourceId": channel["resource"],
                  "resourceUri": channel["uri"], "expiration": str(end)}
        if channel["token"]:
            answer["token"] = channel["token"]
        return Answer(200, answer)

    def stop(self, request):
        body, service = request.json(), self.service
        with service.lock:
            channel = self.open_ones.get(body.get("id"))
            if not channel or channel["resource"] != body.get("resourceId"):
                raise service.error(404, "notFound", "Channel not found")
            del self.open_ones[body["id"]]
        return Answer(204)

    def live(self, calendar=None):
        """Those that have not ended, of one calendar or of all."""
        now = self.service.now() * 1000
        with self.service.lock:
            return [c for c in self.open_ones.values()
                    if c["end"] > now and calendar in (None, c["calendar"])]

    def ring(self, calendar, wait=True):
        for channel in self.live(calendar.id):
            self.tell(channel, "exists", wait)

    def tell(self, channel, state, wait=True, **other):
        """One message; `other` headers instead of what would be true (Token="…")."""
        shown = {"ID": channel["id"], "Resource-ID": channel["resource"],
                 "Resource-URI": channel["uri"], "Resource-State": state,
                 "Message-Number": str(channel["number"]),
                 "Channel-Expiration": "Fri, 01 Jan 2100 00:00:00 GMT"}
        channel["number"] += 3  # they grow, but not by one
        if channel["token"]:
            shown["Token"] = "wrong" if self.wrong_token else channel["token"]
        shown.update({k.replace("_", "-"): v for k, v in other.items()})
        names = {"ID": "X-Goog-Channel-ID", "Token": "X-Goog-Channel-Token",
                 "Channel-Expiration": "X-Goog-Channel-Expiration"}
        headers = {names.get(k, "X-Goog-" + k): v for k, v in shown.items()}
        headers["Content-Length"] = "0"
        self.service.pushes.put(channel["address"], headers, b"", wait)

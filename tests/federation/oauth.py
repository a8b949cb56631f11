"""The consent and token endpoints of both services (RFC 6749, RFC 7636), with their refusals.

Nobody sees a consent page: whoever follows the address of one is sent back at once, as the account
that `signed_in` names. Tokens end when a test says so, never by themselves.
"""
import base64
import hashlib
import json
import secrets
import urllib.parse

from base import Answer, Refusal, Service


def unsigned(claims):
    """An id_token; nobody verifies what came straight from the token endpoint over TLS (OpenID
    Connect Core §3.1.3.7)."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    return f"{part({'alg': 'RS256', 'kid': '1'})}.{part(claims)}.c2lnbmF0dXJl"


class Account:
    """Somebody who has an account, and what they have granted."""

    def __init__(self, address, subject):
        self.address, self.subject = address, subject
        self.refresh = []     # those that are good, the oldest first
        self.access = {}      # token: scopes
        self.granted = set()
        self.consented = False


class Consent(Service):
    """The OAuth half of a service."""

    client_id, client_secret = "client-of-tests", "secret/of tests+1"
    authorize_name, token_name, revoke_name = "authorize", "token", "revoke"
    rotates = False          # a refresh brings another refresh token
    refuses_rotated = False  # and the one before is refused
    refresh_max = 100        # live ones of an account; the oldest goes (Google)
    expires_in = 3599
    issuer = "https://accounts.example"

    def __init__(self, description):
        super().__init__(description)
        self.accounts = {}
        self.signed_in = None      # whose consent it is; None: the first account
        self.redirects = None      # registered addresses; None: any
        self.codes = {}
        self.deny = None           # the error of the next consent
        self.grant_only = None     # scopes of the next consent
        self.refuse_refresh = None  # (error, subtype or code) of each refresh
        self.refreshed = 0
        self.trusts = None         # scopes of tokens that somebody else has given out

    # ---- what tests do ----------------------------------------------------------------------

    def account(self, address=None):
        if address is None:
            address = self.signed_in or next(iter(self.accounts))
        return self.accounts[address]

    def expire(self, address=None):
        """Access tokens end now; refresh tokens do not."""
        with self.lock:
            self.account(address).access.clear()

    def withdraw(self, address=None):
        """The user takes back their consent."""
        with self.lock:
            account = self.account(address)
            account.access.clear()
            account.refresh.clear()
            account.consented = False

    def consent(self, url):
        """As a browser does: follow the address of a consent page. Where it sends us, or None."""
        import http.client
        split = urllib.parse.urlsplit(url)
        line = http.client.HTTPConnection(split.hostname, split.port, timeout=30)
        try:
            line.request("GET", f"{split.path}?{split.query}")
            got = line.getresponse()
            got.read()
            return got.getheader("Location")
        finally:
            line.close()

    # ---- endpoints --------------------------------------------------------------------------

    def authorize(self, request):
        """RFC 6749 §4.1.1, RFC 7636 §4.3. What is wrong with the client or where to go back to
        is shown and not sent back (§4.1.2.1)."""
        query = {k: v[0] for k, v in request.query.items()}
        back = query.get("redirect_uri", "")
        if query.get("client_id") != self.client_id:
            raise Refusal(401, {"error": "invalid_client"})
        if not back or (self.redirects is not None and back not in self.redirects):
            raise Refusal(400, {"error": "redirect_uri_mismatch"})
        for name, want in (("response_type", "code"), ("code_challenge_method", "S256")):
            if query.get(name) != want:
                self.wrong(f"authorize: {name}={query.get(name)}")
        if len(query.get("code_challenge", "")) != 43:
            self.wrong("authorize: code_challenge is no SHA-256")
        if len(query.get("state", "")) < 16 or not query.get("scope"):
            self.wrong("authorize: state or scope is missing")
        with self.lock:
            deny, self.deny = self.deny, None
            if deny:
                answer = {"error": deny, "state": query.get("state", "")}
            else:
                answer = {"code": self.make_code(query), "state": query.get("state", "")}
        joint = "&" if "?" in back else "?"
        return Answer(302, None, {"Location": back + joint + urllib.parse.urlencode(answer)})

    def make_code(self, query):
        account = self.account()
        scopes = set(query.get("scope", "").split())
        if self.grant_only is not None:
            scopes &= set(self.grant_only)
            self.grant_only = None
        code = secrets.token_urlsafe(48)
        self.codes[code] = {"account": account, "scopes": scopes, "query": query,
                            "lasting": self.is_lasting(query, account, scopes)}
        account.consented = True
        return code

    def is_lasting(self, query, account, scopes):
        """Will there be a refresh token?"""
        raise NotImplementedError

    def client_is_ours(self, request, form):
        """RFC 6749 §2.3.1: in the body, or as Basic."""
        basic = request.header("Authorization", "")
        if basic.startswith("Basic "):
            name, _, word = base64.b64decode(basic[6:]).decode().partition(":")
            got = urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(word)
        else:
            got = form.get("client_id"), form.get("client_secret")
        return got == (self.client_id, self.client_secret)

    def token(self, request):
        kind = request.header("Content-Type", "").split(";")[0]
        if kind != "application/x-www-form-urlencoded":
            self.wrong(f"token: media type {kind!r}")
        form = request.form()
        if not self.client_is_ours(request, form):
            raise self.no_token(401, "invalid_client")
        with self.lock:
            if form.get("grant_type") == "authorization_code":
                return self.redeem(form)
            if form.get("grant_type") == "refresh_token":
                return self.renew(form)
        raise self.no_token(400, "unsupported_grant_type")

    def redeem(self, form):
        code = self.codes.pop(form.get("code", ""), None)  # good once, RFC 6749 §4.1.2
        if code is None or form.get("redirect_uri") != code["query"]["redirect_uri"]:
            raise self.no_token(400, "invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != code["query"].get("code_challenge"):
            raise self.no_token(400, "invalid_grant", "the verifier is another")
        account = code["account"]
        account.granted = code["scopes"]
        return Answer(200, self.tokens(account, code["scopes"], code["lasting"]))

    def renew(self, form):
        self.refreshed += 1
        if self.refuse_refresh:
            raise self.no_token(400, *self.refuse_refresh)
        shown = form.get("refresh_token", "")
        for account in self.accounts.values():
            if shown in account.refresh:
                if self.rotates and self.refuses_rotated:
                    account.refresh.remove(shown)
                return Answer(200, self.tokens(account, account.granted, self.rotates))
        raise self.no_token(400, "invalid_grant")

    def tokens(self, account, scopes, lasting):
        access = "at-" + secrets.token_urlsafe(1200)
        account.access[access] = scopes
        out = {"access_token": access, "token_type": "Bearer", "expires_in": self.expires_in,
               "scope": " ".join(sorted(scopes - {"offline_access"}))}
        if lasting:
            out["refresh_token"] = "rt-" + secrets.token_urlsafe(300)
            account.refresh.append(out["refresh_token"])
            del account.refresh[:-self.refresh_max]
        if "openid" in scopes:
            now = int(self.now())
            out["id_token"] = unsigned({
                "iss": self.issuer, "aud": self.client_id, "sub": account.subject, "iat": now,
                "exp": now + 3600, "oid": account.subject, "tid": "t1", "email": account.address,
                "email_verified": True, "preferred_username": account.address})
        return out

    def no_token(self, status, error, more=None):
        """RFC 6749 §5.2; `more` is what the service adds."""
        return Refusal(status, {"error": error, "error_description": more or error},
                       {"Cache-Control": "no-store"})

    def revoke(self, request):
        """RFC 7009: either token, and all that came of it ends."""
        shown = request.form().get("token") or request.one("token", "")
        with self.lock:
            for address, account in self.accounts.items():
                if shown in account.refresh or shown in account.access:
                    self.withdraw(address)
                    return Answer(200, {})
        raise self.no_token(400, "invalid_token")

    # ---- tokens that are shown --------------------------------------------------------------

    def bearer(self, request):
        """(account, scopes) of the token; None where it is none, or none any more."""
        word, _, token = request.header("Authorization", "").partition(" ")
        if word != "Bearer":
            return None
        with self.lock:
            for account in self.accounts.values():
                if token in account.access:
                    return account, account.access[token]
            if self.trusts is not None and token:
                return self.account(), self.trusts
        return None

"""What both test doubles stand on: HTTP on loopback, faults on demand, calls counted and judged.

A Service answers on a port of its own, from threads, while the test that made it goes on in the
same process: what its user does there are plain methods, and so is what goes wrong. Every request
and every answer is held against the service's description (description.py); what does not fit is
noted, and fails the test where the service is closed.
"""
import collections
import gzip
import http.server
import json
import re
import threading
import time
import urllib.parse


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status, body=None, headers=None):
        super().__init__(f"{status} {body}")
        self.status, self.body, self.headers = status, body, dict(headers or {})


class Answer:
    def __init__(self, status=200, body=None, headers=None):
        self.status, self.body, self.headers = status, body, dict(headers or {})


class Request:
    """One request, as the functions of a service see it."""

    def __init__(self, method, target, headers, raw):
        self.method, self.headers, self.raw = method, headers, raw
        split = urllib.parse.urlsplit(target)
        self.path, self.target = split.path, target
        self.query = urllib.parse.parse_qs(split.query, keep_blank_values=True)
        self.name = None      # of the call: "events.list"
        self.vars = ()        # what stands in its path
        self.account = None   # whose token it shows
        self.inner = False    # it came inside of another one
        self.at = time.monotonic()

    def one(self, name, default=None):
        return self.query.get(name, [default])[0]

    def json(self):
        return json.loads(self.raw) if self.raw else None

    def form(self):
        return {k: v[0] for k, v in urllib.parse.parse_qs(self.raw.decode(),
                                                          keep_blank_values=True).items()}

    def header(self, name, default=None):
        return self.headers.get(name, default)


class Fault:
    """Something that goes wrong with certain calls; see Service.spoil()."""

    def __init__(self, name, times, skip, how):
        self.name, self.times, self.skip = name, times, skip
        self.status = self.code = self.retry_after = self.location = None
        self.delay, self.lost, self.hold, self.meanwhile, self.late = 0, False, None, None, False
        self.raw = self.edit = None
        for word, value in how.items():
            assert hasattr(self, word), word
            setattr(self, word, value)

    def fits(self, name):
        if self.times == 0 or not re.fullmatch(self.name, name):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = None

    def log_message(self, *_):
        pass

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, self.headers, self.rfile.read(length))
        got = self.service.answer(request)
        if got is None:  # nothing is said, and the line is cut
            self.close_connection = True
            return
        body = got.body if isinstance(got.body, bytes) else (
            b"" if got.body is None else json.dumps(got.body).encode())
        headers = {"Content-Type": "application/json; charset=UTF-8", **got.headers}
        if len(body) > 256 and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        if not body:
            headers.pop("Content-Type", None)
        try:
            self.send_response(got.status)
            for name, value in headers.items():
                self.send_header(name, value)
            if got.status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # who asked has gone

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer
    do_PROPFIND = do_REPORT = do_OPTIONS = answer


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass  # a client that was killed


class Service:
    """One provider. A subclass has `routes`: (method, pattern of the path, name, function)."""

    routes = ()
    open_calls = ()  # names of those that want no token
    together_max = None  # requests of one account at once
    per_minute = None    # requests of one account

    def __init__(self, description):
        self.description = description
        self.lock = threading.RLock()
        self.faults, self.violations, self.log = [], [], []
        self.calls = collections.Counter()       # by name
        self.account_calls = collections.Counter()
        self.together, self.together_most = collections.Counter(), 0
        self.recent = collections.defaultdict(collections.deque)
        self.budget = None   # so many calls and no more: 429
        self.skew = 0        # seconds by which its clock is wrong
        self.clock = time.time
        self.stopped = threading.Event()
        handler = type("Bound", (Handler,), {"service": self})
        self.listener = Listener(("127.0.0.1", 0), handler)
        self.port = self.listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.listener.serve_forever,
                                       kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    # ---- what tests do ----------------------------------------------------------------------

    def spoil(self, name, times=1, skip=0, **how):
        """Calls of this name (a pattern) go wrong: so many `times`, after `skip` that do not.

        status, code, retry_after, location: refused before anything is done (late: after it);
        delay: seconds before it begins; hold: an Event to wait for; lost: all is done, and
        nothing is said; meanwhile: called between the work and the answer; raw: bytes instead of
        the answer; edit: a function that changes the answer's body.
        """
        fault = Fault(name, times, skip, how)
        with self.lock:
            self.faults.append(fault)
        return fault

    def heal(self):
        with self.lock:
            self.faults.clear()

    def down(self, status=503, name=".*"):
        """Nothing goes any more, until heal()."""
        return self.spoil(name, times=-1, status=status)

    def now(self):
        return self.clock() + self.skew

    def asked(self, name):
        """The requests of calls of this name (a pattern), so far."""
        with self.lock:
            return [r for r in self.log if r.name and re.fullmatch(name, r.name)]

    def check(self):
        if self.violations:
            raise AssertionError(f"{type(self).__name__}: what does not fit its description:\n  "
                                 + "\n  ".join(self.violations[:20]))

    def close(self):
        self.stopped.set()
        for fault in self.faults:
            if fault.hold:
                fault.hold.set()
        self.listener.shutdown()
        self.listener.server_close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.close()
        if kind is None:
            self.check()

    # ---- a request --------------------------------------------------------------------------

    def error(self, status, code=None, message=None, headers=None):
        """The Refusal that this service would say it with."""
        raise NotImplementedError

    def authorise(self, request):
        raise NotImplementedError

    def route(self, request):
        for method, pattern, name, function in self.routes:
            found = re.fullmatch(pattern, request.path)
            if found and method == request.method:
                request.name = name
                request.vars = tuple(urllib.parse.unquote(v) for v in found.groups())
                return function
        self.wrong(f"{request.method} {request.path}: there is no such call")
        raise self.error(404)

    def wrong(self, what):
        with self.lock:
            self.violations.append(what)

    def take_fault(self, name):
        with self.lock:
            for fault in self.faults:
                if fault.fits(name):
                    return fault
        return None

    def answer(self, request):
        """What is said to a request; None: nothing is."""
        fault = None
        try:
            function = self.route(request)
            with self.lock:
                self.log.append(request)
                self.calls[request.name] += 1
            fault = self.take_fault(request.name)
            if fault:
                self.before(fault)
            got = self.within_limits(request, function)
            if fault:
                got = self.after(fault, got)
        except Refusal as no:
            got = Answer(no.status, no.body, no.headers)
        if fault and fault.lost:
            return None
        if got and self.description.present and request.name and not (fault and fault.raw):
            for why in self.description.answer(request, got):
                self.wrong(f"{request.method} {request.path}: answered {got.status}: {why}")
        return got

    def before(self, fault):
        if fault.delay:
            self.stopped.wait(fault.delay)
        if fault.hold:
            fault.hold.wait(60)
        if fault.status and not fault.late:
            raise self.refusal(fault)

    def after(self, fault, got):
        if fault.meanwhile:
            fault.meanwhile()
        if fault.status and fault.late:
            raise self.refusal(fault)
        if fault.raw is not None:
            got.body = fault.raw
        if fault.edit and got.body is not None:
            got.body = fault.edit(got.body) or got.body
        return got

    def refusal(self, fault):
        headers = {}
        if fault.retry_after is not None:
            headers["Retry-After"] = str(fault.retry_after)
        if fault.location:
            headers["Location"] = fault.location
        return self.error(fault.status, fault.code, headers=headers)

    def within_limits(self, request, function):
        if self.description.present and request.name not in self.open_calls:
            for why in self.description.request(request):
                self.wrong(f"{request.method} {request.target}: {why}")
        if request.name not in self.open_calls:
            request.account = self.authorise(request)
        key = request.account and request.account.address
        if request.inner:  # its time is that of the other one
            self.count(key)
            return function(self, request)
        with self.lock:
            self.together[key] += 1
            self.together_most = max(self.together_most, self.together[key] if key else 0)
        try:
            if key:
                self.count(key)
            return function(self, request)
        finally:
            with self.lock:
                self.together[key] -= 1

    def count(self, key):
        """Budgets of an account; past them it is told to wait."""
        now = time.monotonic()
        with self.lock:
            self.account_calls[key] += 1
            if self.budget is not None:
                if self.budget <= 0:
                    raise self.too_many()
                self.budget -= 1
            if self.together_max and self.together[key] > self.together_max:
                raise self.too_many("over its MailboxConcurrency limit")
            recent = self.recent[key]
            while recent and recent[0] < now - 60:
                recent.popleft()
            if self.per_minute and len(recent) >= self.per_minute:
                raise self.too_many()
            recent.append(now)

    def too_many(self, message=None):
        return self.error(429, None, message, {"Retry-After": "1"})


class Trap:
    """An address where nobody has any business: says who came nevertheless."""

    def __init__(self):
        self.came = []
        trap = self

        class Caught(Handler):
            def answer(self):
                trap.came.append((self.command, self.path, dict(self.headers)))
                self.send_error(404)
            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

        self.listener = Listener(("127.0.0.1", 0), Caught)
        self.url = f"http://127.0.0.1:{self.listener.server_address[1]}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()

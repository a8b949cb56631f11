"""One case: its lines read, filled in and played."""
import itertools
import os
import re
import uuid

from doubt import can_fail
from judge import Judge
from server import DECLARED, Failure

HERE = os.path.dirname(os.path.abspath(__file__))
METHODS = ("options", "get", "head", "put", "post", "delete", "propfind", "proppatch", "mkcalendar",
           "mkcol", "report", "copy", "move", "lock", "unlock", "acl")
QUERY_FOR_UID = (
    f"<C:calendar-query {DECLARED}><D:prop><D:getetag/><C:schedule-tag/></D:prop><C:filter>"
    '<C:comp-filter name="VCALENDAR"><C:comp-filter name="{kind}"><C:prop-filter name="UID">'
    '<C:text-match collation="i;octet">{uid}</C:text-match>'
    "</C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>")
LISTING = ("propfind", "report")  # their first argument is the depth
HEADING = re.compile(r"# (?:(?:RFC (\d+)|WebDAV-Push) §([0-9.A-Z]+)|Interoperability): (\S.*)")


class Skip(Exception):
    """The case does not concern this server: a feature is not there, and why."""

    def __init__(self, word, why):
        super().__init__(why)
        self.word = word


class Step:
    """One line of a case, with the indented block below it."""

    def __init__(self, number, text):
        self.number, self.block = number, []
        self.words = text.split()
        self.verb, _, self.rest = text.partition(" ")
        self.rest = self.rest.strip()


def read_steps(path):
    steps = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith((" ", "\t")) and steps:
                steps[-1].block.append(line)
            elif line.strip() and not line.startswith("#"):
                steps.append(Step(number, line.split(" # ")[0].strip()))
    return steps


def heading(path):
    """(RFC or None, section or None, title) from the first line of a case."""
    with open(path, encoding="utf-8") as file:
        fit = HEADING.match(file.readline())
    if not fit:
        raise Failure("line 1: a case begins with “# RFC 4791 §5.3.1: what is required”")
    return fit.groups()


def dedented(block):
    depth = min(len(l) - len(l.lstrip()) for l in block if l.strip())
    return "\n".join(l[depth:] for l in block) + "\n"


class Case(Judge):
    """The steps of a file and what they have seen so far."""

    def __init__(self, path, server):
        self.path, self.server, self.steps = path, server, read_steps(path)
        self.who, self.headers = "user", []
        self.answer, self.asked = None, ""
        self.made, self.found, self.locks = [], [], []
        self.values = {"ns": DECLARED, "base": server.base, "origin": server.origin}

    # ---- words with placeholders ----

    def fill(self, text):
        return re.sub(r"\{([a-z][a-z0-9-]*)\}", lambda m: self.value(m.group(1)), text)

    def fill_pattern(self, text):
        """The same in a regex, where what is filled in stands for itself."""
        return re.sub(r"\{([a-z][a-z0-9-]*)\}", lambda m: re.escape(self.value(m.group(1))), text)

    def value(self, name):
        if name not in self.values:
            self.values[name] = self.new_value(name)
        return self.values[name]

    def new_value(self, name):
        """What a placeholder stands for when it is first spoken of."""
        if name == "uid":
            return f"conformance-{uuid.uuid4()}"
        if re.fullmatch(r"filler-\d+k", name):
            return ("X-FILLER:" + 53 * "x" + "\r\n") * int(name[7:-1]) * 16
        if name in ("group", "room", "resource"):
            if name not in self.server.config.places:
                raise Skip(name, f"no {name} is configured")
            return self.server.config.places[name]
        owned = re.fullmatch(r"(user|principal|home|address|inbox|outbox|default)(2?)", name)
        if owned:
            return self.owned(owned.group(1), self.account("user" + owned.group(2)))
        fresh = re.fullmatch(r"(their-)?(new|calendar)\d?", name)
        if fresh:
            return self.fresh_place("user2" if fresh.group(1) else "user",
                                    fresh.group(2) == "calendar")
        raise Failure(f"{{{name}}} is not known")

    def account(self, who):
        if who not in self.server.accounts:
            raise Skip(who, "no second account is configured")
        return self.server.accounts[who]

    def owned(self, what, account):
        if what == "user":
            return account.name
        if what == "address":
            address = self.server.find_address(account)
            if not address:
                raise Skip("C:calendar-user-address-set", "no address of the user is told")
            return address
        if what in ("inbox", "outbox"):
            name = f"C:schedule-{what}-URL"
            box = self.server.find_at(account.principal, name, account)
            if not box:
                raise Skip(name, f"no {what} of the user is told")
            return box
        if what == "default":
            return self.default_calendar(account)
        return getattr(account, what)

    def default_calendar(self, account):
        """Where invitations of an account are put (RFC 6638 §9.2)."""
        name = "C:schedule-default-calendar-URL"
        place = self.server.find_at(self.owned("inbox", account), name, account)
        if not place:
            raise Skip(name, "no default calendar is told")
        return place

    def fresh_place(self, who, as_calendar):
        account = self.account(who)
        place = f"{account.home}conformance-{uuid.uuid4().hex[:12]}/"
        self.made.append((who, place))
        if as_calendar:
            self.need("MKCALENDAR")
            got = self.server.request("MKCALENDAR", place, account=account)
            if got.status != 201:
                raise Failure(f"no calendar can be made: MKCALENDAR gives {got.status}")
        return place

    def body_of(self, step, word):
        """@FILE from data/, or the block below the line; calendars get their line ends."""
        if word:
            with open(os.path.join(HERE, "data", word[1:]), "rb") as file:
                text = file.read().decode("utf-8", "surrogateescape")
        elif step.block:
            text = dedented(step.block)
        else:
            return None
        text = self.fill(text)
        if text.lstrip().startswith("BEGIN:"):
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        body = text.encode("utf-8", "surrogateescape")
        return re.sub(rb"\\x([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), body)

    # ---- playing ----

    def play(self, doubt=False):
        """doubt: each line must also refuse answers that are wrong on purpose."""
        heading(self.path)
        for step in self.steps:
            verb = "request" if step.verb in METHODS else step.verb.replace("-", "_")
            action = getattr(self, "do_" + verb, None)
            if action is None:
                raise Failure(f"line {step.number}: no such word: {step.verb}")
            try:
                action(step)
            except Failure as why:
                exchange = f"\n--- {self.asked}\n{self.answer.shown()}\n" if self.answer else ""
                raise Failure(f"line {step.number}: {step.verb}: {self.named(str(why))}",
                              exchange) from None
            if doubt and not can_fail(self, action, step):
                raise Failure(f"line {step.number}: {step.verb}: a wrong answer would pass, too")

    def named(self, text):
        """What differs from run to run gets its placeholder back."""
        for name, value in sorted(self.values.items(), key=lambda x: -len(x[1])):
            if len(value) > 3 and name != "ns":
                text = text.replace(value, f"{{{name}}}")
        return text

    def tidy(self):
        for who, path, token in self.locks:
            self.server.request("UNLOCK", path, headers=[("Lock-Token", token)],
                                account=self.server.accounts[who])
        for who, place in self.found:
            self.server.request("DELETE", place, headers=[("Schedule-Reply", "F")],
                                account=self.server.accounts[who])
        for who, place in self.made:
            self.server.request("DELETE", place, account=self.server.accounts[who])

    def need(self, word):
        if not self.server.has(word):
            raise Skip(word, f"the server does not promise {word}")

    def do_needs(self, step):
        for word in step.words[1:]:
            self.need(word)

    def do_as(self, step):
        self.who = step.words[1]
        if self.who != "nobody":
            self.account(self.who)

    def do_with(self, step):
        name, _, value = step.rest.partition(":")
        self.headers.append((name.strip(), self.fill(value.strip())))

    def do_request(self, step):
        words = step.words[1:]
        method = words.pop(0) if step.verb == "request" else step.verb.upper()
        path = self.fill(words.pop(0))
        headers, self.headers = self.headers, []
        given = {name.lower() for name, _ in headers}
        if step.verb in LISTING and words and re.fullmatch(r"\d+|infinity|-", words[0]):
            depth = words.pop(0)
            if depth != "-" and "depth" not in given:
                headers.append(("Depth", depth))
        file = words.pop(0) if words and words[0].startswith("@") else None
        if words:
            body = (f"<D:propfind {DECLARED}><D:prop>" + "".join(f"<{w}/>" for w in words) +
                    "</D:prop></D:propfind>").encode()
        else:
            body = self.body_of(step, file)
        if body is not None and "content-type" not in given:
            calendar = method in ("PUT", "POST")
            headers.append(("Content-Type", "text/calendar; charset=utf-8" if calendar
                            else "application/xml; charset=utf-8"))
        self.asked = f"{method} {path}"
        self.answer = self.server.request(method, path, body, [h for h in headers if h[1] != "-"],
                                          self.server.accounts.get(self.who))
        if method == "LOCK" and self.answer.header("Lock-Token"):
            self.locks.append((self.who, path, self.answer.header("Lock-Token")))
        if self.answer.status == 201 and method in ("MKCALENDAR", "MKCOL"):
            self.made.append((self.who, path))

    def objects_of_uid(self, path, kind):
        """The hrefs of the events, or tasks, of {uid} in a collection."""
        body = QUERY_FOR_UID.replace("{uid}", self.value("uid")).replace("{kind}", kind).encode()
        self.asked = f"REPORT {path}"
        self.answer = self.server.request(
            "REPORT", path, body, [("Depth", "1"), ("Content-Type", "application/xml")],
            self.server.accounts.get(self.who))
        if self.answer.status != 207:
            raise Failure(f"calendar-query gives {self.answer.status}")
        return [href.text.strip() for href in self.nodes("D:response/D:href")]

    def do_find(self, step):
        """find NAME PATH [N]: so many objects of {uid} in a collection; the first is {NAME}."""
        name, path = step.words[1], self.fill(step.words[2])
        hrefs = []
        for kind in ("VEVENT", "VTODO"):
            hrefs = hrefs or self.objects_of_uid(path, kind)
        self.found += [(self.who, href) for href in hrefs if (self.who, href) not in self.found]
        want = int(step.words[3]) if len(step.words) > 3 else 1
        if len(hrefs) != want:
            raise Failure(f"there are {len(hrefs)}")
        if hrefs:
            self.values[name] = hrefs[0]

    def do_times(self, step):
        """times N METHOD PATH…: the same request again and again; {n} counts."""
        inner = Step(step.number, step.rest.split(None, 1)[1])
        inner.block = step.block
        for n in itertools.islice(itertools.count(1), int(step.words[1])):
            self.values["n"] = str(n)
            self.do_request(inner)
            if not 200 <= self.answer.status < 300:
                raise Failure(f"number {n} gives {self.answer.status}")

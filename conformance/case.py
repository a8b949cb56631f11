"""One case: its lines read, played and judged."""
import itertools
import os
import re
import uuid
import xml.etree.ElementTree as ET

from doubt import can_fail
from server import DECLARED, qualified, same_path

HERE = os.path.dirname(os.path.abspath(__file__))
METHODS = ("options", "get", "head", "put", "post", "delete", "propfind", "proppatch",
           "mkcalendar", "mkcol", "report", "copy", "move", "lock", "acl")
LISTING = ("propfind", "report")  # their first argument is the depth


class Failure(Exception):
    """The server did not do what the case expects."""

    def __init__(self, what, exchange=""):
        super().__init__(what)
        self.exchange = exchange


class Skip(Exception):
    """The case does not concern this server."""


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


def dedented(block):
    depth = min(len(l) - len(l.lstrip()) for l in block if l.strip())
    return "\n".join(l[depth:] for l in block) + "\n"


class Case:
    """The steps of a file and what they have seen so far."""

    def __init__(self, path):
        self.path, self.steps = path, read_steps(path)
        self.known, self.headers = True, {}
        self.answer, self.asked = None, ""
        self.made = set()
        self.values = {"ns": DECLARED}

    # ---- words with placeholders ----

    def fill(self, text):
        return re.sub(r"\{([a-z][a-z0-9-]*)\}", lambda m: self.value(m.group(1)), text)

    def value(self, name):
        """{calendar} is made when it is first spoken of; {uid} is new in every case."""
        if name not in self.values:
            server = self.server
            if name in ("principal", "home", "user", "base"):
                self.values[name] = getattr(server, name)
            elif name == "uid":
                self.values[name] = f"conformance-{uuid.uuid4()}"
            elif re.fullmatch(r"filler-\d+k", name):
                self.values[name] = ("X-FILLER:" + 53 * "x" + "\r\n") * int(name[7:-1]) * 16
            elif re.fullmatch(r"new\d?", name):
                self.values[name] = self.fresh_place()
            elif re.fullmatch(r"calendar\d?", name):
                self.values[name] = self.fresh_place()
                got = server.request("MKCALENDAR", self.values[name])
                if got.status != 201:
                    raise Skip(f"no calendar can be made: MKCALENDAR gives {got.status}")
            else:
                raise Failure(f"{{{name}}} is not known")
        return self.values[name]

    def fresh_place(self):
        place = f"{self.server.home}conformance-{uuid.uuid4().hex[:12]}/"
        self.made.add(place)
        return place

    def body_of(self, step, word):
        """@FILE from data/, or the block below the line; calendars get their line ends."""
        if word:
            with open(os.path.join(HERE, "data", word[1:]), encoding="utf-8", newline="") as file:
                text = file.read()
        elif step.block:
            text = dedented(step.block)
        else:
            return None
        text = self.fill(text)
        if text.lstrip().startswith("BEGIN:"):
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        return text.encode()

    # ---- playing ----

    def play(self, server, doubt=False):
        """doubt: each line must also refuse answers that are wrong on purpose."""
        self.server = server
        for step in self.steps:
            verb = "request" if step.verb in METHODS else step.verb.replace("-", "_")
            action = getattr(self, "do_" + verb, None)
            if action is None:
                raise Failure(f"line {step.number}: no such word: {step.verb}")
            try:
                action(step)
            except Failure as why:
                exchange = f"\n--- {self.asked}\n{self.answer.shown()}\n" if self.answer else ""
                raise Failure(f"line {step.number}: {step.verb}: {why}", exchange) from None
            if doubt and not can_fail(self, action, step):
                raise Failure(f"line {step.number}: {step.verb}: a wrong answer would pass, too")

    def tidy(self, server):
        for place in self.made:
            server.request("DELETE", place)

    def do_needs(self, step):
        """What OPTIONS on the home must promise, or the case is not for this server."""
        for word in step.words[1:]:
            if word not in self.server.abilities:
                raise Skip(f"the server does not say {word}")

    def do_as(self, step):
        self.known = step.rest != "nobody"

    def do_with(self, step):
        name, _, value = step.rest.partition(":")
        self.headers[name.strip()] = self.fill(value.strip())

    def do_request(self, step):
        words = step.words[1:]
        path = self.fill(words.pop(0))
        headers = dict(self.headers)
        if step.verb in LISTING and words and re.fullmatch(r"\d+|infinity|-", words[0]):
            depth = words.pop(0)
            if depth != "-":
                headers.setdefault("Depth", depth)
        file = words.pop(0) if words and words[0].startswith("@") else None
        if words:
            body = (f"<D:propfind {DECLARED}><D:prop>" + "".join(f"<{w}/>" for w in words) +
                    "</D:prop></D:propfind>").encode()
        else:
            body = self.body_of(step, file)
        if body is not None:
            calendar = step.verb in ("put", "post")
            headers.setdefault("Content-Type", "text/calendar; charset=utf-8" if calendar
                               else "application/xml; charset=utf-8")
        headers = {k: v for k, v in headers.items() if v != "-"}
        self.asked = f"{step.verb.upper()} {path}"
        self.answer = self.server.request(step.verb.upper(), path, body, headers, self.known)
        self.headers = {}
        if self.answer.status == 201 and step.verb in ("mkcalendar", "mkcol"):
            self.made.add(path)

    # ---- judging ----

    def do_expect(self, step):
        for word in step.words[1:]:
            if re.fullmatch(word.replace("x", r"\d"), str(self.answer.status)):
                return
        raise Failure(f"{self.asked} gives {self.answer.status}, not {step.rest}")

    def do_header(self, step):
        """header NAME REGEX, or "-" where there may be none."""
        name, _, want = step.rest.partition(" ")
        got, want = self.answer.header(name), self.fill(want.strip())
        if want == "-":
            if got is not None:
                raise Failure(f"there is {name}: {got}")
        elif got is None or not re.search(want, got):
            raise Failure(f"{name} is {got!r}")

    def do_no_header(self, step):
        """no-header NAME REGEX: nothing in it fits."""
        name, _, unwanted = step.rest.partition(" ")
        got = self.answer.header(name)
        if got is not None and re.search(unwanted.strip(), got):
            raise Failure(f"{name} is {got!r}")

    def do_error(self, step):
        """One precondition, and nothing else in DAV:error; perhaps with an href inside."""
        root = self.answer.xml
        if root.tag != qualified("D:error"):
            raise Failure(f"the body is {root.tag}")
        if [child.tag for child in root] != [qualified(step.words[1])]:
            raise Failure(f"DAV:error holds {[child.tag for child in root]}")
        if len(step.words) > 2:
            want = self.fill(step.words[2])
            hrefs = [e.text or "" for e in root.iter(qualified("D:href"))]
            if len(hrefs) != 1 or not same_path(hrefs[0], want):
                raise Failure(f"the href is {hrefs}")

    def do_body(self, step):
        """body @FILE: these bytes; body REGEX; body alone: none."""
        got = self.answer.body
        if step.rest.startswith("@") or step.block:
            want = self.body_of(step, step.rest or None)
            if got != want:
                raise Failure(f"the body is {got[:300]!r}")
        elif step.rest:
            if not re.search(self.fill(step.rest), got.decode("utf-8", "replace")):
                raise Failure(f"the body is {got[:300]!r}")
        elif got:
            raise Failure(f"there is a body: {got[:300]!r}")

    def do_lines(self, step):
        """lines N REGEX: as many lines of the body fit."""
        pattern = re.compile(self.fill(step.rest.partition(" ")[2].strip()))
        got = sum(1 for line in self.answer.body.decode("utf-8", "replace").splitlines()
                  if pattern.search(line))
        if got != int(step.words[1]):
            raise Failure(f"{got} lines fit")

    def do_prop(self, step):
        """prop PATH NAME STATUS [REGEX of its text or inner XML]; STATUS "-": not named at all."""
        path, name, want = self.fill(step.words[1]), step.words[2], step.words[3]
        status, element, propstat = self.answer.prop(path, name)
        if want == "-":
            if status is not None:
                raise Failure(f"{name} is there, with {status}")
            if self.answer.response(path) is None:
                raise Failure(f"there is no response for {path}")
            return
        if str(status) != want:
            raise Failure(f"{name} has the status {status}")
        if len(step.words) > 4:
            pattern = self.fill(step.rest.split(None, 3)[3])
            inner = (element.text or "") + "".join(
                ET.tostring(child, encoding="unicode") for child in element)
            if not re.search(pattern, inner):
                raise Failure(f"{name} is {inner[:300]!r}")

    def do_prop_error(self, step):
        """prop-error PATH NAME PRECONDITION: in the propstat of this property."""
        status, _, propstat = self.answer.prop(self.fill(step.words[1]), step.words[2])
        if status is None:
            raise Failure("the property is not named")
        error = propstat.find(qualified("D:error"))
        got = [child.tag for child in error] if error is not None else []
        if got != [qualified(step.words[3])]:
            raise Failure(f"its DAV:error holds {got}")

    def do_member(self, step):
        """member PATH [STATUS]: a response of its own, with this status if one is given."""
        response = self.answer.response(self.fill(step.words[1]))
        if response is None:
            raise Failure(f"there is no response for {step.words[1]}")
        if len(step.words) > 2:
            status = response.findtext(qualified("D:status")) or "none none"
            if status.split()[1] != step.words[2]:
                raise Failure(f"its status is {status!r}")

    def do_no_member(self, step):
        if self.answer.xml.tag != qualified("D:multistatus"):
            raise Failure(f"the body is {self.answer.xml.tag}")
        if self.answer.response(self.fill(step.words[1])) is not None:
            raise Failure(f"there is a response for {step.words[1]}")

    def nodes(self, path):
        """ElementTree's paths with our prefixes; "." and "/" at the start are the root."""
        path = re.sub(r"([A-Z]+):", lambda m: qualified(m.group(1) + ":x")[:-1], path)
        return self.answer.xml.findall(path)

    def do_count(self, step):
        """count PATH N: as many elements."""
        got = len(self.nodes(step.words[1]))
        if got != int(step.words[2]):
            raise Failure(f"there are {got}")

    def do_xml(self, step):
        """xml PATH REGEX: the text of the first such element."""
        path, _, want = step.rest.partition(" ")
        found = self.nodes(path)
        if not found or not re.search(self.fill(want.strip()), found[0].text or ""):
            raise Failure(f"{path} is {[e.text for e in found]}")

    def do_root(self, step):
        if self.answer.xml.tag != qualified(step.words[1]):
            raise Failure(f"the root is {self.answer.xml.tag}")

    # ---- remembering ----

    def do_keep(self, step):
        """keep NAME header HEADER, or keep NAME xml PATH: from now on {NAME}."""
        name, kind, where = step.words[1:4]
        if kind == "header":
            got = self.answer.header(where)
        else:
            got = next(iter(e.text for e in self.nodes(where)), None)
        if not got:
            raise Failure(f"there is no {where}")
        self.values[name] = got.strip()

    def do_same(self, step):
        """same A B; differ A B: words with placeholders."""
        if self.fill(step.words[1]) != self.fill(step.words[2]):
            raise Failure(f"{self.fill(step.words[1])} is not {self.fill(step.words[2])}")

    def do_differ(self, step):
        if self.fill(step.words[1]) == self.fill(step.words[2]):
            raise Failure(f"both are {self.fill(step.words[1])}")

    def do_times(self, step):
        """times N METHOD PATH…: the same request again and again; {n} counts."""
        count = int(step.words[1])
        inner = Step(step.number, step.rest.split(None, 1)[1])
        inner.block = step.block
        for n in itertools.islice(itertools.count(1), count):
            self.values["n"] = str(n)
            self.do_request(inner)
            if not 200 <= self.answer.status < 300:
                raise Failure(f"number {n} gives {self.answer.status}")

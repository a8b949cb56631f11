"""The words of a case that judge the last answer, and those that remember of it."""
import json
import re
import xml.etree.ElementTree as ET

import ical
from server import NAMESPACES, Failure, qualified, same_path


def inner(element):
    """The text and the XML within an element."""
    return (element.text or "") + "".join(ET.tostring(child, encoding="unicode")
                                          for child in element)


def preconditions(error):
    """The standard tags in a DAV:error; servers may add what is none (RFC 4918 §14.5)."""
    known = tuple(f"{{{NAMESPACES[prefix]}}}" for prefix in "DCP")
    return [child.tag for child in error
            if child.tag.startswith(known) and child.tag != qualified("D:responsedescription")]


def at_path(value, path):
    """What "2.0.*.1" leads to in JSON: keys, indexes, and * for any."""
    found = [value]
    for word in path.split("."):
        above, found = found, []
        for one in above:
            if isinstance(one, list):
                found += one if word == "*" else one[int(word):][:1] if word.isdigit() else []
            elif isinstance(one, dict):
                found += one.values() if word == "*" else [one[word]] if word in one else []
    return found


class Judge:
    """Expects self.answer, self.asked, self.values, self.fill() and self.fill_pattern()."""

    # ---- the answer as HTTP ----

    def do_expect(self, step):
        for word in step.words[1:]:
            if re.fullmatch(word.replace("x", r"\d"), str(self.answer.status)):
                return
        raise Failure(f"{self.asked} gives {self.answer.status}, not {step.rest}")

    def do_header(self, step):
        """header NAME REGEX, or "-" where there may be none."""
        name, _, want = step.rest.partition(" ")
        got, want = self.answer.header(name), want.strip()
        if want == "-":
            if got is not None:
                raise Failure(f"there is {name}: {got}")
        elif got is None or not re.search(self.fill_pattern(want), got):
            raise Failure(f"{name} is {got!r}")

    def do_no_header(self, step):
        """no-header NAME REGEX: nothing in it fits."""
        name, _, unwanted = step.rest.partition(" ")
        got = self.answer.header(name)
        if got is not None and re.search(self.fill_pattern(unwanted.strip()), got):
            raise Failure(f"{name} is {got!r}")

    def do_body(self, step):
        """body @FILE: these bytes; body REGEX; body alone: none."""
        got = self.answer.body
        if step.rest.startswith("@") or step.block:
            if got != self.body_of(step, step.rest or None):
                raise Failure(f"the body is {got[:300]!r}")
        elif step.rest:
            if not re.search(self.fill_pattern(step.rest), got.decode("utf-8", "replace")):
                raise Failure(f"the body is {got[:300]!r}")
        elif got:
            raise Failure(f"there is a body: {got[:300]!r}")

    def do_lines(self, step):
        """lines N REGEX: as many lines of the body fit."""
        pattern = re.compile(self.fill_pattern(step.rest.partition(" ")[2].strip()))
        got = sum(1 for line in self.answer.body.decode("utf-8", "replace").splitlines()
                  if pattern.search(line))
        if got != int(step.words[1]):
            raise Failure(f"{got} lines fit")

    # ---- as XML ----

    def nodes(self, path):
        """ElementTree's paths with our prefixes, from below the root."""
        path = re.sub(r"\b([A-Z]+):", lambda m: qualified(m.group(1) + ":"), self.fill(path))
        return self.answer.xml.findall(path)

    def do_root(self, step):
        if self.answer.xml.tag != qualified(step.words[1]):
            raise Failure(f"the root is {self.answer.xml.tag}")

    def do_count(self, step):
        """count XPATH N: as many elements."""
        got = len(self.nodes(step.words[1]))
        if got != int(step.words[2]):
            raise Failure(f"there are {got}")

    def do_xml(self, step):
        """xml XPATH REGEX: the text of the first such element."""
        path, _, want = step.rest.partition(" ")
        found = self.nodes(path)
        if not found or not re.search(self.fill_pattern(want.strip()), found[0].text or ""):
            raise Failure(f"{path} is {[e.text for e in found]}")

    def do_error(self, step):
        """error NAME[|NAME] [HREF]: this precondition and no other in DAV:error."""
        root = self.answer.xml
        if root.tag != qualified("D:error"):
            raise Failure(f"the body is {root.tag}")
        got = preconditions(root)
        if len(got) != 1 or got[0] not in map(qualified, step.words[1].split("|")):
            raise Failure(f"DAV:error holds {[child.tag for child in root]}")
        if len(step.words) > 2:
            want = self.fill(step.words[2])
            hrefs = [e.text or "" for e in root.iter(qualified("D:href"))]
            if len(hrefs) != 1 or not same_path(hrefs[0], want):
                raise Failure(f"the href is {hrefs}")

    # ---- as multistatus ----

    def do_prop(self, step):
        """prop PATH NAME STATUS [REGEX of its text and inner XML]; STATUS "-": not named at all."""
        path, name, want = self.fill(step.words[1]), step.words[2], step.words[3]
        status, element, _ = self.answer.prop(path, name)
        if want == "-":
            if status is not None:
                raise Failure(f"{name} is there, with {status}")
            if self.answer.response(path) is None:
                raise Failure(f"there is no response for {path}")
            return
        if status is None or not re.fullmatch(want.replace("x", r"\d"), str(status)):
            raise Failure(f"{name} has the status {status}")
        if len(step.words) > 4:
            pattern = self.fill_pattern(step.rest.split(None, 3)[3])
            if not re.search(pattern, inner(element)):
                raise Failure(f"{name} is {inner(element)[:300]!r}")

    def do_prop_error(self, step):
        """prop-error PATH NAME PRECONDITION: in the propstat of this property."""
        status, _, propstat = self.answer.prop(self.fill(step.words[1]), step.words[2])
        if status is None:
            raise Failure("the property is not named")
        error = propstat.find(qualified("D:error"))
        got = preconditions(error) if error is not None else []
        if len(got) != 1 or got[0] not in map(qualified, step.words[3].split("|")):
            raise Failure(f"its DAV:error holds {got}")

    def do_member(self, step):
        """member PATH [STATUS]: a response of its own, with this status if one is given."""
        response = self.answer.response(self.fill(step.words[1]))
        if response is None:
            raise Failure(f"there is no response for {step.words[1]}")
        if len(step.words) > 2:
            status = response.findtext(qualified("D:status")) or "none none"
            if not re.fullmatch(step.words[2].replace("x", r"\d"), status.split()[1]):
                raise Failure(f"its status is {status!r}")

    def do_no_member(self, step):
        if self.answer.xml.tag != qualified("D:multistatus"):
            raise Failure(f"the body is {self.answer.xml.tag}")
        if self.answer.response(self.fill(step.words[1])) is not None:
            raise Failure(f"there is a response for {step.words[1]}")

    # ---- as iCalendar and as JSON ----

    def split_ical(self, step):
        """(href or None, path, rest) of an ical line."""
        first, _, rest = step.rest.partition(" ")
        href = self.fill(first) if first.startswith(("/", "{")) else None
        if href:
            first, _, rest = rest.strip().partition(" ")
        return href, self.fill(first), rest.strip()

    def calendar(self, href):
        """The body, or in a multistatus the calendar-data of an href."""
        text = self.answer.body.decode("utf-8", "replace")
        if href:
            status, element, _ = self.answer.prop(href, "C:calendar-data")
            if status != 200:
                raise Failure(f"calendar-data of {href} has the status {status}")
            text = element.text or ""
        try:
            return ical.parse(text)
        except ValueError as why:
            raise Failure(f"{why}: {text[:300]!r}") from None

    def do_ical(self, step):
        """ical [HREF] PATH REGEX: something there fits; "-": its component is there without it."""
        href, path, want = self.split_ical(step)
        calendar = self.calendar(href)
        found = [getattr(x, "value", x) for x in ical.find(calendar, path)]
        if want == "-":
            above = path.rpartition("/")[0] if ";" not in path else path.rpartition(";")[0]
            if above and not ical.find(calendar, above):
                raise Failure(f"there is no {above}")
            if found:
                raise Failure(f"{path} is there")
        elif not any(isinstance(x, str) and re.search(self.fill_pattern(want), x) for x in found):
            raise Failure(f"{path} is {found}")

    def do_ical_count(self, step):
        """ical-count [HREF] PATH N: as many components or properties."""
        href, path, want = self.split_ical(step)
        got = len(ical.find(self.calendar(href), path))
        if got != int(want):
            raise Failure(f"there are {got}")

    def do_json(self, step):
        """json PATH REGEX: something there fits; "-": nothing is there."""
        path, _, want = step.rest.partition(" ")
        try:
            whole = json.loads(self.answer.body)
        except ValueError as why:
            raise Failure(f"{why}: {self.answer.body[:300]!r}") from None
        found = [x if isinstance(x, str) else json.dumps(x) for x in at_path(whole, path)]
        if want.strip() == "-":
            if found:
                raise Failure(f"{path} is {found}")
        elif not any(re.search(self.fill_pattern(want.strip()), x) for x in found):
            raise Failure(f"{path} is {found}")

    # ---- remembering ----

    def do_keep(self, step):
        """keep NAME header|xml|ical|json|body WHERE: from now on {NAME}."""
        name, kind, where = step.rest.split(None, 2)
        got = getattr(self, "kept_" + kind)(where)
        if not got:
            raise Failure(f"there is no {where}")
        self.values[name] = got.strip()

    def kept_header(self, where):
        return self.answer.header(where)

    def kept_xml(self, where):
        return next((e.text for e in self.nodes(where)), None)

    def kept_ical(self, where):
        return next((getattr(x, "value", x) for x in ical.find(self.calendar(None), where)), None)

    def kept_json(self, where):
        return next((x for x in at_path(json.loads(self.answer.body), where)
                     if isinstance(x, str)), None)

    def kept_body(self, where):
        fit = re.search(self.fill_pattern(where), self.answer.body.decode("utf-8", "replace"))
        return fit and fit.group(1)

    def do_same(self, step):
        """same A B; differ A B: words with placeholders."""
        if self.fill(step.words[1]) != self.fill(step.words[2]):
            raise Failure(f"{self.fill(step.words[1])} is not {self.fill(step.words[2])}")

    def do_differ(self, step):
        if self.fill(step.words[1]) == self.fill(step.words[2]):
            raise Failure(f"both are {self.fill(step.words[1])}")

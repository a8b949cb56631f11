"""iCalendar just as far as judging needs: components, properties, parameters, by paths.

    VEVENT/SUMMARY                        a property of every VEVENT
    VEVENT/DTSTART;TZID                   a parameter of it
    VEVENT[RECURRENCE-ID=20270105]/DTEND  … of those with a property whose value fits
    VEVENT[RECURRENCE-ID=-]               … of those without it
    VERSION                               what stands in VCALENDAR itself
"""
import re

LINE = re.compile(r'([^;:]+)((?:;[^=;:]+=(?:"[^"]*"|[^";:])*)*):(.*)', re.S)
PARAMETER = re.compile(r';([^=;:]+)=((?:"[^"]*"|[^";:])*)')
STEP = re.compile(r"([A-Z0-9-]+)((?:\[[^\]]*\])*)(?:;([A-Z0-9-]+))?")


class Property:
    """One content line."""

    def __init__(self, line):
        fit = LINE.fullmatch(line)
        if not fit:
            raise ValueError(f"no content line: {line[:100]!r}")
        self.name, self.value = fit.group(1).upper(), fit.group(3)
        self.parameters = {k.upper(): v.strip('"') for k, v in PARAMETER.findall(fit.group(2))}


class Component:
    """A component with what is in it, in order."""

    def __init__(self, name):
        self.name, self.properties, self.components = name, [], []

    def named(self, name):
        """All properties and components of a name."""
        return [x for x in self.properties + self.components if x.name == name]


def parse(text):
    """The VCALENDAR of a text; ValueError when it is none."""
    stack, done = [Component("")], 0
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        if not line:
            continue
        one = Property(line)
        if one.name == "BEGIN":
            stack.append(Component(one.value.upper()))
        elif one.name == "END":
            ended = stack.pop()
            if not stack or ended.name != one.value.upper():
                raise ValueError(f"END:{one.value} without its beginning")
            stack[-1].components.append(ended)
            done += 1
        else:
            stack[-1].properties.append(one)
    if len(stack) != 1 or [c.name for c in stack[0].components] != ["VCALENDAR"]:
        raise ValueError("not one whole VCALENDAR")
    return stack[0].components[0]


def steps_of(path):
    """(name, [(property, regex)], parameter) for each step of a path."""
    for part in re.split(r"/(?![^\[]*\])", path):
        fit = STEP.fullmatch(part)
        if not fit:
            raise ValueError(f"no such path: {path}")
        wishes = [wish.partition("=")[::2] for wish in re.findall(r"\[([^\]]*)\]", fit.group(2))]
        yield fit.group(1), wishes, fit.group(3)


def fits(component, wishes):
    for name, want in wishes:
        values = [p.value for p in component.named(name)]
        if want == "-" and values or want != "-" and not any(re.search(want, v) for v in values):
            return False
    return True


def find(calendar, path):
    """What a path leads to: components, properties, or the values of a parameter."""
    found = [calendar]
    for name, wishes, parameter in steps_of(path):
        found = [x for above in found if isinstance(above, Component)
                 for x in above.named(name) if fits(x, wishes)]
        if parameter:
            found = [x.parameters[parameter] for x in found if parameter in x.parameters]
    return found


def example(path):
    """A text in which a path leads to something."""
    inner, outer = [], []
    for name, wishes, parameter in steps_of(path):
        last = not name.startswith("V") and name not in ("STANDARD", "DAYLIGHT") or name == "VERSION"
        if last:
            inner.append(f"{name}{f';{parameter}=x' if parameter else ''}:x")
        else:
            outer.append(name)
            inner.append(f"BEGIN:{name}")
            inner += [f"{k}:{re.sub(r'[^A-Za-z0-9]', '', v)}" for k, v in wishes if v != "-"]
    inner += [f"END:{name}" for name in reversed(outer)]
    return "\r\n".join(["BEGIN:VCALENDAR", *inner, "END:VCALENDAR", ""])

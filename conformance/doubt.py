"""Can a line fail? What it has let pass is judged again with answers that are wrong on purpose."""
import copy
import re
import xml.etree.ElementTree as ET

import ical
from server import Answer, qualified

# The words that judge an answer.
JUDGES = ("expect", "header", "no-header", "error", "body", "lines", "prop", "prop-error", "member",
          "no-member", "count", "xml", "root", "ical", "ical-count", "json")


def plain(regex):
    """A text that a simple regex fits."""
    return re.sub(r"\([^)]*\)|[\^$]", "", regex)


def with_element(answer, path, text=None):
    """The same answer with one element more; text is for the innermost."""
    root = copy.deepcopy(answer.xml)
    at = root
    for name in re.sub(r"\[[^\]]*\]", "", path).replace(".//", "").split("/"):
        at = ET.SubElement(at, qualified(name))
    at.text = text
    return Answer(answer.status, answer.headers, ET.tostring(root))


def with_header(answer, name, value):
    return Answer(answer.status, answer.headers + [(name, value)], answer.body)


def with_calendar(href, text):
    """text/calendar, or a multistatus that holds it."""
    if href is None:
        return Answer(200, [], text.encode())
    root = ET.Element(qualified("D:multistatus"))
    response = ET.SubElement(root, qualified("D:response"))
    ET.SubElement(response, qualified("D:href")).text = href
    propstat = ET.SubElement(response, qualified("D:propstat"))
    prop = ET.SubElement(propstat, qualified("D:prop"))
    ET.SubElement(prop, qualified("C:calendar-data")).text = text
    ET.SubElement(propstat, qualified("D:status")).text = "HTTP/1.1 200 OK"
    return Answer(207, [], ET.tostring(root))


def wrong_answers(case, step):
    """Nothing of what is asked for; and where a line wants that something is not there, just that."""
    answer, words = case.answer, step.words
    if step.verb == "header" and words[2:] == ["-"]:
        yield with_header(answer, words[1], "x")
    elif step.verb == "no-header":
        yield with_header(answer, words[1], plain(step.rest.partition(" ")[2].strip()))
    elif step.verb == "count" and words[2] == "0":
        yield with_element(answer, case.fill(words[1]))
    elif step.verb == "lines" and words[1] == "0":
        yield Answer(200, [], plain(case.fill(step.rest.partition(" ")[2].strip())).encode())
    elif step.verb == "json" and words[2:] == ["-"]:
        yield Answer(200, [], b"<nothing/>")
    else:
        yield Answer(599, [], b"<nothing/>")
    if step.verb in ("ical", "ical-count"):
        href, path, want = case.split_ical(step)
        if want in ("-", "0"):
            yield with_calendar(href, ical.example(path))
    if step.verb == "no-member":
        yield with_element(answer, "D:response/D:href", case.fill(words[1]))


def can_fail(case, action, step):
    """True unless the line lets a wrong answer pass."""
    true = case.answer
    for wrong in wrong_answers(case, step) if step.verb in JUDGES else ():
        case.answer = wrong
        try:
            action(step)
            return False
        except Exception:  # whatever it is, the case would not pass
            continue
        finally:
            case.answer = true
    return True

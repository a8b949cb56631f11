"""Can a line fail? What it has let pass is judged again with answers that are wrong on purpose."""
import copy
import re
import xml.etree.ElementTree as ET

from server import Answer, qualified

# The words that judge an answer.
JUDGES = ("expect", "header", "no-header", "error", "body", "lines", "prop", "prop-error", "member",
          "no-member", "count", "xml", "root")


def with_element(answer, path, text=None):
    """The same answer with one element more; text is for the innermost."""
    root = copy.deepcopy(answer.xml)
    at = root
    for name in path.split("/"):
        at = ET.SubElement(at, qualified(name))
    at.text = text
    return Answer(answer.status, answer.headers, ET.tostring(root))


def with_header(answer, name, value):
    return Answer(answer.status, answer.headers + [(name, value)], answer.body)


def wrong_answers(case, step):
    """Nothing of what is asked for; and where a line wants that something is not there, just that."""
    answer, words = case.answer, step.words
    if step.verb == "header" and words[2:] == ["-"]:
        yield with_header(answer, words[1], "x")
    elif step.verb == "no-header":
        unwanted = step.rest.partition(" ")[2].strip()
        yield with_header(answer, words[1], re.sub(r"\([^)]*\)|[\^$]", "", unwanted))
    elif step.verb == "count" and words[2] == "0":
        yield with_element(answer, words[1])
    elif step.verb == "lines" and words[1] == "0":
        return
    else:
        yield Answer(599, [], b"<nothing/>")
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

"""What a run has found, as a table on the terminal and as docs/conformance.md."""
import collections
import os

HERE = os.path.dirname(os.path.abspath(__file__))
VERDICTS = ("passed", "failed", "not supported")
NAMES = {
    "rfc3253": "Versioning (reports)", "rfc3744": "WebDAV ACL", "rfc4791": "CalDAV",
    "rfc4918": "WebDAV", "rfc5397": "current-user-principal", "rfc5545": "iCalendar",
    "rfc5546": "iTIP", "rfc5689": "Extended MKCOL", "rfc5995": "POST to add members", "rfc6578": "Collection sync",
    "rfc6638": "Scheduling", "rfc6764": "Discovery", "rfc6868": "Parameter encoding",
    "rfc7240": "Prefer", "rfc7265": "jCal", "rfc7529": "RSCALE", "rfc7617": "Basic authentication",
    "rfc7809": "Time zones by reference", "rfc7953": "Availability", "rfc7986": "New properties",
    "rfc8144": "Prefer in WebDAV", "rfc8607": "Managed attachments", "rfc9073": "Event publishing",
    "rfc9074": "Alarms", "rfc9110": "HTTP", "rfc9253": "Relations", "interop": "What clients do",
    "push": "WebDAV-Push",
}
HEAD = """\
# Conformance

What Fasti does of each standard, requirement by requirement. This page is written by
`make conformance`, which plays the cases of `conformance/cases/` against a running server; a case
holds the requests and what the answers must show. How to read one, and how to play
them on another server: `conformance/README.md`.

*Not supported* means that the server does not promise the feature, or that its
configuration says why it is not expected.

"""


class Result:
    """The verdict on one case."""

    def __init__(self, name, section, title, verdict, why):
        self.name, self.section, self.title = name, section, title
        self.verdict, self.why = verdict, why
        self.group = name.partition("/")[0]

    def line(self):
        return f"{self.verdict:13}  {self.name}: {self.title}" + (f"\n    {self.why}" if self.why
                                                                   else "")


def counted(results):
    """{group: {verdict: count}} in order, the sum last."""
    groups = collections.OrderedDict()
    for result in results:
        groups.setdefault(result.group, collections.Counter())[result.verdict] += 1
    groups["all"] = sum(groups.values(), collections.Counter())
    return groups


def group_name(group):
    number = f"RFC {group[3:]} " if group.startswith("rfc") else ""
    return f"{number}{NAMES.get(group, group)}".strip()


def table(results):
    """For a terminal."""
    lines = [f"{'':36}" + "".join(f"{v:>15}" for v in VERDICTS)]
    for group, counts in counted(results).items():
        lines.append(f"{group_name(group):36}" + "".join(f"{counts[v]:15}" for v in VERDICTS))
    return "\n".join(lines)


def in_cell(text):
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |\n"


def result_row(result):
    verdict = result.verdict + (f": {in_cell(result.why)}" if result.why else "")
    return row(result.section or "", in_cell(result.title), f"`{result.name}`", verdict)


def write(path, results):
    """docs/conformance.md: the same results make the same page."""
    groups = counted(results)
    with open(path, "w", encoding="utf-8") as out:
        out.write(HEAD + row("", *VERDICTS) + row("---", *["---:"] * len(VERDICTS)))
        for group, counts in groups.items():
            out.write(row(group_name(group), *(counts[v] for v in VERDICTS)))
        with open(os.path.join(HERE, "peers.md"), encoding="utf-8") as peers:
            out.write("\n" + peers.read())
        for group in list(groups)[:-1]:
            out.write(f"\n## {group_name(group)}\n\n" + row("§", "requirement", "case", "result") +
                      row("---", "---", "---", "---"))
            out.writelines(result_row(r) for r in results if r.group == group)

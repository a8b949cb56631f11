#!/usr/bin/python3
"""curl: what a person types to see whether the server is there."""
from sandbox import Sandbox
from story import CALENDAR, PASSWORD, Story, equal, event

story = Story("curl", needs=["curl"])
LOGIN = ("-u", f"alice:{PASSWORD}")


@story.chapter()
def discovery(server):
    base = f"http://127.0.0.1:{server.port}"
    with Sandbox() as box:
        def curl(*words):
            return box.run(["curl", "-s", "-i", *words])

        def status(*words):
            return box.run(["curl", "-s", "-o", box.path("out"), "-w", "%{http_code}", *LOGIN, *words])

        for method in ("GET", "PROPFIND"):
            with story.check(f"{method} on the well-known place leads on (RFC 6764 §5)"):
                got = curl("-X", method, base + "/.well-known/caldav")
                equal([got.split()[1] in ("301", "302", "307", "308"), "/dav/" in got], [True, True],
                      got)
        with story.check("behind it is the principal"):
            got = curl("-X", "PROPFIND", "-H", "Depth: 0", "-L", *LOGIN, "--location-trusted",
                       base + "/.well-known/caldav")
            equal("/dav/principals/users/alice/" in got, True, got)
        with story.check("without a password there is a challenge"):
            got = curl("-X", "PROPFIND", "-H", "Depth: 0", base + "/")
            equal([got.split()[1], "www-authenticate: basic realm=" in got.lower()], ["401", True], got)
        with story.check("puts, gets and deletes"):
            path = box.write("one.ics", event("one", "20270104T090000Z", "20270104T100000Z"))
            equal(status("-T", path, base + CALENDAR), "201")
            got = box.run(["curl", "-s", *LOGIN, base + CALENDAR + "one.ics"])
            equal(got, event("one", "20270104T090000Z", "20270104T100000Z"))
            equal(status("-X", "DELETE", base + CALENDAR + "one.ics"), "204")


story.main()

#!/usr/bin/python3
"""A server that answers everything, and nothing: what a case lets pass here, it does not judge.

    conformance/liar.py ok|multistatus     prints its URL and serves until it is stopped

`ok` gives an empty 200 to every request; `multistatus` an empty 207 to PROPFIND,
PROPPATCH and REPORT, and an empty 200 to the others.
"""
import http.server
import sys

EMPTY = b'<?xml version="1.0" encoding="utf-8"?><multistatus xmlns="DAV:"/>'


class Liar(http.server.BaseHTTPRequestHandler):
    """Any method, on a kept-alive connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    multistatus = False

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.lie
        raise AttributeError(name)

    def lie(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        listing = self.multistatus and self.command in ("PROPFIND", "PROPPATCH", "REPORT")
        body = EMPTY if listing else b""
        self.send_response(207 if listing else 200)
        if listing:
            self.send_header("Content-Type", "application/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


def make(mode, port=0):
    """A liar that is not serving yet; its address is in .server_address."""
    handler = type("Liar", (Liar,), {"multistatus": mode == "multistatus"})
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


if __name__ == "__main__":
    liar = make(sys.argv[1])
    print(f"http://127.0.0.1:{liar.server_address[1]}/", flush=True)
    try:
        liar.serve_forever()
    except KeyboardInterrupt:
        pass

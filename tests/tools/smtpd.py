#!/usr/bin/python3
"""An SMTP server for tests: smtpd.py PORTFILE LOG [CERT KEY [tls] [login]]

Takes mail on a free loopback port (written to PORTFILE), with STARTTLS and AUTH
(alice / secret) when a certificate is given, and appends each message as a
line of JSON to LOG. Recipients starting with "reject" get 550, with "temp" 451.
What LOG.rules says of an address or its "@domain" goes before: the answer to RCPT, or "cut", and the
connection is gone in the middle of the message, or "silent", and it is gone once the message was
heard whole, or "hang", and there is no answer then.
With "tls" it speaks TLS from the first octet, with "login" it knows AUTH LOGIN alone.
"""
import asyncio
import json
import logging
import os
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


def rule(address):
    try:
        with open(sys.argv[2] + ".rules", encoding="utf-8") as file:
            rules = json.load(file)
            return rules.get(address, rules.get(address[address.find("@"):], ""))
    except FileNotFoundError:
        return ""


class Cutting(SMTP):
    async def smtp_DATA(self, arg):
        if "cut" not in [rule(address) for address in self.envelope.rcpt_tos]:
            return await super().smtp_DATA(arg)
        await self.push("354 go on")
        await self._reader.readline()
        self.transport.abort()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if rule(address)[:1].isdigit():
            return rule(address)
        if address.startswith("reject"):
            return "550 5.1.1 no such user"
        if address.startswith("temp"):
            return "451 4.3.0 try later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        tls = server.transport.get_extra_info("ssl_object")
        with open(sys.argv[2], "a") as log:
            log.write(json.dumps({
                "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": tls is not None,
                "auth": bool(session.authenticated), "utf8": envelope.smtp_utf8,
                "peer": session.peer[1],
                "data": envelope.original_content.decode("latin1")}) + "\n")
        words = [rule(address) for address in envelope.rcpt_tos]
        if "silent" in words:
            server.transport.abort()
        if "hang" in words:
            await asyncio.sleep(3600)
        return "250 2.0.0 queued"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"alice" and data.password == b"secret", handled=False)


async def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    context, words = None, sys.argv[5:]
    if len(sys.argv) > 4:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    starttls = context if "tls" not in words else None

    def make():
        return Cutting(Handler(), hostname="localhost", tls_context=starttls,
                    require_starttls=starttls is not None, authenticator=authenticate,
                    auth_required=context is not None, auth_require_tls=starttls is not None,
                    auth_exclude_mechanism=["PLAIN"] if "login" in words else [],
                    enable_SMTPUTF8=os.environ.get("SMTPD_ASCII") is None, data_size_limit=10 ** 7)

    server = await asyncio.get_running_loop().create_server(
        make, "127.0.0.1", int(os.environ.get("SMTPD_PORT", 0)), ssl=context if "tls" in words else None)
    with open(sys.argv[1] + ".new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    await server.serve_forever()


asyncio.run(main())

"""A push service on loopback and the telephone behind it: Web Push, read back (RFC 8030, 8291, 8292)."""
import base64
import http.server
import json
import os
import queue
import threading
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derive(secret, salt, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


class Telephone:
    """The keys that a client makes when it registers."""

    def __init__(self):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.public = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def read(self, body):
        """RFC 8188 §2, RFC 8291 §3.4: a message of one record."""
        salt, length = body[:16], body[20]
        sender, record = body[21:21 + length], body[21 + length:]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), sender))
        secret = derive(shared, self.auth, b"WebPush: info\0" + self.public + sender, 32)
        plain = AESGCM(derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)).decrypt(
            derive(secret, salt, b"Content-Encoding: nonce\0", 12), record, None)
        return plain.rstrip(b"\0")[:-1].decode()


def is_from(authorization, public_key, audience):
    """RFC 8292 §2: a token for this audience, still good, signed with this key."""
    scheme, rest = authorization.split(" ", 1)
    parts = dict(p.strip().split("=", 1) for p in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    told, raw = json.loads(decode(claims)), decode(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(public_key))
    try:
        key.verify(utils.encode_dss_signature(int.from_bytes(raw[:32], "big"),
                                              int.from_bytes(raw[32:], "big")),
                   f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return [scheme, parts["k"], told["aud"]] == ["vapid", public_key, audience] and \
        time.time() < told["exp"] <= time.time() + 24 * 3600


class PushService:
    """Takes every message with 201; next() is the oldest that is not read yet: (headers, body)."""

    def __init__(self):
        self.messages = queue.Queue()
        messages = self.messages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                messages.put((dict(self.headers), body))
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, seconds=30):
        try:
            return self.messages.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no message within {seconds} s") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

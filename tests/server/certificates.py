"""Certificates of a private authority for servers of tests: right ones, and wrong in one way each."""
import datetime
import ipaddress
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Makes PEM files in a folder; `ca` is the one to trust."""

    def __init__(self, folder, name="ca"):
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Private " + name)])
        own = self.build(self.name, self.key.public_key(), 30 * DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = own.sign(self.key, hashes.SHA256())
        self.ca = self.write(name + ".pem", self.certificate.public_bytes(
            serialization.Encoding.PEM))

    def build(self, subject, public_key, lasts, since=DAY):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                .public_key(public_key).serial_number(x509.random_serial_number())
                .not_valid_before(now - since).not_valid_after(now + lasts))

    def write(self, name, octets):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(octets)
        os.chmod(path, 0o644)
        return path

    def issue(self, name="localhost", lasts=30 * DAY, since=DAY):
        """The files of a certificate and its key; 127.0.0.1 is in it where the name is localhost."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name)]
        if name == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self.build(subject, key.public_key(), lasts, since).add_extension(
            x509.SubjectAlternativeName(names), critical=False).sign(self.key, hashes.SHA256())
        stem = f"{made.serial_number:x}"[:12]
        return (self.write(stem + ".pem", made.public_bytes(serialization.Encoding.PEM)),
                self.write(stem + ".key", key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption())))

    def expired(self):
        return self.issue(lasts=-DAY, since=3 * DAY)

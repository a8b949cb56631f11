/*
 * smime - PKCS #7 with GnuTLS
 *
 * The certificate whose chain is followed, whose addresses are read, and whose key is tried
 * on the signature is one and the same object: several with one issuer and number may come along.
 */
#include "mail/smime.h"

#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>

#include "base/arena.h"
#include "mail/mailbox_priv.h"
#include "mail/mime.h"
#include "mail/smime_priv.h"

enum {
	CERTIFICATES_MAX = 16,
	SIGNERS_MAX = 4,
	HASHES_MAX = 8, /* of a message; each goes over all that was signed */
	ADDRESSES_MAX = 20,
	ADDRESS_BYTES = 512,
};

struct smime_trust {
	gnutls_x509_trust_list_t list;
};

/* A signature under examination. */
struct look {
	struct arena *a;
	const struct smime_trust *trust;
	gnutls_pkcs7_t pkcs7;
	gnutls_x509_crt_t certificates[CERTIFICATES_MAX];
	unsigned certificate_count;
	struct text from, octets;
	bool is_enveloping;
	int *hashes; /* that were made of the message */
};

/* ---- trust -------------------------------------------------------------------------------- */

const struct fault *smime_trust_create(struct arena *a, const char *ca_file,
				       struct smime_trust **out)
{
	struct smime_trust *t = arena_alloc(a, sizeof(*t));
	int count;

	if (gnutls_x509_trust_list_init(&t->list, 0) != GNUTLS_E_SUCCESS)
		return fault_static(FAULT_OUT_OF_MEMORY);
	if (ca_file)
		count = gnutls_x509_trust_list_add_trust_file(t->list, ca_file, NULL,
							      GNUTLS_X509_FMT_PEM, 0, 0);
	else
		count = gnutls_x509_trust_list_add_system_trust(t->list, 0, 0);
	/* A system without certificates trusts nobody, and no signature counts. */
	if (ca_file && count <= 0) {
		smime_trust_destroy(t);
		return fault_make(a, FAULT_BAD_REQUEST, ca_file,
				  "No certificate can be read from %s.", ca_file);
	}
	*out = t;
	return NULL;
}

void smime_trust_destroy(struct smime_trust *trust)
{
	if (trust)
		gnutls_x509_trust_list_deinit(trust->list, 1);
}

/* ---- PKCS #7 ------------------------------------------------------------------------------ */

static gnutls_datum_t datum(struct text t)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)t.at, (unsigned)t.len};
}

static bool open_pkcs7(struct text der, gnutls_pkcs7_t *out)
{
	gnutls_datum_t in = datum(der);

	if (der.len == 0 || gnutls_pkcs7_init(out) != GNUTLS_E_SUCCESS)
		return false;
	if (gnutls_pkcs7_import(*out, &in, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
		return true;
	gnutls_pkcs7_deinit(*out);
	return false;
}

bool smime_content(struct arena *a, struct text der, struct text *out)
{
	gnutls_datum_t data = {NULL, 0};
	gnutls_pkcs7_t pkcs7;
	bool found;

	if (!open_pkcs7(der, &pkcs7))
		return false;
	found = gnutls_pkcs7_get_embedded_data(pkcs7, 0, &data) == GNUTLS_E_SUCCESS;
	if (found)
		*out = text_of(arena_copy(a, data.data, data.size), data.size);
	gnutls_free(data.data);
	gnutls_pkcs7_deinit(pkcs7);
	return found;
}

static void add_certificate(struct look *l, const gnutls_datum_t *raw)
{
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) != GNUTLS_E_SUCCESS)
		return;
	if (gnutls_x509_crt_import(crt, raw, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
		l->certificates[l->certificate_count++] = crt;
	else
		gnutls_x509_crt_deinit(crt);
}

static void open_certificates(struct look *l)
{
	gnutls_datum_t raw;

	for (unsigned i = 0; i < CERTIFICATES_MAX &&
			     gnutls_pkcs7_get_crt_raw2(l->pkcs7, i, &raw) == GNUTLS_E_SUCCESS;
	     i++) {
		add_certificate(l, &raw);
		gnutls_free(raw.data);
	}
}

static void close_look(struct look *l)
{
	for (unsigned i = 0; i < l->certificate_count; i++)
		gnutls_x509_crt_deinit(l->certificates[i]);
	gnutls_pkcs7_deinit(l->pkcs7);
}

/* ---- one certificate ----------------------------------------------------------------------- */

static bool signed_with(const struct look *l, gnutls_x509_crt_t crt)
{
	gnutls_datum_t octets = datum(l->octets);

	for (int i = 0; i < SIGNERS_MAX && i < gnutls_pkcs7_get_signature_count(l->pkcs7) &&
			*l->hashes < HASHES_MAX;
	     i++) {
		++*l->hashes;
		if (gnutls_pkcs7_verify_direct(l->pkcs7, crt, (unsigned)i,
					       l->is_enveloping ? NULL : &octets,
					       0) == GNUTLS_E_SUCCESS)
			return true;
	}
	return false;
}

/* The chain goes from the signer's certificate up through any that came along (RFC 8550 §4.2). */
static bool is_trusted(const struct look *l, gnutls_x509_crt_t crt)
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_EMAIL_PROTECTION,
	};
	gnutls_x509_crt_t chain[CERTIFICATES_MAX] = {crt};
	unsigned count = 1, status = GNUTLS_CERT_INVALID;

	for (unsigned i = 0; i < l->certificate_count && count < CERTIFICATES_MAX; i++)
		if (l->certificates[i] != crt)
			chain[count++] = l->certificates[i];
	return l->trust &&
	       gnutls_x509_trust_list_verify_crt2(l->trust->list, chain, count, &purpose, 1, 0,
						  &status, NULL) == GNUTLS_E_SUCCESS &&
	       status == 0;
}

/* RFC 8550 §3: an rfc822Name, or emailAddress in the subject of old certificates. */
static struct text address_at(const struct look *l, gnutls_x509_crt_t crt, unsigned i,
			      bool in_subject)
{
	char room[ADDRESS_BYTES];
	size_t size = sizeof(room);
	int kind;

	if (in_subject)
		kind = gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_PKCS9_EMAIL, (int)i, 0, room,
						     &size);
	else
		kind = gnutls_x509_crt_get_subject_alt_name(crt, i, room, &size, NULL);
	if (kind < 0 || size == 0 || size > sizeof(room) ||
	    (!in_subject && kind != GNUTLS_SAN_RFC822NAME) || memchr(room, 0, size))
		return TEXT_NONE;
	return mailbox_address(l->a, text_of(room, size));
}

static bool names_sender(const struct look *l, gnutls_x509_crt_t crt)
{
	for (unsigned i = 0; i < 2 * ADDRESSES_MAX; i++) {
		struct text address = address_at(l, crt, i % ADDRESSES_MAX, i >= ADDRESSES_MAX);

		if (address.len > 0 && text_equal_nocase(address, l->from))
			return true;
	}
	return false;
}

/* ---- the verdict --------------------------------------------------------------------------- */

enum finding { FOUND_NOBODY, FOUND_UNTRUSTED, FOUND_UNFIT, FOUND_WELL, FINDINGS };

static const struct {
	enum mail_verdict verdict;
	const char *why;
} findings[FINDINGS] = {
	[FOUND_NOBODY] = {MAIL_FAIL, "The message was signed by somebody else than its sender."},
	[FOUND_UNTRUSTED] = {MAIL_UNKNOWN,
			     "The message is signed with a certificate that nobody vouches for."},
	[FOUND_UNFIT] = {MAIL_FAIL, "The signature does not fit the message: one of both was "
				    "changed on the way."},
	[FOUND_WELL] = {MAIL_PASS, NULL},
};

/* What costs least is asked first: to hash a long message many times is in no stranger's power. */
static enum finding find_out(const struct look *l, gnutls_x509_crt_t crt)
{
	return !names_sender(l, crt)  ? FOUND_NOBODY
	       : !is_trusted(l, crt)  ? FOUND_UNTRUSTED
	       : !signed_with(l, crt) ? FOUND_UNFIT
				      : FOUND_WELL;
}

/* The best that is found of any certificate. */
static void judge(const struct look *l, struct mail_signature *s)
{
	enum finding best = FOUND_NOBODY;

	for (unsigned i = 0; i < l->certificate_count && best != FOUND_WELL; i++) {
		enum finding found = find_out(l, l->certificates[i]);

		if (found > best)
			best = found;
	}
	s->verdict = findings[best].verdict;
	s->why = findings[best].why;
}

static void look_at(struct look *l, struct mail_signature *s)
{
	if (!open_pkcs7(s->der, &l->pkcs7)) {
		s->verdict = MAIL_FAIL;
		s->why = "The signature of this message cannot be read.";
		return;
	}
	open_certificates(l);
	judge(l, s);
	close_look(l);
}

void smime_verify(struct arena *a, const struct smime_trust *trust, struct mail_read *m)
{
	int hashes = 0;

	for (size_t i = 0; i < m->signature_count; i++) {
		struct mail_signature *s = m->signatures[i];
		struct look l = {.a = a,
				 .trust = trust,
				 .is_enveloping = s->is_enveloping,
				 .hashes = &hashes};

		if (m->from_count == 1)
			l.from = m->from;
		/* RFC 8551 §3.1.1: lines are signed with CR LF, however they came. */
		l.octets = mime_canonical(a, s->octets);
		look_at(&l, s);
	}
	for (size_t i = 0; i < m->part_count; i++)
		m->parts[i].is_signed =
			m->parts[i].signature && m->parts[i].signature->verdict == MAIL_PASS;
}

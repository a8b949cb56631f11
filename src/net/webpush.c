/* webpush - what a push service and its client are shown. See webpush.h. */

#include "net/webpush.h"

#include <assert.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <nettle/sha2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "net/kdf_priv.h"

enum { COORDINATE_BYTES = 32, UNCOMPRESSED = 4 /* SEC 1 §2.3.3 */, SIGNATURE_BYTES = 64 };

/* ---- numbers and points -------------------------------------------------------------- */

static void number_read(mpz_t out, const unsigned char at[COORDINATE_BYTES])
{
	mpz_import(out, COORDINATE_BYTES, 1, 1, 1, 0, at);
}

/* Big-endian, with zeros in front. */
static void number_write(const mpz_t n, unsigned char out[COORDINATE_BYTES])
{
	size_t len = (mpz_sizeinbase(n, 2) + 7) / 8;

	assert(len <= COORDINATE_BYTES);
	memset(out, 0, COORDINATE_BYTES);
	mpz_export(out + COORDINATE_BYTES - len, NULL, 1, 1, 1, 0, n);
}

static bool point_read(struct ecc_point *p, const unsigned char at[WEBPUSH_PUBLIC_BYTES])
{
	bool on_curve;
	mpz_t x, y;

	if (at[0] != UNCOMPRESSED)
		return false;
	mpz_init(x);
	mpz_init(y);
	number_read(x, at + 1);
	number_read(y, at + 1 + COORDINATE_BYTES);
	on_curve = ecc_point_set(p, x, y) == 1;
	mpz_clear(x);
	mpz_clear(y);
	return on_curve;
}

static void point_write(const struct ecc_point *p, unsigned char out[WEBPUSH_PUBLIC_BYTES])
{
	mpz_t x, y;

	mpz_init(x);
	mpz_init(y);
	ecc_point_get(p, x, y);
	out[0] = UNCOMPRESSED;
	number_write(x, out + 1);
	number_write(y, out + 1 + COORDINATE_BYTES);
	mpz_clear(x);
	mpz_clear(y);
}

static bool scalar_read(struct ecc_scalar *s, const unsigned char at[WEBPUSH_SECRET_BYTES])
{
	bool in_range;
	mpz_t n;

	mpz_init(n);
	number_read(n, at);
	in_range = ecc_scalar_set(s, n) == 1;
	mpz_clear(n);
	return in_range;
}

/* ---- keys -------------------------------------------------------------------------------- */

bool webpush_key_set(const unsigned char secret[WEBPUSH_SECRET_BYTES], struct webpush_key *out)
{
	struct ecc_scalar s;
	struct ecc_point p;
	bool fits;

	ecc_scalar_init(&s, nettle_get_secp_256r1());
	ecc_point_init(&p, nettle_get_secp_256r1());
	fits = scalar_read(&s, secret);
	if (fits) {
		ecc_point_mul_g(&p, &s);
		memcpy(out->secret, secret, sizeof(out->secret));
		point_write(&p, out->public);
	}
	ecc_point_clear(&p);
	ecc_scalar_clear(&s);
	return fits;
}

/* One in 2^32 numbers of this length is past the order of the curve. */
void webpush_key_make(struct webpush_key *out)
{
	unsigned char secret[WEBPUSH_SECRET_BYTES];

	do
		secret_random(secret, sizeof(secret));
	while (!webpush_key_set(secret, out));
	explicit_bzero(secret, sizeof(secret));
}

void webpush_key_derive(const struct secret_key *server, struct webpush_key *out)
{
	struct text material = text_of((const char *)server->bytes, sizeof(server->bytes));
	unsigned char secret[WEBPUSH_SECRET_BYTES];
	char info[] = "fasti web push key 0";

	/* As with chance, but the same each time: the next number where the first does not fit. */
	do {
		net_hkdf(TEXT_NONE, material, text_of(info, sizeof(info)), secret, sizeof(secret));
		info[sizeof(info) - 2]++;
	} while (!webpush_key_set(secret, out));
	explicit_bzero(secret, sizeof(secret));
}

static bool read_base64url(struct text in, void *out, size_t len)
{
	size_t got = len;

	/* Some clients pad what should not be padded. */
	while (text_ends(in, TEXT("=")))
		in.len--;
	return codec_base64url_decode(in, out, &got) && got == len;
}

bool webpush_client_read(struct text public_key, struct text auth, struct webpush_client *out)
{
	struct ecc_point p;
	bool on_curve;

	if (!read_base64url(public_key, out->public, sizeof(out->public)) ||
	    !read_base64url(auth, out->auth, sizeof(out->auth)))
		return false;
	ecc_point_init(&p, nettle_get_secp_256r1());
	on_curve = point_read(&p, out->public);
	ecc_point_clear(&p);
	return on_curve;
}

/* ---- a message ------------------------------------------------------------------------------ */

/* ECDH: the x of the common point (RFC 8291 §3.1). Both have been checked when they were read. */
static void agree(const struct webpush_key *ours, const unsigned char theirs[WEBPUSH_PUBLIC_BYTES],
		  unsigned char out[COORDINATE_BYTES])
{
	unsigned char point[WEBPUSH_PUBLIC_BYTES];
	struct ecc_scalar s;
	struct ecc_point p;
	bool well;

	ecc_scalar_init(&s, nettle_get_secp_256r1());
	ecc_point_init(&p, nettle_get_secp_256r1());
	well = scalar_read(&s, ours->secret) && point_read(&p, theirs);
	assert(well);
	ecc_point_mul(&p, &s, &p);
	point_write(&p, point);
	memcpy(out, point + 1, COORDINATE_BYTES);
	ecc_point_clear(&p);
	ecc_scalar_clear(&s);
}

struct text webpush_encrypt(struct arena *a, const struct webpush_client *client,
			    const struct webpush_once *once, struct text plain, size_t pad_to)
{
	unsigned char common[COORDINATE_BYTES], material[32];
	struct aes128gcm how = {
		.key_material = text_of((const char *)material, sizeof(material)),
		.key_id = text_of((const char *)once->key.public, WEBPUSH_PUBLIC_BYTES),
		.pad_to = pad_to,
	};
	struct text body;
	struct buf info;

	buf_init(&info, a, 256, 256);
	buf_put(&info, "WebPush: info", sizeof("WebPush: info")); /* with its NUL, §3.4 */
	buf_put(&info, client->public, sizeof(client->public));
	buf_put(&info, once->key.public, sizeof(once->key.public));
	agree(&once->key, client->public, common);
	net_hkdf(text_of((const char *)client->auth, sizeof(client->auth)),
		 text_of((const char *)common, sizeof(common)), buf_text(&info), material,
		 sizeof(material));
	memcpy(how.salt, once->salt, sizeof(how.salt));
	body = aes128gcm_encrypt(a, &how, plain);
	explicit_bzero(common, sizeof(common));
	explicit_bzero(material, sizeof(material));
	return body;
}

/* ---- whom it goes to ------------------------------------------------------------------------- */

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == ':' || c == '[' || c == ']';
}

static bool url_is_plain(struct text url)
{
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.at[i];

		if (c <= ' ' || c >= 0x7F || strchr("\"#<>\\^`{|}", c))
			return false;
	}
	return url.len > 0 && url.len <= WEBPUSH_URL_MAX;
}

/* Without the port that is the scheme's own. */
static struct text without_port(struct text authority, struct text port)
{
	return text_ends(authority, port) ? text_sub(authority, 0, authority.len - port.len)
					  : authority;
}

bool webpush_origin(struct arena *a, struct text url, struct text *out)
{
	bool tls = text_starts_nocase(url, TEXT("https://"));
	struct text host;
	size_t end;

	if (!url_is_plain(url) || (!tls && !text_starts_nocase(url, TEXT("http://"))))
		return false;
	host = text_sub(url, tls ? 8 : 7, url.len);
	for (end = 0; end < host.len && !strchr("/?", host.at[end]);)
		end++;
	host = without_port(text_lower(a, text_sub(host, 0, end)),
			    tls ? TEXT(":443") : TEXT(":80"));
	for (size_t i = 0; i < host.len; i++)
		if (!is_host_char(host.at[i]))
			return false;
	*out = text_from(arena_printf(a, "%s%.*s", tls ? "https://" : "http://", TEXT_ARG(host)));
	return host.len > 0 && host.at[0] != ':';
}

/* ---- who sends it
 * --------------------------------------------------------------------------------
 */

bool webpush_contact_is_fit(struct text contact)
{
	return url_is_plain(contact) &&
	       (text_starts(contact, TEXT("mailto:")) || text_starts(contact, TEXT("https://")));
}

static void random_for_nettle(void *ctx, size_t len, uint8_t *out)
{
	(void)ctx;
	secret_random(out, len);
}

/* ES256: r and s behind each other (RFC 7518 §3.4). */
static void sign(const struct webpush_key *key, struct text what,
		 unsigned char out[SIGNATURE_BYTES])
{
	unsigned char digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	struct dsa_signature signature;
	struct ecc_scalar s;
	bool well;

	sha256_init(&sha);
	sha256_update(&sha, what.len, (const uint8_t *)what.at);
	sha256_digest(&sha, sizeof(digest), digest);
	ecc_scalar_init(&s, nettle_get_secp_256r1());
	dsa_signature_init(&signature);
	well = scalar_read(&s, key->secret);
	assert(well);
	ecdsa_sign(&s, NULL, random_for_nettle, sizeof(digest), digest, &signature);
	number_write(signature.r, out);
	number_write(signature.s, out + COORDINATE_BYTES);
	dsa_signature_clear(&signature);
	ecc_scalar_clear(&s);
}

/* The claims of RFC 8292 §2; what goes in holds nothing to be escaped. */
static struct text claims(struct arena *a, struct text origin, struct text contact, int64_t now)
{
	struct buf b;

	buf_init(&b, a, 256, 2 * WEBPUSH_URL_MAX + 256);
	buf_printf(&b, "{\"aud\":\"%.*s\",\"exp\":%lld", TEXT_ARG(origin),
		   (long long)(now + WEBPUSH_TOKEN_S));
	if (contact.len > 0)
		buf_printf(&b, ",\"sub\":\"%.*s\"", TEXT_ARG(contact));
	buf_put_char(&b, '}');
	return buf_text(&b);
}

struct text webpush_authorization(struct arena *a, const struct webpush_key *key,
				  struct text origin, struct text contact, int64_t now)
{
	static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
	struct text said = claims(a, origin, contact, now);
	unsigned char signature[SIGNATURE_BYTES];
	struct buf token, out;

	buf_init(&token, a, 512, 16 * 1024);
	codec_put_base64url(&token, header, sizeof(header) - 1);
	buf_put_char(&token, '.');
	codec_put_base64url(&token, said.at, said.len);
	sign(key, buf_text(&token), signature);
	buf_put_char(&token, '.');
	codec_put_base64url(&token, signature, sizeof(signature));

	buf_init(&out, a, 1024, 16 * 1024);
	buf_put_lit(&out, "vapid t=");
	buf_put_text(&out, buf_text(&token));
	buf_put_lit(&out, ", k=");
	codec_put_base64url(&out, key->public, sizeof(key->public));
	return buf_text(&out);
}

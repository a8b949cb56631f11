/* webpush: RFC 8188 and RFC 8291 by their examples, RFC 8292 judged by GnuTLS */
#include "net/webpush.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "net/aes128gcm.h"
#include "unit.h"

static struct arena *begin(void)
{
	struct arena *a = arena_create(1 << 20);

	CHECK_WELL("secret_init", secret_init(a));
	return a;
}

static void decode(const char *text, void *out, size_t len)
{
	size_t got = len;

	CHECK_TRUE(text, codec_base64url_decode(text_from(text), out, &got) && got == len);
}

static struct text encode(struct arena *a, struct text bytes)
{
	struct buf b;

	buf_init(&b, a, 1024, 64 * 1024);
	codec_put_base64url(&b, bytes.at, bytes.len);
	return buf_text(&b);
}

static void test_coding(void)
{
	struct arena *a = begin();
	unsigned char material[16];
	struct aes128gcm how = {.key_material = text_of((char *)material, sizeof(material))};
	struct text body;

	decode("yqdlZ-tYemfogSmv7Ws5PQ", material, sizeof(material));
	decode("I1BsxtFttlv3u_Oo94xnmw", how.salt, sizeof(how.salt));
	body = aes128gcm_encrypt(a, &how, TEXT("I am the walrus"));
	CHECK_STR("RFC 8188 §3.1", encode(a, body).at,
		  "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");

	how.pad_to = 100;
	body = aes128gcm_encrypt(a, &how, TEXT("I am the walrus"));
	CHECK_INT("RFC 8188 §2: padding", body.len, 16 + 4 + 1 + 100 + 1 + 16);
	CHECK_TRUE("one byte more",
		   aes128gcm_encrypt(a, &how, text_of(body.at, 101)).len == body.len + 1);
	how.pad_to = AES128GCM_PLAIN_MAX;
	CHECK_INT("a full record", aes128gcm_encrypt(a, &how, TEXT_NONE).len, 16 + 4 + 1 + 4096);
	arena_destroy(a);
}

/* RFC 8291 appendix A. */
#define CLIENT_PUBLIC                                                                              \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define CLIENT_AUTH "BTBZMqHH6r4Tts7J_aSIgg"

static void test_message(void)
{
	struct arena *a = begin();
	unsigned char secret[WEBPUSH_SECRET_BYTES];
	struct webpush_client client;
	struct webpush_once once;
	struct text body;

	decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", secret, sizeof(secret));
	decode("DGv6ra1nlYgDCS1FRnbzlw", once.salt, sizeof(once.salt));
	CHECK_TRUE("key", webpush_key_set(secret, &once.key));
	CHECK_STR("its public part",
		  encode(a, text_of((char *)once.key.public, sizeof(once.key.public))).at,
		  "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
		  "u3jl7A8");
	CHECK_TRUE("client", webpush_client_read(TEXT(CLIENT_PUBLIC), TEXT(CLIENT_AUTH), &client));
	body = webpush_encrypt(a, &client, &once, TEXT("When I grow up, I want to be a watermelon"),
			       0);
	CHECK_STR("RFC 8291 appendix A", encode(a, body).at,
		  "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vC"
		  "YLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXL"
		  "WyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
	arena_destroy(a);
}

static void test_clients(void)
{
	static const struct {
		const char *name, *public, *auth;
		bool fits;
	} rows[] = {
		{"as it should be", CLIENT_PUBLIC, CLIENT_AUTH, true},
		{"padded", CLIENT_PUBLIC "=", CLIENT_AUTH "==", true},
		{"no key", "", CLIENT_AUTH, false},
		{"no secret", CLIENT_PUBLIC, "", false},
		{"a short secret", CLIENT_PUBLIC, "BTBZMqHH6r4Tts7J_aSI", false},
		{"a long secret", CLIENT_PUBLIC, CLIENT_AUTH "AAAA", false},
		{"not base64url", CLIENT_PUBLIC, "BTBZMqHH6r4Tts7J+aSIgg", false},
		{"a compressed point", "AiVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx", CLIENT_AUTH,
		 false},
		/* RFC 8291 §3: a point off the curve would give the secret away, bit by bit. */
		{"not on the curve",
		 "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNt"
		 "oIAiw8",
		 CLIENT_AUTH, false},
		{"coordinates past the field",
		 "BP____________________________________________________________________________"
		 "_______",
		 CLIENT_AUTH, false},
		{"zeros",
		 "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		 "AAAAAAA",
		 CLIENT_AUTH, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct webpush_client c;

		CHECK_INT(rows[i].name,
			  webpush_client_read(text_from(rows[i].public), text_from(rows[i].auth),
					      &c),
			  rows[i].fits);
	}
}

static void test_keys(void)
{
	static const struct secret_key one = {.bytes = {1}}, two = {.bytes = {2}};
	unsigned char zero[WEBPUSH_SECRET_BYTES] = {0}, all[WEBPUSH_SECRET_BYTES];
	struct webpush_key a, b, c;
	struct arena *arena = begin();

	memset(all, 0xFF, sizeof(all));
	CHECK_TRUE("0 is no secret", !webpush_key_set(zero, &a));
	CHECK_TRUE("nor what is past the order", !webpush_key_set(all, &a));
	webpush_key_derive(&one, &a);
	webpush_key_derive(&one, &b);
	webpush_key_derive(&two, &c);
	CHECK_TRUE("the same of one key file", memcmp(&a, &b, sizeof(a)) == 0);
	CHECK_TRUE("another of another", memcmp(a.public, c.public, sizeof(a.public)) != 0);
	CHECK_TRUE("not the key itself", memcmp(a.secret, one.bytes, sizeof(a.secret)) != 0);
	webpush_key_make(&b);
	webpush_key_make(&c);
	CHECK_TRUE("made by chance", memcmp(&b, &c, sizeof(b)) != 0);
	arena_destroy(arena);
}

static void test_origins(void)
{
	static const struct {
		const char *url, *origin;
	} rows[] = {
		{"https://push.example.net/a/b?c=d", "https://push.example.net"},
		{"HTTPS://Push.Example.NET:443/x", "https://push.example.net"},
		{"https://push.example.net:8443", "https://push.example.net:8443"},
		{"http://127.0.0.1:80/x", "http://127.0.0.1"},
		{"https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444"},
		{"https://push.example.net?x", "https://push.example.net"},
		{"https://user@push.example.net/", NULL},
		{"https://push.example.net/#part", NULL},
		{"https://push.example.net/a b", NULL},
		{"https://push.example.net/\r\nX: y", NULL},
		{"https://p\"ush.example.net/", NULL},
		{"https://p\xC3\xBCsh.example.net/", NULL},
		{"https:///x", NULL},
		{"https://:443/x", NULL},
		{"https:push.example.net", NULL},
		{"ftp://push.example.net/", NULL},
		{"file:///etc/passwd", NULL},
		{"//push.example.net/x", NULL},
		{"", NULL},
	};
	struct arena *a = begin();
	char *longer = arena_alloc(a, WEBPUSH_URL_MAX + 2);
	struct text origin;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool fits = webpush_origin(a, text_from(rows[i].url), &origin);

		CHECK_INT(rows[i].url, fits, rows[i].origin != NULL);
		if (fits && rows[i].origin)
			CHECK_TEXT(rows[i].url, origin, text_from(rows[i].origin));
	}
	memset(longer, 'a', WEBPUSH_URL_MAX + 1);
	memcpy(longer, "https://a/", 10);
	CHECK_TRUE("the longest", webpush_origin(a, text_of(longer, WEBPUSH_URL_MAX), &origin));
	CHECK_TRUE("longer", !webpush_origin(a, text_of(longer, WEBPUSH_URL_MAX + 1), &origin));
	arena_destroy(a);
}

static void test_contacts(void)
{
	CHECK_TRUE("mailto", webpush_contact_is_fit(TEXT("mailto:post@example.com")));
	CHECK_TRUE("https", webpush_contact_is_fit(TEXT("https://example.com/contact")));
	CHECK_TRUE("no address", !webpush_contact_is_fit(TEXT("post@example.com")));
	CHECK_TRUE("a quote", !webpush_contact_is_fit(TEXT("mailto:\"a\"@example.com")));
	CHECK_TRUE("a backslash", !webpush_contact_is_fit(TEXT("mailto:a\\@example.com")));
}

/* RFC 7518 §3.4: r and s; GnuTLS wants them as DER. */
static int verify(const struct webpush_key *key, struct text what, const unsigned char rs[64])
{
	gnutls_datum_t x = {(unsigned char *)(uintptr_t)(key->public + 1), 32};
	gnutls_datum_t y = {(unsigned char *)(uintptr_t)(key->public + 33), 32};
	gnutls_datum_t r = {(unsigned char *)(uintptr_t)rs, 32};
	gnutls_datum_t s = {(unsigned char *)(uintptr_t)(rs + 32), 32};
	gnutls_datum_t data = {(unsigned char *)(uintptr_t)what.at, (unsigned)what.len}, der;
	gnutls_pubkey_t pub;
	int rc;

	gnutls_pubkey_init(&pub);
	CHECK_INT("import", gnutls_pubkey_import_ecc_raw(pub, GNUTLS_ECC_CURVE_SECP256R1, &x, &y),
		  0);
	CHECK_INT("signature", gnutls_encode_rs_value(&der, &r, &s), 0);
	rc = gnutls_pubkey_verify_data2(pub, GNUTLS_SIGN_ECDSA_SHA256, 0, &data, &der);
	gnutls_free(der.data);
	gnutls_pubkey_deinit(pub);
	return rc;
}

static void test_authorization(void)
{
	static const struct secret_key server = {.bytes = {7}};
	struct arena *a = begin();
	struct webpush_key key;
	struct text value, rest, parts[3], said;
	unsigned char signature[64], claims[512];
	size_t len = sizeof(claims);

	webpush_key_derive(&server, &key);
	value = webpush_authorization(a, &key, TEXT("https://push.example.net"),
				      TEXT("mailto:post@example.com"), 1000000);
	CHECK_TRUE("RFC 8292 §3: scheme", text_starts(value, TEXT("vapid t=")));
	rest = text_sub(value, 8, value.len);
	CHECK_TRUE("a token", text_next(&rest, ',', &said));
	CHECK_STR("RFC 8292 §3.2: the key", text_dup(a, rest).at,
		  arena_printf(a, " k=%.*s", TEXT_ARG(encode(a, text_of((char *)key.public, 65)))));
	rest = said;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		CHECK_TRUE("three parts", text_next(&rest, '.', &parts[i]));
	CHECK_TEXT("ES256", parts[0], encode(a, TEXT("{\"typ\":\"JWT\",\"alg\":\"ES256\"}")));
	CHECK_TRUE("claims", codec_base64url_decode(parts[1], claims, &len));
	CHECK_TEXT("RFC 8292 §2: aud, exp, sub", text_of((char *)claims, len),
		   TEXT("{\"aud\":\"https://push.example.net\",\"exp\":1043200,"
			"\"sub\":\"mailto:post@example.com\"}"));
	decode(text_dup(a, parts[2]).at, signature, sizeof(signature));
	said = text_of(said.at, parts[0].len + 1 + parts[1].len);
	CHECK_INT("signed", verify(&key, said, signature), 0);
	signature[40] ^= 1;
	CHECK_TRUE("and nothing else is", verify(&key, said, signature) < 0);
	value = webpush_authorization(a, &key, TEXT("https://push.example.net"), TEXT_NONE, 0);
	CHECK_TRUE("no contact",
		   text_find(value, encode(a, TEXT("{\"aud\":\"https://push.example.net\",\"exp\":"
						   "43200}"))) > 0);
	arena_destroy(a);
}

/* Numbers with zeros in front keep their width. */
static void test_many_signatures(void)
{
	struct arena *a = begin();

	for (int i = 0; i < 300; i++) {
		struct webpush_key key;
		struct text value, token, rest, part[3];
		unsigned char signature[64];

		webpush_key_make(&key);
		value = webpush_authorization(a, &key, TEXT("https://p"), TEXT_NONE, i);
		rest = text_sub(value, 8, value.len);
		if (!CHECK_TRUE("token", text_next(&rest, ',', &token)))
			break;
		rest = token;
		for (size_t n = 0; n < ARRAY_LEN(part); n++)
			CHECK_TRUE("part", text_next(&rest, '.', &part[n]));
		decode(text_dup(a, part[2]).at, signature, sizeof(signature));
		token.len = part[0].len + 1 + part[1].len;
		if (!CHECK_INT("verifies", verify(&key, token, signature), 0))
			break;
		arena_reset(a);
	}
	arena_destroy(a);
}

UNIT_SUITE("webpush", {"RFC 8188: one record", test_coding},
	   {"RFC 8291: a message for a client", test_message},
	   {"RFC 8291 §2: what clients register", test_clients}, {"keys", test_keys},
	   {"RFC 6454: origins of push resources", test_origins},
	   {"RFC 8292 §2.1: contacts", test_contacts},
	   {"RFC 8292 §2: the token", test_authorization},
	   {"RFC 7518 §3.4: numbers keep their width", test_many_signatures})

/* secret: passwords, key files, sealing, MACs, public ids */
#include "base/secret.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "unit.h"

static const struct secret_key key = {.bytes = {1, 2, 3}};
static const struct secret_key other_key = {.bytes = {1, 2, 4}};

static struct arena *begin(void)
{
	struct arena *a = arena_create(1 << 20);

	CHECK_WELL("secret_init", secret_init(a));
	return a;
}

static void test_hash(void)
{
	struct arena *a = begin();
	struct text hash = TEXT_NONE, again = TEXT_NONE;

	CHECK_WELL("hash", secret_password_hash(a, TEXT("fasti-demo"), &hash));
	CHECK_WELL("hash again", secret_password_hash(a, TEXT("fasti-demo"), &again));
	CHECK_TRUE("argon2id, 19 MiB, two passes",
		   text_starts(hash, TEXT("$argon2id$v=19$m=19456,t=2,p=1$")));
	CHECK_TRUE("salted", !text_equal(hash, again));
	CHECK_TRUE("fits", SECRET_FITS == secret_password_check(TEXT("fasti-demo"), hash));
	CHECK_TRUE("another does not",
		   SECRET_DIFFERS == secret_password_check(TEXT("fasti-demo2"), hash));
	CHECK_TRUE("NUL and more does not",
		   SECRET_DIFFERS == secret_password_check(TEXT("fasti-demo\0x"), hash));
	CHECK_TRUE("an empty hash fits nothing",
		   SECRET_DIFFERS == secret_password_check(TEXT("x"), TEXT("")));
	CHECK_TRUE("nor an empty password",
		   SECRET_DIFFERS == secret_password_check(TEXT(""), hash));
	CHECK_TRUE("nor a cut hash",
		   SECRET_DIFFERS == secret_password_check(TEXT("fasti-demo"),
							   text_sub(hash, 0, hash.len - 1)));
	arena_destroy(a);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static void test_no_memory(void)
{
	unit_skip("a sanitizer takes more memory than the limit leaves");
}
#else
/* A child that may take no more memory than it has: a hash wants 19 MiB. */
static void test_no_memory(void)
{
	struct arena *a = begin();
	struct text hash = TEXT_NONE;
	int status = -1;
	pid_t child;

	CHECK_WELL("hash", secret_password_hash(a, TEXT("fasti-demo"), &hash));
	child = fork();
	if (child == 0) {
		struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};

		setrlimit(RLIMIT_AS, &none);
		_exit((int)secret_password_check(TEXT("fasti-demo"), hash));
	}
	CHECK_TRUE("waited", child > 0 && waitpid(child, &status, 0) == child);
	CHECK_TRUE("exited", WIFEXITED(status));
	CHECK_INT("a right password is not called wrong", WEXITSTATUS(status), SECRET_NO_MEMORY);
	arena_destroy(a);
}
#endif

static void test_refused(void)
{
	struct arena *a = begin();
	char *long_one = arena_alloc(a, SECRET_PASSWORD_MAX + 1);
	struct text hash;

	memset(long_one, 'x', SECRET_PASSWORD_MAX + 1);
	CHECK_FAULT("empty", secret_password_hash(a, TEXT(""), &hash), FAULT_UNPROCESSABLE);
	CHECK_FAULT("NUL", secret_password_hash(a, TEXT("a\0b"), &hash), FAULT_UNPROCESSABLE);
	CHECK_FAULT("too long",
		    secret_password_hash(a, text_of(long_one, SECRET_PASSWORD_MAX + 1), &hash),
		    FAULT_UNPROCESSABLE);
	arena_destroy(a);
}

static void test_crypt(void)
{
	/* The password is "secret" in each; made with crypt(3). */
	static const struct {
		const char *name, *hash;
		bool want;
	} rows[] = {
		{"sha512-crypt",
		 "$6$saltstring$AIsRs/Ee56G/"
		 "tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7e"
		 "ZTITsuk0Ry5qulYz.",
		 true},
		{"sha256-crypt", "$5$saltstring$C3o4O1TC6aRHF4FI.QSZMXtHbaj2gSXr4sUc/3NcUi.", true},
		{"bcrypt", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", true},
		{"yescrypt", "$y$j9T$abcdefghijklmnop$3dL1LkYnZM.OVXuVdnnaKVDlLYT92dRwOzDZ5XiVCe.",
		 true},
		{"another password", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrX",
		 false},
		{"unknown scheme", "$apr1$abc$def", false},
		{"no hash at all", "secret", false},
		{"failure token", "*0", false},
	};
	struct arena *a = begin();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name,
			  SECRET_FITS ==
				  secret_password_check(TEXT("secret"), text_from(rows[i].hash)),
			  rows[i].want);
	CHECK_TRUE("NUL and more",
		   SECRET_DIFFERS ==
			   secret_password_check(TEXT("secret\0x"), text_from(rows[0].hash)));
	arena_destroy(a);
}

static void test_key_file(void)
{
	struct arena *a = begin();
	char dir[] = "/tmp/fasti-test-XXXXXX";
	struct secret_key first, second;
	struct stat st;
	char *path;
	FILE *f;

	if (!CHECK_TRUE("a folder", mkdtemp(dir) != NULL))
		return;
	path = arena_printf(a, "%s/secret.key", dir);
	CHECK_FAULT("missing", secret_key_load(a, path, false, &first), FAULT_INTERNAL);
	CHECK_WELL("made", secret_key_load(a, path, true, &first));
	CHECK_WELL("read", secret_key_load(a, path, true, &second));
	CHECK_TRUE("the same key", memcmp(&first, &second, sizeof(first)) == 0);
	CHECK_INT("exists", stat(path, &st), 0);
	CHECK_INT("mode 0600", st.st_mode & 0777, 0600);
	CHECK_INT("a readable key", chmod(path, 0644), 0);
	CHECK_FAULT("is refused", secret_key_load(a, path, true, &second), FAULT_INTERNAL);
	CHECK_INT("private again", chmod(path, 0600), 0);
	f = fopen(path, "w");
	if (f) {
		fputs("abc\n", f);
		fclose(f);
	}
	CHECK_FAULT("a short key is refused", secret_key_load(a, path, true, &second),
		    FAULT_INTERNAL);
	unlink(path);
	CHECK_INT("nothing else is left in the folder", rmdir(dir), 0);
	arena_destroy(a);
}

static void test_mac(void)
{
	struct arena *a = begin();
	struct text mac = secret_mac(a, &key, "manage", TEXT("42"));
	unsigned char one[SECRET_DIGEST_BYTES], two[SECRET_DIGEST_BYTES];

	CHECK_INT("length", (int64_t)mac.len, 43);
	CHECK_TRUE("stable", secret_equal(mac, secret_mac(a, &key, "manage", TEXT("42"))));
	CHECK_TRUE("by purpose", !secret_equal(mac, secret_mac(a, &key, "feed", TEXT("42"))));
	CHECK_TRUE("by key", !secret_equal(mac, secret_mac(a, &other_key, "manage", TEXT("42"))));
	CHECK_TRUE("by data", !secret_equal(mac, secret_mac(a, &key, "manage", TEXT("43"))));
	secret_digest(NULL, TEXT("x"), one);
	secret_digest(&key, TEXT("x"), two);
	CHECK_TRUE("a key changes the digest", memcmp(one, two, sizeof(one)) != 0);
	secret_digest(NULL, TEXT_NONE, two);
	CHECK_TRUE("lengths differ", !secret_equal(TEXT("a"), TEXT("ab")));
	CHECK_TRUE("tokens differ", !secret_equal(secret_token(a, 16), secret_token(a, 16)));
	CHECK_INT("length of a token", (int64_t)secret_token(a, 16).len, 22);
	arena_destroy(a);
}

static void test_seal(void)
{
	struct arena *a = begin();
	struct text plain = TEXT("access\0refresh"), got;
	struct text sealed = secret_seal(a, &key, "connection", TEXT("7/abc"), plain);
	const struct {
		const char *name;
		const struct secret_key *key;
		const char *purpose;
		struct text about;
		bool opens;
	} rows[] = {
		{"as it was sealed", &key, "connection", TEXT("7/abc"), true},
		{"another key", &other_key, "connection", TEXT("7/abc"), false},
		{"another purpose", &key, "state", TEXT("7/abc"), false},
		{"another owner", &key, "connection", TEXT("8/abc"), false},
		{"another id", &key, "connection", TEXT("7/abd"), false},
		{"about nothing", &key, "connection", TEXT_NONE, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		got = TEXT("before");
		CHECK_INT(rows[i].name,
			  secret_open(a, rows[i].key, rows[i].purpose, rows[i].about, sealed, &got),
			  rows[i].opens);
		CHECK_TEXT(rows[i].name, got, rows[i].opens ? plain : TEXT_NONE);
	}
	CHECK_TRUE("each time another",
		   !text_equal(sealed, secret_seal(a, &key, "connection", TEXT("7/abc"), plain)));
	CHECK_TRUE("nothing of it is to be seen", text_find(sealed, TEXT("access")) < 0);
	sealed = secret_seal(a, &key, "connection", TEXT("7/abc"), TEXT_NONE);
	CHECK_TRUE("nothing can be sealed",
		   secret_open(a, &key, "connection", TEXT("7/abc"), sealed, &got));
	CHECK_INT("and is nothing", (int64_t)got.len, 0);
	arena_destroy(a);
}

/* Whichever character is another one, and wherever it ends, it does not open. */
static void test_seal_forged(void)
{
	struct arena *a = begin();
	struct text sealed = secret_seal(a, &key, "connection", TEXT("7/abc"), TEXT("secret"));
	struct text got;

	for (size_t i = 0; i < sealed.len; i++) {
		char *forged = text_cstr(a, sealed);
		char *name = arena_printf(a, "character %zu", i);

		forged[i] = forged[i] == 'A' ? 'B' : 'A';
		CHECK_TRUE(name, !secret_open(a, &key, "connection", TEXT("7/abc"),
					      text_from(forged), &got));
		CHECK_INT(name, (int64_t)got.len, 0);
		CHECK_TRUE(name, !secret_open(a, &key, "connection", TEXT("7/abc"),
					      text_sub(sealed, 0, i), &got));
	}
	CHECK_TRUE("not base64url", !secret_open(a, &key, "connection", TEXT("7/abc"),
						 TEXT("a secret of another kind"), &got));
	arena_destroy(a);
}

static void test_id(void)
{
	static const int64_t owners[] = {0, 1, 77, 65536, (INT64_C(1) << 48) - 1};
	struct arena *a = begin();

	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		struct text id = secret_id_make(a, &key, owners[i]);
		int64_t got = -1;

		CHECK_INT("length", (int64_t)id.len, 24);
		CHECK_TRUE("names its owner", secret_id_owner(&key, id, &got));
		CHECK_INT("the right one", got, owners[i]);
		CHECK_TRUE("each id is new", !text_equal(id, secret_id_make(a, &key, owners[i])));
	}
	int64_t got;
	CHECK_TRUE("too short", !secret_id_owner(&key, TEXT("abc"), &got));
	CHECK_TRUE("not base64url", !secret_id_owner(&key, TEXT("AAAAAAAAAAAAAAAAAAAAAAA/"), &got));
	arena_destroy(a);
}

UNIT_SUITE("secret", {"passwords", test_hash}, {"passwords refused", test_refused},
	   {"hashes of crypt_r", test_crypt}, {"no memory for a hash", test_no_memory},
	   {"key file", test_key_file}, {"MACs, digests and tokens", test_mac},
	   {"sealed secrets", test_seal}, {"forged ones", test_seal_forged},
	   {"public ids", test_id})

/* mail/smime: signatures made by openssl, and what becomes of them on the way */
#include "mail/smime.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail/mime.h"
#include "unit.h"

static struct arena *arena;
static struct smime_trust *trust;
static char folder[] = "/tmp/fasti-smime-XXXXXX";

/*
 * Two authorities, of which ours is trusted; Zoe's certificate of each, one of hers that is for
 * servers alone, and one in which her address stands in the subject only.
 */
static const char script[] =
	"set -e; cd \"$1\"; exec >/dev/null 2>&1\n"
	"for ca in ours other; do\n"
	"  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650"
	" -keyout $ca.key -out $ca.pem -subj /CN=$ca -addext basicConstraints=critical,CA:TRUE"
	" -addext keyUsage=critical,keyCertSign\n"
	"done\n"
	"sign() {\n"
	"  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key"
	" -out $1.csr -subj \"$4\"\n"
	"  printf \"$3\" > $1.ext\n"
	"  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 3650"
	" -extfile $1.ext -out $1.pem\n"
	"}\n"
	"san='subjectAltName=email:zoe@example.net\\nextendedKeyUsage=emailProtection\\n'\n"
	"sign zoe ours \"$san\" /CN=Zoe\n"
	"sign stranger other \"$san\" /CN=Zoe\n"
	"sign server ours 'subjectAltName=email:zoe@example.net\\nextendedKeyUsage=serverAuth\\n'"
	" /CN=Zoe\n"
	"sign old ours 'extendedKeyUsage=emailProtection\\n' /CN=Zoe/emailAddress=zoe@example.net\n"
	"printf 'Content-Type: text/calendar; method=REPLY\\r\\n\\r\\nACCEPTED\\r\\n' > part\n"
	"for who in zoe stranger server old; do\n"
	"  openssl cms -sign -in part -signer $who.pem -inkey $who.key -out $who.detached\n"
	"  openssl cms -sign -in part -signer $who.pem -inkey $who.key -nodetach -out $who.whole\n"
	"done\n";

static bool make_signatures(void)
{
	char *path = arena_printf(arena, "%s/make.sh", folder);
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fputs(script, f);
	fclose(f);
	return system(arena_printf(arena, "sh %s %s", path, folder)) == 0;
}

static bool begin(void)
{
	arena = arena_create(1 << 26);
	if (!mkdtemp(folder) || !make_signatures()) {
		CU_FAIL("openssl makes no signatures");
		return false;
	}
	return unit_check_well(__FILE__, __LINE__, "trust",
			       smime_trust_create(arena, arena_printf(arena, "%s/ours.pem", folder),
						  &trust));
}

static void end(void)
{
	smime_trust_destroy(trust);
	if (system(arena_printf(arena, "rm -rf %s", folder)) != 0)
		CU_FAIL("the folder stays");
	arena_destroy(arena);
}

static struct text load(const char *name)
{
	char *room = arena_alloc(arena, 1 << 16);
	FILE *f = fopen(arena_printf(arena, "%s/%s", folder, name), "rb");
	size_t len = f ? fread(room, 1, 1 << 16, f) : 0;

	if (f)
		fclose(f);
	return text_of(room, len);
}

/* With `old` once replaced by `fresh`, and fields before it. */
static struct text changed(struct text t, const char *before, const char *old, const char *fresh)
{
	struct buf b;
	ptrdiff_t at = *old ? text_find(t, text_from(old)) : 0;

	buf_init(&b, arena, 0, 1 << 17);
	CHECK_TRUE(old, at >= 0);
	buf_put_str(&b, before);
	buf_put_text(&b, text_sub(t, 0, (size_t)at));
	buf_put_str(&b, fresh);
	buf_put_text(&b, text_sub(t, (size_t)at + strlen(old), t.len));
	return buf_text(&b);
}

static struct text with_lf(struct text t)
{
	char *to = arena_alloc(arena, t.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] != '\r')
			to[len++] = t.at[i];
	return text_of(to, len);
}

static const struct mail_part *find_calendar(const struct mail_read *m)
{
	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].is_calendar)
			return &m->parts[i];
	return NULL;
}

static void check_row(const char *name, struct text message, enum mail_verdict want,
		      const char *why)
{
	const struct mail_part *p;
	const char *why_got;
	struct mail_read m;

	CHECK_WELL(name, mail_read(arena, message, &m));
	CHECK_INT(name, (int64_t)m.signature_count, 1);
	p = find_calendar(&m);
	CHECK_TRUE(name, p != NULL);
	if (!p || m.signature_count != 1)
		return;
	CHECK_TEXT(name, text_trim(p->body), TEXT("ACCEPTED"));
	CHECK_TRUE(name, !p->is_signed);
	smime_verify(arena, trust, &m);
	CHECK_INT(name, p->is_signed, want == MAIL_PASS);
	CHECK_INT(name, m.signatures[0]->verdict, want);
	why_got = m.signatures[0]->why;
	CHECK_TRUE(name, want == MAIL_PASS ? !why_got : why_got && strstr(why_got, why));
}

#define ZOE "From: zoe@example.net\n"

static void check_rows(void)
{
	const struct {
		const char *name, *file, *before, *old, *fresh;
		enum mail_verdict want;
		const char *why;
	} rows[] = {
		{"multipart/signed (RFC 8551 §3.5.3)", "zoe.detached", ZOE, "", "", MAIL_PASS, ""},
		{"signed-data (RFC 8551 §3.5.2)", "zoe.whole", ZOE, "", "", MAIL_PASS, ""},
		{"the address in the subject (RFC 8550 §3)", "old.detached", ZOE, "", "", MAIL_PASS,
		 ""},
		{"the address has no case", "zoe.detached", "From: Zoe@EXAMPLE.net\n", "", "",
		 MAIL_PASS, ""},
		{"changed on the way", "zoe.detached", ZOE, "text/calendar", "text/Calendar",
		 MAIL_FAIL, "does not fit"},
		{"the signature changed", "zoe.detached", ZOE, "\n\nMI", "\n\nAI", MAIL_FAIL,
		 "cannot be read"},
		{"somebody else's (RFC 8550 §3)", "zoe.detached", "From: eve@example.net\n", "", "",
		 MAIL_FAIL, "somebody else"},
		{"two senders", "zoe.detached", ZOE ZOE, "", "", MAIL_FAIL, "somebody else"},
		{"no sender", "zoe.detached", "X: y\n", "", "", MAIL_FAIL, "somebody else"},
		{"an authority that is not trusted", "stranger.detached", ZOE, "", "", MAIL_UNKNOWN,
		 "nobody vouches"},
		{"the same within signed-data", "stranger.whole", ZOE, "", "", MAIL_UNKNOWN,
		 "nobody vouches"},
		{"not trusted: whether it fits is not looked at", "stranger.detached", ZOE,
		 "text/calendar", "text/Calendar", MAIL_UNKNOWN, "nobody vouches"},
		{"somebody else's: whether it fits is not looked at", "zoe.detached",
		 "From: eve@example.net\n", "text/calendar", "text/Calendar", MAIL_FAIL,
		 "somebody else"},
		{"a certificate for servers (RFC 8550 §4.4.4)", "server.detached", ZOE, "", "",
		 MAIL_UNKNOWN, "nobody vouches"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text message =
			changed(load(rows[i].file), rows[i].before, rows[i].old, rows[i].fresh);

		check_row(rows[i].name, message, rows[i].want, rows[i].why);
		check_row(arena_printf(arena, "%s, with LF", rows[i].name), with_lf(message),
			  rows[i].want, rows[i].why);
		check_row(arena_printf(arena, "%s, with CR LF", rows[i].name),
			  mime_canonical(arena, message), rows[i].want, rows[i].why);
	}
}

/* A list puts it into a multipart and adds its footer: that one nobody signed. */
static void check_footer(void)
{
	struct buf b;
	struct mail_read m;

	buf_init(&b, arena, 0, 1 << 17);
	buf_put_str(&b, ZOE "Content-Type: multipart/mixed; boundary=list\n\n--list\n");
	buf_put_text(&b, load("zoe.detached"));
	buf_put_str(&b, "\n--list\nContent-Type: text/calendar\n\nthe list\n--list--\n");
	CHECK_WELL("footer", mail_read(arena, buf_text(&b), &m));
	smime_verify(arena, trust, &m);
	CHECK_INT("its parts", (int64_t)m.part_count, 3);
	CHECK_TRUE("what was signed", m.parts[0].is_signed);
	CHECK_TRUE("the signature itself is not", !m.parts[1].is_signed);
	CHECK_TRUE("the footer is not", !m.parts[2].is_signed);
}

static void test_signatures(void)
{
	if (begin()) {
		check_rows();
		check_footer();
	}
	end();
}

static void test_no_trust(void)
{
	struct smime_trust *none;

	arena = arena_create(1 << 20);
	CHECK_FAULT("no such file", smime_trust_create(arena, "/nonexistent.pem", &none),
		    FAULT_BAD_REQUEST);
	arena_destroy(arena);
}

UNIT_SUITE("mail_smime", {"signatures", test_signatures},
	   {"a file of no certificates", test_no_trust})

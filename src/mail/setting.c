/*
 * setting - schemes, hosts, ports, and the password
 */
#include "mail/setting.h"

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/secret.h"

enum { TIMEOUT_S = 30, USER_MAX = 320, HOST_MAX = 255, MAILBOX_MAX = 255 };

struct scheme {
	struct text begins;
	enum wire_security security;
	int port;
};

/* What is read the same way under either key. */
struct kind {
	const char *key, *password_key, *words;
	struct scheme schemes[3];
};

static const struct kind smtp_kind = {
	"mail.smtp",
	"mail.password_file",
	"smtp://, smtps://, smtp+starttls://, file:",
	{
		{TEXT_INIT("smtp://"), WIRE_PLAIN, 25},
		{TEXT_INIT("smtps://"), WIRE_TLS, 465},
		{TEXT_INIT("smtp+starttls://"), WIRE_STARTTLS, 587},
	},
};
static const struct kind imap_kind = {
	"mail.imap",
	"mail.imap_password_file",
	"imap://, imaps://, imap+starttls://",
	{
		{TEXT_INIT("imap://"), WIRE_PLAIN, 143},
		{TEXT_INIT("imaps://"), WIRE_TLS, 993},
		{TEXT_INIT("imap+starttls://"), WIRE_STARTTLS, 143},
	},
};

static const struct fault *bad(struct arena *a, const struct kind *kind, const char *sentence)
{
	return fault_make(a, FAULT_BAD_REQUEST, kind->key, "%s: %s", kind->key, sentence);
}

/* ---- the password ------------------------------------------------------------------------ */

/* Its first line, whole. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool well = file && fgets(line, (int)size, file) != NULL;

	if (file)
		fclose(file);
	return well;
}

static const struct fault *read_password(struct arena *a, const struct kind *kind, const char *path,
					 const char **out)
{
	char line[SECRET_PASSWORD_MAX + 2];
	const struct fault *f = NULL;
	size_t len;

	if (!read_line(path, line, sizeof(line)))
		return fault_make(a, FAULT_BAD_REQUEST, kind->password_key,
				  "No password can be read from %s.", path);
	len = strcspn(line, "\r\n");
	if (len == 0 || len > SECRET_PASSWORD_MAX)
		f = fault_make(a, FAULT_BAD_REQUEST, kind->password_key,
			       "The first line of %s is no password of at most %d octets.", path,
			       SECRET_PASSWORD_MAX);
	else
		*out = arena_copy(a, line, len);
	explicit_bzero(line, sizeof(line));
	return f;
}

/* ---- the address ------------------------------------------------------------------------- */

static bool is_loopback(const char *host)
{
	unsigned char v4[4];
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, v4) == 1)
		return v4[0] == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcasecmp(host, "localhost") == 0;
}

/* "name", "192.0.2.1" or "[2001:db8::1]", and ":port" behind it. */
static bool cut_port(struct text *place, int *port)
{
	ptrdiff_t colon = text_find_char(*place, ':', 0);
	ptrdiff_t bracket = text_find_char(*place, ']', 0);
	int64_t n;

	if (bracket >= 0)
		colon = text_find_char(*place, ':', (size_t)bracket);
	if (colon < 0)
		return true;
	if (!text_to_int64(text_sub(*place, (size_t)colon + 1, place->len), 1, 65535, &n))
		return false;
	*port = (int)n;
	*place = text_sub(*place, 0, (size_t)colon);
	return true;
}

static bool is_host_name(struct text host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '.' || c == '-'))
			return false;
	}
	return host.len > 0 && host.len <= HOST_MAX;
}

static bool read_host(struct arena *a, struct text place, const char **out)
{
	struct in6_addr address;

	if (text_starts(place, TEXT("[")) && text_ends(place, TEXT("]"))) {
		*out = text_cstr(a, text_sub(place, 1, place.len - 2));
		return inet_pton(AF_INET6, *out, &address) == 1;
	}
	*out = text_cstr(a, place);
	return is_host_name(place);
}

/* A user may be an address itself: the last "@" is the one before the host. */
static bool cut_user(struct arena *a, struct text *place, const char **out)
{
	ptrdiff_t at = -1, next = text_find_char(*place, '@', 0);
	struct text user;

	while (next >= 0) {
		at = next;
		next = text_find_char(*place, '@', (size_t)at + 1);
	}
	if (at < 0)
		return true;
	if (text_find_char(text_sub(*place, 0, (size_t)at), ':', 0) >= 0 ||
	    !codec_percent_decode(a, text_sub(*place, 0, (size_t)at), false, &user) ||
	    user.len == 0 || user.len > USER_MAX || text_has_control(user))
		return false;
	*out = text_cstr(a, user);
	*place = text_sub(*place, (size_t)at + 1, place->len);
	return true;
}

static const struct fault *read_place(struct arena *a, const struct kind *kind, struct text place,
				      struct wire_target *t)
{
	if (!cut_user(a, &place, &t->user))
		return bad(a, kind, "The user cannot be read; a password is not put there.");
	if (!cut_port(&place, &t->port))
		return bad(a, kind, "The port is no number from 1 to 65535.");
	if (!read_host(a, place, &t->host))
		return bad(a, kind, "The host is neither a name nor an address.");
	return NULL;
}

static const struct fault *add_password(struct arena *a, const struct kind *kind, const char *file,
					struct wire_target *t)
{
	if (!t->user && !file)
		return NULL;
	if (!t->user || !file)
		return fault_make(a, FAULT_BAD_REQUEST, kind->key,
				  "A user in %s and %s need one another.", kind->key,
				  kind->password_key);
	if (t->security == WIRE_PLAIN && !is_loopback(t->host))
		return bad(a, kind, "A password is not sent without TLS.");
	return read_password(a, kind, file, &t->password);
}

/* "user@host:port/rest"; the rest may be missing. */
static const struct fault *read_url(struct arena *a, const struct kind *kind, const char *url,
				    struct wire_target *t, struct text *rest_out)
{
	struct text whole = text_from(url), place;

	for (size_t i = 0; i < ARRAY_LEN(kind->schemes); i++) {
		const struct scheme *s = &kind->schemes[i];

		if (!text_starts_nocase(whole, s->begins))
			continue;
		t->security = s->security;
		t->port = s->port;
		*rest_out = text_sub(whole, s->begins.len, whole.len);
		text_next(rest_out, '/', &place);
		return read_place(a, kind, place, t);
	}
	return fault_make(a, FAULT_BAD_REQUEST, kind->key, "%s begins with none of %s.", kind->key,
			  kind->words);
}

const struct fault *setting_read(struct arena *a, const struct mail_settings *s,
				 struct setting *out)
{
	struct text smtp = text_from(s->smtp), rest;
	const struct fault *f;

	*out = (struct setting){.target.timeout_s = s->timeout_s > 0 ? s->timeout_s : TIMEOUT_S};
	if (!s->smtp)
		return NULL;
	if (text_starts(smtp, TEXT("file:"))) {
		if (smtp.len == strlen("file:"))
			return bad(a, &smtp_kind, "file: names no folder.");
		out->folder = arena_strdup(a, s->smtp + strlen("file:"));
		return NULL;
	}
	f = read_url(a, &smtp_kind, s->smtp, &out->target, &rest);
	if (!f && rest.len > 0)
		f = bad(a, &smtp_kind, "Nothing follows the port.");
	return f ? f : add_password(a, &smtp_kind, s->password_file, &out->target);
}

/* Said as it stands, so that a name beyond ASCII is written as the server does (RFC 3501 §5.1.3).
 */
bool setting_is_folder(const char *folder)
{
	struct text name = text_from(folder);

	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] < ' ' || name.at[i] > '~' || name.at[i] == '"' || name.at[i] == '\\')
			return false;
	return name.len > 0 && name.len <= MAILBOX_MAX;
}

const struct fault *setting_read_imap(struct arena *a, const char *imap, const char *password_file,
				      struct wire_target *out, const char **mailbox_out)
{
	struct text rest, mailbox = TEXT("INBOX");
	const struct fault *f;

	*out = (struct wire_target){.timeout_s = TIMEOUT_S};
	f = read_url(a, &imap_kind, imap, out, &rest);
	if (!f && rest.len > 0 &&
	    (!codec_percent_decode(a, rest, false, &mailbox) ||
	     !setting_is_folder(text_cstr(a, mailbox))))
		f = bad(a, &imap_kind, "What follows the host is no name of a mailbox.");
	if (!f && !out->user)
		f = bad(a, &imap_kind, "There is no user.");
	*mailbox_out = text_cstr(a, mailbox);
	return f ? f : add_password(a, &imap_kind, password_file, out);
}

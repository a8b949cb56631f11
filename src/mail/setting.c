/*
 * setting - schemes, hosts, ports, and the password
 */
#include "mail/setting.h"

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/secret.h"

enum { TIMEOUT_S = 30, USER_MAX = 320, HOST_MAX = 255 };

static const struct scheme {
	struct text begins;
	enum smtp_security security;
	int port;
} schemes[] = {
	{TEXT_INIT("smtp://"), SMTP_PLAIN, 25},
	{TEXT_INIT("smtps://"), SMTP_TLS, 465},
	{TEXT_INIT("smtp+starttls://"), SMTP_STARTTLS, 587},
};

static const struct fault *bad(struct arena *a, const char *sentence)
{
	return fault_make(a, FAULT_BAD_REQUEST, "mail.smtp", "%s", sentence);
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

static const struct fault *read_password(struct arena *a, const char *path, const char **out)
{
	char line[SECRET_PASSWORD_MAX + 2];
	const struct fault *f = NULL;
	size_t len;

	if (!read_line(path, line, sizeof(line)))
		return fault_make(a, FAULT_BAD_REQUEST, "mail.password_file",
				  "No password can be read from %s.", path);
	len = strcspn(line, "\r\n");
	if (len == 0 || len > SECRET_PASSWORD_MAX)
		f = fault_make(a, FAULT_BAD_REQUEST, "mail.password_file",
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

static const struct fault *read_place(struct arena *a, struct text place,
				      const struct scheme *scheme, struct smtp_target *t)
{
	t->security = scheme->security;
	t->port = scheme->port;
	if (text_ends(place, TEXT("/")))
		place.len--;
	if (!cut_user(a, &place, &t->user))
		return bad(a, "The user in mail.smtp cannot be read; a password is not put there.");
	if (!cut_port(&place, &t->port))
		return bad(a, "The port in mail.smtp is no number from 1 to 65535.");
	if (!read_host(a, place, &t->host))
		return bad(a, "The host in mail.smtp is neither a name nor an address.");
	return NULL;
}

static const struct fault *add_password(struct arena *a, const char *file, struct smtp_target *t)
{
	if (!t->user && !file)
		return NULL;
	if (!t->user || !file)
		return bad(a, "A user in mail.smtp and mail.password_file need one another.");
	if (t->security == SMTP_PLAIN && !is_loopback(t->host))
		return bad(a, "A password is not sent without TLS: "
			      "use smtps:// or smtp+starttls://.");
	return read_password(a, file, &t->password);
}

const struct fault *setting_read(struct arena *a, const struct mail_settings *s,
				 struct setting *out)
{
	struct text smtp = text_from(s->smtp);
	const struct fault *f;

	*out = (struct setting){.target.timeout_s = s->timeout_s > 0 ? s->timeout_s : TIMEOUT_S};
	if (!s->smtp)
		return NULL;
	if (text_starts(smtp, TEXT("file:"))) {
		if (smtp.len == strlen("file:"))
			return bad(a, "mail.smtp is file: without a folder.");
		out->folder = arena_strdup(a, s->smtp + strlen("file:"));
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		struct text begins = schemes[i].begins;

		if (!text_starts_nocase(smtp, begins))
			continue;
		f = read_place(a, text_sub(smtp, begins.len, smtp.len), &schemes[i], &out->target);
		return f ? f : add_password(a, s->password_file, &out->target);
	}
	return bad(a, "mail.smtp begins with none of smtp://, smtps://, smtp+starttls://, file:.");
}

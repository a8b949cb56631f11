/* check - is what a stranger says about themselves fit for a calendar and a mail? */
#include "booking/book_priv.h"

#include "ical/zone.h"

enum {
	NAME_MAX_CHARS = 100,
	EMAIL_MAX_BYTES = 254, /* RFC 5321 §4.5.3.1.3 */
	LOCAL_MAX_BYTES = 64,  /* §4.5.3.1.1 */
	LABEL_MAX_BYTES = 63,
	KEY_MAX_BYTES = 255,
	ANSWERS_MAX_BYTES = 16 * 1024,
};

static const struct fault *wrong(struct arena *a, const char *member, const char *sentence)
{
	return fault_make(a, FAULT_UNPROCESSABLE, member, "%s", sentence);
}

/* ---- the name ------------------------------------------------------------------------------ */

/* The next character of valid UTF-8. */
static uint32_t next_char(struct text t, size_t *pos)
{
	unsigned char c = (unsigned char)t.at[(*pos)++];
	int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
	uint32_t value = more ? c & (0x3Fu >> more) : c;

	while (more-- > 0)
		value = value << 6 | ((unsigned char)t.at[(*pos)++] & 0x3Fu);
	return value;
}

/* Controls, line and paragraph separators, and marks that turn the direction of text. */
static bool char_is_allowed(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && c != 0x2028 && c != 0x2029 &&
	       !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069);
}

static bool holds(struct text t, struct text needle)
{
	for (size_t i = 0; i + needle.len <= t.len; i++)
		if (text_equal_nocase(text_sub(t, i, needle.len), needle))
			return true;
	return false;
}

/* A name goes into mail to an address nobody has confirmed: no advertising (decisions 25). */
static bool holds_link(struct text name)
{
	return holds(name, TEXT("://")) || holds(name, TEXT("www.")) ||
	       holds(name, TEXT("http:")) || holds(name, TEXT("https:"));
}

static const struct fault *check_name(struct arena *a, struct text name)
{
	size_t chars = 0;

	if (text_trim(name).len == 0)
		return wrong(a, "invitee_name", "A name is needed.");
	if (!text_is_utf8(name))
		return wrong(a, "invitee_name", "The name is not UTF-8.");
	for (size_t pos = 0; pos < name.len; chars++)
		if (!char_is_allowed(next_char(name, &pos)))
			return wrong(a, "invitee_name",
				     "The name may not hold line ends or control characters.");
	if (chars > NAME_MAX_CHARS)
		return wrong(a, "invitee_name", "The name may have at most 100 characters.");
	if (holds_link(name))
		return wrong(a, "invitee_name", "The name may not hold a link.");
	return NULL;
}

/* ---- the address ----------------------------------------------------------------------------- */

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A dot-string of atext (RFC 5321 §4.1.2, RFC 5322 §3.2.3). */
static bool local_is_plain(struct text local)
{
	bool after_dot = true;

	if (local.len > LOCAL_MAX_BYTES)
		return false;
	for (size_t i = 0; i < local.len; i++) {
		char c = local.at[i];

		if (c == '.' && !after_dot) {
			after_dot = true;
			continue;
		}
		if (!is_letter_or_digit(c) && (c == '\0' || !strchr("!#$%&'*+-/=?^_`{|}~", c)))
			return false;
		after_dot = false;
	}
	return !after_dot;
}

static bool domain_is_plain(struct text domain)
{
	struct text rest = domain, label;

	while (text_next(&rest, '.', &label)) {
		if (label.len == 0 || label.len > LABEL_MAX_BYTES || label.at[0] == '-' ||
		    label.at[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_letter_or_digit(label.at[i]) && label.at[i] != '-')
				return false;
	}
	return domain.len > 0;
}

bool book_email_is_plain(struct text email)
{
	ptrdiff_t at = text_find_char(email, '@', 0);

	return email.len <= EMAIL_MAX_BYTES && at > 0 &&
	       local_is_plain(text_sub(email, 0, (size_t)at)) &&
	       domain_is_plain(text_sub(email, (size_t)at + 1, email.len));
}

/* ---- all ----------------------------------------------------------------------------------- */

static bool key_is_visible(struct text key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.at[i] <= 0x20 || key.at[i] >= 0x7F)
			return false;
	return key.len <= KEY_MAX_BYTES;
}

const struct fault *book_check_request(struct arena *a, const struct book_request *rq)
{
	const struct fault *f = check_name(a, rq->invitee_name);

	if (f)
		return f;
	if (!book_email_is_plain(rq->invitee_email))
		return wrong(a, "invitee_email",
			     "The address must be one plain mail address, like name@example.org.");
	if (rq->invitee_timezone.len > 0 && !zone_find(rq->invitee_timezone))
		return fault_make(a, FAULT_UNKNOWN_ZONE, "invitee_timezone",
				  "This is no time zone; give a name like Europe/Berlin.");
	if (rq->answers.len > ANSWERS_MAX_BYTES)
		return wrong(a, "answers", "The answers are too long.");
	if (!key_is_visible(rq->key))
		return fault_make(a, FAULT_BAD_REQUEST, "Idempotency-Key",
				  "An Idempotency-Key has at most 255 visible ASCII characters.");
	return NULL;
}

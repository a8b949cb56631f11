/* check - is what a stranger says about themselves fit for a calendar and a mail? */
#include "booking/book_priv.h"

#include "base/email.h"
#include "ical/zone.h"

enum {
	NAME_MAX_CHARS = 100,
	KEY_MAX_BYTES = 255,
	ANSWERS_MAX_BYTES = 16 * 1024,
};

static const struct fault *wrong(struct arena *a, const char *member, const char *sentence)
{
	return fault_make(a, FAULT_UNPROCESSABLE, member, "%s", sentence);
}

/* ---- the name ------------------------------------------------------------------------------ */

static bool holds(struct text t, struct text needle)
{
	for (size_t i = 0; i + needle.len <= t.len; i++)
		if (text_equal_nocase(text_sub(t, i, needle.len), needle))
			return true;
	return false;
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || (unsigned char)c >= 0x80;
}

/* In one case, as domains are written: "com", "COM", but not the "Smith" of "Dr.Smith". */
static bool is_top_level(struct text label)
{
	bool lower = true, upper = true;

	for (size_t i = 0; i < label.len; i++) {
		lower = lower && label.at[i] >= 'a' && label.at[i] <= 'z';
		upper = upper && label.at[i] >= 'A' && label.at[i] <= 'Z';
	}
	return label.len >= 2 && (lower || upper);
}

/* "casino.com", and "evil.com:8080/pay": mail programs make links of such words by themselves. */
static bool is_domain(struct text word)
{
	size_t label = 0, before = 0, i = 0;

	for (; i < word.len && (is_word_char(word.at[i]) || word.at[i] == '.'); i++) {
		if (word.at[i] != '.')
			continue;
		if (before >= 2 && is_top_level(text_sub(word, label, i - label)))
			return true;
		before = i - label;
		label = i + 1;
	}
	return before >= 2 && is_top_level(text_sub(word, label, i - label));
}

static bool holds_domain(struct text t)
{
	struct text rest = t, word;

	while (text_next(&rest, ' ', &word)) {
		while (word.len > 0 && !is_word_char(word.at[0]))
			word = text_sub(word, 1, word.len);
		if (is_domain(word) ||
		    (text_find_char(word, '.', 0) >= 0 &&
		     (text_find_char(word, '/', 0) >= 0 || text_find_char(word, '?', 0) >= 0)))
			return true;
	}
	return false;
}

/* It goes into mail to an address nobody has confirmed: no advertising (decisions 25). */
static bool holds_link(struct text t)
{
	return holds_domain(t) || text_find_char(t, '@', 0) >= 0 || holds(t, TEXT("://")) ||
	       holds(t, TEXT("www.")) || holds(t, TEXT("http:")) || holds(t, TEXT("https:")) ||
	       holds(t, TEXT("mailto:"));
}

bool book_is_harmless(struct text words)
{
	size_t chars = 0;

	if (!text_is_utf8(words))
		return false;
	for (struct text rest = words; rest.len > 0; chars++)
		if (!text_char_is_plain(text_cut_char(&rest)))
			return false;
	return chars <= NAME_MAX_CHARS && !holds_link(words);
}

static const struct fault *check_name(struct arena *a, struct text name)
{
	size_t chars = 0;

	if (text_trim(name).len == 0)
		return wrong(a, "invitee_name", "A name is needed.");
	if (!text_is_utf8(name))
		return wrong(a, "invitee_name", "The name is not UTF-8.");
	for (struct text rest = name; rest.len > 0; chars++)
		if (!text_char_is_plain(text_cut_char(&rest)))
			return wrong(a, "invitee_name",
				     "The name may not hold line ends or control characters.");
	if (chars > NAME_MAX_CHARS)
		return wrong(a, "invitee_name", "The name may have at most 100 characters.");
	if (holds_link(name))
		return wrong(a, "invitee_name", "The name may not hold a link.");
	return NULL;
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
	if (!email_is_valid(rq->invitee_email))
		return wrong(a, "invitee_email",
			     "The address must be one plain mail address, like name@example.org.");
	if (rq->invitee_timezone.at && !zone_find(rq->invitee_timezone))
		return fault_make(a, FAULT_UNKNOWN_ZONE, "invitee_timezone",
				  "This is no time zone; give a name like Europe/Berlin.");
	if (rq->answers.len > ANSWERS_MAX_BYTES)
		return wrong(a, "answers", "The answers are too long.");
	if (!key_is_visible(rq->key))
		return fault_make(a, FAULT_BAD_REQUEST, "Idempotency-Key",
				  "An Idempotency-Key has at most 255 visible ASCII characters.");
	return NULL;
}

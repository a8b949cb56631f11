/*
 * route - tokens, and the addresses and ids made of them
 *
 * A token is made of the server's key, so that two servers that write the first mail at once make
 * the same; it is looked up all the same, so that it outlives the key.
 */
#include "post/route.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/email.h"
#include "base/secret.h"
#include "calendar/calendar.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "itip/params.h"
#include "mail/address.h"
#include "store/owner.h"
#include "store/reply.h"
#include "store/store.h"

enum { SAID_CHARS = 16, MAC_BYTES = 32 };

/* RFC 4648 §6 in lower case: mail servers and programs do not keep the case. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

/* ---- tokens ---------------------------------------------------------------------------------- */

/* The first characters of a MAC, five bits each. */
static struct text letters_of(struct arena *a, const struct secret_key *key, const char *purpose,
			      struct text data, size_t count)
{
	struct text mac = secret_mac(a, key, purpose, data);
	unsigned char bytes[MAC_BYTES];
	size_t len = sizeof(bytes);
	char *out = arena_alloc(a, count + 1);

	assert(codec_base64url_decode(mac, bytes, &len) && count * 5 < len * 8 - 8);
	for (size_t i = 0; i < count; i++) {
		unsigned two = (unsigned)bytes[i * 5 / 8] << 8 | bytes[i * 5 / 8 + 1];

		out[i] = letters[two >> (11 - i * 5 % 8) & 31];
	}
	return text_of(out, count);
}

static bool is_token(struct text t, size_t chars)
{
	if (t.len != chars)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (!memchr(letters, t.at[i], sizeof(letters) - 1))
			return false;
	return true;
}

/* An address has no line end, so no two of these are the same. */
static struct text make_token(const struct post *p, struct arena *a,
			      const struct route_about *about, struct text attendee)
{
	struct text data =
		text_from(arena_printf(a, "%lld\n%.*s\n%.*s", (long long)about->owner->id,
				       TEXT_ARG(about->uid), TEXT_ARG(attendee)));

	return letters_of(a, &p->calendar->key, "reply", data, ROUTE_TOKEN_CHARS);
}

/* ---- the row --------------------------------------------------------------------------------- */

struct note_work {
	struct store_work work;
	const struct reply_address *made;
	struct reply_address *kept;
};

static const struct fault *note_run(struct db *db, struct store_work *work)
{
	struct note_work *w = (struct note_work *)work;

	return reply_address_note(db, work->arena, w->made, &w->kept);
}

static const struct fault *note(const struct post *p, struct arena *a,
				const struct reply_address *made, struct reply_address **out)
{
	struct note_work w = {.work.run = note_run, .work.arena = a, .made = made};
	const struct fault *f = store_run(p->store, &w.work);

	if (!f && !w.kept)
		f = fault_make(a, FAULT_INTERNAL, NULL, "The reply address is another one's.");
	*out = w.kept;
	return f;
}

static const struct fault *get_row(const struct post *p, struct arena *a,
				   const struct route_about *about, struct text said, int64_t now,
				   struct reply_address **out)
{
	struct text attendee = ical_address(a, about->to);
	struct reply_address made = {
		.owner = about->owner->id,
		.uid = about->uid,
		.attendee = attendee,
		.first = said,
		.created = now,
	};
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	if (!f)
		f = reply_address_of(db, a, made.owner, made.uid, attendee, out);
	if (f || *out)
		return f;
	made.token = make_token(p, a, about, attendee);
	if (about->organizes && p->replies == POST_REPLY_TOKEN)
		made.mailbox = p->reply_address;
	return note(p, a, &made, out);
}

/* ---- out ------------------------------------------------------------------------------------- */

/* LOCAL@DOMAIN in two; an address without '@' is all domain. */
static struct text split(struct text address, struct text *local_out)
{
	ptrdiff_t at = text_find_char(address, '@', 0);

	*local_out = at < 0 ? TEXT_NONE : text_sub(address, 0, (size_t)at);
	return at < 0 ? address : text_sub(address, (size_t)at + 1, address.len);
}

static struct text with_token(struct arena *a, struct text mailbox, struct text token)
{
	struct text local, domain = split(mailbox, &local);

	return text_from(arena_printf(a, "%.*s+%.*s@%.*s", TEXT_ARG(local), TEXT_ARG(token),
				      TEXT_ARG(domain)));
}

static void put_ids(const struct post *p, struct arena *a, const struct reply_address *r,
		    const struct route_about *about, struct text said, struct route *out)
{
	struct text local, mark = text_sub(r->token, 0, ROUTE_MARK_CHARS);
	struct text domain = split(r->mailbox.len > 0 ? r->mailbox : about->address, &local);
	struct text words = letters_of(
		a, &p->calendar->key, "message-id",
		text_from(arena_printf(a, "%.*s/%.*s", TEXT_ARG(r->token), TEXT_ARG(about->said))),
		SAID_CHARS);

	if (local.len == 0)
		domain = TEXT("localhost");
	out->thread_id = text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(mark), TEXT_ARG(domain)));
	out->message_id = out->thread_id;
	if (!text_equal(r->first, said))
		out->message_id = text_from(arena_printf(a, "%.*s.%.*s@%.*s", TEXT_ARG(mark),
							 TEXT_ARG(words), TEXT_ARG(domain)));
}

const struct fault *route_make(const struct post *p, struct arena *a,
			       const struct route_about *about, int64_t now, struct route *out)
{
	struct text said = secret_digest_hex(a, about->said);
	struct reply_address *r = NULL;
	const struct fault *f = get_row(p, a, about, said, now, &r);

	*out = (struct route){.from = about->address};
	if (f)
		return f;
	if (r->mailbox.len > 0 && about->organizes)
		out->organizer = with_token(a, r->mailbox, r->token);
	if (out->organizer.len > 0)
		out->from = out->organizer;
	out->reply_to = out->from;
	if (p->from.len > 0)
		out->from = p->from;
	out->envelope_from = p->replies == POST_REPLY_TOKEN
				     ? with_token(a, p->reply_address, r->token)
				     : out->from;
	put_ids(p, a, r, about, said, out);
	return NULL;
}

struct text route_readdress(struct arena *a, const struct route *r, struct text message)
{
	static const struct itip_param none[] = {{"EMAIL", {NULL, 0}}};
	struct ical_edit *e = ical_edit_begin(a, message);
	struct ical_line l;
	size_t pos = 0;

	if (r->organizer.len == 0)
		return message;
	while (ical_line_next(a, message, &pos, &l)) {
		if (!ical_line_is(&l, "ORGANIZER"))
			continue;
		l.value = text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(r->organizer)));
		ical_edit_replace_line(e, l.begin, l.end,
				       itip_params_set(a, &l, none, ARRAY_LEN(none)));
	}
	return ical_edit_apply(e);
}

/* ---- back ------------------------------------------------------------------------------------ */

static struct text without_brackets(struct text t)
{
	t = text_trim(t);
	if (t.len > 1 && t.at[0] == '<' && t.at[t.len - 1] == '>')
		return text_sub(t, 1, t.len - 2);
	return t;
}

static const struct fault *find(const struct post *p, struct arena *a, struct text beginning,
				struct route_back *out, bool *found_out)
{
	struct reply_address *r = NULL;
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	if (!f)
		f = reply_address_find(db, a, beginning, &r);
	*found_out = !f && r;
	if (*found_out)
		*out = (struct route_back){r->owner, r->uid, r->attendee};
	return f;
}

const struct fault *route_find(const struct post *p, struct arena *a, struct text address,
			       struct route_back *out, bool *found_out)
{
	struct text local, token = TEXT_NONE;
	ptrdiff_t plus = -1, next;

	split(ical_address(a, without_brackets(address)), &local);
	/* The last: LOCAL may have some of its own. */
	while ((next = text_find_char(local, '+', (size_t)(plus + 1))) >= 0)
		plus = next;
	if (plus >= 0)
		token = text_sub(local, (size_t)plus + 1, local.len);
	*found_out = false;
	return is_token(token, ROUTE_TOKEN_CHARS) ? find(p, a, token, out, found_out) : NULL;
}

const struct fault *route_find_by_message_id(const struct post *p, struct arena *a,
					     struct text message_id, struct route_back *out,
					     bool *found_out)
{
	struct text local, mark;

	split(without_brackets(message_id), &local);
	*found_out = false;
	if (!text_next(&local, '.', &mark) || !is_token(mark, ROUTE_MARK_CHARS))
		return NULL;
	return find(p, a, mark, out, found_out);
}

/* ---- the setting ----------------------------------------------------------------------------- */

/* What stands in an ORGANIZER and comes back the same (RFC 6068 §2 escapes much of the rest). */
static bool is_simple(struct text local)
{
	for (size_t i = 0; i < local.len; i++) {
		char c = local.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr("._-+", c))
			return false;
	}
	return true;
}

const struct fault *route_check_mailbox(struct arena *a, struct text mailbox)
{
	const size_t more = ROUTE_TOKEN_CHARS + 1;
	struct text local;

	split(mailbox, &local);
	if (email_is_valid(mailbox) && mail_is_ascii(mailbox) && is_simple(local) &&
	    local.len + more <= EMAIL_LOCAL_MAX_BYTES && mailbox.len + more <= EMAIL_MAX_BYTES)
		return NULL;
	return fault_make(a, FAULT_BAD_REQUEST, "mail.reply_address",
			  "mail.reply_address is no address LOCAL@DOMAIN whose LOCAL has at most "
			  "%d letters, digits and signs of \"._-+\".",
			  EMAIL_LOCAL_MAX_BYTES - ROUTE_TOKEN_CHARS - 1);
}

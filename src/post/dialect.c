/*
 * dialect - what mail programs write, made into what iTIP reads. See dialect.h.
 *
 * First the bytes, then line by line: a table of habits, each with a function that mends it or
 * finds nothing to mend. They come one after the other, as one may make the line that the next
 * looks at; dialect_people.c has those about ORGANIZER and ATTENDEE, dialect_time.c the proposal.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "post/dialect_priv.h"

/* ---- bytes --------------------------------------------------------------------------------- */

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
}

/*
 * Without control characters, which no value has (RFC 5545 §3.1) and which some programs put even
 * into UIDs; and where a CR alone ends lines (old Macs, and mail stored by them) as lines.
 */
static struct text plain_of(struct arena *a, struct text t)
{
	bool has_lf = text_find_char(t, '\n', 0) >= 0;
	char *at = arena_alloc(a, t.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++) {
		bool is_lone = t.at[i] == '\r' && (i + 1 == t.len || t.at[i + 1] != '\n');

		if (is_lone && !has_lf)
			at[len++] = '\n';
		else if (!is_lone && !is_control((unsigned char)t.at[i]))
			at[len++] = t.at[i];
	}
	return text_of(at, len);
}

/* The offset of the next line that reads so, at or after `from`; -1: none. */
static ptrdiff_t find_line(struct text t, struct text wanted, size_t from)
{
	struct text rest = text_sub(t, from, t.len), line;

	while (text_next(&rest, '\n', &line))
		if (text_equal_nocase(text_trim(line), wanted))
			return line.at - t.at;
	return -1;
}

/*
 * The one VCALENDAR, without what stands around it: lists put their footers below, where a part is
 * all of the mail. Where there are several, all stays, to be refused.
 */
static struct text without_surroundings(struct text t)
{
	static const struct text begin = TEXT_INIT("BEGIN:VCALENDAR");
	static const struct text end = TEXT_INIT("END:VCALENDAR");
	ptrdiff_t from = find_line(t, begin, 0), to;

	if (from < 0)
		return t;
	to = find_line(t, end, (size_t)from);
	if (to < 0 || find_line(t, begin, (size_t)to) >= 0)
		return t;
	to = text_find_char(t, '\n', (size_t)to);
	return text_sub(t, (size_t)from, to < 0 ? t.len : (size_t)(to - from) + 1);
}

static size_t name_length(struct text name)
{
	size_t i = 0;

	while (i < name.len && ((name.at[i] >= 'A' && name.at[i] <= 'Z') ||
				(name.at[i] >= 'a' && name.at[i] <= 'z') ||
				(name.at[i] >= '0' && name.at[i] <= '9') || name.at[i] == '-'))
		i++;
	return i;
}

enum line_kind { LINE_IS_ONE, LINE_HAS_NO_VALUE, LINE_IS_MISNAMED, LINE_GOES_ON };

static enum line_kind kind_of(const struct ical_line *l)
{
	size_t len = name_length(l->name);

	if (l->name.len > 0 && len == l->name.len)
		return l->value.at	   ? LINE_IS_ONE
		       : l->params.len > 0 ? LINE_HAS_NO_VALUE
					   : LINE_GOES_ON;
	/* "X-LOTUS-CHILD_UID:" */
	if (l->value.at && text_starts_nocase(l->name, TEXT("X-")) && l->name.at[len] == '_')
		return LINE_IS_MISNAMED;
	return LINE_GOES_ON;
}

static bool goes_on(struct arena *a, struct text t, size_t pos)
{
	struct ical_line next;

	return ical_line_next(a, t, &pos, &next) && kind_of(&next) == LINE_GOES_ON;
}

/*
 * As content lines alone. Some programs name private properties as none may be (Notes, Outlook for
 * Mac and Yandex with underscores, RFC 5545 §3.1), and nobody needs these; nor what has no value.
 * Where a relay or a program has broken a line without a blank behind (Outlook 2003 in long
 * names), the rest belongs to what stands before.
 */
static struct text as_lines(struct arena *a, struct text t, bool *mended_out)
{
	struct ical_line l;
	size_t pos = 0;
	struct buf b;

	*mended_out = false;
	buf_init(&b, a, t.len + 1, 2 * t.len + 1);
	while (ical_line_next(a, t, &pos, &l)) {
		enum line_kind kind = kind_of(&l);

		if (kind == LINE_HAS_NO_VALUE && goes_on(a, t, pos))
			kind = LINE_IS_ONE;
		*mended_out = *mended_out || kind != LINE_IS_ONE;
		if (kind == LINE_IS_MISNAMED || kind == LINE_HAS_NO_VALUE)
			continue;
		if (kind == LINE_GOES_ON)
			buf_put_char(&b, ' ');
		buf_put_text(&b, text_sub(t, l.begin, l.end - l.begin));
	}
	return buf_text(&b);
}

/* ---- the text as it stands -------------------------------------------------------------------
 */

/* A word for the log; past DIALECT_MENDED_MAX none. */
static void note_mended(struct dialect_work *w, const char *word)
{
	if (w->out->mended_count < DIALECT_MENDED_MAX)
		w->out->mended[w->out->mended_count++] = word;
}

static const struct fault *read_blocks(struct dialect_work *w)
{
	enum { BLOCKS_MAX = 4 * ICAL_MAX_COMPONENTS };

	return ical_guard_blocks(w->arena, w->calendar, true, BLOCKS_MAX, &w->blocks);
}

static const struct fault *begin(struct dialect_work *w, struct text calendar)
{
	struct text plain, cut, lines;
	bool has_others;
	const struct fault *f;

	if (calendar.len > ICAL_MAX_SIZE_BYTES)
		return fault_make(w->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The calendar part is larger than %d octets.",
				  ICAL_MAX_SIZE_BYTES);
	plain = plain_of(w->arena, calendar);
	cut = without_surroundings(plain);
	lines = as_lines(w->arena, cut, &has_others);
	w->calendar = lines;
	if (plain.len != calendar.len)
		note_mended(w, "controls");
	if (cut.len != plain.len)
		note_mended(w, "surroundings");
	if (has_others)
		note_mended(w, "lines");
	if ((f = ical_guard_bytes(w->arena, lines, ICAL_MAX_SIZE_BYTES)) || (f = read_blocks(w)))
		return f;
	if (w->blocks.count == 0 || !ical_block_is(&w->blocks.at[0], "VCALENDAR"))
		return fault_make(w->arena, FAULT_BAD_DATA, NULL,
				  "There is no VCALENDAR in the calendar part.");
	if (w->blocks.at[0].next != w->blocks.count)
		return fault_make(w->arena, FAULT_BAD_DATA, NULL,
				  "There are several calendars in one part, and which one counts "
				  "nobody can tell (RFC 6047 §2.4).");
	return NULL;
}

static struct text uid_of(struct dialect_work *w)
{
	struct ical_line l;
	size_t block = 0;

	while (dialect_next_component(w, &block))
		if (dialect_find(w, block, "UID", &l))
			return l.value;
	return TEXT("");
}

struct text dialect_uid(struct arena *a, struct text calendar)
{
	struct dialect ignored = {.mended_count = 0};
	struct dialect_work w = {.arena = a, .out = &ignored};

	return begin(&w, calendar) ? TEXT("") : uid_of(&w);
}

/* ---- METHOD -------------------------------------------------------------------------------- */

static bool mend_method(struct dialect_work *w)
{
	enum itip_method outside = itip_method_find(w->in->method);
	struct ical_edit *e;
	struct ical_line l;

	w->method = ITIP_METHODS;
	if (dialect_find(w, 0, "METHOD", &l) && text_trim(l.value).len > 0) {
		w->method = itip_method_find(l.value);
		return false;
	}
	w->method = outside;
	if (outside == ITIP_METHODS)
		return false;
	e = ical_edit_begin(w->arena, w->calendar);
	ical_edit_remove_property(e, &w->blocks, 0, "METHOD");
	ical_edit_insert_line(
		e, w->blocks.at[0].body,
		text_from(arena_printf(w->arena, "METHOD:%s", itip_method_name(outside))));
	w->calendar = ical_edit_apply(e);
	return true;
}

/*
 * The parameter is for mail programs to show buttons by, and some keep it at REPLY or REQUEST
 * whatever is in it; METHOD was written by whatever wrote the event, and counts. It is said.
 */
static bool note_unlike(struct dialect_work *w)
{
	enum itip_method outside = itip_method_find(w->in->method);

	return outside != ITIP_METHODS && w->method != outside;
}

/* ---- the table ----------------------------------------------------------------------------- */

enum {
	ANY = (1 << ITIP_METHODS) - 1,
	ANSWERS = 1 << ITIP_REPLY | 1 << ITIP_COUNTER | 1 << ITIP_REFRESH,
	QUESTIONS = 1 << ITIP_COUNTER | 1 << ITIP_REFRESH,
	REPLIES = 1 << ITIP_REPLY,
	ORDERS = 1 << ITIP_PUBLISH | 1 << ITIP_REQUEST | 1 << ITIP_ADD | 1 << ITIP_CANCEL |
		 1 << ITIP_DECLINECOUNTER,
};

/* In this order; a row is asked where METHOD, as it stands by then, is one of its own. */
/* clang-format off */
static const struct habit {
	unsigned methods;
	bool (*mend)(struct dialect_work *w);
	const char *word;
} habits[] = {
	/* iCloud: attendees as paths of its own, with the mail address in EMAIL. */
	{ANY,	    dialect_mend_paths,	    "address-from-email"},
	/* iCloud: ORGANIZER is an alias at imip.me.com that answers go to, From is not. */
	{ORDERS,    dialect_know_alias,	    "organizer-by-alias"},
	/* Google: COUNTER within method=REPLY; Meetup: PUBLISH, and others CANCEL, within REQUEST. */
	{ANY,	    note_unlike,	    "method-unlike"},
	/* Answers from an alias, or from a program that knows another address of its user. */
	{ANSWERS,   dialect_know_delegate,  "delegate"},
	{ANSWERS,   dialect_name_attendee,  "attendee-by-token"},
	/* Exchange: REPLY and COUNTER have no ORGANIZER; all others that of the mailed copy. */
	{ANSWERS,   dialect_name_organizer, "organizer-from-stored"},
	/* iPhone: another time is proposed within a REPLY, in a parameter of ATTENDEE. */
	{REPLIES,   dialect_propose,	    "proposal-in-reply"},
	/* Exchange: COUNTER names nobody; who asks is known by the mail alone. */
	{QUESTIONS, dialect_name_asker,	    "attendee-from-sender"},
};
/* clang-format on */

static const struct fault *mend_habits(struct dialect_work *w)
{
	for (size_t i = 0; i < ARRAY_LEN(habits); i++) {
		const struct fault *f;

		if (!(habits[i].methods & 1U << w->method) || !habits[i].mend(w))
			continue;
		note_mended(w, habits[i].word);
		if ((f = arena_check(w->arena)) || (f = read_blocks(w)))
			return f;
	}
	return NULL;
}

const struct fault *dialect_normalize(struct arena *a, const struct dialect_input *in,
				      struct dialect *out)
{
	struct dialect_work w = {.arena = a, .in = in, .out = out};
	const struct fault *f;

	*out = (struct dialect){.sender = ical_address(a, in->from)};
	if ((f = begin(&w, in->calendar)))
		return f;
	if (mend_method(&w)) {
		note_mended(&w, "method-from-mime");
		if ((f = read_blocks(&w)))
			return f;
	}
	out->is_by_token = in->token_attendee.len > 0 && text_equal(uid_of(&w), in->token_uid) &&
			   w.method != ITIP_METHODS && ANSWERS & 1U << w.method;
	if (out->is_by_token)
		out->sender = ical_address(a, in->token_attendee);
	if (w.method != ITIP_METHODS && (f = mend_habits(&w)))
		return f;
	out->calendar = w.calendar;
	return arena_check(a);
}

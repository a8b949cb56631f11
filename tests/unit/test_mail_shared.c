/*
 * What comes of real messages of 25 clients, which lie outside of this repository (shared_files.h).
 *
 * tests/mail/shared.tsv says it of each, and why; here each is brought to a host whom it fits, with
 * the event that it is about in their calendar.
 */
#include <stdio.h>

#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/itip.h"
#include "mail/read.h"
#include "mail_room.h"
#include "post/dialect.h"
#include "post/intake_priv.h"
#include "shared_files.h"
#include "unit.h"

static const char table_path[] = "tests/mail/shared.tsv";

/* A row of the table, and the message that it is about. */
struct sample {
	struct arena *a;
	const char *path;
	struct text outcome, what;
	struct text message; /* as mail */
	struct text from;    /* as ical_address() makes it */
	struct text host;    /* whom it is brought to */
	/* NULL, and empty: it has no calendar that can be read. */
	const struct ical_object *object;
	struct text method;
};

/* ---- what it says ---------------------------------------------------------------------------- */

static struct text organizer_of(struct sample *s)
{
	const struct ical_attendee *organizer = s->object ? itip_organizer_of(s->object) : NULL;

	return organizer ? ical_address(s->a, organizer->address) : TEXT("");
}

/* The first invited who has not declined, or the first; but for the organizer. */
static struct text invited_by(struct sample *s)
{
	struct itip_invitee *all;
	size_t count = 0;

	if (s->object)
		itip_invitees(s->a, s->object, &all, &count);
	for (size_t i = 0; i < count; i++)
		if (!text_equal_nocase(all[i].first->partstat, TEXT("DECLINED")))
			return all[i].address;
	return count > 0 ? all[0].address : TEXT("");
}

static bool is_method(const struct sample *s, const char *name)
{
	return text_equal_nocase(s->method, text_from(name));
}

static bool is_answer(const struct sample *s)
{
	return is_method(s, "REPLY") || is_method(s, "COUNTER");
}

static struct text email_of_organizer(struct sample *s)
{
	const struct ical_attendee *organizer = itip_organizer_of(s->object);
	size_t pos = organizer->begin;
	struct ical_line l;

	if (!ical_line_next(s->a, s->object->raw, &pos, &l))
		return TEXT("");
	return ical_address(s->a, ical_line_param(s->a, &l, "EMAIL"));
}

/* Who would have sent a bare calendar: iCloud's organizers have an alias, and write from EMAIL. */
static struct text sender_of(struct sample *s)
{
	const struct ical_item *first = &s->object->items[0];
	struct text organizer = organizer_of(s);

	if (is_answer(s))
		return first->attendee_count > 0 ? ical_address(s->a, first->attendees[0].address)
						 : TEXT("bo@example.com");
	if (text_ends(organizer, TEXT("@imip.me.com")) || text_starts(organizer, TEXT("/")))
		return email_of_organizer(s);
	return organizer.len > 0 ? organizer : TEXT("bo@example.com");
}

static void read_object(struct sample *s, struct text calendar, struct text method)
{
	struct dialect_input in = {.calendar = calendar, .method = method, .from = s->from};
	struct ical_object *o;
	struct dialect said;

	if (dialect_normalize(s->a, &in, &said) ||
	    ical_object_parse(s->a, said.calendar, ICAL_FROM_MESSAGE, &o))
		return;
	s->object = o;
	s->method = o->method;
}

static struct text mail_with(struct sample *s, struct text calendar, bool is_quoted)
{
	struct buf b;

	buf_init(&b, s->a, calendar.len + 512, calendar.len + 4096);
	buf_printf(&b,
		   "From: %.*s\r\nTo: host@example.org\r\nSubject: calendar\r\n"
		   "Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
		   "Content-Type: text/calendar; charset=utf-8; method=%.*s\r\n"
		   "Content-Transfer-Encoding: %s\r\n\r\n",
		   TEXT_ARG(s->from), TEXT_ARG(s->method), is_quoted ? "quoted-printable" : "8bit");
	buf_put_text(&b, calendar);
	return buf_text(&b);
}

static void read_mail(struct sample *s, struct text message)
{
	const struct mail_part *part;
	struct mail_read read;

	s->message = message;
	if (mail_read(s->a, message, &read))
		return;
	s->from = ical_address(s->a, read.from);
	part = intake_calendar_part(&read);
	if (part)
		read_object(s, part->body, part->method);
}

/* A mail with this calendar, from who would have sent it; some are still as they were encoded. */
static void wrap(struct sample *s, struct text calendar)
{
	bool is_quoted = text_find(calendar, TEXT("ROLE=3D")) >= 0;

	s->from = TEXT("bo@example.com");
	read_mail(s, mail_with(s, calendar, is_quoted));
	if (s->object)
		s->from = sender_of(s);
	s->message = mail_with(s, calendar, is_quoted);
}

static void read_sample(struct sample *s, struct text bytes)
{
	struct text wanted;

	if (text_ends(text_from(s->path), TEXT(".ics")))
		wrap(s, bytes);
	else
		read_mail(s, bytes);
	wanted = is_answer(s) ? organizer_of(s) : invited_by(s);
	s->host = text_find_char(wanted, '@', 0) > 0 ? wanted : TEXT("host@example.org");
}

/* ---- what the host has of it ----------------------------------------------------------------- */

static bool is_time(const struct ical_line *l)
{
	static const char *const names[] = {"DTSTART", "DTEND", "DUE",		"DURATION",
					    "RRULE",   "RDATE", "RECURRENCE-ID"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

/* As it stood before: where Outlook tells of that, there. */
static void put_times(struct sample *s, struct buf *b, const struct ical_item *item)
{
	bool has_original = false;
	struct ical_walk w;
	struct ical_line l;

	for (int pass = 0; pass < 2; pass++) {
		ical_walk_begin(&w, s->a, s->object->raw, &s->object->blocks, item->block);
		while (ical_walk_line(&w, &l)) {
			struct text name = l.name;

			if (ical_line_is(&l, "X-MS-OLK-ORIGINALSTART"))
				name = TEXT("DTSTART");
			else if (ical_line_is(&l, "X-MS-OLK-ORIGINALEND"))
				name = TEXT("DTEND");
			if (pass == 0)
				has_original = has_original || name.at != l.name.at;
			else if (name.at != l.name.at ||
				 (is_time(&l) && !(has_original && (ical_line_is(&l, "DTSTART") ||
								    ical_line_is(&l, "DTEND")))))
				ical_put_line(b, text_from(arena_printf(
							 s->a, "%.*s%.*s:%.*s", TEXT_ARG(name),
							 TEXT_ARG(l.params), TEXT_ARG(l.value))));
		}
	}
}

static void put_people(struct sample *s, struct buf *b, const struct ical_item *item)
{
	struct text organizer = organizer_of(s);
	bool has_sender = false;

	buf_printf(b, "ORGANIZER:mailto:%.*s\r\n",
		   TEXT_ARG(organizer.len > 0 ? organizer : s->host));
	for (size_t i = 0; i < item->attendee_count; i++) {
		struct text address = ical_address(s->a, item->attendees[i].address);

		has_sender = has_sender || text_equal(address, s->from);
		if (!text_equal(address, organizer))
			buf_printf(b, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:%.*s\r\n",
				   TEXT_ARG(address));
	}
	if (is_answer(s) && !has_sender && item->attendee_count == 0)
		buf_printf(b, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:%.*s\r\n", TEXT_ARG(s->from));
}

/* The event that an answer, a CANCEL or a DECLINECOUNTER is about. */
static struct text stored_for(struct sample *s)
{
	const struct ical_object *o = s->object;
	struct buf b;

	buf_init(&b, s->a, o->raw.len + 1024, 4 * o->raw.len + 65536);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n");
	for (size_t i = 1; i < o->blocks.count; i = o->blocks.at[i].next)
		if (ical_block_is(&o->blocks.at[i], "VTIMEZONE"))
			buf_put_text(&b, text_sub(o->raw, o->blocks.at[i].begin,
						  o->blocks.at[i].end - o->blocks.at[i].begin));
	for (size_t i = 0; i < o->item_count; i++) {
		const char *name = ical_component_name(o->type);

		buf_printf(&b, "BEGIN:%s\r\nUID:%.*s\r\nDTSTAMP:19970101T000000Z\r\n", name,
			   TEXT_ARG(o->uid));
		if (o->items[i].dtstart.present)
			put_times(s, &b, &o->items[i]);
		else
			buf_put_lit(&b, "DTSTART:20270118T090000Z\r\n");
		put_people(s, &b, &o->items[i]);
		buf_printf(&b, "END:%s\r\n", name);
	}
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	return buf_text(&b);
}

static bool is_about_known(const struct sample *s)
{
	return s->object && (s->object->type & (COMP_VEVENT | COMP_VTODO)) &&
	       (is_answer(s) || is_method(s, "CANCEL") || is_method(s, "DECLINECOUNTER"));
}

/* ---- brought ----------------------------------------------------------------------------------
 */

static struct text raw_of(struct mail_room *r, int64_t host, struct text uid)
{
	struct ical_object *o = mail_room_find(r, host, uid);

	return o ? o->raw : TEXT("");
}

static void check_outcome(struct mail_room *r, const struct sample *s, int64_t host,
			  const struct intake_result *result, struct text before)
{
	struct text uid = s->object ? s->object->uid : TEXT("");
	struct text after = raw_of(r, host, uid);
	const char *word = mail_room_word(result->outcome);

	if (!CHECK_TEXT(s->path, text_from(word), s->outcome))
		printf("    %s: %.*s\n", s->path, TEXT_ARG(result->why));
	if (text_equal(s->what, TEXT("-")) || text_equal(s->what, TEXT("noted")))
		CHECK_TRUE(s->path, text_equal(before, after));
	else
		CHECK_TEXT(s->path, text_from(mail_room_state(r, host, uid, s->from)), s->what);
	CHECK_INT(s->path, (int64_t)mail_room_waiting(r, host),
		  text_equal(s->outcome, TEXT("shown")) ? 1 : 0);
}

static void bring(struct mail_room *r, struct sample *s)
{
	int64_t host = mail_room_host(r, s->host);
	struct text uid = s->object ? s->object->uid : TEXT("");
	struct intake_mail mail = {.message = s->message, .to = s->host};
	struct intake_result result;
	struct text before;

	if (is_about_known(s))
		mail_room_put(r, host, stored_for(s));
	before = raw_of(r, host, uid);
	if (CHECK_WELL(s->path, intake_take(&r->post, s->a, &mail, HOUSE_NOW, &result)))
		check_outcome(r, s, host, &result, before);
	/* Brought again, it changes nothing (RFC 5546 §2.1.5). */
	before = raw_of(r, host, uid);
	if (CHECK_WELL(s->path, intake_take(&r->post, s->a, &mail, HOUSE_NOW + 60, &result)))
		CHECK_INT(s->path, result.outcome, INTAKE_IGNORED);
	CHECK_TRUE(s->path, text_equal(before, raw_of(r, host, uid)));
}

/* ---- the table -------------------------------------------------------------------------------
 */

struct table {
	struct mail_room room;
	struct text rows;
	size_t found;
};

/* The columns after the path; false: it has no row. */
static bool find_row(const struct table *t, const char *path, struct sample *out)
{
	struct text rest = t->rows, line, name;

	while (text_next(&rest, '\n', &line))
		if (line.len > 0 && line.at[0] != '#' && text_next(&line, '\t', &name) &&
		    text_equal(name, text_from(path)))
			return text_next(&line, '\t', &out->outcome) &&
			       text_next(&line, '\t', &out->what);
	return false;
}

static size_t count_rows(struct text rows)
{
	struct text line;
	size_t count = 0;

	while (text_next(&rows, '\n', &line))
		count += line.len > 0 && line.at[0] != '#';
	return count;
}

static struct text read_table(struct arena *a)
{
	enum { TABLE_MAX = 1 << 20 };
	FILE *f = fopen(table_path, "rb");
	char *bytes = arena_alloc(a, TABLE_MAX);
	size_t len = 0;

	if (CHECK_TRUE(table_path, f != NULL)) {
		len = fread(bytes, 1, TABLE_MAX, f);
		fclose(f);
	}
	return text_of(bytes, len);
}

static void each_file(const char *path, struct text bytes, void *ctx)
{
	enum { MESSAGE_BYTES = 64 << 20 };
	struct arena *a = arena_create(MESSAGE_BYTES);
	struct sample s = {.a = a, .path = path};
	struct table *t = ctx;

	if (CHECK_TRUE(path, find_row(t, path, &s))) {
		t->found++;
		read_sample(&s, bytes);
		bring(&t->room, &s);
	}
	arena_destroy(a);
}

static void each_message(struct store_fixture *x)
{
	struct table t = {.rows = read_table(x->arena)};

	mail_room_open(&t.room, x);
	if (shared_for_each_mail(each_file, &t) == 0)
		unit_skip("../shared/mail is absent");
	else
		CHECK_INT("every row has its file", (int64_t)t.found, (int64_t)count_rows(t.rows));
	mail_room_close(&t.room);
}
STORE_CASE(each_message)

UNIT_SUITE("mail_shared", STORE_ROWS("each message of ../shared/mail", each_message))

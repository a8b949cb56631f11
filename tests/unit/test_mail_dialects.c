/*
 * What comes of mails as the programs in use write them: tests/mail/cases.tsv, row by row.
 *
 * Each is brought to alice on her own, with what cases.tsv says she has in her calendar.
 */
#include <stdio.h>

#include "base/buf.h"
#include "ical/ical.h"
#include "mail_room.h"
#include "post/route.h"
#include "unit.h"

#define ALICE "alice@example.org"
#define BO    "bo@example.com"

enum { CASE_BYTES = 16 << 20, FILE_MAX = 1 << 20 };

struct mail_case {
	struct text file, to, stored, outcome, state;
};

static struct text read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *bytes = arena_alloc(a, FILE_MAX);
	size_t len = 0;

	if (CHECK_TRUE(path, f != NULL)) {
		len = fread(bytes, 1, FILE_MAX, f);
		fclose(f);
	}
	return text_of(bytes, len);
}

static bool read_case(struct text line, struct mail_case *out)
{
	return line.len > 0 && line.at[0] != '#' && text_next(&line, '\t', &out->file) &&
	       text_next(&line, '\t', &out->to) && text_next(&line, '\t', &out->stored) &&
	       text_next(&line, '\t', &out->outcome) && text_next(&line, '\t', &out->state);
}

/* The UID of what she has; empty: she has nothing. */
static struct text store(struct mail_room *r, struct arena *a, int64_t host, struct text name)
{
	struct ical_object *o;
	struct text ics;

	if (text_equal(name, TEXT("-")))
		return TEXT("");
	ics = read_file(a, arena_printf(a, "tests/mail/stored/%.*s.ics", TEXT_ARG(name)));
	mail_room_put(r, host, ics);
	return CHECK_WELL("stored", ical_object_parse(a, ics, ICAL_FROM_IMPORT, &o)) ? o->uid
										     : TEXT("");
}

/* The address that Bo's invitation to this had. */
static struct text token_address(struct mail_room *r, struct arena *a, int64_t host,
				 struct text uid)
{
	struct route_about about = {
		.address = TEXT(ALICE),
		.uid = uid,
		.to = TEXT(BO),
		.said = TEXT("1/REQUEST"),
		.organizes = true,
	};
	struct owner *owner;
	struct route route = {.organizer = TEXT("")};

	CHECK_WELL("owner", owner_get(r->h.db, a, host, &owner));
	about.owner = owner;
	CHECK_WELL("route", route_make(&r->post, a, &about, HOUSE_NOW, &route));
	return route.organizer;
}

static struct text with_token(struct arena *a, struct text message, struct text token)
{
	static const struct text mark = TEXT_INIT("@TOKEN@");
	struct buf b;
	ptrdiff_t at;

	buf_init(&b, a, message.len, 4 * FILE_MAX);
	while ((at = text_find(message, mark)) >= 0) {
		buf_put_text(&b, text_sub(message, 0, (size_t)at));
		buf_put_text(&b, token);
		message = text_sub(message, (size_t)at + mark.len, message.len);
	}
	buf_put_text(&b, message);
	return buf_text(&b);
}

static void check_case(struct mail_room *r, const struct mail_case *k, const char *name,
		       int64_t host, struct text uid, const struct intake_result *result)
{
	if (!CHECK_TEXT(name, text_from(mail_room_word(result->outcome)), k->outcome))
		printf("    %s: %.*s\n", name, TEXT_ARG(result->why));
	CHECK_TEXT(name,
		   text_from(mail_room_state(r, host, uid.len > 0 ? uid : result->uid, TEXT(BO))),
		   k->state);
	CHECK_INT(name, (int64_t)mail_room_waiting(r, host),
		  text_equal(k->outcome, TEXT("shown")) ? 1 : 0);
}

/* In what is encoded the mark stays; of an answer to a token ORGANIZER is not looked at. */
static void bring(struct mail_room *r, struct arena *a, const struct mail_case *k)
{
	const char *name = text_cstr(a, k->file);
	int64_t host = mail_room_host(r, TEXT(ALICE));
	struct text uid = store(r, a, host, k->stored);
	struct text token = uid.len > 0 ? token_address(r, a, host, uid) : TEXT("");
	struct intake_mail mail = {
		.message = with_token(a, read_file(a, arena_printf(a, "tests/mail/%s.eml", name)),
				      token),
		.to = text_equal(k->to, TEXT("token")) ? token : k->to,
	};
	struct intake_result result, again;

	if (!CHECK_WELL(name, intake_take(&r->post, a, &mail, HOUSE_NOW, &result)))
		return;
	check_case(r, k, name, host, uid, &result);
	if (CHECK_WELL(name, intake_take(&r->post, a, &mail, HOUSE_NOW + 60, &again))) {
		CHECK_INT(name, again.outcome, INTAKE_IGNORED);
		CHECK_INT(name, again.once, result.outcome);
	}
}

static void each_case(struct store_fixture *x)
{
	struct text rest = read_file(x->arena, "tests/mail/cases.tsv"), line;
	struct mail_case k;
	struct mail_room r;
	int count = 0;

	mail_room_open(&r, x);
	while (text_next(&rest, '\n', &line)) {
		struct arena *a = arena_create(CASE_BYTES);

		if (read_case(line, &k)) {
			bring(&r, a, &k);
			count++;
		}
		arena_destroy(a);
	}
	CHECK_TRUE("there are cases", count >= 60);
	mail_room_close(&r);
}
STORE_CASE(each_case)

UNIT_SUITE("mail_dialects", STORE_ROWS("each mail of tests/mail", each_case))

/* itip_rows - see itip_rows.h. */
#include "itip_rows.h"

#include "base/secret.h"
#include "ical/ical.h"

static struct arena *arena;

struct arena *itip_rows_arena(void)
{
	if (!arena) {
		arena = arena_create((size_t)1 << 27);
		CHECK_WELL("start", secret_init(arena));
		ical_init();
	}
	return arena;
}

static void check_row(const struct itip_row *r, const char *user, const char *sender)
{
	struct itip_try t = {.stored = r->stored,
			     .method = r->method,
			     .message = r->message,
			     .user = user,
			     .sender = sender};
	struct itip_outcome out;

	if (!itip_run(arena, r->name, &t, &out))
		return;
	if (!CHECK_INT(r->name, out.action, r->action))
		printf("      %s\n", out.why);
	CHECK_INT(r->name, out.keeps_tag, r->keeps_tag);
	CHECK_INT(r->name, out.to_inbox, r->to_inbox);
	CHECK_STR(r->name, out.status, r->status);
	if (r->want && out.action == ITIP_STORE)
		itip_same(arena, r->name, out.object, r->want);
	arena_reset(arena);
}

void itip_check_rows(const struct itip_row *rows, size_t count, const char *user,
		     const char *sender)
{
	(void)itip_rows_arena();
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i], user, sender);
}

static void check_reply(const struct itip_reply_row *r)
{
	struct itip_try t = {.stored = r->stored,
			     .method = "REPLY",
			     .message = r->message,
			     .user = "al@x.y",
			     .sender = r->sender,
			     .take_crashers = r->crashers};
	struct itip_outcome out;

	if (!itip_run(arena, r->name, &t, &out))
		return;
	if (!CHECK_INT(r->name, out.action, r->action))
		printf("      %s\n", out.why);
	CHECK_INT(r->name, out.keeps_tag, r->keeps_tag);
	CHECK_INT(r->name, out.tell_others, r->tell_others);
	CHECK_INT(r->name, out.to_inbox, r->action == ITIP_STORE);
	CHECK_STR(r->name, out.status, r->status);
	if (r->want && out.action == ITIP_STORE)
		itip_same(arena, r->name, out.object, r->want);
	arena_reset(arena);
}

void itip_check_replies(const struct itip_reply_row *rows, size_t count)
{
	(void)itip_rows_arena();
	for (size_t i = 0; i < count; i++)
		check_reply(&rows[i]);
}

void itip_check_answer(const char *name, const struct itip_outcome *out, enum itip_method method,
		       const char *recipient, const char *want)
{
	struct ical_object *o;
	enum itip_method found;

	if (!CHECK_INT(name, (int64_t)out->answer_count, 1))
		return;
	CHECK_INT(name, out->answers[0].method, method);
	CHECK_TEXT(name, out->answers[0].recipient, text_from(recipient));
	if (CHECK_WELL(name, ical_object_parse(arena, out->answers[0].text, ICAL_FROM_MESSAGE, &o)))
		CHECK_WELL(name, itip_check(arena, o, &found));
	if (want)
		CHECK_TEXT(name, itip_listed(arena, out->answers[0].text),
			   itip_listed(arena, text_from(want)));
}

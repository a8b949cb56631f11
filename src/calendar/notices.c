/* notices - see notices.h */
#include "calendar/notices.h"

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "json/read.h"
#include "json/write.h"

enum { WHY_MAX = 1000 };

/* ---- a job ----------------------------------------------------------------------------------- */

/* At the end of a character. */
static struct text cut(struct text t, size_t max)
{
	struct text rest = t;

	if (!text_is_utf8(t))
		return TEXT_NONE;
	while (rest.len > 0 && (size_t)(rest.at - t.at) < max - 4)
		(void)text_cut_char(&rest);
	return text_of(t.at, (size_t)(rest.at - t.at));
}

static void put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
	if (value == 0)
		return;
	json_key(w, key);
	json_add_int(w, value);
}

struct job notice_job(struct arena *a, const struct notice *n)
{
	struct json_writer w;
	struct buf payload;

	buf_init(&payload, a, 256, NOTICE_PAYLOAD_MAX);
	w = (struct json_writer){.out = &payload};
	json_begin_object(&w);
	put_text(&w, "letter", text_from(n->letter));
	put_text(&w, "about", n->about);
	put_int(&w, "reader", n->reader);
	put_int(&w, "version", n->version);
	put_int(&w, "was_start", n->was_start);
	if (n->why.len > 0)
		put_text(&w, "why", cut(n->why, WHY_MAX));
	json_end_object(&w);
	return (struct job){
		.owner = n->owner,
		.kind = TEXT("notice"),
		.key = text_from(arena_printf(a, "%.*s/%s/%lld/%lld", TEXT_ARG(n->about), n->letter,
					      (long long)n->version, (long long)n->reader)),
		.payload = buf_text(&payload),
		.due_at = n->now,
	};
}

static int64_t int_of(const struct json *root, const char *key)
{
	int64_t n;

	return json_int(json_get(root, key), &n) ? n : 0;
}

const struct fault *notice_read(struct arena *a, const struct job *j, struct notice *out,
				struct text *letter_out)
{
	const struct json *root;
	const struct fault *f = json_parse(a, j->payload, NOTICE_PAYLOAD_MAX, &root);

	if (f)
		return f;
	*out = (struct notice){
		.owner = j->owner,
		.reader = int_of(root, "reader"),
		.version = int_of(root, "version"),
		.was_start = int_of(root, "was_start"),
		.now = j->due_at,
	};
	if (!json_text(json_get(root, "why"), &out->why))
		out->why = TEXT_NONE;
	if (!json_text(json_get(root, "letter"), letter_out) ||
	    !json_text(json_get(root, "about"), &out->about))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The job lacks its letter, or what it is about.");
	return NULL;
}

/* ---- what became of a booking ---------------------------------------------------------------- */

/*
 * A host hears of a booking in the order in which it came about, and of the end of one that they
 * were told of (booking case G10). What is to be confirmed they may have seen by themselves, and
 * confirmed, before they were told.
 */
static enum job_says says_to_hosts(enum booking_event what)
{
	switch (what) {
	case BOOKING_WAS_MADE: return JOB_SAYS_FIRST;
	case BOOKING_WAS_CANCELLED: return JOB_SAYS_END;
	default: return JOB_SAYS_MORE;
	}
}

static struct job host_job(struct arena *a, const struct notice *n, enum job_says says)
{
	struct job j = notice_job(a, n);

	j.queue = text_from(arena_printf(a, "%.*s/%lld", TEXT_ARG(n->about), (long long)n->reader));
	j.says = says;
	return j;
}

/* Which letter tells hosts of what an invitee did; NULL: none. */
static const char *letter_to_hosts(const struct booking *b, struct booking_deed deed)
{
	if (deed.who != BOOKING_BY_INVITEE)
		return NULL;
	switch (deed.what) {
	case BOOKING_WAS_MADE: return "host-booked";
	case BOOKING_WAS_REQUESTED: return booking_awaits_invitee(b) ? NULL : "host-to-confirm";
	case BOOKING_WAS_MOVED: return "host-moved";
	case BOOKING_WAS_CANCELLED: return "host-cancelled";
	case BOOKING_INVITEE_DECLINED: return "host-declined";
	default: return NULL;
	}
}

/* Those of a team who come, or the owner alone. */
static const struct fault *tell_hosts(struct change *c, struct db *db, struct notice *n,
				      const struct booking *b, enum job_says says)
{
	struct booking_host *hosts;
	size_t count, told = 0;
	const struct fault *f =
		booking_hosts(db, c->arena, b->owner, booking_holder(b), &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		struct job j;

		if (hosts[i].declined)
			continue;
		n->reader = hosts[i].host;
		j = host_job(c->arena, n, says);
		f = change_apply_job(c, db, &j);
		told++;
	}
	if (!f && told == 0) {
		struct job j = host_job(c->arena, n, says);

		f = change_apply_job(c, db, &j);
	}
	return f;
}

/* What waits for its host is no invitation yet: its invitee hears that it has come. */
static const struct fault *tell_invitee(struct change *c, struct db *db, const struct booking *b)
{
	const struct notice n = {
		.letter = "pending",
		.owner = b->owner,
		.about = b->id,
		.version = b->version,
		.now = c->now,
	};
	struct job j = notice_job(c->arena, &n);

	return change_apply_job(c, db, &j);
}

const struct fault *notices_queue(struct change *c, struct db *db, const struct booking *b,
				  struct booking_deed deed)
{
	struct notice n = {
		.letter = letter_to_hosts(b, deed),
		.owner = b->owner,
		.about = b->id,
		.version = b->version,
		.was_start = deed.what == BOOKING_WAS_MOVED ? deed.from : 0,
		.now = c->now,
	};
	const struct fault *f =
		n.letter ? tell_hosts(c, db, &n, b, says_to_hosts(deed.what)) : NULL;

	if (!f && deed.what == BOOKING_WAS_REQUESTED && !booking_awaits_invitee(b) && !b->received)
		f = tell_invitee(c, db, b);
	return f;
}

const struct fault *notices_bounce(struct change *c, struct db *db, const struct booking *b,
				   struct text why)
{
	struct notice n = {
		.letter = "host-bounce",
		.owner = b->owner,
		.about = b->id,
		.version = b->version,
		.why = why,
		.now = c->now,
	};

	return tell_hosts(c, db, &n, b, JOB_SAYS_MORE);
}

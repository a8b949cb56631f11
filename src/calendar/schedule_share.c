/*
 * schedule_share - what many recipients have in common
 *
 * A hundred people who are invited get a hundred copies of the same bytes. These are parsed once,
 * and expanded once for each way in which somebody may have answered: of two who answered alike
 * all rows are alike, since of a recipient nothing else counts in them (ical/expand.h).
 *
 * So it is with what a REQUEST makes for who has nothing of it yet (itip/process.h): of the
 * recipient only counts whether they organize it, in which components they are and how they
 * answered there, and whether it was handed on to them.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"
#include "store/occurrence.h"

/* No PARTSTAT that means anything is longer. */
enum { PARTSTAT_CHARS = 32, ANSWER_BYTES = PARTSTAT_CHARS + 22 };

/* An answer in one of the components, in their order. */
struct answer {
	struct text address; /* as ical_address() makes it */
	size_t n;	     /* of all in the object */
	size_t item;	     /* the component */
	struct text partstat;
};

/* The rows for all who answered so. */
struct shared_plan {
	struct text answers;
	struct object_plan plan;
	struct shared_plan *next;
};

/* What a REQUEST makes for all who are in it so and have nothing of it. */
struct shared_outcome {
	struct text answers, sender;
	bool is_own; /* they organize it */
	struct itip_outcome outcome;
	struct shared_outcome *next;
};

/* Bytes that somebody gets, and what was made of them. */
struct shared {
	struct schedule_bytes bytes; /* first: it is what others know */
	uint64_t hash;
	enum ical_source source;
	struct ical_object *object; /* NULL: nobody has asked to read it */
	struct answer *answers;	    /* sorted; NULL: not yet asked */
	size_t answer_count;
	bool has_delegates; /* some were handed it on */
	struct shared_plan *plans;
	struct shared_outcome *outcomes;
	struct shared *next, *next_object; /* in the same bucket */
};

/* Of a thousand views of one object none is looked for along the others. */
enum { BUCKETS = 1024 };

/* What it takes to expand an object; only its rows stay. */
enum { EXPAND_BYTES = 32 << 20 };

struct schedule_share {
	struct change *c;
	struct shared *by_bytes[BUCKETS], *by_object[BUCKETS];
	size_t bytes;	     /* of all that is different */
	struct shared *last; /* found last: most ask for what was given them just before */
};

struct schedule_share *schedule_share_begin(struct change *c)
{
	struct schedule_share *s = arena_alloc(c->arena, sizeof(*s));

	*s = (struct schedule_share){.c = c};
	return s;
}

const struct fault *schedule_share_check(const struct schedule_share *s)
{
	if (s->bytes <= SCHEDULE_BYTES_MAX)
		return NULL;
	return fault_make(
		s->c->arena, FAULT_MEETING_TOO_LARGE, NULL,
		"What all who are invited have of this, as far as it differs, is more than "
		"%d MB.",
		SCHEDULE_BYTES_MAX >> 20);
}

static struct shared **bucket_of(struct schedule_share *s, const struct ical_object *o)
{
	return &s->by_object[((uintptr_t)o / sizeof(*o)) % BUCKETS];
}

static struct shared *find_bytes(struct schedule_share *s, struct text raw, enum ical_source source)
{
	struct shared **bucket, *at = s->last;
	uint64_t hash;

	if (at && at->source == source && at->bytes.raw.at == raw.at &&
	    at->bytes.raw.len == raw.len)
		return at;
	hash = text_hash(raw);
	bucket = &s->by_bytes[hash % BUCKETS];
	at = *bucket;
	while (at && (at->hash != hash || at->source != source || !text_equal(at->bytes.raw, raw)))
		at = at->next;
	if (at)
		return s->last = at;
	at = arena_alloc(s->c->arena, sizeof(*at));
	*at = (struct shared){.bytes.raw = text_dup(s->c->arena, raw),
			      .hash = hash,
			      .source = source,
			      .next = *bucket};
	*bucket = at;
	s->bytes += raw.len;
	return s->last = at;
}

const struct fault *schedule_share_read(struct schedule_share *s, struct text raw,
					enum ical_source source, const struct ical_object **out)
{
	struct shared *of = find_bytes(s, raw, source), **bucket;
	const struct fault *f;

	if (!of->object) {
		f = ical_object_parse(s->c->arena, of->bytes.raw, source, &of->object);
		if (f) {
			of->object = NULL;
			return f;
		}
		bucket = bucket_of(s, of->object);
		of->next_object = *bucket;
		*bucket = of;
	}
	*out = of->object;
	return arena_check(s->c->arena);
}

struct schedule_bytes *schedule_share_bytes(struct schedule_share *s, struct text raw)
{
	struct shared *of = find_bytes(s, raw, ICAL_FROM_STORE);

	if (of->bytes.etag.len == 0)
		of->bytes.etag = object_etag(s->c->arena, of->bytes.raw);
	return &of->bytes;
}

static int compare_answer(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;
	int order = text_compare(x->address, y->address);

	return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* Once for an object: a thousand recipients look for themselves among a thousand attendees. */
static void collect_answers(struct arena *a, struct shared *s)
{
	const struct ical_object *o = s->object;
	size_t most = 0;

	for (size_t i = 0; i < o->item_count; i++)
		most += o->items[i].attendee_count;
	s->answers = arena_alloc_array(a, most + 1, sizeof(*s->answers));
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			const struct ical_attendee *p = &o->items[i].attendees[n];

			s->answers[s->answer_count] = (struct answer){
				ical_address(a, p->address), s->answer_count, i, p->partstat};
			s->answer_count++;
			s->has_delegates = s->has_delegates || p->delegated_from.len > 0;
		}
	qsort(s->answers, s->answer_count, sizeof(*s->answers), compare_answer);
}

static size_t first_answer(const struct shared *s, struct text address)
{
	size_t low = 0, high = s->answer_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (text_compare(s->answers[mid].address, address) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static size_t count_answers(const struct shared *s, struct text address, size_t first)
{
	size_t n = first;

	while (n < s->answer_count && text_equal(s->answers[n].address, address))
		n++;
	return n - first;
}

static int compare_place(const void *a, const void *b)
{
	const struct answer *const *x = a, *const *y = b;

	return ((*x)->n > (*y)->n) - ((*x)->n < (*y)->n);
}

/* All that one recipient answered, in the order of the object. */
static const struct answer **find_answers(struct arena *a, const struct shared *s,
					  const struct itip_user *user, size_t *count_out)
{
	const struct answer **found;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < user->count; i++)
		room += count_answers(s, user->addresses[i], first_answer(s, user->addresses[i]));
	found = arena_alloc_array(a, room + 1, sizeof(*found));
	for (size_t i = 0; i < user->count; i++) {
		size_t first = first_answer(s, user->addresses[i]);
		size_t here = count_answers(s, user->addresses[i], first);

		for (size_t n = first; n < first + here; n++)
			found[count++] = &s->answers[n];
	}
	qsort(found, count, sizeof(*found), compare_place);
	*count_out = count;
	return found;
}

/*
 * What was answered in which components. Of two lines for one person the first counts, by
 * whichever address, so their order is part of it.
 */
static struct text answers_of(struct arena *a, struct shared *s, const struct itip_user *user)
{
	const struct answer **found;
	size_t count;
	struct buf b;

	if (!s->answers)
		collect_answers(a, s);
	found = find_answers(a, s, user, &count);
	buf_init(&b, a, 64, ANSWER_BYTES * (count + 1));
	for (size_t i = 0; i < count; i++) {
		buf_put_int(&b, (int64_t)found[i]->item);
		buf_put_char(&b, '=');
		buf_put_text(&b, text_sub(found[i]->partstat, 0, PARTSTAT_CHARS));
	}
	return buf_text(&b);
}

static struct shared *find_object(struct schedule_share *s, const struct ical_object *o)
{
	struct shared *of = *bucket_of(s, o);

	while (of->object != o)
		of = of->next_object;
	return of;
}

static const struct fault *expand(struct change *c, const struct ical_object *o, int64_t owner,
				  struct object_plan *out)
{
	struct arena *scratch = arena_create(EXPAND_BYTES);
	const struct fault *f = object_plan_make(c->cal, scratch, owner, o, c->now, out);
	struct occurrence_row *rows;

	if (f) {
		f = fault_copy(c->arena, f);
	} else {
		rows = arena_alloc_array(c->arena, out->row_count, sizeof(*rows));
		for (size_t i = 0; i < out->row_count; i++)
			rows[i] = out->rows[i];
		out->rows = rows;
		out->etag = text_dup(c->arena, out->etag);
	}
	arena_destroy(scratch);
	return f;
}

const struct fault *schedule_share_plan(struct schedule_share *s, const struct ical_object *o,
					int64_t owner, const struct itip_user *user,
					const struct object_plan **out,
					struct schedule_bytes **bytes_out)
{
	struct change *c = s->c;
	struct shared *of = find_object(s, o);
	struct shared_plan *p;
	struct text key = answers_of(c->arena, of, user);
	const struct fault *f;

	if (bytes_out)
		*bytes_out = &of->bytes;
	for (p = of->plans; p; p = p->next)
		if (text_equal(p->answers, key)) {
			*out = &p->plan;
			return NULL;
		}
	p = arena_alloc(c->arena, sizeof(*p));
	*p = (struct shared_plan){.answers = key, .next = of->plans};
	f = expand(c, o, owner, &p->plan);
	if (f)
		return f;
	of->plans = p;
	*out = &p->plan;
	return NULL;
}

/* ---- what a message makes ------------------------------------------------------------------- */

static bool is_organizer(struct arena *a, const struct ical_object *o, const struct itip_user *user)
{
	const struct ical_attendee *organizer = itip_organizer_of(o);

	return organizer &&
	       ical_address_is_among(a, organizer->address, user->addresses, user->count);
}

/* What was handed on is judged by who did it. */
static struct shared *find_alike(struct schedule_share *s, const struct itip_incoming *in,
				 struct shared_outcome *key)
{
	struct shared *of;

	if (in->method != ITIP_REQUEST || in->stored || in->is_forced)
		return NULL;
	of = find_object(s, in->message);
	key->answers = answers_of(s->c->arena, of, in->user);
	key->sender = in->sender;
	key->is_own = is_organizer(s->c->arena, in->message, in->user);
	return of->has_delegates ? NULL : of;
}

static const struct itip_outcome *find_outcome(const struct shared *of,
					       const struct shared_outcome *key)
{
	for (const struct shared_outcome *o = of->outcomes; o; o = o->next)
		if (o->is_own == key->is_own && text_equal(o->answers, key->answers) &&
		    text_equal(o->sender, key->sender))
			return &o->outcome;
	return NULL;
}

/* What is said to the recipient alone, and what may lie in the scratch, is not kept. */
static void keep_outcome(struct schedule_share *s, struct shared *of,
			 const struct shared_outcome *key, struct itip_outcome *out)
{
	struct shared_outcome *o;

	if (out->answer_count > 0 || out->proposal)
		return;
	if (out->action == ITIP_STORE)
		out->object = find_bytes(s, out->object, ICAL_FROM_STORE)->bytes.raw;
	o = arena_alloc(s->c->arena, sizeof(*o));
	*o = *key;
	o->outcome = *out;
	o->next = of->outcomes;
	of->outcomes = o;
}

const struct fault *schedule_share_process(struct schedule_share *s, struct arena *scratch,
					   const struct itip_incoming *in, struct itip_outcome *out)
{
	struct shared_outcome key = {0};
	struct shared *of = find_alike(s, in, &key);
	const struct itip_outcome *known = of ? find_outcome(of, &key) : NULL;
	const struct fault *f;

	if (known) {
		*out = *known;
		return NULL;
	}
	f = itip_process(scratch, in, out);
	if (!f && of)
		keep_outcome(s, of, &key, out);
	return f;
}

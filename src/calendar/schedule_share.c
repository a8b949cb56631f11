/*
 * schedule_share - what many recipients have in common
 *
 * A hundred people who are invited get a hundred copies of the same bytes. These are parsed once,
 * and expanded once for each way in which somebody may have answered: of two who answered alike
 * all rows are alike, since of a recipient nothing else counts in them (ical/expand.h).
 */
#include "base/buf.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"

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

/* Bytes that somebody gets, and what was made of them. */
struct shared {
	struct schedule_bytes bytes; /* first: it is what others know */
	uint64_t hash;
	enum ical_source source;
	struct ical_object *object; /* NULL: nobody has asked to read it */
	struct answer *answers;	    /* sorted; NULL: not yet asked */
	size_t answer_count;
	struct shared_plan *plans;
	struct shared *next, *next_object; /* in the same bucket */
};

/* Of a thousand views of one object none is looked for along the others. */
enum { BUCKETS = 1024 };

struct schedule_share {
	struct change *c;
	struct shared *by_bytes[BUCKETS], *by_object[BUCKETS];
};

struct schedule_share *schedule_share_begin(struct change *c)
{
	struct schedule_share *s = arena_alloc(c->arena, sizeof(*s));

	*s = (struct schedule_share){.c = c};
	return s;
}

static struct shared **bucket_of(struct schedule_share *s, const struct ical_object *o)
{
	return &s->by_object[((uintptr_t)o / sizeof(*o)) % BUCKETS];
}

static struct shared *find_bytes(struct schedule_share *s, struct text raw, enum ical_source source)
{
	uint64_t hash = text_hash(raw);
	struct shared **bucket = &s->by_bytes[hash % BUCKETS], *at = *bucket;

	while (at && (at->hash != hash || at->source != source || !text_equal(at->bytes.raw, raw)))
		at = at->next;
	if (at)
		return at;
	at = arena_alloc(s->c->arena, sizeof(*at));
	*at = (struct shared){.bytes.raw = text_dup(s->c->arena, raw),
			      .hash = hash,
			      .source = source,
			      .next = *bucket};
	*bucket = at;
	return at;
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

/* All that one recipient answered, and in which components. */
static struct text answers_of(struct arena *a, const struct shared *s, const struct itip_user *user)
{
	struct buf b;

	buf_init(&b, a, 64, ANSWER_BYTES * (s->answer_count + 1));
	for (size_t i = 0; i < user->count; i++)
		for (size_t n = first_answer(s, user->addresses[i]);
		     n < s->answer_count && text_equal(s->answers[n].address, user->addresses[i]);
		     n++) {
			buf_put_int(&b, (int64_t)s->answers[n].item);
			buf_put_char(&b, '=');
			buf_put_text(&b, text_sub(s->answers[n].partstat, 0, PARTSTAT_CHARS));
		}
	return buf_text(&b);
}

const struct fault *schedule_share_plan(struct schedule_share *s, const struct ical_object *o,
					int64_t owner, const struct itip_user *user,
					const struct object_plan **out,
					struct schedule_bytes **bytes_out)
{
	struct change *c = s->c;
	struct shared *of = *bucket_of(s, o);
	struct shared_plan *p;
	struct text key;
	const struct fault *f;

	while (of->object != o)
		of = of->next_object;
	if (bytes_out)
		*bytes_out = &of->bytes;
	if (!of->answers)
		collect_answers(c->arena, of);
	key = answers_of(c->arena, of, user);
	for (p = of->plans; p; p = p->next)
		if (text_equal(p->answers, key)) {
			*out = &p->plan;
			return NULL;
		}
	p = arena_alloc(c->arena, sizeof(*p));
	*p = (struct shared_plan){.answers = key, .next = of->plans};
	f = object_plan_make(c->cal, c->arena, owner, o, c->now, &p->plan);
	if (f)
		return f;
	of->plans = p;
	*out = &p->plan;
	return NULL;
}

/*
 * schedule_deliver - each message to its recipient
 *
 * For an owner of this store the message meets their copy at once: what itip/process.h makes of the
 * two is what will be written. A message of such a message is delivered in the same round, and
 * causes none itself. For everybody else it is queued.
 */
#include "base/email.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"

/* What one recipient costs beside what is kept; a request's arena has room for a thousand. */
enum { SCRATCH_BYTES = 32 << 20 };

/* Of an address that was looked up. */
struct known {
	struct owner_match match;
	struct schedule_copy *copy; /* NULL: not yet read */
};

struct schedule_round {
	struct change *c;
	struct arena *arena;
	struct arena *scratch; /* emptied after each delivery */
	struct db *db;
	struct schedule_plan *plan;
	struct schedule_share *share;
	struct known *known; /* by address */
	size_t known_count;
	size_t delivery_cap;
	bool is_answering; /* what is delivered was caused by a message */
};

static void release_scratch(void *arena)
{
	arena_destroy(arena);
}

struct schedule_round *schedule_round_begin(struct change *c, struct db *db,
					    struct schedule_plan *plan)
{
	struct schedule_round *r = arena_alloc(c->arena, sizeof(*r));

	*r = (struct schedule_round){
		.c = c,
		.arena = c->arena,
		.scratch = arena_create(SCRATCH_BYTES),
		.db = db,
		.plan = plan,
		.share = schedule_share_begin(c),
	};
	plan->copies = arena_alloc_array(c->arena, SCHEDULE_LOCAL_MAX, sizeof(*plan->copies));
	plan->owners = arena_alloc_array(c->arena, SCHEDULE_LOCAL_MAX, sizeof(*plan->owners));
	arena_defer(c->arena, release_scratch, r->scratch);
	return r;
}

/* ---- who is local ---------------------------------------------------------------------------- */

static int compare_known(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return text_compare(x->match.address, y->match.address);
}

static struct known *find_known(struct schedule_round *r, struct text address)
{
	struct known key = {.match.address = address};

	if (r->known_count == 0)
		return NULL;
	return bsearch(&key, r->known, r->known_count, sizeof(key), compare_known);
}

/* An owner has several addresses, and one copy. */
static struct schedule_copy *find_copy(const struct schedule_plan *plan, int64_t owner)
{
	for (size_t i = 0; i < plan->copy_count; i++)
		if (plan->copies[i]->owner == owner)
			return plan->copies[i];
	return NULL;
}

const struct fault *schedule_round_look_up(struct schedule_round *r, const struct text *addresses,
					   size_t count)
{
	struct owner_match *found;
	size_t found_count, kept = r->known_count;
	struct known *all;
	const struct fault *f =
		owner_match_addresses(r->db, r->arena, addresses, count, &found, &found_count);

	if (f)
		return f;
	all = arena_alloc_array(r->arena, r->known_count + found_count + 1, sizeof(*all));
	for (size_t i = 0; i < r->known_count; i++)
		all[i] = r->known[i];
	for (size_t i = 0; i < found_count; i++)
		if (!find_known(r, found[i].address))
			all[kept++] = (struct known){found[i], find_copy(r->plan, found[i].id)};
	qsort(all, kept, sizeof(*all), compare_known);
	r->known = all;
	r->known_count = kept;
	return NULL;
}

/* ---- their copies ---------------------------------------------------------------------------- */

/* A name that nothing has there, whoever chose the UID and whatever else is called so. */
static const struct fault *choose_name(struct schedule_round *r, struct schedule_copy *copy)
{
	struct stored_object *taken;
	const struct fault *f;

	copy->name = object_name_of(r->arena, r->plan->uid, object_uid_is_safe(r->plan->uid));
	f = object_find(r->db, r->arena, copy->owner, copy->calendar, copy->name, &taken);
	if (!f && taken)
		copy->name = object_name_of(
			r->arena, secret_id_make(r->arena, &r->c->cal->key, copy->owner), true);
	return f;
}

static const struct fault *read_places(struct schedule_round *r, struct schedule_copy *copy,
				       unsigned component)
{
	struct collection *calendar, *inbox;
	const struct fault *f =
		collection_for_delivery(r->db, r->arena, copy->owner, component, &calendar, &inbox);

	if (f)
		return f;
	copy->inbox = inbox ? inbox->id : 0;
	if (copy->was) {
		copy->calendar = copy->was->collection;
		copy->name = copy->was->name;
		return NULL;
	}
	copy->calendar = calendar ? calendar->id : 0;
	return calendar ? choose_name(r, copy) : NULL;
}

static const struct fault *read_copy(struct schedule_round *r, const struct owner_match *m,
				     unsigned component, struct schedule_copy **out)
{
	struct schedule_copy *copy = arena_alloc(r->arena, sizeof(*copy));
	struct stored_object *was = NULL;
	struct text *addresses;
	const struct fault *f;

	if (r->plan->copy_count == SCHEDULE_LOCAL_MAX)
		return fault_make(r->arena, FAULT_TOO_MANY_ATTENDEES, NULL,
				  "At most %d people of this server are invited at once.",
				  SCHEDULE_LOCAL_MAX);
	*copy = (struct schedule_copy){.owner = m->id, .kind = m->kind, .version = m->version};
	f = owner_addresses(r->db, r->arena, m->id, &addresses, &copy->user.count);
	copy->user.addresses = addresses;
	if (!f)
		f = object_find_uid_anywhere(r->db, r->arena, m->id, r->plan->uid, 0, &was);
	copy->was = was;
	if (!f)
		f = read_places(r, copy, component);
	if (f)
		return f;
	r->plan->copies[r->plan->copy_count] = copy;
	r->plan->owners[r->plan->copy_count++] = copy->owner;
	*out = copy;
	return arena_check(r->arena);
}

static const struct fault *copy_of(struct schedule_round *r, struct known *k, unsigned component,
				   struct schedule_copy **out)
{
	const struct fault *f = NULL;

	if (!k->copy)
		k->copy = find_copy(r->plan, k->match.id);
	if (!k->copy)
		f = read_copy(r, &k->match, component, &k->copy);
	*out = k->copy;
	return f;
}

/* The copy as it is by now, for one delivery; NULL: there is none. */
static const struct fault *load_copy(struct schedule_round *r, const struct schedule_copy *copy,
				     const struct ical_object **out)
{
	struct stored_object *whole;
	struct ical_object *o;
	const struct fault *f;

	*out = copy->is;
	if (copy->changed || !copy->was)
		return NULL;
	f = object_get(r->db, r->scratch, copy->owner, copy->was->id, &whole);
	if (f || !whole)
		return f;
	f = ical_object_parse(r->scratch, whole->data, ICAL_FROM_STORE, &o);
	*out = f ? NULL : o;
	return f;
}

/* ---- what is decided --------------------------------------------------------------------------
 */

static struct schedule_delivery *add_delivery(struct schedule_round *r)
{
	struct schedule_plan *plan = r->plan;
	struct schedule_delivery *d = arena_alloc(r->arena, sizeof(*d));

	if (plan->delivery_count == r->delivery_cap) {
		struct schedule_delivery **more;

		r->delivery_cap = max64(32, 2 * (int64_t)r->delivery_cap);
		more = arena_alloc_array(r->arena, r->delivery_cap,
					 sizeof(struct schedule_delivery *));
		for (size_t i = 0; i < plan->delivery_count; i++)
			more[i] = plan->deliveries[i];
		plan->deliveries = more;
	}
	plan->deliveries[plan->delivery_count++] = d;
	return d;
}

static const struct fault *decide(struct schedule_delivery *d, const char *status, const char *why)
{
	d->status = status;
	d->why = why;
	return NULL;
}

/* A message that is refused is an answer to who sent it; our own trouble is not. */
static const struct fault *refused(struct schedule_round *r, struct schedule_delivery *d,
				   const struct fault *f)
{
	if (fault_row(f->code)->http_status >= 500)
		return f;
	return decide(d, fault_is(f, FAULT_ORGANIZER_CHANGE) ? "3.8" : "5.3",
		      arena_strdup(r->arena, f->message));
}

static const struct fault *take_outcome(struct schedule_round *r, struct schedule_delivery *d,
					struct schedule_copy *copy, const struct itip_outcome *out)
{
	if (out->action != ITIP_STORE)
		return NULL;
	if (copy->calendar == 0)
		return decide(d, "5.1", "They have no calendar that takes such an object.");
	copy->keeps_tag = out->keeps_tag && (!copy->changed || copy->keeps_tag);
	copy->changed = true;
	return schedule_share_read(r->share, out->object, ICAL_FROM_STORE, &copy->is);
}

static const struct fault *add_item(struct schedule_round *r, const struct schedule_delivery *d,
				    struct schedule_copy *copy)
{
	struct schedule_item *item = arena_alloc(r->arena, sizeof(*item));
	const struct fault *f =
		schedule_share_plan(r->share, d->message, copy->owner, &copy->user, &item->plan);

	if (f)
		return f;
	if (copy->last_item)
		copy->last_item->next = item;
	else
		copy->items = item;
	copy->last_item = item;
	return NULL;
}

static const struct fault *follow_up(struct schedule_round *r, const struct schedule_delivery *d,
				     const struct schedule_copy *copy,
				     const struct itip_outcome *out);

static const struct fault *answer_for(struct schedule_round *r, struct schedule_delivery *d,
				      struct schedule_copy *copy, const struct itip_outcome *out);

/* A room has a calendar to be seen, and nobody who would empty an inbox. */
static bool is_shown(const struct schedule_delivery *d, const struct schedule_copy *copy,
		     const struct itip_outcome *out)
{
	return out->to_inbox && copy->inbox && !d->is_quiet && !schedule_answers_itself(copy->kind);
}

static bool is_asked_of_room(const struct schedule_delivery *d, const struct schedule_copy *copy,
			     const struct itip_outcome *out)
{
	return schedule_answers_itself(copy->kind) && out->action == ITIP_STORE && !d->is_quiet &&
	       copy->calendar != 0 && (d->method == ITIP_REQUEST || d->method == ITIP_ADD);
}

static const struct fault *process(struct schedule_round *r, struct schedule_delivery *d,
				   struct schedule_copy *copy, bool take_crashers)
{
	struct itip_incoming in = {
		.message = d->message,
		.method = d->method,
		.user = &copy->user,
		.sender = d->from,
		.take_crashers = take_crashers,
		.now = r->c->now,
	};
	struct itip_outcome out = {0};
	const struct fault *f = load_copy(r, copy, &in.stored);

	if (!f)
		f = itip_process(r->scratch, &in, &out);
	if (f)
		return refused(r, d, f);
	(void)decide(d, out.status ? arena_strdup(r->arena, out.status) : "1.2",
		     out.why ? arena_strdup(r->arena, out.why) : "");
	if (is_asked_of_room(d, copy, &out))
		return answer_for(r, d, copy, &out);
	f = take_outcome(r, d, copy, &out);
	if (!f && is_shown(d, copy, &out))
		f = add_item(r, d, copy);
	return f ? f : follow_up(r, d, copy, &out);
}

/* ---- one message ------------------------------------------------------------------------------
 */

static const struct fault *deliver(struct schedule_round *r, struct schedule_delivery *d,
				   struct text text)
{
	struct known *k = find_known(r, d->to);
	struct schedule_copy *copy;
	const struct fault *f;

	if (k && k->match.id == r->plan->owner)
		return decide(d, "1.2", "It is another address of who sent it.");
	if (k && k->match.kind == OWNER_GROUP)
		return decide(d, "3.7", "A group has no calendar.");
	if (!k && !email_is_valid(d->to))
		return decide(d, "3.7", "Nobody here has this address, and no mail goes there.");
	f = schedule_share_read(r->share, text, ICAL_FROM_MESSAGE, &d->message);
	if (f)
		return refused(r, d, f);
	if (!k) {
		d->is_queued = true;
		return decide(d, "1.1", "It goes out by mail.");
	}
	d->owner = k->match.id;
	f = copy_of(r, k, d->message->type, &copy);
	if (!f)
		f = process(r, d, copy, false);
	return f;
}

const struct fault *schedule_deliver(struct schedule_round *r, const struct itip_message *m,
				     struct text from, int64_t sender,
				     struct schedule_delivery **out)
{
	struct schedule_delivery *d;
	const struct fault *f;

	*out = NULL;
	if (m->quiet && !find_known(r, m->recipient))
		return NULL;
	d = add_delivery(r);
	*d = (struct schedule_delivery){.method = m->method,
					.from = from,
					.to = m->recipient,
					.sender = sender,
					.is_quiet = m->quiet};
	f = deliver(r, d, m->text);
	if (!r->is_answering)
		arena_reset(r->scratch);
	*out = d;
	return f ? f : arena_check(r->arena);
}

const struct fault *schedule_receive(struct schedule_round *r, const struct schedule_incoming *in)
{
	struct schedule_delivery *d = add_delivery(r);
	struct owner *owner;
	const struct ical_object *message;
	struct schedule_copy *copy;
	const struct fault *f =
		schedule_share_read(r->share, in->message, ICAL_FROM_MESSAGE, &message);

	if (!f)
		f = owner_get(r->db, r->arena, in->owner, &owner);
	if (!f && !owner)
		f = fault_make(r->arena, FAULT_NOT_FOUND, NULL, "There is no such user.");
	if (!f) {
		struct owner_match m = {owner->email, owner->id, owner->version, owner->kind};

		f = read_copy(r, &m, message->type, &copy);
	}
	if (f)
		return f;
	*d = (struct schedule_delivery){
		.method = in->method,
		.from = in->sender,
		.to = copy->user.count ? copy->user.addresses[0] : owner->email,
		.owner = in->owner,
		.message = message,
	};
	return process(r, d, copy, in->take_crashers);
}

/* ---- what a message causes ----------------------------------------------------------------------
 */

static const struct fault *send_answers(struct schedule_round *r, const struct schedule_delivery *d,
					const struct itip_outcome *out)
{
	struct schedule_delivery *answer;
	struct text *to = arena_alloc_array(r->arena, out->answer_count + 1, sizeof(*to));
	const struct fault *f;

	for (size_t i = 0; i < out->answer_count; i++)
		to[i] = text_dup(r->arena, out->answers[i].recipient);
	f = schedule_round_look_up(r, to, out->answer_count);
	for (size_t i = 0; i < out->answer_count && !f; i++) {
		struct itip_message m = out->answers[i];

		m.recipient = to[i];
		f = schedule_deliver(r, &m, d->to, d->owner, &answer);
	}
	return f;
}

/* The addresses of all who are invited to an object, but for one. */
static struct text *others_in(struct arena *a, const struct ical_object *o, struct text but,
			      size_t *count_out)
{
	struct itip_invitee *all;
	struct text *out;
	size_t count;

	itip_invitees(a, o, &all, &count);
	out = arena_alloc_array(a, count + 1, sizeof(*out));
	*count_out = 0;
	for (size_t i = 0; i < count; i++)
		if (all[i].agent == AGENT_SERVER && !text_equal(all[i].address, but))
			out[(*count_out)++] = all[i].address;
	return out;
}

/* One of the others has the object, and sees the answer in it; there is no message to read. */
static const struct fault *tell_other(struct schedule_round *r, const struct schedule_delivery *d,
				      const struct ical_object *o, struct known *k)
{
	struct schedule_delivery *told;
	struct schedule_copy *copy;
	struct text text;
	const struct fault *f = copy_of(r, k, o->type, &copy);

	if (f || copy->is_judged || (!copy->was && !copy->changed))
		return f;
	/* Who is in no component as it is told to them is told nothing. */
	if (itip_message_write(r->scratch, o->raw, TEXT("REQUEST"), k->match.address, r->c->now,
			       &text))
		return NULL;
	told = add_delivery(r);
	*told = (struct schedule_delivery){
		.method = ITIP_REQUEST,
		.from = d->to,
		.to = k->match.address,
		.owner = k->match.id,
		.sender = d->owner,
		.is_quiet = true,
	};
	f = schedule_share_read(r->share, text, ICAL_FROM_MESSAGE, &told->message);
	return f ? refused(r, told, f) : process(r, told, copy, false);
}

/* RFC 6638 §4.2: the answer is seen in the others' copies. Only of those who are here. */
static const struct fault *tell_others(struct schedule_round *r, const struct schedule_delivery *d,
				       const struct ical_object *o)
{
	size_t count;
	struct text *others = others_in(r->arena, o, d->from, &count);
	const struct fault *f;

	if (count > SCHEDULE_TELL_MAX)
		return NULL;
	f = schedule_round_look_up(r, others, count);
	for (size_t i = 0; i < count && !f; i++) {
		struct known *k = find_known(r, others[i]);

		if (k && k->match.id != r->plan->owner && k->match.id != d->owner &&
		    k->match.kind != OWNER_GROUP)
			f = tell_other(r, d, o, k);
	}
	return f;
}

static const struct fault *follow_up(struct schedule_round *r, const struct schedule_delivery *d,
				     const struct schedule_copy *copy,
				     const struct itip_outcome *out)
{
	const struct fault *f = NULL;

	if (r->is_answering)
		return NULL;
	r->is_answering = true;
	if (out->answer_count > 0)
		f = send_answers(r, d, out);
	if (!f && out->tell_others && copy->is)
		f = tell_others(r, d, copy->is);
	r->is_answering = false;
	return f;
}

const struct fault *schedule_tell_all(struct schedule_round *r, struct text from, int64_t sender,
				      const struct ical_object *o)
{
	const struct schedule_delivery by = {.to = from, .owner = sender};
	const struct fault *f;

	r->is_answering = true;
	f = tell_others(r, &by, o);
	r->is_answering = false;
	return f;
}

/* Whose save it is has no copy here, and reads the answer in what is saved (schedule.c). */
static const struct fault *answer_saver(struct schedule_round *r, const struct schedule_delivery *d,
					const struct schedule_answer *a)
{
	struct schedule_delivery *answer = add_delivery(r);

	*answer = (struct schedule_delivery){
		.method = ITIP_REPLY,
		.from = d->to,
		.to = d->from,
		.owner = d->sender,
		.sender = d->owner,
	};
	(void)decide(answer, "2.0", a->why);
	return schedule_share_read(r->share, a->reply, ICAL_FROM_MESSAGE, &answer->message);
}

static const struct fault *answer_for(struct schedule_round *r, struct schedule_delivery *d,
				      struct schedule_copy *copy, const struct itip_outcome *out)
{
	struct schedule_answer a;
	struct itip_message reply = {.method = ITIP_REPLY, .recipient = d->from};
	struct itip_outcome back = {.answers = &reply, .answer_count = 1};
	const struct fault *f =
		schedule_answer(r->c, r->db, r->scratch, r->share, copy, out->object, &a);

	if (f)
		return refused(r, d, f);
	d->why = a.why;
	if (d->sender && d->sender == r->plan->owner)
		return answer_saver(r, d, &a);
	reply.text = a.reply;
	return follow_up(r, d, copy, &back);
}

/* ---- the end ------------------------------------------------------------------------------------
 */

const struct fault *schedule_round_end(struct schedule_round *r)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < r->plan->copy_count && !f; i++) {
		struct schedule_copy *copy = r->plan->copies[i];

		if (copy->is && copy->changed)
			f = schedule_share_plan(r->share, copy->is, copy->owner, &copy->user,
						&copy->plan);
		if (!f && copy->is && copy->changed && schedule_answers_itself(copy->kind))
			f = schedule_plan_holds(r->c, r->db, copy);
	}
	return f;
}

/* kept - messages that wait for a person. See kept.h. */
#include "post/kept.h"

#include "base/arena.h"
#include "ical/address.h"
#include "ical/expand.h"
#include "ical/line.h"
#include "post/intake_priv.h"
#include "store/store.h"

/* ---- shown ------------------------------------------------------------------------------------
 */

static struct kept kept_of(const struct mail_kept *m)
{
	return (struct kept){
		.id = m->id,
		.owner = m->owner,
		.at = m->at,
		.state = (enum kept_state)m->state,
		.reason = m->reason,
		.sender = m->sender,
		.subject = m->subject,
		.method = m->method,
		.uid = m->uid,
		.digest = m->digest,
		.env_from = m->env_from,
		.env_to = m->env_to,
		.message = m->message,
	};
}

const struct fault *kept_list(const struct post *p, struct arena *a, int64_t owner,
			      struct text after, int limit, struct kept **out, size_t *count_out)
{
	struct mail_kept *rows = NULL;
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	*count_out = 0;
	if (!f)
		f = mail_kept_list(db, a, owner, after, limit, &rows, count_out);
	*out = arena_alloc_array(a, *count_out + 1, sizeof(**out));
	for (size_t i = 0; i < *count_out; i++)
		(*out)[i] = kept_of(&rows[i]);
	return f;
}

const struct fault *kept_find(const struct post *p, struct arena *a, int64_t owner, struct text id,
			      struct kept **out)
{
	struct mail_kept *row = NULL;
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	*out = NULL;
	if (!f)
		f = mail_kept_find(db, a, owner, id, &row);
	if (f || !row)
		return f;
	*out = arena_alloc(a, sizeof(**out));
	**out = kept_of(row);
	return NULL;
}

/* What a person reads of it: the first part that is plain text. */
static struct text words_of(const struct mail_read *m)
{
	for (size_t i = 0; i < m->part_count; i++)
		if (text_equal(m->parts[i].type, TEXT("text/plain")))
			return text_sub(m->parts[i].body, 0, KEPT_WORDS_BYTES);
	return TEXT_NONE;
}

/* The calendar of it, as it came; NULL: none, or none that can be read. */
static const struct ical_object *calendar_of(struct arena *a, const struct mail_read *m)
{
	const struct mail_part *part = intake_calendar_part(m);
	struct ical_object *o;

	if (!part || ical_object_parse(a, part->body, ICAL_FROM_MESSAGE, &o))
		return NULL;
	return o->item_count > 0 ? o : NULL;
}

void kept_read(struct arena *a, const struct kept *k, struct kept_says *out)
{
	const struct ical_object *o;
	const struct ical_item *item;
	struct mail_read m;

	*out = (struct kept_says){.words = TEXT_NONE};
	if (mail_read(a, k->message, &m))
		return;
	out->words = words_of(&m);
	o = calendar_of(a, &m);
	out->has_calendar = o != NULL;
	if (!o)
		return;
	item = &o->items[0];
	out->title = ical_text_unescape(a, item->summary);
	out->has_start = item->dtstart.present;
	out->start = item->dtstart.present ? ical_time_utc(&item->dtstart, NULL) : 0;
	if (itip_organizer_of(o))
		out->organizer = ical_address(a, itip_organizer_of(o)->address);
	if (item->attendee_count == 1) {
		out->attendee = ical_address(a, item->attendees[0].address);
		out->partstat = item->attendees[0].partstat;
	}
}

/* ---- dropped ----------------------------------------------------------------------------------
 */

struct drop_work {
	struct store_work work;
	struct text id;
	bool deleted;
};

static const struct fault *drop_run(struct db *db, struct store_work *work)
{
	struct drop_work *w = (struct drop_work *)work;

	return mail_kept_delete(db, work->arena, w->id, &w->deleted);
}

const struct fault *kept_drop(const struct post *p, struct arena *a, int64_t owner, struct text id,
			      bool *found_out)
{
	struct drop_work w = {.work.run = drop_run, .work.arena = a, .id = id};
	struct kept *k;
	const struct fault *f = kept_find(p, a, owner, id, &k);

	if (!f && k)
		f = store_run(p->store, &w.work);
	*found_out = w.deleted;
	return f;
}

/* ---- taken in ---------------------------------------------------------------------------------
 */

/* Whom of those it names it waited for; who it waits for, where it names nobody. */
static const struct fault *find_target(struct intake *in, int64_t owner, struct intake_target *out)
{
	struct intake_target all[INTAKE_TARGETS_MAX];
	size_t count;
	const struct fault *f =
		intake_find_targets(in->post, in->db, in->arena, in->mail, in->read, all, &count);

	*out = (struct intake_target){.as = owner ? INTAKE_FOR_USER : INTAKE_FOR_NOBODY,
				      .owner = owner};
	for (size_t i = count; !f && i > 0; i--)
		if (owner == 0 || all[i - 1].owner == owner)
			*out = all[i - 1];
	return f;
}

static const struct fault *take_again(const struct post *p, struct arena *a, const struct kept *k,
				      bool is_vouched, int64_t now, struct intake_result *out)
{
	const struct intake_mail mail = {
		.message = k->message, .from = k->env_from, .to = k->env_to};
	struct mail_read *read = arena_alloc(a, sizeof(*read));
	struct intake_target to;
	struct intake in;
	const struct fault *f = intake_begin(&in, p, a, &mail, now, out);

	in.kept = k->id;
	in.digest = k->digest;
	in.is_vouched = is_vouched;
	if (!f)
		f = intake_read(&in, read);
	in.read = read;
	if (!f)
		f = find_target(&in, k->owner, &to);
	return f ? f : intake_one(&in, &to);
}

static const struct fault *find_waiting(const struct post *p, struct arena *a, int64_t owner,
					struct text id, struct kept **out)
{
	const struct fault *f = kept_find(p, a, owner, id, out);

	return f || *out ? f
			 : fault_make(a, FAULT_NOT_FOUND, NULL, "No message waits under this id.");
}

const struct fault *kept_accept(const struct post *p, struct arena *a, int64_t owner,
				struct text id, int64_t now, struct intake_result *out)
{
	struct kept_says says;
	struct kept *k;
	const struct fault *f = find_waiting(p, a, owner, id, &k);

	if (f)
		return f;
	kept_read(a, k, &says);
	if (!says.has_calendar)
		return fault_make(a, FAULT_UNPROCESSABLE, "id",
				  "There is no calendar in it that could be taken in.");
	return take_again(p, a, k, true, now, out);
}

const struct fault *kept_retry(const struct post *p, struct arena *a, struct text id, int64_t now,
			       struct intake_result *out)
{
	struct kept *k;
	const struct fault *f = find_waiting(p, a, 0, id, &k);

	return f ? f : take_again(p, a, k, false, now, out);
}

/* schedule_row - schedules as the store keeps them, in and out; see rules.h */
#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules_priv.h"
#include "json/read.h"

/* The rules of a row, in its own zone. */
static const struct fault *read_rules(struct arena *a, struct text rules, struct text zone,
				      struct booking_schedule *out)
{
	struct arena *scratch = arena_create(RULES_MAX_BYTES);
	const struct json *root;
	const struct fault *f = json_parse(scratch, rules, RULES_MAX_BYTES, &root);

	if (f)
		f = fault_copy(a, f);
	else
		f = booking_schedule_from_json(a, root, NULL, zone, out);
	arena_destroy(scratch);
	return f;
}

const struct fault *booking_schedule_read(struct arena *a, const struct schedule *row,
					  struct text home, struct booking_schedule *out)
{
	const struct zone *own;
	const struct fault *f = read_rules(a, row->rules, row->timezone, out);

	if (f)
		return f;
	own = out->follow_host ? zone_find(home) : NULL;
	if (own)
		out->hours.zone = own;
	out->id = text_dup(a, row->id);
	out->name = text_dup(a, row->name);
	out->version = row->version;
	out->availability = text_dup(a, row->availability);
	out->availability_at = row->availability_at;
	out->source = row->source;
	return schedule_read_week(a, out);
}

const struct fault *booking_schedule_row(struct arena *a, struct booking_schedule *s,
					 const struct booking_schedule *old, int64_t owner,
					 int64_t now, struct schedule *out)
{
	struct buf rules;
	const struct fault *f = schedule_settle_week(a, s, old, owner, now);

	if (f)
		return f;
	buf_init(&rules, a, 4096, RULES_MAX_BYTES);
	booking_schedule_write(&rules, s);
	if (rules.overflow)
		return fault_make(a, FAULT_UNPROCESSABLE, "overrides",
				  "These are more hours than a schedule may hold.");
	*out = (struct schedule){
		.owner = owner,
		.id = s->id,
		.name = s->name,
		.timezone = zone_name(s->hours.zone),
		.rules = buf_text(&rules),
		.version = s->version,
		.availability = s->availability,
		.availability_at = s->availability_at,
		.source = s->source,
	};
	return NULL;
}

/* room - rooms and resources as hosts of a meeting; see room.h */
#include "booking/room.h"

#include "base/arena.h"
#include "freebusy/week.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/access.h"

enum { MINUTE_S = 60 };

#define DAY_AND_NIGHT TEXT("mon-sun 00:00-24:00")

const struct fault *room_read(struct db *db, struct arena *a, const struct owner *owner,
			      const struct host_room **out)
{
	const struct zone *zone = zone_find(owner->timezone);
	struct host_room *room;
	const struct fault *f;

	*out = NULL;
	if (owner->kind != OWNER_ROOM && owner->kind != OWNER_RESOURCE)
		return NULL;
	room = arena_alloc(a, sizeof(*room));
	f = answer_limits_get(db, a, owner, &room->limits);
	if (f)
		return f;
	room->schedule = (struct booking_schedule){.id = TEXT("default"), .version = 1};
	*out = room;
	return week_read(a, room->limits.week.len > 0 ? room->limits.week : DAY_AND_NIGHT,
			 zone ? zone : zone_utc(), &room->schedule.hours);
}

static const struct fault *is_member(struct db *db, struct arena *a, int64_t who, int64_t group,
				     bool *out)
{
	int64_t *groups;
	size_t count = 0;
	const struct fault *f = member_groups(db, a, who, &groups, &count);

	*out = false;
	for (size_t i = 0; !f && i < count && !*out; i++)
		*out = groups[i] == group;
	return f;
}

const struct fault *room_takes_part(struct db *db, struct arena *a, const struct host_room *room,
				    const struct slot_ask *ask, const struct owner *whose,
				    bool *out)
{
	const struct answer_limits *l = &room->limits;

	*out = l->answers != ANSWERS_NO &&
	       (l->longest_min == 0 || ask->duration_min <= l->longest_min);
	if (!*out || l->member_of == 0 || whose->id == l->member_of)
		return NULL;
	return is_member(db, a, whose->id, l->member_of, out);
}

void room_limit_hours(struct arena *a, const struct host_room *room, struct slot_question *q)
{
	const struct answer_limits *l = &room->limits;
	int64_t first = q->now + l->notice_min * MINUTE_S;
	int64_t last = q->now + l->ahead_days * DAY_SECONDS;
	struct hours_open *hours;
	size_t count = 0;

	if (l->notice_min == 0 && l->ahead_days == 0)
		return;
	hours = arena_alloc_array(a, q->hours_count, sizeof(*hours));
	for (size_t i = 0; i < q->hours_count; i++) {
		struct hours_open open = q->hours[i];

		open.start = max64(open.start, first);
		/* It is the start that may not be too far ahead. */
		if (l->ahead_days > 0)
			open.end = min64(open.end, last + (int64_t)q->duration_min * MINUTE_S);
		if (open.start < open.end)
			hours[count++] = open;
	}
	q->hours = hours;
	q->hours_count = count;
}

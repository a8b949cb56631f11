/*
 * fuzz_itip - any object as a message, as instances, and compared
 *
 * Beyond not crashing: instances are ascending and are found again; an object has not changed from
 * itself; what is written for somebody can be read, and names no more than the object did.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "itip/check.h"
#include "itip/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STAMP = 1800000000 };

static void check_instances(struct arena *a, const struct ical_object *o,
			    struct itip_instances *all)
{
	itip_instances(a, o, all);
	for (size_t i = 0; i < all->count; i++) {
		assert(i == 0 || all->at[i - 1].id < all->at[i].id);
		assert(itip_instance_find(all, all->at[i].id) == &all->at[i]);
	}
}

static void check_written(struct arena *a, const struct fault *f, struct text raw)
{
	struct ical_object *o;

	if (f)
		return;
	/* Spliced lines and zones of ours may take it past the limits that the object kept. */
	f = ical_object_parse(a, raw, ICAL_FROM_STORE, &o);
	assert(!f || raw.len > ICAL_MAX_SIZE_BYTES / 2 || f->code == FAULT_OUT_OF_MEMORY);
}

static void write_all(struct arena *a, const struct ical_object *o,
		      const struct itip_instances *all)
{
	struct text address = TEXT("a@b"), out = TEXT("");
	struct itip_user user = {&address, 1};
	int64_t ids[4] = {ITIP_MASTER, STAMP};
	static const bool and_future[4] = {false, true, false, true};
	struct itip_which which = {.ids = ids, .and_future = and_future};
	struct itip_answered what;
	size_t count = 2;

	for (size_t i = all->count; i > 0 && count < ARRAY_LEN(ids); i--)
		if (!all->at[i - 1].is_master && all->at[i - 1].id != STAMP)
			ids[count++] = all->at[i - 1].id;
	for (int m = 0; m < ITIP_METHODS; m++) {
		struct text method = text_from(itip_method_name((enum itip_method)m));
		const struct fault *f = itip_message_write(a, o->raw, method, address, STAMP, &out);

		check_written(a, f, out);
	}
	what = (struct itip_answered){.ids = ids, .count = count, .partstat = TEXT("DECLINED")};
	check_written(a, itip_message_reply(a, o, &user, &what, STAMP, &out), out);
	what = (struct itip_answered){.before = o};
	check_written(a, itip_message_reply(a, o, &user, &what, STAMP, &out), out);
	which.count = count;
	check_written(a, itip_message_cancel_instances(a, o, address, &which, STAMP, &out), out);
}

/* Two objects in one input, cut at a NUL, which neither may hold. */
static void compare(struct arena *a, const struct ical_object *was, struct text raw)
{
	struct ical_object *is;

	if (raw.at && !ical_object_parse(a, raw, ICAL_FROM_STORE, &is))
		assert(itip_object_change(a, was, is) <= ITIP_TIMES);
}

static void read_object(struct arena *a, const struct ical_object *o, struct text second)
{
	struct itip_instances all;
	enum itip_method method;

	check_instances(a, o, &all);
	assert(itip_object_change(a, o, o) == ITIP_SAME);
	compare(a, o, second);
	if (!itip_check_sent(a, o))
		assert(!itip_check(a, o, &method) && method < ITIP_METHODS);
	write_all(a, o, &all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 27);
	struct text rest = text_of((const char *)data, size), first = rest;
	struct ical_object *o;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (size > 0 && text_next(&rest, '\0', &first) &&
	    !ical_object_parse(a, first, ICAL_FROM_STORE, &o))
		read_object(a, o, rest);
	arena_destroy(a);
	return 0;
}

/*
 * fuzz_itip_process - any message, to any object
 *
 * The input is an object and a message, cut at a NUL, which neither may hold. Beyond not crashing:
 * what is stored can be read, what is sent back can too, and the same message again changes nothing
 * that others are told. What is proposed can be taken up, and stands then where it was proposed.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "itip/itip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };

/* Spliced lines and zones of ours may take it past the limits that the object kept. */
static struct ical_object *read_again(struct arena *a, struct text raw, enum ical_source source)
{
	struct ical_object *o = NULL;
	const struct fault *f = ical_object_parse(a, raw, source, &o);

	assert(!f || raw.len > ICAL_MAX_SIZE_BYTES / 2 || f->code == FAULT_OUT_OF_MEMORY ||
	       f->code == FAULT_TOO_MANY_ATTENDEES || f->code == FAULT_TOO_MANY_INSTANCES);
	return f ? NULL : o;
}

static void take_up(struct arena *a, const struct itip_incoming *in, const struct itip_proposal *p)
{
	struct itip_user sender = {&in->sender, 1};
	const struct ical_object *taken;
	struct itip_proposal again;
	struct text raw;

	if (itip_counter_take(a, in->stored, in->message, p->instance, &raw))
		return;
	taken = read_again(a, raw, ICAL_FROM_STORE);
	if (taken && itip_counter_read(a, taken, in->message, &sender, &again) &&
	    again.instance == p->instance && again.is.present)
		assert(again.was.form == again.is.form && again.was.start == again.is.start);
}

static struct ical_object *process(struct arena *a, const struct itip_incoming *in)
{
	struct itip_outcome out;

	if (itip_process(a, in, &out))
		return NULL;
	assert(out.why && out.status);
	for (size_t i = 0; i < out.answer_count; i++)
		(void)read_again(a, out.answers[i].text, ICAL_FROM_STORE);
	if (out.proposal)
		take_up(a, in, out.proposal);
	return out.action == ITIP_STORE ? read_again(a, out.object, ICAL_FROM_STORE) : NULL;
}

static void process_twice(struct arena *a, struct itip_incoming in)
{
	const struct ical_object *once = process(a, &in), *twice;

	if (!once)
		return;
	in.stored = once;
	twice = process(a, &in);
	assert(!twice || itip_object_change(a, once, twice) == ITIP_SAME);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct text people[] = {TEXT_INIT("a@b"), TEXT_INIT("c@d")};
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 27);
	struct text rest = text_of((const char *)data, size), first = rest;
	struct ical_object *stored = NULL, *message = NULL;
	enum itip_method method;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (size == 0 || !text_next(&rest, '\0', &first) || !rest.at ||
	    ical_object_parse(a, rest, ICAL_FROM_MESSAGE, &message) ||
	    itip_check(a, message, &method)) {
		arena_destroy(a);
		return 0;
	}
	if (first.len > 0 && (ical_object_parse(a, first, ICAL_FROM_STORE, &stored) ||
			      !text_equal(stored->uid, message->uid)))
		stored = NULL;
	for (unsigned i = 0; i < 4; i++) {
		struct itip_user user = {&people[i & 1], 1};

		process_twice(a, (struct itip_incoming){.message = message,
							.method = method,
							.user = &user,
							.stored = stored,
							.sender = people[1 - (i & 1)],
							.take_crashers = i > 1,
							.now = NOW});
	}
	arena_destroy(a);
	return 0;
}

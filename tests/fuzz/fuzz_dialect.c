/*
 * fuzz_dialect - any bytes as the calendar part of a mail, to any object
 *
 * The input is what the recipient has, a line that says who wrote (METHOD, From, whether to a
 * token), and the part, cut at NULs, which none of them may hold. Beyond not crashing: what was
 * mended once needs it no more, but for what is told anew each time; a token that is about another
 * UID says nothing; and what is stored of it can be read.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "itip/itip.h"
#include "post/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };

static void process(struct arena *a, const struct ical_object *message, enum itip_method method,
		    const struct ical_object *stored, struct text sender)
{
	static const struct text people[] = {TEXT_INIT("a@b"), TEXT_INIT("c@d")};

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		struct itip_user user = {&people[i], 1};
		struct itip_incoming in = {
			.message = message,
			.method = method,
			.user = &user,
			.stored = stored,
			.sender = sender,
			.take_crashers = i > 0,
			.now = NOW,
		};
		struct itip_outcome out;
		struct ical_object *o;
		const struct fault *f;

		if (itip_process(a, &in, &out) || out.action != ITIP_STORE)
			continue;
		/* Spliced lines and zones of ours may take it past the limits that it kept. */
		f = ical_object_parse(a, out.object, ICAL_FROM_STORE, &o);
		assert(!f || out.object.len > ICAL_MAX_SIZE_BYTES / 2 ||
		       f->code == FAULT_OUT_OF_MEMORY || f->code == FAULT_TOO_MANY_ATTENDEES ||
		       f->code == FAULT_TOO_MANY_INSTANCES);
	}
}

static void check_once_is_enough(struct arena *a, const struct dialect_input *in,
				 const struct dialect *first)
{
	struct dialect_input again = *in;
	struct dialect second;

	again.calendar = first->calendar;
	if (dialect_normalize(a, &again, &second))
		return;
	assert(text_equal(first->calendar, second.calendar) || arena_check(a));
}

static void take(struct arena *a, struct dialect_input *in)
{
	struct ical_object *message;
	enum itip_method method;
	struct dialect said;

	if (dialect_normalize(a, in, &said))
		return;
	assert(!said.is_by_token || text_equal(in->token_uid, dialect_uid(a, in->calendar)));
	if (ical_object_parse(a, said.calendar, ICAL_FROM_MESSAGE, &message) ||
	    itip_check(a, message, &method))
		return;
	check_once_is_enough(a, in, &said);
	process(a, message, method, in->stored, said.sender);
}

/* "REPLY a@b t": METHOD, From, and a letter for a token of c@d. */
static void read_sender(struct text line, struct dialect_input *in)
{
	struct text token = TEXT("");

	(void)(text_next(&line, ' ', &in->method) && text_next(&line, ' ', &in->from) &&
	       text_next(&line, ' ', &token));
	in->token_attendee = token.len > 0 ? TEXT("c@d") : TEXT("");
}

static void run(struct arena *a, struct text rest)
{
	struct text first, second;
	struct dialect_input in = {.calendar = TEXT("")};
	struct ical_object *stored;

	if (!text_next(&rest, '\0', &first) || !text_next(&rest, '\0', &second) || !rest.at)
		return;
	in.calendar = rest;
	read_sender(second, &in);
	in.token_uid = dialect_uid(a, rest);
	if (first.len > 0 && !ical_object_parse(a, first, ICAL_FROM_STORE, &stored) &&
	    text_equal(stored->uid, in.token_uid))
		in.stored = stored;
	take(a, &in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 27);

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (size > 0)
		run(a, text_of((const char *)data, size));
	arena_destroy(a);
	return 0;
}

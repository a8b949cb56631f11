/*
 * fuzz_intake - any mail, to a calendar that has a meeting
 *
 * What post/intake.c does to a message before anything is written: read, the part that counts, set
 * right as programs write it, and made of the organizer's object by iTIP. Beyond not crashing: what
 * is to be stored can be read again, and nobody's answer has changed but that of who speaks; to the
 * address of a token that is its attendee, as nobody has delegated.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "itip/itip.h"
#include "mail/read.h"
#include "post/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STORED                                                                                     \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\nUID:m\r\n"           \
	"DTSTAMP:20270101T000000Z\r\nDTSTART:20280118T080000Z\r\nDTEND:20280118T090000Z\r\n"       \
	"RRULE:FREQ=WEEKLY;COUNT=4\r\nORGANIZER:mailto:a@b\r\nATTENDEE:mailto:c@d\r\n"             \
	"ATTENDEE:mailto:e@f\r\n"                                                                  \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"

enum { NOW = 1800000000 };

/* Everybody had yet to answer. */
static void check_answers(struct arena *a, const struct ical_object *o, const struct dialect *said)
{
	static const struct text people[] = {TEXT_INIT("c@d"), TEXT_INIT("e@f")};

	assert(!said->is_delegate);
	assert(!said->is_by_token || text_equal(said->sender, people[0]));
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < ARRAY_LEN(people); n++) {
			const struct itip_user who = {&people[n], 1};
			const struct ical_attendee *p = itip_attendee_in(a, &o->items[i], &who);

			assert(p && (text_equal(said->sender, people[n]) || p->partstat.len == 0 ||
				     text_equal(p->partstat, TEXT("NEEDS-ACTION"))));
		}
}

static void take(struct arena *a, const struct ical_object *stored, const struct dialect *said)
{
	static const struct text host[] = {TEXT_INIT("a@b")};
	const struct itip_user user = {host, 1};
	struct itip_incoming in = {
		.stored = stored, .user = &user, .sender = said->sender, .now = NOW};
	struct ical_object *message, *o;
	struct itip_outcome out;

	if (ical_object_parse(a, said->calendar, ICAL_FROM_MESSAGE, &message) ||
	    itip_check(a, message, &in.method))
		return;
	in.message = message;
	if (itip_process(a, &in, &out) || out.action != ITIP_STORE)
		return;
	if (ical_object_parse(a, out.object, ICAL_FROM_STORE, &o))
		assert(out.object.len > ICAL_MAX_SIZE_BYTES / 2);
	else
		check_answers(a, o, said);
}

static void take_part(struct arena *a, const struct ical_object *stored, const struct mail_read *m,
		      const struct mail_part *p, bool by_token)
{
	struct dialect_input in = {
		.calendar = p->body, .method = p->method, .from = m->from, .stored = stored};
	struct dialect said;

	if (by_token) {
		in.token_uid = TEXT("m");
		in.token_attendee = TEXT("c@d");
	}
	if (!dialect_normalize(a, &in, &said))
		take(a, stored, &said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 27);
	struct ical_object *stored;
	struct mail_read m;

	if (!ready && !secret_init(a)) {
		ical_init();
		ready = true;
	}
	if (!ical_object_parse(a, TEXT(STORED), ICAL_FROM_STORE, &stored) &&
	    !mail_read(a, text_of((const char *)data, size), &m))
		for (size_t i = 0; i < m.part_count; i++)
			if (m.parts[i].is_calendar) {
				take_part(a, stored, &m, &m.parts[i], false);
				take_part(a, stored, &m, &m.parts[i], true);
			}
	arena_destroy(a);
	return 0;
}

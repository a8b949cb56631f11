/*
 * test_itip_memory - what is remembered of answers, apart from the object
 */
#include "itip_rows.h"

#define STAMPED(who, stamp)                                                                        \
	"ATTENDEE;PARTSTAT=ACCEPTED;X-FASTI-REPLIED=" stamp ":mailto:" who "@x.y\n"
#define PLAIN(who) "ATTENDEE;PARTSTAT=ACCEPTED:mailto:" who "@x.y\n"

static const char shown[] = EVENT(DTSTAMP("08") DAILY ORGANIZER PLAIN("bo") PLAIN("cy"))
	EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER PLAIN("bo") PLAIN("cy"));
static const char stamped[] =
	EVENT(DTSTAMP("08") DAILY ORGANIZER PLAIN("bo") STAMPED("cy", "0-20270110T100000Z"))
		EVENT(DTSTAMP("08") ON("03", "12") ORGANIZER STAMPED("bo", "2-20270110T110000Z")
			      PLAIN("cy"));

static struct ical_object *object(const char *components)
{
	struct ical_object *o = NULL;

	CHECK_WELL("object",
		   ical_object_parse(itip_rows_arena(), itip_object(itip_rows_arena(), components),
				     ICAL_FROM_STORE, &o));
	return o;
}

static void test_parted(void)
{
	struct arena *a = itip_rows_arena();
	struct text memory, parted = itip_memory_part(a, object(stamped), &memory);

	CHECK_TEXT("the object", parted, itip_object(a, shown));
	CHECK_TEXT("beside it", memory, TEXT("0 1 0-20270110T100000Z\n1 0 2-20270110T110000Z\n"));
	parted = itip_memory_part(a, object(shown), &memory);
	CHECK_TEXT("most have nothing", memory, TEXT(""));
	CHECK_TEXT("and stay as they are", parted, itip_object(a, shown));
}

static void test_joined(void)
{
	static const struct {
		const char *name, *object, *memory, *want;
	} rows[] = {
		{"as it was", shown, "0 1 0-20270110T100000Z\n1 0 2-20270110T110000Z\n", stamped},
		{"nothing is remembered", shown, "", shown},
		{"what was pasted counts for nothing", stamped, "", shown},
		{"of people that there are not", shown, "0 7 0-20270110T100000Z\n9 0 x\n", shown},
		{"no such text", shown, "\n\n0 0\n-1 0 x\n0 99999999999999999999 x\n", shown},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		itip_same(itip_rows_arena(), rows[i].name,
			  itip_memory_join(itip_rows_arena(), object(rows[i].object),
					   text_from(rows[i].memory)),
			  rows[i].want);
}

UNIT_SUITE("itip_memory", {"taken apart", test_parted}, {"put together", test_joined})

/*
 * fuzz_filter - any XML as a filter, and as what is asked of calendar data
 *
 * Beyond not crashing: what is read judges fixed objects without a fault, a plan never
 * rules out what matches, and an answer is cut from whatever is asked.
 */
#include <assert.h>

#include "base/arena.h"
#include "dav/caldata.h"
#include "dav/filter.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/zone.h"
#include "xml/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
#define TAIL "END:VCALENDAR\r\n"

static const struct {
	enum ical_component component;
	const char *uid, *raw;
} objects[] = {
	{COMP_VEVENT, "u1",
	 HEAD "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\n"
	      "DTSTART;TZID=Europe/Berlin:20270104T090000\r\nDURATION:PT1H\r\n"
	      "RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Berlin:20270111T090000\r\n"
	      "SUMMARY:Caf\xc3\xa9\\, then\r\n  work\r\n"
	      "ATTENDEE;CN=\"O, P\";PARTSTAT=ACCEPTED:mailto:o@example.com\r\n"
	      "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:ring\r\nTRIGGER;RELATED=END:-PT5M\r\n"
	      "REPEAT:3\r\nDURATION:PT1M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
	      "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\n"
	      "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270118T090000\r\n"
	      "DTSTART;TZID=Europe/Berlin:20270118T100000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n" TAIL},
	{COMP_VTODO, "u2",
	 HEAD "BEGIN:VTODO\r\nUID:u2\r\nDTSTAMP:20270101T000000Z\r\nDUE;VALUE=DATE:20270104\r\n"
	      "STATUS:NEEDS-ACTION\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT10M\r\n"
	      "END:VALARM\r\nEND:VTODO\r\n" TAIL},
	{COMP_VFREEBUSY, "u3",
	 HEAD "BEGIN:VFREEBUSY\r\nUID:u3\r\nDTSTAMP:20270101T000000Z\r\n"
	      "FREEBUSY;FBTYPE=BUSY:20270104T090000Z/PT1H,20270105T090000Z/20270105T100000Z\r\n"
	      "END:VFREEBUSY\r\n" TAIL},
};

static void judge(struct arena *a, const struct xml_node *root)
{
	const struct dav_comp_filter *filter;
	struct dav_filter_plan plan;
	int64_t steps = DAV_FILTER_STEPS;
	bool matches;

	if (dav_filter_read(a, root, &filter))
		return;
	plan = dav_filter_plan(filter);
	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		struct text uid = text_from(objects[i].uid);

		if (dav_filter_match(a, filter, text_from(objects[i].raw), zone_utc(), &steps,
				     &matches))
			return;
		assert(!matches || (plan.components & objects[i].component));
		assert(!matches || !plan.uid || dav_text_contains(a, plan.uid, uid));
	}
}

static void cut(struct arena *a, const struct xml_node *root)
{
	const struct dav_calendar_data *cd;
	struct text out;

	if (dav_caldata_read(a, root, false, &cd) || !cd)
		return;
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		if (!dav_caldata_cut(a, cd, text_from(objects[i].raw), zone_utc(), &out))
			assert(out.len > 0 && text_is_utf8(out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct arena *a = arena_create((size_t)1 << 26);
	struct xml_node *root;

	if (!ready) {
		ical_init();
		ready = true;
	}
	if (!xml_parse(a, text_of((const char *)data, size), &root)) {
		judge(a, root);
		cut(a, root);
	}
	arena_destroy(a);
	return 0;
}

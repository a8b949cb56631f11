/*
 * init - libical made ready before any thread runs
 *
 * libical fills tables on first use without a lock (the UTC zone, the TZID
 * prefix, its zone directory), so each is touched once here, and its process-wide
 * error table is never changed again.
 */
#include <libical/ical.h>

#include "ical/ical.h"

void ical_init(void)
{
	static const char sample[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
				     "DTSTART:20270118T090000Z\r\nSUMMARY:a\r\n"
				     "END:VEVENT\r\nEND:VCALENDAR\r\n";
	icalcomponent *c;
	char *printed;

	icalerror_set_errors_are_fatal(0);
	ical_set_unknown_token_handling_setting(ICAL_TREAT_AS_ERROR);
	(void)icaltimezone_get_utc_timezone();
	(void)icaltimezone_get_tzid(icaltimezone_get_utc_timezone());
	c = icalparser_parse_string(sample);
	if (!c)
		return;
	printed = icalcomponent_as_ical_string_r(c);
	icalmemory_free_buffer(printed);
	icalcomponent_free(c);
}

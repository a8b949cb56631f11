/* jcal_types - which types there are, and which property has which; see jcal_priv.h */

#include "ical/jcal_priv.h"

/* clang-format off */

/* RFC 7265 §3.6. What stands as it is in both has no function of its own. */
static const struct jcal_type types[] = {
	/* name          list   iCalendar → jCal         jCal → iCalendar */
	{ "binary",      false, NULL,                    jcal_put_ical_raw     },
	{ "boolean",     true,  jcal_put_json_boolean,   jcal_put_ical_boolean },
	{ "cal-address", false, NULL,                    jcal_put_ical_raw     },
	{ "date",        true,  jcal_put_json_shape,     jcal_put_ical_shape   },
	{ "date-time",   true,  jcal_put_json_shape,     jcal_put_ical_shape   },
	{ "duration",    true,  NULL,                    jcal_put_ical_raw     },
	{ "float",       true,  jcal_put_json_float,     jcal_put_ical_float   },
	{ "integer",     true,  jcal_put_json_integer,   jcal_put_ical_integer },
	{ "period",      true,  jcal_put_json_period,    jcal_put_ical_period  },
	{ "recur",       false, jcal_put_json_recur,     jcal_put_ical_recur   },
	{ "text",        true,  jcal_put_json_text,      jcal_put_ical_text    },
	{ "time",        true,  jcal_put_json_shape,     jcal_put_ical_shape   },
	{ "uri",         false, NULL,                    jcal_put_ical_raw     },
	{ "utc-offset",  true,  jcal_put_json_shape,     jcal_put_ical_shape   },
};

/* §5.1: the text of the value, as it stands. */
static const struct jcal_type unknown = { "unknown", false, NULL, jcal_put_ical_raw };

/* Those whose definition gives no default type (CONFERENCE, IMAGE, LINK …) are not here. */
static const struct jcal_property properties[] = {
	/* RFC 5545 §3.7 and §3.8 */
	{ "calscale",         "text",        JCAL_ONE   },
	{ "method",           "text",        JCAL_ONE   },
	{ "prodid",           "text",        JCAL_ONE   },
	{ "version",          "text",        JCAL_ONE   },
	{ "attach",           "uri",         JCAL_ONE   },
	{ "categories",       "text",        JCAL_LIST  },
	{ "class",            "text",        JCAL_ONE   },
	{ "comment",          "text",        JCAL_ONE   },
	{ "description",      "text",        JCAL_ONE   },
	{ "geo",              "float",       JCAL_PARTS },
	{ "location",         "text",        JCAL_ONE   },
	{ "percent-complete", "integer",     JCAL_ONE   },
	{ "priority",         "integer",     JCAL_ONE   },
	{ "resources",        "text",        JCAL_LIST  },
	{ "status",           "text",        JCAL_ONE   },
	{ "summary",          "text",        JCAL_ONE   },
	{ "completed",        "date-time",   JCAL_ONE   },
	{ "dtend",            "date-time",   JCAL_ONE   },
	{ "due",              "date-time",   JCAL_ONE   },
	{ "dtstart",          "date-time",   JCAL_ONE   },
	{ "duration",         "duration",    JCAL_ONE   },
	{ "freebusy",         "period",      JCAL_LIST  },
	{ "transp",           "text",        JCAL_ONE   },
	{ "tzid",             "text",        JCAL_ONE   },
	{ "tzname",           "text",        JCAL_ONE   },
	{ "tzoffsetfrom",     "utc-offset",  JCAL_ONE   },
	{ "tzoffsetto",       "utc-offset",  JCAL_ONE   },
	{ "tzurl",            "uri",         JCAL_ONE   },
	{ "attendee",         "cal-address", JCAL_ONE   },
	{ "contact",          "text",        JCAL_ONE   },
	{ "organizer",        "cal-address", JCAL_ONE   },
	{ "recurrence-id",    "date-time",   JCAL_ONE   },
	{ "related-to",       "text",        JCAL_ONE   },
	{ "url",              "uri",         JCAL_ONE   },
	{ "uid",              "text",        JCAL_ONE   },
	{ "exdate",           "date-time",   JCAL_LIST  },
	{ "exrule",           "recur",       JCAL_ONE   },
	{ "rdate",            "date-time",   JCAL_LIST  },
	{ "rrule",            "recur",       JCAL_ONE   },
	{ "action",           "text",        JCAL_ONE   },
	{ "repeat",           "integer",     JCAL_ONE   },
	{ "trigger",          "duration",    JCAL_ONE   },
	{ "created",          "date-time",   JCAL_ONE   },
	{ "dtstamp",          "date-time",   JCAL_ONE   },
	{ "last-modified",    "date-time",   JCAL_ONE   },
	{ "sequence",         "integer",     JCAL_ONE   },
	{ "request-status",   "text",        JCAL_PARTS },
	/* RFC 7808 §7 */
	{ "tzid-alias-of",    "text",        JCAL_ONE   },
	{ "tzuntil",          "date-time",   JCAL_ONE   },
	/* RFC 7953 §3.2 */
	{ "busytype",         "text",        JCAL_ONE   },
	/* RFC 7986 §5 */
	{ "color",            "text",        JCAL_ONE   },
	{ "name",             "text",        JCAL_ONE   },
	/* RFC 9073 §6, RFC 9074, RFC 9253 §8 */
	{ "calendar-address", "cal-address", JCAL_ONE   },
	{ "location-type",    "text",        JCAL_LIST  },
	{ "participant-type", "text",        JCAL_ONE   },
	{ "resource-type",    "text",        JCAL_ONE   },
	{ "acknowledged",     "date-time",   JCAL_ONE   },
	{ "proximity",        "text",        JCAL_ONE   },
	{ "concept",          "uri",         JCAL_ONE   },
	{ "refid",            "text",        JCAL_ONE   },
};
/* clang-format on */

const struct jcal_property *jcal_property_find(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(properties); i++)
		if (text_equal_nocase(name, text_from(properties[i].name)))
			return &properties[i];
	return NULL;
}

const struct jcal_type *jcal_type_find(struct text name)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (text_equal_nocase(name, text_from(types[i].name)))
			return &types[i];
	return &unknown;
}

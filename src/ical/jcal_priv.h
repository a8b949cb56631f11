/*
 * jcal_priv - the types of values, for both directions
 *
 * Memory: what is made lives in the arena of the writer or buf. Threads: no state.
 */
#ifndef ICAL_JCAL_PRIV_H
#define ICAL_JCAL_PRIV_H

#include "base/buf.h"
#include "ical/jcal.h"
#include "json/read.h"
#include "json/write.h"

struct jcal_type {
	const char *name; /* in lower case */
	bool is_list;	  /* commas part values where the property does not say */
	/* One value; false: it has not the form of its type, and nothing was written. */
	bool (*put_json)(struct arena *a, struct text value, struct json_writer *w);
	bool (*put_ical)(struct arena *a, const struct json *value, struct buf *out);
};

/* What a property's value is like where nobody says otherwise. */
enum jcal_form {
	JCAL_ONE,
	JCAL_LIST,  /* parted by commas: several values of the property (§3.4.1.1) */
	JCAL_PARTS, /* parted by semicolons: one value of several parts (§3.4.1.2, §3.4.1.3) */
};

struct jcal_property {
	const char *name; /* in lower case */
	const char *type;
	enum jcal_form form;
};

/* NULL: its default type is not known (§5), or it has none (RFC 7986 §5.7). */
const struct jcal_property *jcal_property_find(struct text name);
/* One that is not known is kept as it is (§5). */
const struct jcal_type *jcal_type_find(struct text name);

/* ---- jcal_line.c --------------------------------------------------------------------------- */

/* The first separator that no backslash stands before, from `from` on; t.len: none. */
size_t jcal_find_separator(struct text t, char separator, size_t from);

/* Names have no case in iCalendar, are lower in jCal, and upper as everybody writes them. */
void jcal_put_upper(struct buf *out, struct text name);

/* ---- jcal_value.c, jcal_recur.c: one value, as struct jcal_type has it --------------------- */

bool jcal_put_json_shape(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_text(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_boolean(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_integer(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_float(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_period(struct arena *a, struct text value, struct json_writer *w);
bool jcal_put_json_recur(struct arena *a, struct text value, struct json_writer *w);

bool jcal_put_ical_raw(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_shape(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_text(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_boolean(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_integer(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_float(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_period(struct arena *a, const struct json *value, struct buf *out);
bool jcal_put_ical_recur(struct arena *a, const struct json *value, struct buf *out);

void jcal_put_basic(struct buf *out, struct text extended);

#endif

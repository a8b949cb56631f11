/*
 * tnef - the properties in a winmail.dat (MS-OXTNEF)
 *
 * Outlook and Exchange put a message into one attachment where they take the other side
 * for one of theirs. Read are the message class, the subject and the MAPI properties of the message
 * itself; attachments within are passed over.
 *
 * Pure. Memory: texts live in the arena, values borrow the octets. Threads: no state.
 */
#ifndef MAIL_TNEF_PRIV_H
#define MAIL_TNEF_PRIV_H

#include "base/text.h"

struct arena;

enum { TNEF_PROPS_MAX = 2000 };

/* Which list of names a property is of (MS-OXPROPS §1.3.2); TNEF_TAGGED has its own number. */
enum tnef_set { TNEF_TAGGED, TNEF_APPOINTMENT, TNEF_MEETING, TNEF_OTHER_SET };

struct tnef_prop {
	enum tnef_set set;
	uint32_t id;
	uint16_t type;
	struct text value; /* of several, the first */
};

struct tnef {
	struct text message_class, subject; /* of attributes; may be empty */
	struct tnef_prop *props;
	size_t count;
	struct text charset; /* of what is not Unicode */
};

/* False: it is no TNEF. What is cut short is read as far as it goes. */
bool tnef_read(struct arena *a, struct text octets, struct tnef *out);

/* False, or empty: not there, or of another type. */
struct text tnef_text(struct arena *a, const struct tnef *t, enum tnef_set set, uint32_t id);
struct text tnef_binary(const struct tnef *t, enum tnef_set set, uint32_t id);
bool tnef_number(const struct tnef *t, enum tnef_set set, uint32_t id, int64_t *out);
bool tnef_time(const struct tnef *t, enum tnef_set set, uint32_t id, int64_t *utc_out);

#endif

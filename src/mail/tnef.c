/*
 * tnef - attributes, and the properties in one of them
 *
 * Every length is held against what is left before it is used, so a reader that runs past the
 * end just stops: `cut()` gives false from then on.
 */
#include "mail/tnef_priv.h"

#include "base/arena.h"
#include "ical/time.h"
#include "mail/coding_priv.h"

enum {
	SIGNATURE = 0x223E9F78,
	LEVEL_MESSAGE = 1,
	CHECKSUM_BYTES = 2,
	ATT_SUBJECT = 0x00018004, /* MS-OXTNEF §2.1.3.3 */
	ATT_MESSAGE_CLASS = 0x00078008,
	ATT_MSG_PROPS = 0x00069003,
	ATT_OEM_CODEPAGE = 0x00069007,
	ID_NAMED = 0x8000, /* from here on a property has a name */
	NAMED_BY_NUMBER = 0,
	TYPE_MANY = 0x1000,
	TYPE_STRING8 = 0x001E, /* MS-OXCDATA §2.11.1 */
	TYPE_UNICODE = 0x001F,
	TYPE_BINARY = 0x0102,
	TYPE_INT16 = 0x0002,
	TYPE_INT32 = 0x0003,
	TYPE_BOOLEAN = 0x000B,
	TYPE_TIME = 0x0040,
};

/* ---- numbers and slices ------------------------------------------------------------------- */

static uint64_t little_endian(struct text t)
{
	uint64_t n = 0;

	for (size_t i = t.len; i > 0; i--)
		n = n << 8 | (unsigned char)t.at[i - 1];
	return n;
}

static bool cut(struct text *rest, size_t len, struct text *out)
{
	if (len > rest->len)
		return false;
	*out = text_sub(*rest, 0, len);
	*rest = text_sub(*rest, len, rest->len);
	return true;
}

static bool cut_number(struct text *rest, size_t bytes, uint32_t *out)
{
	struct text t;

	if (!cut(rest, bytes, &t))
		return false;
	*out = (uint32_t)little_endian(t);
	return true;
}

/* A value with its length before it, filled up to four octets. */
static bool cut_counted(struct text *rest, struct text *out)
{
	struct text padding;
	uint32_t len;

	return cut_number(rest, 4, &len) && cut(rest, len, out) &&
	       cut(rest, (4 - len % 4) % 4 < rest->len ? (4 - len % 4) % 4 : rest->len, &padding);
}

/* ---- properties (MS-OXTNEF §2.1.3.4) ------------------------------------------------------ */

/* Octets of a value of fixed length as it stands here; 0: counted. */
static size_t fixed_width(uint32_t type)
{
	static const struct {
		uint32_t type;
		size_t width;
	} widths[] = {
		{0x0001, 4},	   {TYPE_INT16, 4}, {TYPE_INT32, 4}, {0x0004, 4},
		{0x0005, 8},	   {0x0006, 8},	    {0x0007, 8},     {0x000A, 4},
		{TYPE_BOOLEAN, 4}, {0x0014, 8},	    {TYPE_TIME, 8},  {0x0048, 16},
	};

	for (size_t i = 0; i < ARRAY_LEN(widths); i++)
		if (widths[i].type == type)
			return widths[i].width;
	return 0;
}

/* The first octets of the sets' GUIDs; the others are {00020329-0000-0000-C000-000000000046} alike.
 */
static enum tnef_set set_of(struct text guid)
{
	static const char appointment[] = {0x02,       0x20, 0x06, 0, 0, 0, 0, 0,
					   (char)0xC0, 0,    0,	   0, 0, 0, 0, 0x46};
	static const char meeting[] = {(char)0x90, (char)0xDA, (char)0xD8, 0x6E,
				       0x0B,	   0x45,       0x1B,	   0x10,
				       (char)0x98, (char)0xDA, 0,	   (char)0xAA,
				       0,	   0x3F,       0x13,	   0x05};

	if (memcmp(guid.at, appointment, sizeof(appointment)) == 0)
		return TNEF_APPOINTMENT;
	return memcmp(guid.at, meeting, sizeof(meeting)) == 0 ? TNEF_MEETING : TNEF_OTHER_SET;
}

static bool cut_name(struct text *rest, struct tnef_prop *p)
{
	struct text guid, name;
	uint32_t kind;

	if (p->id < ID_NAMED)
		return true;
	if (!cut(rest, 16, &guid) || !cut_number(rest, 4, &kind))
		return false;
	p->set = set_of(guid);
	if (kind == NAMED_BY_NUMBER)
		return cut_number(rest, 4, &p->id);
	p->set = TNEF_OTHER_SET; /* named by words, which no meeting needs */
	return cut_counted(rest, &name);
}

static bool cut_value(struct text *rest, struct tnef_prop *p)
{
	size_t width = fixed_width(p->type & ~(uint32_t)TYPE_MANY);
	struct text value;
	uint32_t count = 1;

	if ((p->type & TYPE_MANY || width == 0) && !cut_number(rest, 4, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!(width > 0 ? cut(rest, width, &value) : cut_counted(rest, &value)))
			return false;
		if (i == 0)
			p->value = value;
	}
	return true;
}

static void read_props(struct arena *a, struct text rest, struct tnef *out)
{
	uint32_t count, type;

	if (out->props || !cut_number(&rest, 4, &count))
		return;
	if (count > TNEF_PROPS_MAX)
		count = TNEF_PROPS_MAX;
	/* Four octets at least are of each. */
	if (count > rest.len / 4)
		count = (uint32_t)(rest.len / 4);
	out->props = arena_alloc_array(a, count + 1, sizeof(*out->props));
	while (out->count < count) {
		struct tnef_prop *p = &out->props[out->count];

		if (!cut_number(&rest, 2, &type) || !cut_number(&rest, 2, &p->id))
			return;
		p->type = (uint16_t)type;
		if (!cut_name(&rest, p) || !cut_value(&rest, p))
			return;
		out->count++;
	}
}

/* ---- attributes (MS-OXTNEF §2.1.3.1) ------------------------------------------------------ */

static struct text until_nul(struct text t)
{
	const char *end = t.len > 0 ? memchr(t.at, 0, t.len) : NULL;

	return end ? text_sub(t, 0, (size_t)(end - t.at)) : t;
}

static void read_attribute(struct arena *a, uint32_t id, struct text value, struct tnef *out)
{
	switch (id) {
	case ATT_MESSAGE_CLASS:
		out->message_class = coding_to_utf8(a, TEXT_NONE, until_nul(value));
		break;
	case ATT_SUBJECT: out->subject = until_nul(value); break;
	case ATT_OEM_CODEPAGE:
		if (value.len >= 4)
			out->charset = text_from(arena_printf(
				a, "CP%u", (unsigned)little_endian(text_sub(value, 0, 4))));
		break;
	case ATT_MSG_PROPS: read_props(a, value, out); break;
	default: break;
	}
}

bool tnef_read(struct arena *a, struct text octets, struct tnef *out)
{
	struct text rest = octets, value, checksum;
	uint32_t signature, key, level, id, len;

	*out = (struct tnef){.count = 0};
	if (!cut_number(&rest, 4, &signature) || signature != SIGNATURE ||
	    !cut_number(&rest, 2, &key))
		return false;
	while (cut_number(&rest, 1, &level) && cut_number(&rest, 4, &id) &&
	       cut_number(&rest, 4, &len) && cut(&rest, len, &value)) {
		if (level == LEVEL_MESSAGE)
			read_attribute(a, id, value, out);
		if (!cut(&rest, CHECKSUM_BYTES, &checksum))
			break;
	}
	out->subject = coding_to_utf8(a, out->charset, out->subject);
	return true;
}

/* ---- looking up --------------------------------------------------------------------------- */

static const struct tnef_prop *find(const struct tnef *t, enum tnef_set set, uint32_t id)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->props[i].set == set && t->props[i].id == id)
			return &t->props[i];
	return NULL;
}

struct text tnef_text(struct arena *a, const struct tnef *t, enum tnef_set set, uint32_t id)
{
	const struct tnef_prop *p = find(t, set, id);
	struct text value = TEXT_NONE;

	if (p && p->type == TYPE_UNICODE)
		value = coding_from_utf16(a, p->value);
	else if (p && p->type == TYPE_STRING8)
		value = coding_to_utf8(a, t->charset, until_nul(p->value));
	return until_nul(value);
}

struct text tnef_binary(const struct tnef *t, enum tnef_set set, uint32_t id)
{
	const struct tnef_prop *p = find(t, set, id);

	return p && p->type == TYPE_BINARY ? p->value : TEXT_NONE;
}

bool tnef_number(const struct tnef *t, enum tnef_set set, uint32_t id, int64_t *out)
{
	const struct tnef_prop *p = find(t, set, id);

	if (!p || (p->type != TYPE_INT32 && p->type != TYPE_BOOLEAN && p->type != TYPE_INT16))
		return false;
	/* What is shorter than four octets is filled with anything. */
	*out = p->type == TYPE_INT32 ? (int32_t)little_endian(p->value)
				     : (int64_t)little_endian(text_sub(p->value, 0, 2));
	return true;
}

/* Hundreds of nanoseconds since 1601 (MS-DTYP §2.3.3). */
bool tnef_time(const struct tnef *t, enum tnef_set set, uint32_t id, int64_t *utc_out)
{
	const struct tnef_prop *p = find(t, set, id);

	if (!p || p->type != TYPE_TIME)
		return false;
	*utc_out = (int64_t)(little_endian(p->value) / 10000000) - INT64_C(11644473600);
	return *utc_out > TIME_MIN && *utc_out < TIME_MAX;
}

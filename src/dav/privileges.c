/* privileges - what the owner of a resource may do with it (RFC 3744 §3, RFC 4791 §6.1) */

#include "dav/dav_priv.h"

#define READING (DAV_MAY_READ | DAV_MAY_READ_PRIVILEGES)
#define ALL_OF_CALENDAR                                                                            \
	(DAV_MAY_READ | DAV_MAY_WRITE_PROPERTIES | DAV_MAY_WRITE_CONTENT | DAV_MAY_BIND |          \
	 DAV_MAY_UNBIND | DAV_MAY_READ_FREE_BUSY | DAV_MAY_READ_PRIVILEGES)

static const struct granted {
	unsigned on, privileges;
} granted[] = {
	{DAV_FOLDERS, READING},
	{DAV_PRINCIPAL, READING | DAV_MAY_WRITE_PROPERTIES},
	{DAV_HOME, READING | DAV_MAY_WRITE_PROPERTIES | DAV_MAY_BIND | DAV_MAY_UNBIND |
			   DAV_MAY_READ_FREE_BUSY},
	{DAV_CALENDAR, ALL_OF_CALENDAR},
	{DAV_INBOX, READING | DAV_MAY_WRITE_PROPERTIES | DAV_MAY_UNBIND},
	{DAV_OUTBOX, READING},
	{DAV_OBJECT, READING | DAV_MAY_WRITE_PROPERTIES | DAV_MAY_WRITE_CONTENT},
};

/* What each is called; an aggregate has several bits. */
static const struct privilege_name {
	unsigned bits;
	enum xml_ns ns;
	const char *name;
} names[] = {
	{DAV_MAY_READ, NS_DAV, "read"},
	{DAV_MAY_READ_PRIVILEGES, NS_DAV, "read-current-user-privilege-set"},
	{DAV_MAY_WRITE_PROPERTIES | DAV_MAY_WRITE_CONTENT, NS_DAV, "write"},
	{DAV_MAY_WRITE_PROPERTIES, NS_DAV, "write-properties"},
	{DAV_MAY_WRITE_CONTENT, NS_DAV, "write-content"},
	{DAV_MAY_BIND, NS_DAV, "bind"},
	{DAV_MAY_UNBIND, NS_DAV, "unbind"},
	{DAV_MAY_READ_FREE_BUSY, NS_CALDAV, "read-free-busy"},
};

unsigned dav_privileges(enum dav_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(granted); i++)
		if (granted[i].on & kind)
			return granted[i].privileges;
	return 0;
}

void dav_put_privileges(struct buf *out, unsigned privileges)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if ((names[i].bits & privileges) != names[i].bits)
			continue;
		xml_open(out, NS_DAV, "privilege");
		xml_empty(out, names[i].ns, names[i].name);
		xml_close(out, NS_DAV, "privilege");
	}
}

const struct fault *dav_need(struct dav_request *dr, enum dav_kind kind, unsigned needs)
{
	unsigned missing = needs & ~(dav_privileges(kind) & dr->may);

	for (size_t i = 0; i < ARRAY_LEN(names) && missing; i++)
		if (names[i].bits & missing)
			return fault_make(dr->arena, FAULT_FORBIDDEN, names[i].name,
					  "This resource may not be changed so.");
	return NULL;
}

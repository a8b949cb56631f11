/*
 * privileges - what may be done with a resource (RFC 3744 §3, RFC 4791 §6.1, RFC 6638 §6)
 *
 * A privilege is a bit, an aggregate several. What an entry grants is kept as bits, so that an
 * aggregate means what it meant when it was granted.
 */

#include "dav/dav_priv.h"

#define READING	       (DAV_MAY_READ | DAV_MAY_READ_PRIVILEGES | DAV_MAY_READ_ACL)
#define WRITING	       (DAV_MAY_WRITE_PROPERTIES | DAV_MAY_WRITE_CONTENT)
#define MEMBERS	       (DAV_MAY_BIND | DAV_MAY_UNBIND)
#define ADMINISTRATION (DAV_MAY_WRITE_ACL | DAV_MAY_UNLOCK)
#define SENDING	       (DAV_MAY_SEND_INVITE | DAV_MAY_SEND_REPLY | DAV_MAY_SEND_FREE_BUSY)

static const struct applicable {
	unsigned on, privileges;
} applicable[] = {
	{DAV_FOLDERS, READING},
	{DAV_PRINCIPAL | DAV_PROXY, READING | DAV_MAY_WRITE_PROPERTIES},
	{DAV_HOME,
	 READING | DAV_MAY_WRITE_PROPERTIES | MEMBERS | DAV_MAY_READ_FREE_BUSY | ADMINISTRATION},
	{DAV_CALENDAR, READING | WRITING | MEMBERS | DAV_MAY_READ_FREE_BUSY | ADMINISTRATION},
	{DAV_PLAIN, READING | WRITING | MEMBERS | DAV_MAY_UNLOCK},
	{DAV_INBOX, READING | DAV_MAY_WRITE_PROPERTIES | DAV_MAY_UNBIND | DAV_MAY_DELIVER},
	{DAV_OUTBOX, READING | SENDING},
	{DAV_MEMBERS, READING | WRITING | DAV_MAY_UNLOCK},
	{DAV_ATTACHMENT, DAV_MAY_READ},
};

/*
 * What each is called, the single ones first; `within` is the aggregate that it is a part of
 * (RFC 3744 §5.3). RFC 4791 §6.1.1 has read-free-busy within read.
 */
static const struct privilege_name {
	unsigned bits;
	enum xml_ns ns;
	const char *name, *within, *description;
} names[] = {
	{DAV_MAY_WRITE_PROPERTIES, NS_DAV, "write-properties", "write", "Change properties"},
	{DAV_MAY_WRITE_CONTENT, NS_DAV, "write-content", "write", "Change what it says"},
	{DAV_MAY_BIND, NS_DAV, "bind", "write", "Put something into it"},
	{DAV_MAY_UNBIND, NS_DAV, "unbind", "write", "Take something out of it"},
	{DAV_MAY_READ_FREE_BUSY, NS_CALDAV, "read-free-busy", "read", "Ask when time is taken"},
	{DAV_MAY_READ_PRIVILEGES, NS_DAV, "read-current-user-privilege-set", "read",
	 "Ask what one may do"},
	{DAV_MAY_READ_ACL, NS_DAV, "read-acl", "all", "Ask who may do what"},
	{DAV_MAY_WRITE_ACL, NS_DAV, "write-acl", "all", "Say who may do what"},
	{DAV_MAY_UNLOCK, NS_DAV, "unlock", "all", "Take away locks of others"},
	{DAV_MAY_DELIVER_INVITE, NS_CALDAV, "schedule-deliver-invite", "schedule-deliver",
	 "Invite its owner"},
	{DAV_MAY_DELIVER_REPLY, NS_CALDAV, "schedule-deliver-reply", "schedule-deliver",
	 "Answer its owner"},
	{DAV_MAY_QUERY_FREE_BUSY, NS_CALDAV, "schedule-query-freebusy", "schedule-deliver",
	 "Ask when its owner's time is taken"},
	{DAV_MAY_SEND_INVITE, NS_CALDAV, "schedule-send-invite", "schedule-send",
	 "Invite for its owner"},
	{DAV_MAY_SEND_REPLY, NS_CALDAV, "schedule-send-reply", "schedule-send",
	 "Answer for its owner"},
	{DAV_MAY_SEND_FREE_BUSY, NS_CALDAV, "schedule-send-freebusy", "schedule-send",
	 "Ask for its owner when others' time is taken"},
	{DAV_MAY_DELIVER, NS_CALDAV, "schedule-deliver", "all", "Bring it messages"},
	{SENDING, NS_CALDAV, "schedule-send", "all", "Send messages for its owner"},
	{DAV_MAY_READ | DAV_MAY_READ_FREE_BUSY | DAV_MAY_READ_PRIVILEGES, NS_DAV, "read", "all",
	 "Read it"},
	{WRITING | MEMBERS, NS_DAV, "write", "all", "Change it"},
	{DAV_MAY_ALL, NS_DAV, "all", NULL, "Everything"},
};

/* What there is to be done with resources of a kind: what their owner may do. */
static unsigned privileges_of(enum dav_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(applicable); i++)
		if (applicable[i].on & kind)
			return applicable[i].privileges;
	return 0;
}

/* Of an aggregate the parts that there are on such a resource; without its first one it is none. */
static unsigned bits_on(const struct privilege_name *n, enum dav_kind kind)
{
	unsigned there = n->bits & privileges_of(kind);

	if (strcmp(n->name, "write") == 0 && !(there & DAV_MAY_WRITE_CONTENT))
		return 0;
	return there;
}

void dav_put_privileges(struct buf *out, enum dav_kind kind, unsigned may)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		unsigned bits = bits_on(&names[i], kind);

		if (!bits || (bits & ~may))
			continue;
		xml_open(out, NS_DAV, "privilege");
		xml_empty(out, names[i].ns, names[i].name);
		xml_close(out, NS_DAV, "privilege");
	}
}

void dav_put_granted(struct buf *out, unsigned bits)
{
	for (size_t i = ARRAY_LEN(names); i-- > 0 && bits;) {
		if (names[i].bits & ~bits)
			continue;
		xml_open(out, NS_DAV, "privilege");
		xml_empty(out, names[i].ns, names[i].name);
		xml_close(out, NS_DAV, "privilege");
		bits &= ~names[i].bits;
	}
}

static void put_supported(struct buf *out, enum dav_kind kind, const struct privilege_name *n)
{
	xml_open(out, NS_DAV, "supported-privilege");
	xml_open(out, NS_DAV, "privilege");
	xml_empty(out, n->ns, n->name);
	xml_close(out, NS_DAV, "privilege");
	xml_tag(out, NS_DAV, "description");
	xml_put_attr(out, "xml:lang", TEXT("en"));
	xml_tag_open(out);
	xml_put_text(out, text_from(n->description));
	xml_close(out, NS_DAV, "description");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].within && strcmp(names[i].within, n->name) == 0 &&
		    bits_on(&names[i], kind))
			put_supported(out, kind, &names[i]); /* as deep as the table: three */
	xml_close(out, NS_DAV, "supported-privilege");
}

void dav_put_supported_privileges(struct buf *out, enum dav_kind kind)
{
	put_supported(out, kind, &names[ARRAY_LEN(names) - 1]);
}

enum xml_ns dav_privilege_ns(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].ns;
	return NS_DAV;
}

unsigned dav_privilege_of(const struct xml_node *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (xml_is(name, names[i].ns, names[i].name))
			return names[i].bits;
	return 0;
}

unsigned dav_privileges_on(enum dav_kind kind, unsigned may)
{
	return privileges_of(kind) & may;
}

const struct fault *dav_missing_right(struct arena *a, unsigned missing)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].bits & missing)
			return fault_make(a, FAULT_FORBIDDEN, names[i].name,
					  "This resource may not be changed so.");
	return NULL;
}

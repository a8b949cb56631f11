/* peer - addresses, the forwarded one behind a proxy, and how many connections each has */
#include "http/peer_priv.h"

#include <arpa/inet.h>

#include "base/arena.h"

static bool address_read(struct text t, struct in6_addr *out)
{
	char s[INET6_ADDRSTRLEN];
	struct in_addr v4;

	if (t.len > 2 && t.at[0] == '[' && t.at[t.len - 1] == ']')
		t = text_sub(t, 1, t.len - 2);
	if (t.len == 0 || t.len >= sizeof(s))
		return false;
	memcpy(s, t.at, t.len);
	s[t.len] = '\0';
	if (inet_pton(AF_INET6, s, out) == 1)
		return true;
	if (inet_pton(AF_INET, s, &v4) != 1)
		return false;
	*out = (struct in6_addr){.s6_addr = {[10] = 0xFF, [11] = 0xFF}};
	memcpy(&out->s6_addr[12], &v4, sizeof(v4));
	return true;
}

static bool list_has(const struct peer_list *l, const struct in6_addr *address)
{
	for (size_t i = 0; i < l->count; i++)
		if (IN6_ARE_ADDR_EQUAL(&l->at[i], address))
			return true;
	return false;
}

const struct fault *peer_list_read(struct arena *a, struct text list, struct peer_list *out)
{
	struct text rest = list, part;
	size_t commas = 0;

	for (size_t i = 0; i < list.len; i++)
		commas += list.at[i] == ',';
	*out = (struct peer_list){.at = arena_alloc_array(a, commas + 1, sizeof(*out->at))};
	while (list.len > 0 && text_next(&rest, ',', &part)) {
		part = text_trim(part);
		if (part.len == 0)
			continue;
		if (!address_read(part, &out->at[out->count]))
			return fault_make(a, FAULT_BAD_REQUEST, NULL,
					  "A trusted proxy is an address, not \"%.*s\".",
					  TEXT_ARG(part));
		out->count++;
	}
	return NULL;
}

static bool is_loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

void peer_init(struct peer *p, const struct sockaddr *from, const struct peer_list *trusted)
{
	*p = (struct peer){0};
	if (from->sa_family == AF_INET6) {
		p->address = ((const struct sockaddr_in6 *)from)->sin6_addr;
	} else if (from->sa_family == AF_INET) {
		p->address.s6_addr[10] = p->address.s6_addr[11] = 0xFF;
		memcpy(&p->address.s6_addr[12], &((const struct sockaddr_in *)from)->sin_addr, 4);
	}
	if (IN6_IS_ADDR_V4MAPPED(&p->address))
		inet_ntop(AF_INET, &p->address.s6_addr[12], p->text, sizeof(p->text));
	else
		inet_ntop(AF_INET6, &p->address, p->text, sizeof(p->text));
	p->is_loopback = is_loopback(&p->address);
	p->is_trusted = list_has(trusted, &p->address);
}

struct text peer_forwarded(struct text list, const struct peer_list *trusted)
{
	struct text client = TEXT_NONE;

	while (list.len > 0) {
		size_t from = list.len;
		struct in6_addr address;
		struct text part;

		while (from > 0 && list.at[from - 1] != ',')
			from--;
		part = text_trim(text_sub(list, from, list.len));
		if (!address_read(part, &address))
			break;
		client = part;
		if (!list_has(trusted, &address))
			break;
		list.len = from > 0 ? from - 1 : 0;
	}
	return client;
}

/* ---- counts --------------------------------------------------------------------------------- */

enum { BUCKETS = 1024 };

struct counted {
	struct counted *next;
	struct in6_addr net;
	unsigned count;
};

struct peer_counts {
	struct counted *buckets[BUCKETS];
};

struct peer_counts *peer_counts_create(void)
{
	return calloc(1, sizeof(struct peer_counts));
}

void peer_counts_destroy(struct peer_counts *c)
{
	for (size_t i = 0; c && i < BUCKETS; i++) {
		while (c->buckets[i]) {
			struct counted *gone = c->buckets[i];

			c->buckets[i] = gone->next;
			free(gone);
		}
	}
	free(c);
}

static struct in6_addr net_of(const struct peer *p)
{
	struct in6_addr net = p->address;

	if (!IN6_IS_ADDR_V4MAPPED(&net))
		memset(&net.s6_addr[8], 0, 8);
	return net;
}

/* Where the entry hangs, or where one would be hung. */
static struct counted **place_of(const struct peer_counts *c, const struct in6_addr *net)
{
	uint64_t hash = text_hash(text_of((const char *)net, sizeof(*net)));
	struct counted **at = (struct counted **)&c->buckets[hash % BUCKETS];

	while (*at && !IN6_ARE_ADDR_EQUAL(&(*at)->net, net))
		at = &(*at)->next;
	return at;
}

void peer_counts_add(struct peer_counts *c, const struct peer *p, int n)
{
	struct in6_addr net = net_of(p);
	struct counted **at = place_of(c, &net), *entry = *at;

	if (!entry) {
		entry = calloc(1, sizeof(*entry));
		if (!entry)
			return; /* uncounted, so not limited */
		entry->net = net;
		*at = entry;
	}
	/* One that could not be counted may still leave. */
	if (n > 0 || entry->count > 0)
		entry->count += (unsigned)n;
	if (entry->count == 0) {
		*at = entry->next;
		free(entry);
	}
}

unsigned peer_counts_get(const struct peer_counts *c, const struct peer *p)
{
	struct in6_addr net = net_of(p);
	struct counted *entry = *place_of(c, &net);

	return entry ? entry->count : 0;
}

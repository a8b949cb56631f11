/*
 * dns - see dns.h
 *
 * The system's resolver asks (res_nquery), and reads what comes back (ns_parserr); it is bounded in
 * time, bytes and records all the same, as it is a stranger's.
 */
#include "net/dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/secret.h"

enum {
	DNS_NAME_MAX = 253, /* RFC 1035 §2.3.4, as text */
	DNS_ANSWER_MAX = 4096,
	DNS_RECORDS_MAX = 16,
	DNS_PATH_MAX = 255,
	DNS_TRY_S = 2, /* for each resolver that the system knows */
	SRV_NAME_AT = 6,
};

struct answer {
	unsigned char at[DNS_ANSWER_MAX];
	ns_msg msg;
	int count; /* records of its answer section, as many as are looked at */
};

/* ---- asking -----------------------------------------------------------------------------------
 */

/* What may stand in a name of a host, and has more than one part (RFC 1123 §2.1). */
static bool is_domain(struct text name)
{
	bool has_dot = false;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (c == '.')
			has_dot = true;
		else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			   (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return has_dot && name.len <= DNS_NAME_MAX;
}

static void use_loopback(struct __res_state *state, int port)
{
	state->nscount = 1;
	state->nsaddr_list[0] = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
	};
}

/* False: there are no such records, or nobody answers. */
static bool ask(const char *name, int type, int resolver_port, struct answer *out)
{
	struct __res_state state;
	int len;

	memset(&state, 0, sizeof(state));
	if (res_ninit(&state) != 0)
		return false;
	state.retrans = DNS_TRY_S;
	state.retry = 1;
	/* Both are of UDP alone: by TCP one that keeps silent would be waited for without end. */
	state.options &= ~(unsigned long)RES_USEVC;
	state.options |= RES_IGNTC | RES_USE_EDNS0;
	if (resolver_port)
		use_loopback(&state, resolver_port);
	len = res_nquery(&state, name, ns_c_in, type, out->at, sizeof(out->at));
	res_nclose(&state);
	/* It says how long the whole would be. */
	if (len <= 0 || len > (int)sizeof(out->at) || ns_initparse(out->at, len, &out->msg) != 0)
		return false;
	out->count = ns_msg_count(out->msg, ns_s_an);
	out->count = out->count < DNS_RECORDS_MAX ? out->count : DNS_RECORDS_MAX;
	return true;
}

static bool record_at(struct answer *answer, int i, int type, ns_rr *out)
{
	return ns_parserr(&answer->msg, ns_s_an, i, out) == 0 && (int)ns_rr_type(*out) == type;
}

/* ---- RFC 2782 ---------------------------------------------------------------------------------
 */

struct server {
	int priority, weight, port;
	char host[NS_MAXDNAME];
};

/* False: it is none, or says that there is no such service ("."). */
static bool read_server(struct answer *answer, int i, struct server *out)
{
	const unsigned char *data;
	ns_rr rr;

	if (!record_at(answer, i, ns_t_srv, &rr) || ns_rr_rdlen(rr) <= SRV_NAME_AT)
		return false;
	data = ns_rr_rdata(rr);
	out->priority = ns_get16(data);
	out->weight = ns_get16(data + 2);
	out->port = ns_get16(data + 4);
	return dn_expand(ns_msg_base(answer->msg), ns_msg_end(answer->msg), data + SRV_NAME_AT,
			 out->host, sizeof(out->host)) > 0 &&
	       is_domain(text_from(out->host)) && out->port > 0;
}

/* How many of the best priority, moved to the front. */
static size_t keep_best(struct server *list, size_t count)
{
	size_t kept = 0;
	int best = INT32_MAX;

	for (size_t i = 0; i < count; i++)
		best = list[i].priority < best ? list[i].priority : best;
	for (size_t i = 0; i < count; i++)
		if (list[i].priority == best)
			list[kept++] = list[i];
	return kept;
}

/* The share of each is its weight; one of none comes where no other has any. */
static const struct server *draw(const struct server *list, size_t count)
{
	uint32_t sum = 0, dice;
	size_t i = 0;

	for (size_t k = 0; k < count; k++)
		sum += (uint32_t)list[k].weight;
	if (sum == 0)
		return list;
	secret_random(&dice, sizeof(dice));
	dice %= sum;
	while (dice >= (uint32_t)list[i].weight)
		dice -= (uint32_t)list[i++].weight;
	return &list[i];
}

/* ---- RFC 6763 §6 ------------------------------------------------------------------------------
 */

/* RFC 6764 §4: the value of "path", of the first string that has it. */
static struct text path_in(struct text strings)
{
	while (strings.len > 0) {
		size_t len = (unsigned char)strings.at[0];
		struct text one = text_sub(strings, 1, len);

		if (one.len < len)
			break;
		if (text_starts_nocase(one, TEXT("path=/")))
			return text_sub(one, sizeof("path=") - 1, one.len);
		strings = text_sub(strings, len + 1, strings.len);
	}
	return TEXT_NONE;
}

static struct text find_path(struct arena *a, struct answer *answer)
{
	ns_rr rr;

	for (int i = 0; i < answer->count; i++) {
		struct text path = TEXT_NONE;

		if (record_at(answer, i, ns_t_txt, &rr))
			path = path_in(text_of((const char *)ns_rr_rdata(rr), ns_rr_rdlen(rr)));
		if (path.len > 0 && path.len <= DNS_PATH_MAX && text_is_plain(path, ""))
			return text_dup(a, path);
	}
	return TEXT_NONE;
}

/* ---- a service --------------------------------------------------------------------------------
 */

static size_t list_servers(struct answer *answer, struct server list[DNS_RECORDS_MAX])
{
	size_t count = 0;

	for (int i = 0; i < answer->count; i++)
		count += read_server(answer, i, &list[count]);
	return count;
}

bool net_dns_service(struct arena *a, const char *service, struct text domain, int resolver_port,
		     struct net_service *out)
{
	struct answer *answer = arena_alloc(a, sizeof(*answer));
	struct server *list = arena_alloc_array(a, DNS_RECORDS_MAX, sizeof(*list));
	const struct server *server;
	const char *name;
	size_t count;

	if (!is_domain(domain))
		return false;
	name = arena_printf(a, "%s.%.*s", service, TEXT_ARG(domain));
	if (!ask(name, ns_t_srv, resolver_port, answer))
		return false;
	count = keep_best(list, list_servers(answer, list));
	if (count == 0)
		return false;
	server = draw(list, count);
	*out = (struct net_service){
		.host = text_lower(a, text_from(server->host)),
		.port = server->port,
	};
	if (ask(name, ns_t_txt, resolver_port, answer))
		out->path = find_path(a, answer);
	return true;
}

bool net_dns_is_within(struct text host, struct text domain)
{
	size_t before = host.len - domain.len;

	if (domain.len == 0 || host.len < domain.len)
		return false;
	return text_equal_nocase(text_sub(host, before, domain.len), domain) &&
	       (before == 0 || host.at[before - 1] == '.');
}

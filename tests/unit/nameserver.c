/* nameserver - see nameserver.h */
#include "nameserver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <assert.h>
#include <poll.h>
#include <resolv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PACKET_MAX = 4096,
	PLAIN_MAX = 512, /* RFC 1035 §4.2.1 */
	HEADER_LEN = 12,
	QUESTION_REST = 4,
	EDNS_LEN = 11,
	OWNER_AT = 0xC000 | HEADER_LEN,
	TRIES = 100,
};

/* What is being written; it has to fit. */
struct packet {
	unsigned char at[PACKET_MAX];
	size_t len;
};

static void put(struct packet *p, const void *at, size_t len)
{
	assert(p->len + len <= sizeof(p->at));
	memcpy(p->at + p->len, at, len);
	p->len += len;
}

static void put16(struct packet *p, int n)
{
	const unsigned char bytes[] = {(unsigned char)(n >> 8), (unsigned char)n};

	put(p, bytes, sizeof(bytes));
}

static void put_name(struct packet *p, const char *name)
{
	while (*name && strcmp(name, ".") != 0) {
		size_t len = strcspn(name, ".");
		unsigned char byte = (unsigned char)len;

		put(p, &byte, 1);
		put(p, name, len);
		name += len + (name[len] == '.');
	}
	put(p, "", 1);
}

static void put_data(struct packet *p, const struct nameserver_record *r)
{
	unsigned char len;

	if (r->data_len > 0) {
		put(p, r->data, r->data_len);
	} else if (r->type == ns_t_srv) {
		put16(p, r->priority);
		put16(p, r->weight);
		put16(p, r->port);
		put_name(p, r->host);
	} else {
		len = (unsigned char)strlen(r->data);
		put(p, &len, 1);
		put(p, r->data, len);
	}
}

static void put_record(struct packet *p, const struct nameserver_record *r)
{
	struct packet data = {.len = 0};

	put_data(&data, r);
	put16(p, OWNER_AT);
	put16(p, r->type);
	put16(p, ns_c_in);
	put16(p, 0);
	put16(p, 60);
	put16(p, (int)data.len);
	put(p, data.at, data.len);
}

/* What the answer may have: as EDNS says after the question, if it is there (RFC 6891 §6.1.2). */
static size_t room_for(const struct packet *p, size_t question_len)
{
	const unsigned char *edns = p->at + question_len;

	if (p->len < question_len + EDNS_LEN || edns[0] != 0 || ns_get16(edns + 1) != ns_t_opt)
		return PLAIN_MAX;
	return ns_get16(edns + 3);
}

/* The question stays, and answers follow it; false: it is no question. */
static bool answer(const struct nameserver *s, struct packet *p)
{
	size_t question_len, room, before;
	bool is_cut = false;
	char name[NS_MAXDNAME];
	int len = p->len > HEADER_LEN
			  ? dn_expand(p->at, p->at + p->len, p->at + HEADER_LEN, name, sizeof(name))
			  : -1;
	int type, count = 0;

	if (len < 0 || p->len < HEADER_LEN + (size_t)len + QUESTION_REST)
		return false;
	type = ns_get16(p->at + HEADER_LEN + len);
	question_len = HEADER_LEN + (size_t)len + QUESTION_REST;
	room = room_for(p, question_len);
	/* What follows the question (EDNS) is not answered. */
	p->len = question_len;
	for (size_t i = 0; i < s->count; i++) {
		if (s->records[i].type != type || strcasecmp(s->records[i].name, name) != 0)
			continue;
		before = p->len;
		put_record(p, &s->records[i]);
		is_cut = is_cut || p->len > room;
		if (is_cut)
			p->len = before;
		else
			count++;
	}
	/* An answer, with authority; recursion was wanted … */
	p->at[2] = (unsigned char)(0x85 | (is_cut ? 0x02 : 0));
	p->at[3] = (unsigned char)(0x80 | (count > 0 || is_cut ? ns_r_noerror : ns_r_nxdomain));
	memset(p->at + 6, 0, 6);
	p->at[7] = (unsigned char)count;
	return true;
}

/* False: it is over, which an empty question says. */
static bool answer_one(struct nameserver *s)
{
	struct packet p;
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t len = recvfrom(s->fd, p.at, sizeof(p.at), 0, (struct sockaddr *)&from, &from_len);

	if (len <= 0)
		return false;
	p.len = (size_t)len;
	atomic_fetch_add(&s->asked, 1);
	if (answer(s, &p))
		(void)sendto(s->fd, p.at, p.len, 0, (struct sockaddr *)&from, from_len);
	return true;
}

static void turn_away(struct nameserver *s)
{
	int fd = accept(s->tcp_fd, NULL, NULL);

	atomic_fetch_add(&s->asked_by_tcp, 1);
	if (fd >= 0)
		close(fd);
}

static void *serve(void *at)
{
	struct nameserver *s = at;
	struct pollfd both[] = {{.fd = s->fd, .events = POLLIN},
				{.fd = s->tcp_fd, .events = POLLIN}};

	for (;;) {
		(void)poll(both, 2, -1);
		if (both[1].revents)
			turn_away(s);
		if (both[0].revents && !answer_one(s))
			return NULL;
	}
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
}

/* One port for both; false: somebody has it already. */
static bool open_both(struct nameserver *s)
{
	struct sockaddr_in at = loopback(0);
	socklen_t len = sizeof(at);
	int failed;

	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	s->tcp_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	failed = bind(s->fd, (struct sockaddr *)&at, sizeof(at)) ||
		 getsockname(s->fd, (struct sockaddr *)&at, &len);
	assert(!failed);
	s->port = ntohs(at.sin_port);
	if (bind(s->tcp_fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(s->tcp_fd, 1) == 0)
		return true;
	close(s->fd);
	close(s->tcp_fd);
	return false;
}

void nameserver_start(struct nameserver *s, const struct nameserver_record *records, size_t count)
{
	int failed, tries = 0;

	*s = (struct nameserver){.records = records, .count = count};
	while (!open_both(s)) {
		tries++;
		assert(tries < TRIES);
	}
	failed = pthread_create(&s->thread, NULL, serve, s);
	assert(!failed);
}

void nameserver_stop(struct nameserver *s)
{
	struct sockaddr_in at = loopback(s->port);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)sendto(fd, "", 0, 0, (struct sockaddr *)&at, sizeof(at));
	close(fd);
	pthread_join(s->thread, NULL);
	close(s->fd);
	close(s->tcp_fd);
}

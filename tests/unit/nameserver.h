/*
 * nameserver.h - a DNS server on loopback that answers what rows say (RFC 1035 §4)
 *
 * By UDP, from a thread of its own. What no row names is NXDOMAIN. Records that do not fit into
 * what the question has room for (RFC 1035 §4.2.1, RFC 6891 §6.2.3) are left out, and it says so
 * (TC); who then comes by TCP is counted, and hears nothing.
 */
#ifndef TESTS_NAMESERVER_H
#define TESTS_NAMESERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

/* A record; several of one name and type are answered together. */
struct nameserver_record {
	const char *name; /* asked for, in lower case */
	int type;	  /* ns_t_srv, ns_t_txt */
	/* SRV; its host "." is the root */
	int priority, weight, port;
	const char *host;
	/* TXT: one string; of any type: the data as it is, if data_len is set */
	const char *data;
	size_t data_len;
};

struct nameserver {
	const struct nameserver_record *records;
	size_t count;
	int fd, tcp_fd, port;
	atomic_int asked, asked_by_tcp;
	pthread_t thread;
};

/* Ends the program when it cannot be made. */
void nameserver_start(struct nameserver *s, const struct nameserver_record *records, size_t count);
void nameserver_stop(struct nameserver *s);

#endif

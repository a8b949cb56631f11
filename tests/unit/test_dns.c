/*
 * test_dns - which server a domain names for a service, of a nameserver that says anything
 */
#include "net/dns.h"

#include <arpa/nameser.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/secret.h"
#include "nameserver.h"
#include "unit.h"

#define SERVICE "_caldavs._tcp"
#define AT	SERVICE ".example.org"
#define SRV(priority, weight, port, host)                                                          \
	{                                                                                          \
		AT, ns_t_srv, priority, weight, port, host, NULL, 0                                \
	}
#define TXT(string)                                                                                \
	{                                                                                          \
		AT, ns_t_txt, 0, 0, 0, NULL, string, 0                                             \
	}
#define RAW(type, bytes)                                                                           \
	{                                                                                          \
		AT, type, 0, 0, 0, NULL, bytes, sizeof(bytes) - 1                                  \
	}
enum { RECORDS = 4 };

static const struct {
	const char *name, *domain;
	struct nameserver_record records[RECORDS];
	const char *host; /* NULL: there is none */
	int port;
	const char *path;
} rows[] = {
	{"RFC 2782: one",
	 "example.org",
	 {SRV(0, 1, 443, "Cal.Example.ORG")},
	 "cal.example.org",
	 443,
	 ""},
	{"another port",
	 "example.org",
	 {SRV(0, 1, 8443, "cal.example.org")},
	 "cal.example.org",
	 8443,
	 ""},
	{"the best priority",
	 "example.org",
	 {SRV(20, 9, 1, "b.example.org"), SRV(10, 1, 2, "a.example.org"),
	  SRV(30, 9, 3, "c.example.org")},
	 "a.example.org",
	 2,
	 ""},
	{"weight",
	 "example.org",
	 {SRV(1, 0, 1, "b.example.org"), SRV(1, 5, 2, "a.example.org"),
	  SRV(1, 0, 3, "c.example.org")},
	 "a.example.org",
	 2,
	 ""},
	{"no weight at all",
	 "example.org",
	 {SRV(1, 0, 1, "b.example.org")},
	 "b.example.org",
	 1,
	 ""},
	{"there is no such service", "example.org", {SRV(0, 0, 0, ".")}, NULL, 0, ""},
	{"a port that is none", "example.org", {SRV(0, 0, 0, "a.example.org")}, NULL, 0, ""},
	{"a host that is none", "example.org", {SRV(0, 0, 443, "a b.example.org")}, NULL, 0, ""},
	{"a host without a domain", "example.org", {SRV(0, 0, 443, "intern")}, NULL, 0, ""},
	{"a record that is cut", "example.org", {RAW(ns_t_srv, "\0\1\0\1")}, NULL, 0, ""},
	{"a name that leads round and round",
	 "example.org",
	 {RAW(ns_t_srv, "\0\1\0\1\1\273\300\056")},
	 NULL,
	 0,
	 ""},
	{"none", "example.org", {{NULL, 0, 0, 0, 0, NULL, NULL, 0}}, NULL, 0, ""},
	{"another domain", "example.net", {SRV(0, 1, 443, "a.example.org")}, NULL, 0, ""},
	{"no domain", "example", {SRV(0, 1, 443, "a.example.org")}, NULL, 0, ""},
	{"a domain with a blank", "example .org", {SRV(0, 1, 443, "a.example.org")}, NULL, 0, ""},
	{"nothing", "", {SRV(0, 1, 443, "a.example.org")}, NULL, 0, ""},
	{"RFC 6764 §4: a path",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), TXT("path=/dav")},
	 "a.example.org",
	 443,
	 "/dav"},
	{"RFC 6763 §6.4: a key in other letters",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), TXT("PATH=/dav")},
	 "a.example.org",
	 443,
	 "/dav"},
	{"another key before it",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), RAW(ns_t_txt, "\3a=b\6path=/")},
	 "a.example.org",
	 443,
	 "/"},
	{"a path that is none",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), TXT("path=dav")},
	 "a.example.org",
	 443,
	 ""},
	{"a path with a control",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), TXT("path=/a\r\nb")},
	 "a.example.org",
	 443,
	 ""},
	{"a string that is longer than its record",
	 "example.org",
	 {SRV(0, 1, 443, "a.example.org"), RAW(ns_t_txt, "\377path=/a")},
	 "a.example.org",
	 443,
	 ""},
	{"a path, but no server", "example.org", {TXT("path=/dav")}, NULL, 0, ""},
};

/* Even where the system is set up to ask by TCP (which is read once, for all that follow). */
static void test_service(void)
{
	struct arena *a = arena_create(16 << 20);

	setenv("RES_OPTIONS", "use-vc", 1);
	CHECK_WELL("dice", secret_init(a));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_service service = {.port = 0};
		struct nameserver s;
		size_t count = 0;
		bool found;

		while (count < RECORDS && rows[i].records[count].name)
			count++;
		nameserver_start(&s, rows[i].records, count);
		found = net_dns_service(a, SERVICE, text_from(rows[i].domain), s.port, &service);
		nameserver_stop(&s);
		CHECK_INT(rows[i].name, found, rows[i].host != NULL);
		CHECK_TEXT(rows[i].name, service.host, text_from(rows[i].host));
		CHECK_INT(rows[i].name, service.port, rows[i].port);
		CHECK_TEXT(rows[i].name, service.path, text_from(rows[i].path));
	}
	arena_destroy(a);
}

enum { MANY = 70, LOOKED_AT = 16, TOO_LONG = 1400 };

/* More than is looked at, and more than a packet holds: what is in it, and nobody asks by TCP,
 * where one that keeps silent is waited for without end. */
static void check_cut(struct arena *a, const char *row, const struct nameserver_record *records,
		      size_t count, const char *host)
{
	struct net_service service = {.port = 0};
	struct nameserver s;
	bool found;

	nameserver_start(&s, records, count);
	found = net_dns_service(a, SERVICE, TEXT("example.org"), s.port, &service);
	nameserver_stop(&s);
	CHECK_INT(row, found, host != NULL);
	CHECK_TEXT(row, service.host, text_from(host));
	CHECK_TRUE(row, atomic_load(&s.asked) > 0);
	CHECK_INT(row, atomic_load(&s.asked_by_tcp), 0);
}

static void test_many(void)
{
	static struct nameserver_record records[MANY];
	static const char long_data[TOO_LONG];
	static const struct nameserver_record too_long = {
		AT, ns_t_srv, 0, 0, 0, NULL, long_data, sizeof(long_data)};
	struct arena *a = arena_create(16 << 20);

	CHECK_WELL("dice", secret_init(a));
	for (size_t i = 0; i < MANY; i++)
		records[i] = (struct nameserver_record)SRV(2, 1, 443, "a.example.org");
	check_cut(a, "some are read, of them one", records, MANY, "a.example.org");
	records[LOOKED_AT - 1].priority = 1;
	records[LOOKED_AT - 1].host = "b.example.org";
	check_cut(a, "RFC 6891 §6.2.3: there is room for more than 512 bytes", records, LOOKED_AT,
		  "b.example.org");
	check_cut(a, "RFC 1035 §4.1.1: nothing is left of it", &too_long, 1, NULL);
	arena_destroy(a);
}

static void test_within(void)
{
	static const struct {
		const char *host, *domain;
		bool is_within;
	} pairs[] = {
		{"example.org", "example.org", true},
		{"cal.Example.org", "example.ORG", true},
		{"a.b.example.org", "example.org", true},
		{"badexample.org", "example.org", false},
		{"example.org.evil.net", "example.org", false},
		{"org", "example.org", false},
		{"example.net", "example.org", false},
		{"example.org", "", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		CHECK_INT(pairs[i].host,
			  net_dns_is_within(text_from(pairs[i].host), text_from(pairs[i].domain)),
			  pairs[i].is_within);
}

UNIT_SUITE("dns", {"which server it is", test_service}, {"many of them", test_many},
	   {"is it of the domain?", test_within})

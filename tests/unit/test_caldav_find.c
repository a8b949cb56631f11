/*
 * test_caldav_find - an account's calendars, from a mail address or a domain alone (RFC 6764 §6)
 */
#include <arpa/nameser.h>

#include "caldav_scene.h"
#include "federation/caldav.h"
#include "nameserver.h"
#include "unit.h"

/* Names below localhost lead to this machine. */
#define DOMAIN "home.localhost"
#define PRINCIPAL                                                                                  \
	PROPS("/", "<d:current-user-principal><d:href>/p/</d:href></d:current-user-principal>")
#define HOME PROPS("/p/", "<c:calendar-home-set><d:href>/cal/</d:href></c:calendar-home-set>")

enum { REPLIES = 3 };

static const struct {
	const char *name, *start;
	const char *service, *host, *path; /* what DNS says; host NULL: nothing */
	struct caldav_reply replies[REPLIES];
	enum call_end end;
	const char *why; /* is in the sentence; NULL: not asked */
} rows[] = {
	{"§6.3: the path that TXT names",
	 "bob@" DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 "cal." DOMAIN,
	 "path=/dav/",
	 {{"PROPFIND /dav/ ", "Authorization: Basic ", NULL, NULL, MULTI(PRINCIPAL)},
	  {"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)}},
	 CALL_OK,
	 NULL},
	{"§6.3: without one the well-known one",
	 DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 "cal." DOMAIN,
	 NULL,
	 {{"PROPFIND /.well-known/caldav ", NULL, "301 Moved", "Location: /dav/\r\n", ""},
	  {"PROPFIND /dav/ ", NULL, NULL, NULL, MULTI(PRINCIPAL)},
	  {"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)}},
	 CALL_OK,
	 NULL},
	{"§6.3: a path that is wrong, then the well-known one",
	 DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 DOMAIN,
	 "path=/old/",
	 {{"PROPFIND /.well-known/caldav ", NULL, NULL, NULL, MULTI(PRINCIPAL)},
	  {"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)}},
	 CALL_OK,
	 NULL},
	{"§6.5: then the root",
	 "bob@" DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 "cal." DOMAIN,
	 NULL,
	 {{"PROPFIND / ", NULL, NULL, NULL, MULTI(PRINCIPAL)},
	  {"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)}},
	 CALL_OK,
	 NULL},
	{"§8: a server of another domain is told, and not asked",
	 "bob@" DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 "elsewhere.localhost",
	 "path=/dav/",
	 {{"PROPFIND /", NULL, NULL, NULL, MULTI(PRINCIPAL)},
	  {"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)}},
	 CALL_REFUSED,
	 "http://elsewhere.localhost:"},
	{"§8: of one whose name only ends alike, too",
	 "bob@" DOMAIN,
	 "_caldav._tcp." DOMAIN,
	 "evil" DOMAIN,
	 NULL,
	 {{"PROPFIND /", NULL, NULL, NULL, MULTI(PRINCIPAL)}},
	 CALL_REFUSED,
	 "http://evil" DOMAIN ":"},
	{"another service",
	 "bob@" DOMAIN,
	 "_imap._tcp." DOMAIN,
	 "cal." DOMAIN,
	 NULL,
	 {{"PROPFIND /", NULL, NULL, NULL, MULTI(PRINCIPAL)}},
	 CALL_LATER,
	 NULL},
};

static size_t records_of(size_t row, int port, struct nameserver_record out[2])
{
	out[0] = (struct nameserver_record){.name = rows[row].service,
					    .type = ns_t_srv,
					    .priority = 1,
					    .weight = 1,
					    .port = port,
					    .host = rows[row].host};
	out[1] = (struct nameserver_record){
		.name = rows[row].service, .type = ns_t_txt, .data = rows[row].path};
	return rows[row].path ? 2 : 1;
}

static void test_domain(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct nameserver_record records[2];
		struct nameserver dns;
		struct caldav_scene s;
		struct caldav_place place;
		size_t count = 0;

		while (count < REPLIES && rows[i].replies[count].begins)
			count++;
		caldav_scene_open(&s, rows[i].replies, count);
		nameserver_start(&dns, records, records_of(i, s.server.port, records));
		s.fed.resolver_port = dns.port;
		CHECK_INT(rows[i].name, caldav_discover(&s.visit, text_from(rows[i].start), &place),
			  rows[i].end);
		if (rows[i].end == CALL_OK)
			CHECK_TRUE(rows[i].name,
				   text_ends(place.home, TEXT("/cal/")) &&
					   text_find(place.home, text_from(rows[i].host)) > 0);
		else
			CHECK_INT(rows[i].name, (int64_t)s.last.len, 0);
		if (rows[i].why)
			CHECK_TRUE(rows[i].name,
				   text_find(s.visit.why, text_from(rows[i].why)) > 0);
		nameserver_stop(&dns);
		caldav_scene_close(&s);
	}
}

/* Who gives a whole address has said which server it is. */
static void test_url(void)
{
	static const struct caldav_reply replies[] = {
		{"PROPFIND /dav/ ", NULL, NULL, NULL, MULTI(PRINCIPAL)},
		{"PROPFIND /p/ ", NULL, NULL, NULL, MULTI(HOME)},
	};
	struct nameserver dns;
	struct caldav_scene s;
	struct caldav_place place;

	caldav_scene_open(&s, replies, ARRAY_LEN(replies));
	nameserver_start(&dns, NULL, 0);
	s.fed.resolver_port = dns.port;
	CHECK_INT("found", caldav_discover(&s.visit, caldav_scene_url(&s, "/dav/"), &place),
		  CALL_OK);
	CHECK_INT("nothing was looked up", atomic_load(&dns.asked), 0);
	nameserver_stop(&dns);
	caldav_scene_close(&s);
}

/* Over http nothing is asked of anybody, nor is it looked up. */
static void test_tls(void)
{
	struct nameserver_record records[2];
	struct nameserver dns;
	struct caldav_scene s;
	struct caldav_place place;

	caldav_scene_open(&s, rows[0].replies, REPLIES - 1);
	nameserver_start(&dns, records, records_of(0, s.server.port, records));
	s.fed.resolver_port = dns.port;
	s.fed.allow_private = false;
	CHECK_TRUE("§8: not found",
		   caldav_discover(&s.visit, text_from(rows[0].start), &place) != CALL_OK);
	CHECK_INT("nobody was asked", (int64_t)s.last.len, 0);
	CHECK_INT("for the service with TLS alone", atomic_load(&dns.asked), 1);
	nameserver_stop(&dns);
	caldav_scene_close(&s);
}

UNIT_SUITE("caldav_find", {"RFC 6764 §6: a mail address, or a domain", test_domain},
	   {"a whole address", test_url}, {"RFC 6764 §8: TLS", test_tls})

/*
 * caldav_scene.h - an account at a CalDAV server that plays what rows say
 *
 * A row answers the requests that begin as it says, and hold what it says; what no row answers is
 * not found. The account's calendars are under /home/, and one of them is /home/work/.
 */
#ifndef TESTS_CALDAV_SCENE_H
#define TESTS_CALDAV_SCENE_H

#include "answering.h"
#include "base/buf.h"
#include "calendar/calendar.h"
#include "federation/provider.h"

/* An answer to requests that begin so, and hold `has` (NULL: whatever); status NULL: 207. */
struct caldav_reply {
	const char *begins, *has;
	const char *status, *headers;
	const char *body;
};

/* What such a server says. */
#define MULTI(inside)                                                                              \
	"<d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\" "               \
	"xmlns:s=\"http://calendarserver.org/ns/\">" inside "</d:multistatus>"
#define PROPS(href, props)                                                                         \
	"<d:response><d:href>" href "</d:href><d:propstat><d:prop>" props                          \
	"</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
#define GONE(href)                                                                                 \
	"<d:response><d:href>" href                                                                \
	"</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
#define CUT(href)                                                                                  \
	"<d:response><d:href>" href "</d:href>"                                                    \
	"<d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>"
#define ETAG(href, etag) PROPS(href, "<d:getetag>\"" etag "\"</d:getetag>")
#define TOKEN(token)	 "<d:sync-token>" token "</d:sync-token>"
#define DATA(href, etag, ics)                                                                      \
	PROPS(href, "<d:getetag>\"" etag "\"</d:getetag><c:calendar-data>" ics "</"                \
		    "c:calendar-data>")
#define EVENT(uid, start, end, more)                                                               \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:" uid         \
	"\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" start "\r\nDTEND:" end "\r\n" more              \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"
#define ONE EVENT("one", "20270118T080000Z", "20270118T090000Z", "")

struct caldav_scene {
	struct arena *arena, *of_server;
	struct calendar calendar;
	struct federation fed;
	struct connection connection;
	struct outside_calendar at;
	struct visit visit;
	struct answering server;
	const struct caldav_reply *replies;
	size_t reply_count;
	struct buf last; /* what was asked last */
};

void caldav_scene_open(struct caldav_scene *s, const struct caldav_reply *replies, size_t count);
void caldav_scene_close(struct caldav_scene *s);
/* The URL of a path at the server; lives as long as the scene. */
struct text caldav_scene_url(struct caldav_scene *s, const char *path);

#endif

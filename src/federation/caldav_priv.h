/*
 * caldav, within this room - WebDAV from the client's side
 */
#ifndef FEDERATION_CALDAV_PRIV_H
#define FEDERATION_CALDAV_PRIV_H

#include "federation/caldav.h"
#include "xml/xml.h"

enum {
	CALDAV_PAGE = 500,	   /* things of a page */
	CALDAV_PORTION = 50,	   /* bodies of one request */
	CALDAV_LISTED_MAX = 20000, /* things of one calendar's listing */
	CALDAV_REQUEST_MAX = 256 * 1024,
};

/* ---- paths and URLs ---------------------------------------------------------------------------
 */

/*
 * The path that an href in an answer means, each segment escaped in the one way of RFC 3986. False:
 * it leads to another host, or nowhere.
 */
bool caldav_path(struct visit *v, struct text base, struct text href, struct text *out);
/*
 * The same of a thing in a collection. Behind a proxy a server may write its own name for itself:
 * what such an href says of the collection is taken, on the host that is asked.
 */
bool caldav_member(struct visit *v, struct text collection, struct text href, struct text *out);
/* The URL of a path on the host of the calendars. */
struct text caldav_url(struct visit *v, struct text path);

/* ---- asking -----------------------------------------------------------------------------------
 */

/* A property that is asked for. */
struct caldav_prop {
	enum xml_ns ns;
	const char *name;
};

struct caldav_ask {
	const char *what, *method, *depth;
	struct text url, body;
};

/* Ask for an answer in XML; its root in *root_out for 207, else NULL. */
enum call_end caldav_ask(struct visit *v, const struct caldav_ask *ask, struct call *call,
			 const struct xml_node **root_out);
/* PROPFIND of some properties. */
enum call_end caldav_propfind(struct visit *v, const char *what, struct text url, const char *depth,
			      const struct caldav_prop *props, size_t prop_count, struct call *call,
			      const struct xml_node **root_out);
void caldav_put_props(struct buf *b, const struct caldav_prop *props, size_t count);

enum call_end caldav_broken(struct visit *v, const char *sentence);

/* ---- reading answers --------------------------------------------------------------------------
 */

/* RFC 4918 §14.24: the next response after one, or the first; NULL at the end. */
const struct xml_node *caldav_response(const struct xml_node *root, const struct xml_node *after);
/* Its status as a whole; 0: it has one for each property. */
int caldav_status(const struct xml_node *response);
/* A property that was found; NULL. */
const struct xml_node *caldav_found(const struct xml_node *response, enum xml_ns ns,
				    const char *name);
/* The href within a property, as written; empty: none. */
struct text caldav_href_in(const struct xml_node *property);

/* ---- things -----------------------------------------------------------------------------------
 */

/* Whose answers to invitations count: the addresses of the account. */
struct caldav_me {
	struct text *at;
	size_t count;
};
enum call_end caldav_me(struct visit *v, struct caldav_me *out);

/*
 * What stands in an object, in the words of provider.h. BROKEN: it is no whole calendar object, so
 * that nobody knows what time it takes; *out is as it was.
 */
enum call_end caldav_event(struct visit *v, const struct outside_calendar *c,
			   const struct caldav_me *me, struct text path, struct text etag,
			   struct text body, struct remote_event *out);
enum call_end caldav_changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out);
enum call_end caldav_put(struct visit *v, const struct outside_calendar *c,
			 struct remote_copy *copy);
enum call_end caldav_remove(struct visit *v, const struct outside_calendar *c,
			    const struct remote_copy *copy);
enum call_end caldav_get(struct visit *v, const struct outside_calendar *c, struct text remote,
			 struct remote_event *out);

#endif

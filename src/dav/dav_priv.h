/*
 * dav_priv - one request inside this room
 *
 * A request is resolved to a resource, its method looked up in the table, its
 * body parsed, and the method's function called. Whatever it returns as a
 * fault becomes the answer; NULL means that it has answered, or will.
 *
 * Memory: everything lives in the request's arena, but for views, which live
 * in an arena of their page. Threads: as the request; the reader belongs to the
 * thread, so a function that goes on later asks dav_reader() again.
 */
#ifndef DAV_DAV_PRIV_H
#define DAV_DAV_PRIV_H

#include "base/arena.h"
#include "calendar/change.h"
#include "calendar/rights.h"
#include "dav/dav.h"
#include "dav/target.h"
#include "http/route.h"
#include "store/collection.h"
#include "store/object.h"
#include "store/owner.h"
#include "store/store.h"
#include "xml/xml.h"

struct dav_calendar_data;
struct dav_locking;
struct dav_method;
struct dav_offer;
struct dav_reliance;
struct rights_asker;
struct zone;

enum dav_depth { DAV_DEPTH_ABSENT, DAV_DEPTH_0, DAV_DEPTH_1, DAV_DEPTH_INFINITY, DAV_DEPTH_BAD };

struct dav_request {
	struct http_request *rq;
	struct arena *arena;
	const struct dav_house *house;
	const struct dav_offer *offer; /* what there is (offer.h) */
	struct db *db;		       /* of the running thread */
	const struct dav_method *method;
	/* What the path names. */
	enum dav_kind kind;
	struct dav_whose whose;	   /* whose place it is in */
	struct dav_whose owned_by; /* ... and who owns what stands there: another one, if shared */
	int64_t owner_id;	   /* the number of that one */
	unsigned may;		   /* enum dav_privilege bits that the user has there (access.c) */
	struct text collection_name, object_name;
	struct collection *collection; /* of calendars, boxes and objects, where loaded */
	struct stored_object *object;  /* with data; loaded where the method says so */
	struct xml_node *body;	       /* NULL: none */
	enum dav_depth depth;
	bool minimal, representation, no_root;	       /* RFC 8144, Brief */
	struct owner *owner;			       /* see dav_owner() */
	struct rights_asker *asker;		       /* access.c */
	struct dav_reliance *reliances;		       /* see dav_rely() */
	const struct dav_calendar_data *calendar_data; /* asked by a REPORT */
	const struct zone *zone;		       /* of floating times, named by a query */
	const struct zone *floating; /* else of this calendar; see dav_floating_zone() */
	int64_t floating_of;
	struct dav_locking *locking; /* lock.h */
	struct arena *scratch;	     /* for cutting one object; see dav_scratch() */
};

/* ---- methods.c ---------------------------------------------------------------------- */

enum dav_body { DAV_BODY_NONE, DAV_BODY_XML, DAV_BODY_DATA };

/* How much is looked up before the method runs. */
enum dav_load {
	DAV_LOAD_ALL,	 /* collection and object; kind says what there is */
	DAV_LOAD_PARENT, /* the collection; that the object exists is taken for granted */
	DAV_LOAD_OBJECT, /* an object by its path alone, in one query; else all */
};

typedef const struct fault *(*dav_method_fn)(struct dav_request *dr);

struct dav_method {
	const char *name;
	unsigned on;	   /* enum dav_kind bits where it is allowed */
	unsigned answers;  /* ... and where not, but with a better reason than 404 or 405 */
	unsigned needs;	   /* enum dav_privilege bits: without them 403 */
	bool needs_parent; /* … on the parent (RFC 3744 appendix B) */
	enum dav_body body;
	enum dav_load load;
	dav_method_fn run;
};

extern const struct dav_method dav_methods[]; /* ended by a NULL name */

const struct fault *dav_options(struct dav_request *dr);
const struct fault *dav_get(struct dav_request *dr);
const struct fault *dav_put(struct dav_request *dr);
const struct fault *dav_put_file(struct dav_request *dr); /* where a file is, or could be */
const struct fault *dav_delete(struct dav_request *dr);
const struct fault *dav_copy(struct dav_request *dr);
const struct fault *dav_move(struct dav_request *dr);
const struct fault *dav_propfind(struct dav_request *dr);
const struct fault *dav_proppatch(struct dav_request *dr);
const struct fault *dav_mkcalendar(struct dav_request *dr);
const struct fault *dav_mkcol(struct dav_request *dr);
const struct fault *dav_report(struct dav_request *dr);
const struct fault *dav_acl(struct dav_request *dr);

/* ---- request.c -------------------------------------------------------------------------- */

/* Point dr->db to the running thread's reader. */
MUST_CHECK const struct fault *dav_reader(struct dav_request *dr);

/* The row of owner_id, read once per request; valid until the end of it. */
MUST_CHECK const struct fault *dav_owner(struct dav_request *dr, const struct owner **out);

/*
 * The zone in which floating times of this calendar are meant (decisions 43): the query's
 * where it names one, the calendar's, the owner's.
 */
MUST_CHECK const struct fault *dav_floating_zone(struct dav_request *dr, const struct collection *c,
						 const struct zone **out);

/* Memory for work on one object, emptied by each call; it has a ceiling of its own. */
struct arena *dav_scratch(struct dav_request *dr);

/* What is said to whoever wants to make something under a name that is DAV_MISNAMED. */
const struct fault *dav_bad_name(struct dav_request *dr);

/* A value as it stands in the query; NULL-text: it is not in there. */
struct text dav_query_value(const struct http_request *rq, const char *name);

enum { DAV_SLOW_BYTES = 32 * 1024 }; /* bodies past this are read on a worker thread */

/* ---- resolve.c -------------------------------------------------------------------------- */

/*
 * Fill in what a path names: kind, whose, collection, object, and what the user may do there. What
 * is closed to the user is DAV_NOTHING. rq, arena, house and db are there before.
 */
MUST_CHECK const struct fault *dav_resolve(struct dav_request *dr, const struct dav_shape *shape,
					   enum dav_load load);
/* The same of the path of its own request. */
MUST_CHECK const struct fault *dav_resolve_path(struct dav_request *dr, enum dav_load load);
/* The same of an href, for the same user; *at is filled in anew. DAV_NOTHING: not to be read. */
MUST_CHECK const struct fault *dav_resolve_href(const struct dav_request *dr, struct db *db,
						struct arena *a, struct text href,
						enum dav_load load, struct dav_request *at);

/* A calendar, one of the boxes, a plain collection; and what stands in it. */
enum dav_kind dav_kind_of(const struct collection *c);
enum dav_kind dav_member_kind(const struct collection *c);

/* ---- put.c, attachment.c: for other methods --------------------------------------------- */

/*
 * UID_TAKEN and UID_ELSEWHERE about the href of the object in the way, of which f has the name; all
 * others as they are.
 */
const struct fault *dav_name_conflict(struct dav_request *dr, const struct fault *f);

/* Return an object with the answer (RFC 8144 §2.3 and §3), in the form that is asked for. */
MUST_CHECK const struct fault *dav_answer_object(struct dav_request *dr, int status,
						 struct text path, struct text etag,
						 struct text data);

/* RFC 8607. */
const struct fault *dav_get_attachment(struct dav_request *dr);
/* What an object names of others' attachments that the user may read. */
MUST_CHECK const struct fault *dav_lend_attachments(struct dav_request *dr, struct change_put *put);

/* ---- commit.c --------------------------------------------------------------------------- */

/* A change that the user makes. */
struct change *dav_change(struct dav_request *dr);
/*
 * Commit a change: the request waits without a thread, then go_on(dr, state, fault)
 * runs with the outcome and returns as a method does.
 */
void dav_commit(struct dav_request *dr, struct change *c, http_go_on_fn go_on, void *state);

/* ---- privileges.c (RFC 3744 §3) --------------------------------------------------------- */

/* They are kept in the store (store/access.h): new ones come last. */
enum dav_privilege {
	DAV_MAY_READ = 1 << 0,
	DAV_MAY_WRITE_PROPERTIES = 1 << 1,
	DAV_MAY_WRITE_CONTENT = 1 << 2,
	DAV_MAY_BIND = 1 << 3,
	DAV_MAY_UNBIND = 1 << 4,
	DAV_MAY_READ_FREE_BUSY = 1 << 5,
	DAV_MAY_READ_PRIVILEGES = 1 << 6, /* DAV:read-current-user-privilege-set */
	DAV_MAY_READ_ACL = 1 << 7,
	DAV_MAY_WRITE_ACL = 1 << 8,
	DAV_MAY_UNLOCK = 1 << 9, /* what another one has locked */
	/* At an inbox (RFC 6638 §6.1) ... */
	DAV_MAY_DELIVER_INVITE = RIGHT_DELIVER_INVITE,
	DAV_MAY_DELIVER_REPLY = RIGHT_DELIVER_REPLY,
	DAV_MAY_QUERY_FREE_BUSY = 1 << 12,
	/* ... and an outbox (§6.2). */
	DAV_MAY_SEND_INVITE = RIGHT_SEND_INVITE,
	DAV_MAY_SEND_REPLY = RIGHT_SEND_REPLY,
	DAV_MAY_SEND_FREE_BUSY = 1 << 15,
	DAV_MAY_ALL = (1 << 16) - 1,
};

/*
 * What everybody with an account may do at the inbox of everybody else: invite, answer, and ask
 * when time is taken (decisions 22).
 */
#define DAV_MAY_DELIVER                                                                            \
	((unsigned)(DAV_MAY_DELIVER_INVITE | DAV_MAY_DELIVER_REPLY | DAV_MAY_QUERY_FREE_BUSY))

/* <D:privilege> elements for what the user may do; aggregates come with their parts. */
void dav_put_privileges(struct buf *out, enum dav_kind kind, unsigned may);
/* The same for an entry, with an aggregate in place of its parts. */
void dav_put_granted(struct buf *out, unsigned bits);
/* DAV:supported-privilege-set's content (§5.3). */
void dav_put_supported_privileges(struct buf *out, enum dav_kind kind);
/* The namespace of a privilege's name. */
enum xml_ns dav_privilege_ns(const char *name);
/* The bits of a privilege by its element; 0: there is none such. */
unsigned dav_privilege_of(const struct xml_node *name);
/* Of what the user may do in a place, what there is to be done with such a resource. */
unsigned dav_privileges_on(enum dav_kind kind, unsigned may);
/* DAV:need-privileges for the first of these (RFC 3744 §7.1.1); NULL: none. */
MUST_CHECK const struct fault *dav_missing_right(struct arena *a, unsigned missing);

/* ---- need.c ----------------------------------------------------------------------------- */

/* FORBIDDEN without these at the resource; what there is, dav_rely() is told. */
MUST_CHECK const struct fault *dav_need(struct dav_request *dr, enum dav_kind kind, unsigned needs);
/* What the user may do in the collection around the resource. */
MUST_CHECK const struct fault *dav_may_in_parent(struct dav_request *dr, unsigned *out);
/* FORBIDDEN without these there. */
MUST_CHECK const struct fault *dav_need_of_parent(struct dav_request *dr, unsigned needs);
/*
 * The same to store something under a name in it, whether or not there is something: bind for what
 * is new, else write-content. *may_out: which of both.
 */
MUST_CHECK const struct fault *dav_need_to_store(struct dav_request *dr, unsigned *may_out);

/* ---- access.c (RFC 3744 §6) ---------------------------------------------------------------- */

/* What the user may do with a collection of somebody's, or (0) in the home; all, if own. */
MUST_CHECK const struct fault *dav_access(struct dav_request *dr, int64_t owner, int64_t collection,
					  unsigned *out);
/* Do the entries of a home deny the user one of these, which otherwise everybody has? */
MUST_CHECK const struct fault *dav_is_denied(struct dav_request *dr, int64_t owner,
					     unsigned privileges, bool *out);
/* The same of any user (not only of one whose request it is), read from this database now. */
MUST_CHECK const struct fault *dav_access_of(struct db *db, struct arena *a, int64_t user,
					     int64_t owner, int64_t collection, unsigned *out);

/*
 * The user has these privileges there, and the method relies on it: they are required once more
 * inside the change. FORBIDDEN then: they were taken away meanwhile.
 */
void dav_rely(struct dav_request *dr, int64_t owner, int64_t collection, unsigned needs);
/* What dav_commit() adds to a change. */
MUST_CHECK const struct fault *dav_require_rights(const struct dav_request *dr, struct change *c);

/*
 * The collections in the home of owner_id, or in a folder of it (`below`; else NULL-text), in which
 * the user has all of these privileges: whatever answers about several asks here, as entries of a
 * collection may deny what those of its home grant.
 */
struct dav_open {
	struct collection *collection; /* NULL: it is not there, or not open */
	unsigned may;
};
struct dav_open_list {
	struct dav_open *at;
	size_t count;
	bool is_partial; /* there are others, that are not open */
};
MUST_CHECK const struct fault *dav_list_open(struct dav_request *dr, struct arena *a,
					     struct text below, unsigned needs,
					     struct dav_open_list *out);
MUST_CHECK const struct fault *dav_find_open(struct dav_request *dr, struct text name,
					     unsigned needs, struct dav_open *out);

/* A calendar that others share, by the name that it has in the user's home; or NULL. */
struct dav_shared {
	struct collection *collection;
	struct dav_whose owned_by;
	unsigned may;
};
MUST_CHECK const struct fault *dav_find_shared(struct dav_request *dr, struct text name,
					       struct dav_shared *out);
/*
 * Those that the user may read, each under its name there: a page of what comes after *last, which
 * is moved on. Even a page with none may not be the last one.
 */
struct access_share;
MUST_CHECK const struct fault *dav_list_shared(struct dav_request *dr, struct arena *a,
					       struct access_share *last, struct dav_shared **out,
					       size_t *count_out, bool *more_out);

/* ---- conditions.c: request headers ------------------------------------------------------ */

/*
 * If-Match, If-None-Match and If-Schedule-Tag-Match; tags without quotes, weak ones only where they
 * may count. In If-Match a tag of any variant is that of the object (variant.h).
 */
void dav_read_condition(const struct http_request *rq, struct change_condition *out);
/* PRECONDITION unless they hold for a collection, which has no tag. */
MUST_CHECK const struct fault *dav_check_condition(struct dav_request *dr, bool exists);
enum dav_depth dav_read_depth(struct text header);
/* Seconds that a Timeout header asks for (RFC 4918 §10.7), within what is granted; 0: it names
 * none. */
int64_t dav_read_timeout(struct text header);

/* ---- prefer.c: Prefer and Brief ----------------------------------------------------------- */

enum dav_preference {
	DAV_PREFER_MINIMAL = 1 << 0,
	DAV_PREFER_REPRESENTATION = 1 << 1,
	DAV_PREFER_NO_ROOT = 1 << 2,
};

void dav_read_preferences(struct dav_request *dr);
/* Preference-Applied for those of these that were asked for: the answer follows them. */
void dav_say_applied(struct dav_request *dr, unsigned preferences);

/* ---- export_answer.c: whole calendars ---------------------------------------------------- */

struct dav_export_form;

/* 200, 304 or a fault; calendars and form must live as long as the request. */
MUST_CHECK const struct fault *dav_answer_calendars(struct dav_request *dr,
						    const struct collection *calendars,
						    size_t count,
						    const struct dav_export_form *form);

/* ---- error.c ---------------------------------------------------------------------------- */

void dav_answer_fault(struct http_request *rq, const struct fault *f);
/* FORBIDDEN about another place than the one that the request is for; any other fault as it is. */
const struct fault *dav_refused_at(const struct dav_request *at, const struct fault *f);
/* <D:error> with the precondition of a fault, for the inside of a propstat or response. */
void dav_put_error(struct dav_request *dr, struct buf *out, const struct fault *f);
/* <D:status>HTTP/1.1 404 Not Found</D:status> */
void dav_put_status(struct buf *out, int status);

/* ---- values.c: small things that answers are made of -------------------------------------- */

/* <D:href>…</D:href> */
void dav_put_href(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		  struct text collection, struct text object);
void dav_put_http_date(struct buf *out, int64_t utc); /* RFC 9110 §5.6.7 */
/* An IMF-fixdate; the obsolete forms are not read. */
MUST_CHECK bool dav_read_http_date(struct text value, int64_t *utc_out);
/* "\"etag\"" */
struct text dav_quoted(struct arena *a, struct text etag);
/*
 * "urn:x-fasti:sync:<collection>:<seq>": all up to this number was told. A first answer that was
 * cut bears ":<begun>" besides, the number that stood when it began: what it has not listed yet
 * is older than that, and nobody need remember what went before it.
 */
struct dav_sync_token {
	int64_t collection, seq, begun; /* begun: 0, or past seq */
};
void dav_put_sync_token(struct buf *out, const struct dav_sync_token *token);
MUST_CHECK bool dav_read_sync_token(struct text token, struct dav_sync_token *out);

/* CUTYPE of RFC 5545 §3.2.3; a team is a group whose members take turns. */
const char *dav_user_type(enum owner_kind kind);

/* Schedule-Tag of a scheduling object resource (RFC 6638 §8.2); the tag of any other is empty.
 */
void dav_set_schedule_tag(struct dav_request *dr, struct text tag);
/* What is told of what anybody can store here, so that it does no harm. */
void dav_set_harmless(struct dav_request *dr, struct text disposition);

#define DAV_XML_TYPE	  "application/xml; charset=utf-8"
#define DAV_CALENDAR_TYPE "text/calendar; charset=utf-8"

/* ---- reports.c ---------------------------------------------------------------------------- */

struct dav_report {
	enum xml_ns ns;
	const char *name;
	unsigned on;	 /* enum dav_kind bits */
	unsigned depths; /* 1 << enum dav_depth, where it may be asked with it */
	unsigned needs;	 /* enum dav_privilege bits */
	dav_method_fn run;
	const char *section;
};

extern const struct dav_report dav_reports[]; /* ended by a NULL name */

const struct fault *dav_report_multiget(struct dav_request *dr);
const struct fault *dav_report_query(struct dav_request *dr);
const struct fault *dav_report_freebusy(struct dav_request *dr);
const struct fault *dav_report_sync(struct dav_request *dr);
const struct fault *dav_report_expand(struct dav_request *dr);
const struct fault *dav_report_acl_principals(struct dav_request *dr);
const struct fault *dav_report_principal_match(struct dav_request *dr);
const struct fault *dav_report_principal_search(struct dav_request *dr);
const struct fault *dav_report_principal_words(struct dav_request *dr);
const struct fault *dav_report_search_properties(struct dav_request *dr);

#endif

/* dispatch - from a request to its method's function */

#include "base/codec.h"
#include "dav/dav.h"
#include "dav/dav_priv.h"
#include "dav/feed.h"
#include "dav/ifb.h"
#include "dav/lock.h"
#include "dav/post.h"
#include "dav/push_priv.h"
#include "freebusy/collect.h"
#include "ical/ical.h"

enum { SCRATCH_BYTES = 64 * 1024 * 1024 };

/* ---- the reader, the owner, the zone ---------------------------------------------------- */

const struct fault *dav_reader(struct dav_request *dr)
{
	return store_reader(dr->house->store, dr->arena, &dr->db);
}

const struct fault *dav_owner(struct dav_request *dr, const struct owner **out)
{
	const struct fault *f = NULL;

	if (!dr->owner)
		f = owner_get(dr->db, dr->arena, dr->owner_id, &dr->owner);
	if (!f && !dr->owner)
		f = fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	*out = dr->owner;
	return f;
}

const struct fault *dav_floating_zone(struct dav_request *dr, const struct collection *c,
				      const struct zone **out)
{
	const struct owner *owner;
	const struct fault *f;

	*out = dr->zone ? dr->zone : dr->floating_of == c->id ? dr->floating : NULL;
	if (*out)
		return NULL;
	f = dav_owner(dr, &owner);
	if (f)
		return f;
	*out = dr->floating = freebusy_zone(dr->arena, owner, c);
	dr->floating_of = c->id;
	return NULL;
}

struct arena *dav_scratch(struct dav_request *dr)
{
	if (!dr->scratch)
		dr->scratch = arena_create_in(dr->arena, SCRATCH_BYTES);
	arena_reset(dr->scratch);
	return dr->scratch;
}

const struct fault *dav_bad_name(struct dav_request *dr)
{
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			  "A name has at most %d bytes, and no control among them; that of a "
			  "calendar object alone may hold a slash.",
			  DAV_NAME_MAX);
}

/* ---- the method ------------------------------------------------------------------------------ */

static const struct dav_method *find_method(struct text name)
{
	for (const struct dav_method *m = dav_methods; m->name; m++)
		if (text_equal(name, text_from(m->name)))
			return m;
	return NULL;
}

static const struct fault *check_allowed(struct dav_request *dr)
{
	struct buf allow;

	if ((dr->method->on | dr->method->answers) & dr->kind)
		return NULL;
	if (dr->kind & (DAV_MISSING | DAV_NOTHING))
		return fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	buf_init(&allow, dr->arena, 128, 1024);
	dav_put_allow(&allow, dr->kind);
	http_set_header(dr->rq, "Allow", buf_text(&allow));
	return fault_make(dr->arena, FAULT_BAD_METHOD, NULL,
			  "This resource does not know the method.");
}

static enum dav_kind kind_of_parent(const struct dav_request *dr)
{
	if (dr->kind & (DAV_OBJECT | DAV_FREE_OBJECT))
		return dr->collection ? dav_kind_of(dr->collection) : DAV_CALENDAR;
	if (dr->kind & (DAV_FILE | DAV_FREE_FILE))
		return DAV_PLAIN;
	/* A plain one in another, by its name. */
	if (dr->kind == DAV_PLAIN && text_find_char(dr->collection_name, '/', 0) >= 0)
		return DAV_PLAIN;
	return DAV_HOME;
}

/* What the user may do in the collection around the resource. */
struct around {
	int64_t owner, collection; /* 0: the home */
	unsigned may;
};

/*
 * What may be done in a calendar says nothing of the home that it stands in, which for what is
 * shared is the user's own.
 */
static const struct fault *look_around(struct dav_request *dr, struct around *out)
{
	enum dav_kind kind = kind_of_parent(dr);
	const struct fault *f = NULL;

	*out = (struct around){.owner = dr->owner_id, .may = dr->may};
	if (kind != DAV_HOME) {
		out->collection = dr->collection ? dr->collection->id : 0;
	} else if (text_equal(dr->whose.name, dr->rq->user.name)) {
		out->owner = dr->rq->user.owner;
		out->may = DAV_MAY_ALL;
	} else if (dr->collection) {
		f = dav_access(dr, dr->owner_id, 0, &out->may);
	}
	out->may = dav_privileges_on(kind, out->may);
	return f;
}

const struct fault *dav_may_in_parent(struct dav_request *dr, unsigned *out)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	*out = around.may;
	return f;
}

const struct fault *dav_need_of_parent(struct dav_request *dr, unsigned needs)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	if (!f)
		f = dav_missing_right(dr->arena, needs & ~around.may);
	if (!f)
		dav_rely(dr, around.owner, around.collection, needs);
	return f;
}

/* What is missing depends on what is there, which is told to none but those who may read it. */
static const struct fault *refuse_to_store(struct dav_request *dr)
{
	struct stored_object *there = NULL;
	const struct fault *f = NULL;

	if (dr->collection && (dr->may & DAV_MAY_READ))
		f = object_find(dr->db, dr->arena, dr->owner_id, dr->collection->id,
				dr->object_name, &there);
	return f ? f : dav_missing_right(dr->arena, there ? DAV_MAY_WRITE_CONTENT : DAV_MAY_BIND);
}

const struct fault *dav_need_to_store(struct dav_request *dr, unsigned *may_out)
{
	struct around around;
	const struct fault *f = look_around(dr, &around);

	*may_out = around.may & (DAV_MAY_BIND | DAV_MAY_WRITE_CONTENT);
	if (!f && !*may_out)
		f = refuse_to_store(dr);
	if (!f)
		dav_rely(dr, around.owner, around.collection, *may_out);
	return f;
}

static const struct fault *check_privilege(struct dav_request *dr)
{
	const struct dav_method *m = dr->method;

	if (!m->needs || (dr->kind & DAV_NO_PARENT))
		return NULL;
	return m->needs_parent ? dav_need_of_parent(dr, m->needs)
			       : dav_need(dr, dr->kind, m->needs);
}

/* text/xml, application/xml, or nothing said. */
static bool may_be_xml(struct text type)
{
	struct text rest = type, media;

	return !type.at ||
	       (text_next(&rest, ';', &media) && text_ends(text_trim(media), TEXT("xml")));
}

static const struct fault *read_body(struct dav_request *dr)
{
	struct text body = dr->rq->body;
	const struct fault *f;

	if (dr->method->body != DAV_BODY_XML || text_trim(body).len == 0)
		return NULL;
	if (body.len > XML_BODY_MAX)
		return fault_make(dr->arena, FAULT_BODY_TOO_LARGE, NULL,
				  "The request body is too large.");
	f = xml_parse(dr->arena, body, &dr->body);
	/* Of a body that says it is something else (RFC 4918 §9.3). */
	if (fault_is(f, FAULT_BAD_XML) && !may_be_xml(http_header(dr->rq, "Content-Type")))
		f = fault_make(dr->arena, FAULT_BAD_MEDIA_TYPE, NULL, "The body should be XML.");
	return f;
}

/* A collection that is asked for without its slash is answered where it stands (RFC 4918 §5.2). */
static void say_where(struct dav_request *dr)
{
	struct buf path;

	if (!(dr->kind & DAV_COLLECTIONS) || dr->rq->path_ends_slash ||
	    dr->rq->segment_count == 0 || dr->method->body != DAV_BODY_XML)
		return;
	buf_init(&path, dr->arena, 128, 16384);
	dav_put_path(&path, dr->kind, &dr->whose, dr->collection_name, TEXT_NONE);
	http_set_header(dr->rq, "Content-Location", buf_text(&path));
}

static const struct fault *handle(struct dav_request *dr)
{
	const struct fault *f;

	dr->method = find_method(dr->rq->method);
	if (!dr->method)
		return fault_make(dr->arena, FAULT_UNKNOWN_METHOD, NULL,
				  "This server does not know the method.");
	f = dav_reader(dr);
	if (!f)
		f = dav_resolve_path(dr, dr->method->load);
	if (!f)
		f = check_allowed(dr);
	if (!f)
		f = check_privilege(dr);
	if (f)
		return f;
	say_where(dr);
	if (dr->method->load != DAV_LOAD_OBJECT) {
		dr->depth = dav_read_depth(http_header(dr->rq, "Depth"));
		dav_read_preferences(dr);
		/* What stands there is not for whoever may only write it. */
		if (!(dr->may & DAV_MAY_READ))
			dr->representation = false;
	}
	f = dav_check_if(dr);
	if (!f)
		f = read_body(dr);
	if (!f)
		f = dr->method->run(dr);
	return f;
}

static void handle_on_this_thread(struct http_request *rq)
{
	struct dav_request *dr = arena_alloc(rq->arena, sizeof(*dr));
	const struct fault *f;

	dr->rq = rq;
	dr->arena = rq->arena;
	dr->house = rq->context;
	f = handle(dr);
	if (f)
		dav_answer_fault(rq, f);
}

static void dav_handle(struct http_request *rq)
{
	if (rq->body.len > DAV_SLOW_BYTES)
		http_go_slow(rq, handle_on_this_thread);
	else
		handle_on_this_thread(rq);
}

/* ---- waiting for a commit ------------------------------------------------------------------ */

struct commit {
	http_go_on_fn go_on;
	void *state;
};

static const struct fault *committed(void *who, void *state, const struct fault *f)
{
	const struct commit *commit = state;

	return dav_tell_lock(who, commit->go_on(who, commit->state, f));
}

struct change *dav_change(struct dav_request *dr)
{
	struct change *c = change_open(dr->house->calendar, dr->arena, CHANGE_CLIENT, dr->rq->now);

	change_act_as(c, dr->rq->user.owner);
	return c;
}

void dav_commit(struct dav_request *dr, struct change *c, http_go_on_fn go_on, void *state)
{
	struct commit *commit = arena_alloc(dr->arena, sizeof(*commit));
	const struct fault *f = dav_require_rights(dr, c);
	struct http_waiting *waiting;
	struct change_quiet quiet;

	if (!f)
		f = dav_guard_rest(dr, c);
	dav_push_read_quiet(dr, &quiet);
	change_keep_quiet(c, &quiet);
	*commit = (struct commit){go_on, state};
	waiting = http_await(dr->rq, committed, dr, commit);
	/* From here on another thread may already answer. */
	if (f)
		http_settle(waiting, f);
	else
		change_submit(c, http_settle, waiting);
}

/* ---- routes ---- */

size_t dav_body_max(const struct http_request *rq)
{
	const struct dav_house *house = rq->context;
	size_t most = rq->route->body_max;

	if (dav_brings_attachment(rq) && (size_t)house->calendar->attachment_max > most)
		most = (size_t)house->calendar->attachment_max;
	return most;
}

/* A client that is not told which limit it is tries again for ever. */
static bool brings_resource(const struct http_request *rq)
{
	return text_equal(rq->method, TEXT("PUT")) || text_equal(rq->method, TEXT("POST"));
}

/* What is found too long before it is read. */
static void answer_early(struct http_request *rq, const struct fault *f)
{
	if (fault_is(f, FAULT_BODY_TOO_LARGE) && dav_brings_attachment(rq))
		f = fault_make(rq->arena, FAULT_ATTACHMENT_TOO_LARGE, NULL, "%s", f->message);
	else if (fault_is(f, FAULT_BODY_TOO_LARGE) && brings_resource(rq))
		f = fault_make(rq->arena, FAULT_RESOURCE_TOO_LARGE, NULL, "%s", f->message);
	dav_answer_fault(rq, f);
}

/* RFC 6764 §5: where the service is, for any method. */
static void well_known(struct http_request *rq)
{
	http_set_header(rq, "Location", TEXT("/dav/"));
	http_set_header(rq, "Cache-Control", TEXT("max-age=3600"));
	http_answer(rq, 301, NULL, TEXT_NONE);
}

/* An object past max-resource-size gets its precondition; one far past it is not even read. */
enum { DAV_BODY_MAX = XML_BODY_MAX };

enum {
	USERS = HTTP_AUTH | HTTP_APP_PASSWORDS | HTTP_SESSION | HTTP_SESSION_SCRIPTS,
	ASKERS = HTTP_AUTH_OPTIONAL | HTTP_APP_PASSWORDS | HTTP_SESSION | HTTP_SESSION_SCRIPTS |
		 HTTP_TOKENS,
};

/* clang-format off */
const struct http_route dav_routes[] = {
	/* prefix                methods flags                   body          handler      answer_fault */
	{ "/.well-known/caldav", NULL,   HTTP_EXACT,             DAV_BODY_MAX, well_known,  dav_answer_fault },
	{ "/feeds",              "GET, HEAD", 0,                 0,            dav_feed,    NULL },
	{ "/freebusy",           "GET, HEAD", ASKERS,            0,            dav_ifb,     NULL },
	{ "/dav",                NULL,   USERS,                  DAV_BODY_MAX, dav_handle,  answer_early },
	{ "/",                   NULL,   USERS | HTTP_EXACT,     DAV_BODY_MAX, dav_handle,  dav_answer_fault },
	{ 0 }
};
/* clang-format on */

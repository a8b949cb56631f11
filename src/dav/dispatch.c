/* dispatch - from a request to its method's function */

#include "dav/feed.h"
#include "dav/ifb.h"
#include "dav/lock.h"
#include "dav/offer.h"
#include "dav/post.h"

/* All that there is, for those rows that list it. */
static const struct dav_offer offer = {
	.methods = dav_methods,
	.reports = dav_reports,
	.each_prop = dav_prop_for_each,
};

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
	dav_put_allow(dr->offer, dr->kind, &allow);
	http_set_header(dr->rq, "Allow", buf_text(&allow));
	return fault_make(dr->arena, FAULT_BAD_METHOD, NULL,
			  "This resource does not know the method.");
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
	dr->offer = &offer;
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

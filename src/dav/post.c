/*
 * post - what POST is for (RFC 9110 §9.3.3)
 *
 * POST means what its resource makes of it: the query says which action is wanted (RFC 8607 §3.3),
 * or the type of the body and its root element say what is brought. Each of them is a row, and its
 * function runs as a method's does; dr->body is there where the body is XML.
 */

#include "dav/post.h"

#include "dav/outbox.h"
#include "dav/push_priv.h"

/* clang-format off */
static const struct dav_post {
	unsigned on;	    /* enum dav_kind bits */
	unsigned needs;	    /* enum dav_privilege bits: without them 403 */
	const char *action; /* value of "action" in the query; NULL: the query has none */
	const char *media;  /* the body's type, "xml" for any spelling of it; NULL: any */
	enum xml_ns ns;	    /* the root element of XML */
	const char *root;
	dav_method_fn run;
	const char *section;
} posts[] = {
	/* on                                  needs         action media  root                      function           section */
	{ DAV_HOME | DAV_CALENDAR | DAV_BOXES, DAV_MAY_READ, NULL,  "xml", NS_PUSH, "push-register", dav_push_register, "webdav-push §3.1" },
	{ DAV_OBJECT, DAV_MAY_WRITE_CONTENT, "attachment-add",    NULL, 0, NULL, dav_attachment_add,    "RFC 8607 §3.4" },
	{ DAV_OBJECT, DAV_MAY_WRITE_CONTENT, "attachment-update", NULL, 0, NULL, dav_attachment_update, "RFC 8607 §3.5" },
	{ DAV_OBJECT, DAV_MAY_WRITE_CONTENT, "attachment-remove", NULL, 0, NULL, dav_attachment_remove, "RFC 8607 §3.6" },
	/* What is none of the above is to be stored: why it cannot be, is said as for PUT. */
	{ DAV_CALENDAR,                        DAV_MAY_BIND, NULL,  NULL,  0,       NULL,            dav_add_member,    "RFC 5995 §3.2" },
	/* What is needed depends on the message (RFC 6638 §6.2). */
	{ DAV_OUTBOX,                          0,            NULL,  NULL,  0,       NULL,            dav_outbox,        "RFC 6638 §5" },
	{ 0 }
};
/* clang-format on */

static struct text media_type(const struct http_request *rq)
{
	struct text rest = http_header(rq, "Content-Type"), media = TEXT_NONE;

	if (rest.at && text_next(&rest, ';', &media))
		media = text_trim(media);
	return media;
}

static bool is_xml(struct text media)
{
	return text_equal_nocase(media, TEXT("application/xml")) ||
	       text_equal_nocase(media, TEXT("text/xml"));
}

static bool is_media(const struct dav_post *p, struct text media)
{
	if (!p->media)
		return true;
	if (strcmp(p->media, "xml") == 0)
		return is_xml(media);
	return text_equal_nocase(media, text_from(p->media));
}

static const struct dav_post *find_post(const struct dav_request *dr, struct text action,
					struct text media)
{
	for (const struct dav_post *p = posts; p->run; p++)
		if ((p->on & dr->kind) && (p->action != NULL) == (action.at != NULL) &&
		    text_equal(action, text_from(p->action)) && is_media(p, media) &&
		    (!p->root || xml_is(dr->body, p->ns, p->root)))
			return p;
	return NULL;
}

static const struct fault *no_such_post(const struct dav_request *dr, struct text action)
{
	/* RFC 8607 §3.11: nothing else is done with one. */
	if (dr->kind == DAV_OBJECT)
		return fault_make(dr->arena, FAULT_BAD_ACTION, NULL,
				  "There is no such action on a calendar object.");
	if (action.at)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "There is no such action on this resource.");
	if (dr->body)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "Nothing is done here with a body of this root element.");
	return fault_make(dr->arena, FAULT_BAD_MEDIA_TYPE, NULL,
			  "Nothing is done here with a body of this type.");
}

const struct fault *dav_post(struct dav_request *dr)
{
	struct text action = dav_query_value(dr->rq, "action"), media = media_type(dr->rq);
	const struct dav_post *p;
	const struct fault *f = NULL;

	if (!action.at && is_xml(media))
		f = xml_parse(dr->arena, dr->rq->body, &dr->body);
	if (f)
		return f;
	p = find_post(dr, action, media);
	if (!p)
		return no_such_post(dr, action);
	f = dav_need(dr, dr->kind, p->needs);
	return f ? f : p->run(dr);
}

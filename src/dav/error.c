/*
 * error - faults as HTTP statuses and DAV:error (RFC 4918 §16, RFC 4791 §1.3)
 *
 * The table base/fault.tbl.h says which status and which precondition element
 * belong to a code; here is only what some elements have inside.
 */

#include "dav/dav_priv.h"

enum { REASON_BYTES = 300 };

struct reason {
	int status;
	const char *phrase;
};

static const struct reason reasons[] = {
	{403, "Forbidden"}, {404, "Not Found"},		{409, "Conflict"},
	{423, "Locked"},    {424, "Failed Dependency"}, {507, "Insufficient Storage"},
};

void dav_put_status(struct buf *out, int status)
{
	const char *phrase = "Failed";

	/* Of each response in a long list. */
	if (status == 200) {
		buf_put_lit(out, "<D:status>HTTP/1.1 200 OK</D:status>");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			phrase = reasons[i].phrase;
	buf_put_lit(out, "<D:status>HTTP/1.1 ");
	buf_put_int(out, status);
	buf_put_char(out, ' ');
	buf_put_str(out, phrase);
	buf_put_lit(out, "</D:status>");
}

/* Without its last segment. */
static struct text parent_of(struct text path)
{
	size_t len = path.len;

	while (len > 1 && path.at[len - 1] == '/')
		len--;
	while (len > 1 && path.at[len - 1] != '/')
		len--;
	return text_of(path.at, len);
}

static struct text outbox_of(struct arena *a, struct text name)
{
	struct dav_whose whose = {OWNER_INDIVIDUAL, name};
	struct buf path;

	buf_init(&path, a, 128, 4096);
	dav_put_path(&path, DAV_OUTBOX, &whose, TEXT("outbox"), TEXT_NONE);
	return buf_text(&path);
}

/*
 * DAV:need-privileges says which one, where (RFC 3744 §7.1.1): at the request's path, if no other
 * is named; what is bound or unbound wants it on the collection around it (appendix B), and what is
 * sent for somebody on their outbox (RFC 6638 §6.2).
 */
static void put_need_privileges(struct buf *out, struct text path, const struct fault *f)
{
	struct text rest = text_from(f->about ? f->about : "write"), name;

	(void)text_next(&rest, ' ', &name);
	if (rest.len > 0)
		path = rest.at[0] == '/' ? rest : outbox_of(out->arena, rest);
	if (text_ends(name, TEXT("bind")))
		path = parent_of(path);
	xml_open(out, NS_DAV, "need-privileges");
	xml_open(out, NS_DAV, "resource");
	xml_element_text(out, NS_DAV, "href", path);
	xml_open(out, NS_DAV, "privilege");
	xml_empty_name(out, dav_privilege_ns(text_cstr(out->arena, name)), TEXT_NONE, name);
	xml_close(out, NS_DAV, "privilege");
	xml_close(out, NS_DAV, "resource");
	xml_close(out, NS_DAV, "need-privileges");
}

const struct fault *dav_refused_at(const struct dav_request *at, const struct fault *f)
{
	enum dav_kind kind = at->kind & DAV_EXISTING   ? at->kind
			     : at->object_name.len > 0 ? DAV_OBJECT
						       : DAV_CALENDAR;
	struct buf about;

	if (!fault_is(f, FAULT_FORBIDDEN) || !f->about)
		return f;
	buf_init(&about, at->arena, 256, 16384);
	buf_put_str(&about, f->about);
	buf_put_char(&about, ' ');
	dav_put_path(&about, kind, &at->whose, at->collection_name, at->object_name);
	return fault_make(at->arena, FAULT_FORBIDDEN, text_cstr(at->arena, buf_text(&about)), "%s",
			  f->message);
}

/* The one resource that is in the way. */
static bool has_href(const struct fault *f)
{
	return (f->code == FAULT_UID_TAKEN || f->code == FAULT_UID_ELSEWHERE ||
		f->code == FAULT_LOCKED || f->code == FAULT_LOCK_CONFLICT) &&
	       f->about && f->about[0] == '/';
}

static const enum xml_ns namespaces[] = {
	[FAULT_NS_NONE] = NS_NONE,
	[FAULT_NS_DAV] = NS_DAV,
	[FAULT_NS_CALDAV] = NS_CALDAV,
	[FAULT_NS_PUSH] = NS_PUSH,
};

static void put_error(struct buf *out, struct text path, const struct fault *f)
{
	const struct fault_row *row = fault_row(f->code);
	enum xml_ns ns = namespaces[row->ns];

	if (f->code == FAULT_FORBIDDEN) {
		put_need_privileges(out, path, f);
	} else if (has_href(f)) {
		xml_open(out, ns, row->element);
		xml_element_text(out, NS_DAV, "href", text_from(f->about));
		xml_close(out, ns, row->element);
	} else if (f->code == FAULT_UNKNOWN_FILTER && f->about) {
		xml_open(out, ns, row->element);
		xml_tag(out, NS_CALDAV, "comp-filter");
		xml_put_attr(out, "name", text_from(f->about));
		xml_tag_empty(out);
		xml_close(out, ns, row->element);
	} else {
		xml_empty(out, ns, row->element);
	}
}

void dav_put_error(struct dav_request *dr, struct buf *out, const struct fault *f)
{
	if (!fault_row(f->code)->element)
		return;
	xml_open(out, NS_DAV, "error");
	put_error(out, dr->rq->path, f);
	xml_close(out, NS_DAV, "error");
}

/*
 * The sentence, for whoever looks for the reason. It has no place in the body: some clients take
 * any element beside the precondition for another one (RFC 4918 §16), so it goes along in a header.
 * What it quotes of the client is cut to what a header can hold.
 */
static void say_why(struct http_request *rq, const struct fault *f)
{
	char *why = text_cstr(rq->arena, text_sub(text_from(f->message), 0, REASON_BYTES));

	for (char *c = why; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	http_set_header(rq, "Fasti-Reason", text_from(why));
}

void dav_answer_fault(struct http_request *rq, const struct fault *f)
{
	const struct fault_row *row = fault_row(f->code);
	struct buf body;

	if (!row->element) {
		http_answer_fault(rq, f);
		return;
	}
	http_note_fault(rq, f);
	say_why(rq, f);
	buf_init(&body, rq->arena, 512, 64 * 1024);
	xml_root(&body, NS_DAV, "error");
	put_error(&body, rq->path, f);
	xml_close(&body, NS_DAV, "error");
	http_answer(rq, row->http_status, DAV_XML_TYPE, buf_text(&body));
}

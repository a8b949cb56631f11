/* options - what this server is able to do (RFC 9110 §9.3.7, RFC 4918 §10.1) */

#include "dav/offer.h"

/*
 * The tokens of the DAV header, and what has to be there before one is promised;
 * so a promise comes with the row that keeps it.
 */
static const struct compliance {
	const char *token, *method, *report;
	bool needs_push;
} classes[] = {
	{"1", "PROPFIND", NULL, false},
	{"2", "LOCK", NULL, false},
	{"3", "PROPPATCH", NULL, false},
	{"access-control", "ACL", NULL, false},
	{"calendar-access", "REPORT", "free-busy-query", false},
	{"calendar-auto-schedule", "POST", NULL, false},
	{"calendar-availability", "PROPPATCH", "free-busy-query", false},
	{"calendar-no-timezone", "REPORT", "calendar-query", false},
	{"calendar-managed-attachments", "POST", NULL, false},
	{"calendar-proxy", "PROPPATCH", "expand-property", false},
	{"extended-mkcol", "MKCOL", NULL, false},
	{"webdav-push", "POST", NULL, true},
};

static bool has_method(const struct dav_offer *offer, const char *name)
{
	for (const struct dav_method *m = offer->methods; m->name; m++)
		if (strcmp(m->name, name) == 0)
			return true;
	return false;
}

static bool has_report(const struct dav_offer *offer, const char *name)
{
	for (const struct dav_report *r = offer->reports; r->name; r++)
		if (strcmp(r->name, name) == 0)
			return true;
	return false;
}

/* One line, and the same on every resource: clients ask at the home, the calendar or the principal.
 */
static void put_classes(const struct dav_request *dr, struct buf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		const struct compliance *c = &classes[i];

		if (!has_method(dr->offer, c->method) ||
		    (c->report && !has_report(dr->offer, c->report)) ||
		    (c->needs_push && !dr->house->push))
			continue;
		buf_put_str(out, comma);
		buf_put_str(out, c->token);
		comma = ", ";
	}
}

void dav_put_allow(const struct dav_offer *offer, enum dav_kind kind, struct buf *out)
{
	const char *comma = "";

	for (const struct dav_method *m = offer->methods; m->name; m++) {
		if (!(m->on & kind))
			continue;
		buf_put_str(out, comma);
		buf_put_str(out, m->name);
		comma = ", ";
	}
}

const struct fault *dav_options(struct dav_request *dr)
{
	struct buf allow, dav;

	buf_init(&allow, dr->arena, 128, 1024);
	buf_init(&dav, dr->arena, 128, 1024);
	dav_put_allow(dr->offer, dr->kind, &allow);
	put_classes(dr, &dav);
	http_set_header(dr->rq, "Allow", buf_text(&allow));
	http_set_header(dr->rq, "DAV", buf_text(&dav));
	http_answer(dr->rq, 200, NULL, TEXT_NONE);
	return NULL;
}

/* proppatch - properties of what is there (RFC 4918 §9.2) */

#include "dav/proxy.h"

struct state {
	struct dav_patch patch;
	struct dav_outcomes outcomes;
	struct change_properties change;
};

/* Nothing to say but that all is well, to a client that asked for just that (RFC 8144 §2.2). */
static void answer_minimal(struct dav_request *dr)
{
	dav_say_applied(dr, DAV_PREFER_MINIMAL);
	http_answer(dr->rq, 200, NULL, TEXT_NONE);
}

static const struct fault *answer(struct dav_request *dr, const struct dav_outcomes *outcomes)
{
	struct buf out;

	if (dr->minimal && !outcomes->failed) {
		answer_minimal(dr);
		return NULL;
	}
	buf_init(&out, dr->arena, 1024, 1024 * 1024);
	xml_root(&out, NS_DAV, "multistatus");
	xml_open(&out, NS_DAV, "response");
	dav_put_href(&out, dr->kind, &dr->whose, dr->collection_name, dr->object_name);
	dav_put_outcomes(dr, outcomes, &out);
	xml_close(&out, NS_DAV, "response");
	xml_close(&out, NS_DAV, "multistatus");
	http_answer(dr->rq, 207, DAV_XML_TYPE, buf_text(&out));
	return NULL;
}

static const struct fault *patched(void *who, void *state, const struct fault *f)
{
	const struct state *s = state;

	return f ? f : answer(who, &s->outcomes);
}

static const struct fault *plan_properties(struct dav_request *dr, struct change *c,
					   struct state *s)
{
	const struct dav_patch *p = &s->patch;
	const struct fault *f;

	s->change = (struct change_properties){
		.owner = dr->owner_id,
		.collection = dr->collection ? dr->collection->id : 0,
		.object = dr->object ? dr->object->id : 0,
		.properties = p->kept,
		.property_count = p->kept_count,
		.set_transparent = p->set_transparent,
		.transparent = p->transparent,
		.set_timezone = p->set_timezone,
		.timezone = p->timezone,
		.set_default_calendar = p->set_default_calendar,
		.default_calendar = p->default_calendar,
	};
	dav_read_condition(dr->rq, &s->change.condition);
	f = change_set_properties(c, &s->change);
	if (!f && p->set_title)
		f = change_set_title(c, dr->owner_id, p->title);
	if (!f && p->set_availability)
		f = change_set_availability(c, dr->owner_id, p->availability);
	if (!f && p->set_answers)
		f = change_answer_so(c, dr->owner_id, p->answers);
	return f;
}

static const struct fault *commit(struct dav_request *dr, struct state *s)
{
	struct change *c = dav_change(dr);
	const struct fault *f =
		s->patch.members ? dav_change_proxies(dr, c, &s->patch) : plan_properties(dr, c, s);

	if (!f)
		dav_commit(dr, c, patched, s);
	return f;
}

const struct fault *dav_proppatch(struct dav_request *dr)
{
	struct state *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f;

	if (!xml_is(dr->body, NS_DAV, "propertyupdate"))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "The body of PROPPATCH is a propertyupdate element.");
	s->patch = (struct dav_patch){.dr = dr, .kind = dr->kind};
	f = dav_patch_read(&s->patch, dr->body, true, &s->outcomes);
	if (!f && s->outcomes.failed)
		return answer(dr, &s->outcomes);
	return f ? f : commit(dr, s);
}

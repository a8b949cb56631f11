/* props_push - how clients learn that they can be told of changes (webdav-push §2.1, §6.2) */

#include "dav/props.h"
#include "dav/push.h"

#define TOLD_OF (DAV_HOME | DAV_CALENDAR | DAV_BOXES)

static const struct fault *get_transports(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct dav_push *push = v->dr->house->push;

	*found_out = push != NULL;
	if (!push)
		return NULL;
	xml_open(out, NS_PUSH, "web-push");
	xml_tag(out, NS_PUSH, "vapid-public-key");
	xml_put_attr(out, "type", TEXT("p256ecdsa"));
	xml_tag_open(out);
	xml_put_text(out, push->public_key);
	xml_close(out, NS_PUSH, "vapid-public-key");
	xml_close(out, NS_PUSH, "web-push");
	return NULL;
}

static const struct fault *get_topic(struct dav_view *v, struct buf *out, bool *found_out)
{
	const struct dav_house *house = v->dr->house;

	*found_out = house->push != NULL;
	if (!house->push)
		return NULL;
	xml_put_text(out, dav_push_topic(v->arena, &house->calendar->key,
					 v->collection ? v->collection->owner : v->dr->owner_id,
					 v->collection ? v->collection->id : 0));
	return NULL;
}

static void put_trigger(struct buf *out, const char *name, const char *depth)
{
	xml_open(out, NS_PUSH, name);
	xml_element_text(out, NS_DAV, "depth", text_from(depth));
	xml_close(out, NS_PUSH, name);
}

/* Of a home its calendars are the members: made and deleted, and no more. */
static const struct fault *get_triggers(struct dav_view *v, struct buf *out, bool *found_out)
{
	*found_out = v->dr->house->push != NULL;
	if (!*found_out)
		return NULL;
	put_trigger(out, "content-update", "1");
	if (v->kind != DAV_HOME)
		put_trigger(out, "property-update", "0");
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_push[] = {
	/* ns       name                  on       flags get             set   section */
	{ NS_PUSH, "transports",         TOLD_OF, 0,    get_transports, NULL, "webdav-push §2.1" },
	{ NS_PUSH, "topic",              TOLD_OF, 0,    get_topic,      NULL, "webdav-push §2.1" },
	{ NS_PUSH, "supported-triggers", TOLD_OF, 0,    get_triggers,   NULL, "webdav-push §2.1" },
	{ 0 }
};
/* clang-format on */

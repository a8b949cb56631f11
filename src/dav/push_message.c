/* push_message - what a client is told (webdav-push §4.1). See push.h. */

#include "dav/dav_priv.h"
#include "dav/push.h"

enum { MESSAGE_MAX = 2048 };

struct text dav_push_topic(struct arena *a, const struct secret_key *key, int64_t owner,
			   int64_t collection)
{
	const char *place = arena_printf(a, "%lld/%lld", (long long)owner, (long long)collection);

	return secret_mac(a, key, "push-topic", text_from(place));
}

/* The subscriber's right to read, as it would be judged if the subscriber asked now. */
static const struct fault *may_read(struct db *db, struct arena *a, const struct push *p, bool *out)
{
	unsigned may;
	const struct fault *f = dav_access_of(db, a, p->subscriber, p->owner, p->collection, &may);

	*out = (may & DAV_MAY_READ) != 0;
	return f;
}

static void put_content_update(struct buf *out, const struct collection *c)
{
	xml_open(out, NS_PUSH, "content-update");
	if (c) {
		xml_open(out, NS_DAV, "sync-token");
		dav_put_sync_token(out, &(struct dav_sync_token){c->id, c->seq, 0});
		xml_close(out, NS_DAV, "sync-token");
	}
	xml_close(out, NS_PUSH, "content-update");
}

static struct text compose(struct arena *a, struct text topic, const struct collection *c,
			   unsigned news)
{
	struct buf out;

	buf_init(&out, a, 512, MESSAGE_MAX);
	xml_root(&out, NS_PUSH, "push-message");
	xml_element_text(&out, NS_PUSH, "topic", topic);
	if (news & PUSH_CONTENT)
		put_content_update(&out, c);
	if (news & PUSH_PROPERTY)
		xml_empty(&out, NS_PUSH, "property-update");
	xml_close(&out, NS_PUSH, "push-message");
	return buf_text(&out);
}

const struct fault *dav_push_message(struct db *db, struct arena *a, const struct secret_key *key,
				     const struct push *p, unsigned news, struct text *out)
{
	struct collection *c = NULL;
	bool may = false;
	const struct fault *f = may_read(db, a, p, &may);

	*out = TEXT_NONE;
	if (!f && may && p->collection)
		f = collection_get(db, a, p->owner, p->collection, &c);
	if (f || !may || (p->collection && !c))
		return f;
	*out = compose(a, dav_push_topic(a, key, p->owner, p->collection), c, news);
	return NULL;
}

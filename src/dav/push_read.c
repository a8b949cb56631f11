/* push_read - a push-register element, read (webdav-push §3.1, §6.1). See push_priv.h. */

#include "dav/push_priv.h"
#include "net/webpush.h"

static const struct fault *bad(struct arena *a, const char *sentence)
{
	return fault_make(a, FAULT_BAD_SUBSCRIPTION, NULL, "%s", sentence);
}

/* It is spoken to later, and judged again then: by the address that its name leads to. */
static const struct fault *read_resource(struct arena *a, struct text url, bool allow_private,
					 struct push *out)
{
	struct text origin;

	if (!webpush_origin(a, url, &origin))
		return bad(a, "The push resource is no address of a push service.");
	/* RFC 8030 §8: over TLS alone. */
	if (!allow_private && !text_starts(origin, TEXT("https://")))
		return bad(a, "The push resource is not one of https.");
	out->resource = url;
	return NULL;
}

static const struct fault *read_keys(struct arena *a, const struct xml_node *web, struct push *out)
{
	const struct xml_node *key = xml_child(web, NS_PUSH, "subscription-public-key");
	const struct xml_node *coding = xml_child(web, NS_PUSH, "content-encoding");
	struct webpush_client client;
	struct text type;

	if (coding && !text_equal_nocase(xml_token_of(coding), TEXT("aes128gcm")))
		return bad(a, "Messages are encrypted with aes128gcm.");
	if (xml_attr(key, "type", &type) && !text_equal(type, TEXT("p256dh")))
		return bad(a, "The public key is to be one of p256dh.");
	out->public_key = xml_token_of(key);
	out->auth_secret = xml_token_of(xml_child(web, NS_PUSH, "auth-secret"));
	if (!webpush_client_read(out->public_key, out->auth_secret, &client))
		return bad(a, "The public key or the secret is none.");
	return NULL;
}

static const struct fault *read_subscription(struct arena *a, const struct xml_node *body,
					     bool allow_private, struct push *out)
{
	const struct xml_node *subscription = xml_child(body, NS_PUSH, "subscription");
	const struct xml_node *web = xml_child(subscription, NS_PUSH, "web-push-subscription");
	const struct fault *f;

	/* Exactly one of each (§3.1, §6.1): another one would want to be told, and is not. */
	if (!web || xml_next(subscription) || xml_child_count(subscription) != 1)
		return bad(a, "One subscription of Web Push is wanted.");
	f = read_resource(a, xml_token_of(xml_child(web, NS_PUSH, "push-resource")), allow_private,
			  out);
	return f ? f : read_keys(a, web, out);
}

/* A depth that is not there falls back to the one that is (§3.1.1, §3.1.2). */
static const struct fault *read_triggers(struct arena *a, const struct xml_node *body,
					 enum dav_kind kind, struct push *out)
{
	const struct xml_node *trigger = xml_child(body, NS_PUSH, "trigger");

	out->triggers = 0;
	if (xml_child(trigger, NS_PUSH, "content-update"))
		out->triggers |= PUSH_CONTENT;
	if (xml_child(trigger, NS_PUSH, "property-update") && kind != DAV_HOME)
		out->triggers |= PUSH_PROPERTY;
	if (!out->triggers)
		return fault_make(a, FAULT_NO_TRIGGER, NULL,
				  "No change is asked for that could be told here.");
	return NULL;
}

/* What is past already has a clock that is wrong, and is given what the least is (§3.4). */
static const struct fault *read_expires(struct arena *a, const struct xml_node *body, int64_t now,
					struct push *out)
{
	const struct xml_node *expires = xml_child(body, NS_PUSH, "expires");
	int64_t asked;

	out->expires_at = now + DAV_PUSH_USUAL_S;
	if (!expires)
		return NULL;
	if (!dav_read_http_date(xml_token_of(expires), &asked))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The end of a registration is no date.");
	if (asked <= now)
		asked = now + DAV_PUSH_MIN_S;
	out->expires_at = asked < now + DAV_PUSH_MAX_S ? asked : now + DAV_PUSH_MAX_S;
	return NULL;
}

const struct fault *dav_push_read(struct arena *a, const struct xml_node *body, enum dav_kind kind,
				  bool allow_private, int64_t now, struct push *out)
{
	const struct fault *f = read_subscription(a, body, allow_private, out);

	if (!f)
		f = read_triggers(a, body, kind, out);
	return f ? f : read_expires(a, body, now, out);
}

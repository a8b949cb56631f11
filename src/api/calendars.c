/* calendars - what a host keeps, and which of it takes bookings: GET /api/calendars */
#include "api/api_priv.h"

#include "base/codec.h"
#include "ical/object.h"
#include "xml/read.h"
#include "json/write.h"

/* What clients call it, else its name in the path; one that cannot be read is none. */
static const struct fault *title_of(struct api_request *ar, const struct collection *at,
				    struct text *out)
{
	struct property *kept;
	struct xml_node *node;
	size_t count;
	const struct fault *f =
		property_list(ar->db, ar->arena, at->owner, at->id, 0, &kept, &count);

	*out = at->name;
	for (size_t i = 0; i < count && !f; i++)
		if (text_equal(kept[i].ns, xml_ns_uri(NS_DAV)) &&
		    text_equal(kept[i].name, TEXT("displayname")) &&
		    !xml_parse(ar->arena, kept[i].xml, &node) && xml_token_of(node).len > 0)
			*out = xml_token_of(node);
	return f;
}

static void put_components(struct json_writer *w, unsigned components)
{
	json_key(w, "components");
	json_begin_list(w);
	for (unsigned bit = COMP_VEVENT; bit <= COMP_VPOLL; bit <<= 1)
		if (components & bit)
			json_add_str(w, ical_component_name((enum ical_component)bit));
	json_end_list(w);
}

static void put_path(struct json_writer *w, struct api_request *ar, const struct host *host,
		     const struct collection *at)
{
	struct buf b;

	buf_init(&b, ar->arena, 128, 4096);
	buf_put_lit(&b, "/dav/calendars/");
	codec_put_segment(&b, host->owner.name);
	buf_put_char(&b, '/');
	codec_put_segment(&b, at->name);
	buf_put_char(&b, '/');
	api_put_text(w, "path", buf_text(&b));
}

static const struct fault *put_calendar(struct json_writer *w, struct api_request *ar,
					const struct host *host, const struct collection *at)
{
	struct text title;
	const struct fault *f = title_of(ar, at, &title);

	if (f)
		return f;
	json_begin_object(w);
	api_put_text(w, "name", at->name);
	api_put_text(w, "title", title);
	put_path(w, ar, host, at);
	put_components(w, at->components);
	json_key(w, "counts_as_busy");
	json_add_bool(w, !at->transparent);
	json_key(w, "takes_bookings");
	json_add_bool(w, at->id == host->calendar);
	json_end_object(w);
	return NULL;
}

const struct fault *api_calendars_list(struct api_request *ar)
{
	const struct host *host;
	struct collection *all;
	struct json_writer w;
	struct buf body;
	size_t count = 0;
	const struct fault *f = api_find_self(ar, &host);

	if (!f)
		f = collection_list(ar->db, ar->arena, host->owner.id, &all, &count);
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "calendars");
	json_begin_list(&w);
	for (size_t i = 0; i < count && !f; i++)
		if (all[i].kind == COLLECTION_CALENDAR)
			f = put_calendar(&w, ar, host, &all[i]);
	json_end_list(&w);
	json_end_object(&w);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}

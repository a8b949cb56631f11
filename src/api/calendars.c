/* calendars - what a host keeps, and which of it takes bookings: GET /api/calendars */
#include "api/api_priv.h"

#include "api/query.h"
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

enum { CALENDARS_LISTED = 200 };

/* Those past the cursor, by name; the name of the last one shown, where there are more. */
static const struct fault *put_page(struct json_writer *w, struct api_request *ar,
				    const struct host *host, struct text cursor,
				    struct text *next_out)
{
	struct collection *all;
	struct text last = TEXT_NONE;
	size_t count, shown = 0;
	const struct fault *f = collection_list(ar->db, ar->arena, host->owner.id, &all, &count);

	*next_out = TEXT_NONE;
	for (size_t i = 0; !f && i < count && next_out->len == 0; i++) {
		if (all[i].kind != COLLECTION_CALENDAR || text_compare(all[i].name, cursor) <= 0)
			continue;
		if (shown++ == CALENDARS_LISTED)
			*next_out = last;
		else
			f = put_calendar(w, ar, host, &all[i]);
		last = all[i].name;
	}
	return f;
}

const struct fault *api_calendars_list(struct api_request *ar)
{
	const struct host *host;
	struct text cursor = TEXT_NONE, next = TEXT_NONE;
	const struct query_param params[] = {{TEXT("cursor"), &cursor}};
	struct json_writer w;
	struct buf body;
	const struct fault *f = query_read(ar->arena, ar->rq->query, params, ARRAY_LEN(params));

	if (!f)
		f = api_find_self(ar, &host);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "calendars");
	json_begin_list(&w);
	f = put_page(&w, ar, host, cursor, &next);
	json_end_list(&w);
	if (next.len > 0)
		api_put_text(&w, "next_cursor", next);
	json_end_object(&w);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}

/* target - what a path names. See target.h. */

#include "dav/target.h"

#include "base/arena.h"
#include "base/codec.h"
#include "store/collection.h"
#include "xml/write.h"

enum { DAV_SEGMENTS_MAX = 3 + COLLECTION_DEPTH_MAX + 1 };

/* A name that may stand in a path; dots would mislead whoever reads it. */
static bool name_is_fit(struct text name)
{
	if (name.len == 0 || name.len > DAV_NAME_MAX || text_has_control(name))
		return false;
	return !text_equal(name, TEXT(".")) && !text_equal(name, TEXT(".."));
}

static bool has_slash(struct text name)
{
	return text_find_char(name, '/', 0) >= 0;
}

static struct text keep_slashes(struct arena *a, struct text name)
{
	char *kept;

	if (!has_slash(name))
		return name;
	kept = text_cstr(a, name);
	for (size_t i = 0; i < name.len; i++)
		if (kept[i] == '/')
			kept[i] = DAV_SLASH;
	return text_of(kept, name.len);
}

/* Of each kind of principal (decisions 28). */
static const char *const principal_folders[] = {
	[OWNER_INDIVIDUAL] = "users",	[OWNER_GROUP] = "groups", [OWNER_ROOM] = "rooms",
	[OWNER_RESOURCE] = "resources", [OWNER_TEAM] = "teams",
};

/* A group has no calendars that somebody could look after. */
static bool is_proxy(struct text name, enum owner_kind kind)
{
	return kind != OWNER_GROUP && (text_equal(name, TEXT("calendar-proxy-read")) ||
				       text_equal(name, TEXT("calendar-proxy-write")));
}

static struct dav_shape shape_of_principals(const struct text *segments, size_t count)
{
	static const enum dav_kind kinds[] = {DAV_PRINCIPALS, DAV_USERS, DAV_PRINCIPAL, DAV_PROXY};
	struct dav_shape s = {.kind = DAV_NOTHING};
	size_t kind = 0;

	if (count > 2)
		while (kind < ARRAY_LEN(principal_folders) &&
		       !text_equal(segments[2], text_from(principal_folders[kind])))
			kind++;
	if (count > 5 || kind == ARRAY_LEN(principal_folders) ||
	    (count == 5 && !is_proxy(segments[4], (enum owner_kind)kind)))
		return s;
	s.kind = kinds[count - 2];
	s.whose.kind = (enum owner_kind)kind;
	if (count > 3)
		s.whose.name = segments[3];
	if (count > 4)
		s.collection = segments[4];
	return s;
}

/* A segment holds no slash, so that joined they say what they said. */
static struct text join(struct arena *a, const struct text *segments, size_t count)
{
	struct buf path;

	if (count == 1)
		return segments[0];
	buf_init(&path, a, 64, COLLECTION_DEPTH_MAX * (DAV_NAME_MAX + 1));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(&path, '/');
		buf_put_text(&path, segments[i]);
	}
	return buf_text(&path);
}

/* The names below a home. */
static void name_members(struct arena *a, const struct text *names, size_t count,
			 struct dav_shape *s)
{
	size_t around = count > 1 ? count - 1 : 1;

	s->kind = DAV_MISNAMED;
	for (size_t i = 0; i < count; i++)
		if (!name_is_fit(names[i]) || (i < around && has_slash(names[i])))
			return;
	s->kind = DAV_ORPHAN;
	if (around > COLLECTION_DEPTH_MAX)
		return;
	s->collection = join(a, names, around);
	if (count > 1)
		s->object = keep_slashes(a, names[around]);
	/* The whole may be the name of a folder. */
	if (s->collection.len + s->object.len < COLLECTION_PATH_MAX)
		s->kind = count > 1 ? DAV_OBJECT : DAV_CALENDAR;
}

static struct dav_shape shape_of_calendars(struct arena *a, const struct text *segments,
					   size_t count)
{
	struct dav_shape s = {.kind = count == 2 ? DAV_HOMES : DAV_HOME};

	if (count > 2)
		s.whose.name = segments[2];
	if (count > 3)
		name_members(a, segments + 3, count - 3, &s);
	return s;
}

struct dav_shape dav_shape_of(struct arena *a, const struct text *segments, size_t count)
{
	if (count == 0)
		return (struct dav_shape){.kind = DAV_ROOT};
	if (text_equal(segments[0], TEXT("dav"))) {
		if (count == 1)
			return (struct dav_shape){.kind = DAV_TOP};
		if (text_equal(segments[1], TEXT("principals")))
			return shape_of_principals(segments, count);
		if (text_equal(segments[1], TEXT("calendars")))
			return shape_of_calendars(a, segments, count);
		if (count == 3 && text_equal(segments[1], TEXT("push")))
			return (struct dav_shape){.kind = DAV_REGISTRATION, .object = segments[2]};
		if (count == 4 && text_equal(segments[1], TEXT("attachments")))
			return (struct dav_shape){.kind = DAV_ATTACHMENT, .object = segments[2]};
		return (struct dav_shape){.kind = DAV_MISPLACED};
	}
	return (struct dav_shape){.kind = DAV_NOTHING};
}

/* Without "http://host" in front: whose host it is, proxies may have changed. */
static struct text path_of_href(struct text href)
{
	ptrdiff_t scheme = text_find(href, TEXT("://"));

	if (scheme > 0 && href.at[0] != '/') {
		ptrdiff_t slash = text_find_char(href, '/', (size_t)scheme + 3);

		if (slash < 0)
			return TEXT("/");
		href = text_sub(href, (size_t)slash, href.len);
	}
	return href;
}

bool dav_read_href(struct arena *a, struct text href, struct dav_shape *out)
{
	struct text path = path_of_href(text_trim(href)), part, segments[DAV_SEGMENTS_MAX];
	size_t count = 0;
	bool ends_slash = text_ends(path, TEXT("/"));

	if (path.len == 0 || path.at[0] != '/' || text_find_char(path, '?', 0) >= 0 ||
	    text_find_char(path, '#', 0) >= 0)
		return false;
	path = text_sub(path, 1, path.len - 1 - (ends_slash && path.len > 1));
	while (path.len > 0 && text_next(&path, '/', &part)) {
		if (count == DAV_SEGMENTS_MAX || part.len == 0 ||
		    !codec_percent_decode(a, part, false, &segments[count++]))
			return false;
	}
	*out = dav_shape_of(a, segments, count);
	out->ends_slash = ends_slash;
	return true;
}

struct dav_shape dav_shape_of_href(struct arena *a, struct text href)
{
	struct dav_shape nothing = {.kind = DAV_NOTHING}, s;

	if (!dav_read_href(a, href, &s) || (s.kind == DAV_OBJECT && s.ends_slash))
		return nothing;
	return s;
}

struct text dav_principal_name(struct arena *a, struct text href)
{
	struct dav_shape s = dav_shape_of_href(a, href);

	return s.kind == DAV_PRINCIPAL ? s.whose.name : TEXT_NONE;
}

/* ---- names of what is shared --------------------------------------------------------- */

struct text dav_shared_name(struct arena *a, struct text owner, struct text collection)
{
	return text_from(arena_printf(a, "%.*s~%.*s", TEXT_ARG(owner), TEXT_ARG(collection)));
}

bool dav_split_shared(struct text name, struct text *owner_out, struct text *collection_out)
{
	ptrdiff_t tilde = text_find_char(name, '~', 0);

	if (tilde <= 0 || (size_t)tilde + 1 == name.len)
		return false;
	*owner_out = text_sub(name, 0, (size_t)tilde);
	*collection_out = text_sub(name, (size_t)tilde + 1, name.len);
	return true;
}

/* ---- writing ------------------------------------------------------------------------ */

static struct text folder_path(enum dav_kind kind)
{
	switch (kind) {
	case DAV_ROOT: return TEXT("/");
	case DAV_TOP: return TEXT("/dav/");
	case DAV_PRINCIPALS: return TEXT("/dav/principals/");
	case DAV_USERS:
	case DAV_PROXY:
	case DAV_PRINCIPAL: return TEXT("/dav/principals/");
	default: return TEXT("/dav/calendars/");
	}
}

void dav_put_name(struct buf *out, struct text name)
{
	ptrdiff_t slash;

	while ((slash = text_find_char(name, DAV_SLASH, 0)) >= 0) {
		codec_put_segment(out, text_sub(name, 0, (size_t)slash));
		buf_put_lit(out, "%2F");
		name = text_sub(name, (size_t)slash + 1, name.len);
	}
	codec_put_segment(out, name);
}

/* A plain collection has several segments. */
static void put_segments(struct buf *out, struct text path)
{
	struct text segment;

	while (path.len > 0 && text_next(&path, '/', &segment)) {
		codec_put_segment(out, segment);
		buf_put_char(out, '/');
	}
}

void dav_put_path(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		  struct text collection, struct text object)
{
	buf_put_text(out, folder_path(kind));
	if (kind & (DAV_USERS | DAV_PRINCIPAL | DAV_PROXY)) {
		buf_put_str(out, principal_folders[whose->kind]);
		buf_put_char(out, '/');
	}
	if (kind & DAV_FOLDERS)
		return;
	codec_put_segment(out, whose->name);
	buf_put_char(out, '/');
	if (kind & (DAV_PRINCIPAL | DAV_HOME))
		return;
	put_segments(out, collection);
	if (kind & DAV_MEMBERS)
		dav_put_name(out, object);
}

void dav_put_path_xml(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		      struct text collection, struct text object)
{
	struct buf path;

	/* '&' is the one character that percent-encoding leaves and XML does not. */
	if (text_find_char(collection, '&', 0) < 0 && text_find_char(object, '&', 0) < 0) {
		dav_put_path(out, kind, whose, collection, object);
		return;
	}
	buf_init(&path, out->arena, 256, 8192);
	dav_put_path(&path, kind, whose, collection, object);
	xml_put_text(out, buf_text(&path));
}

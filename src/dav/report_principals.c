/*
 * report_principals - principals are looked for by what is known of them
 *
 * DAV:principal-property-search and its list of properties (RFC 3744 §9.4, §9.5), and Calendar
 * Server's calendarserver-principal-search, which looks for words in all of them. What a client
 * asks about and nobody knows matches nothing.
 */

#include "dav/report.h"

enum { SEARCHES_MAX = 16, FOUND_MAX = 500, NEEDLE_MAX = 255 };

/* ---- properties that can be looked for --------------------------------------------------- */

/* The values of a property of one principal; lists are joined by line ends. */
typedef const struct fault *(*value_fn)(struct dav_request *dr, const struct owner *o,
					struct text *out);

static const struct fault *value_of_name(struct dav_request *dr, const struct owner *o,
					 struct text *out)
{
	(void)dr;
	*out = owner_title(o);
	return NULL;
}

static const struct fault *value_of_addresses(struct dav_request *dr, const struct owner *o,
					      struct text *out)
{
	struct text *all;
	size_t count;
	struct buf b;
	const struct fault *f = owner_addresses(dr->db, dr->arena, o->id, &all, &count);

	buf_init(&b, dr->arena, 128, 64 * 1024);
	for (size_t i = 0; i < count; i++) {
		buf_put_text(&b, all[i]);
		buf_put_char(&b, '\n');
	}
	*out = buf_text(&b);
	return f;
}

static const struct fault *value_of_type(struct dav_request *dr, const struct owner *o,
					 struct text *out)
{
	(void)dr;
	*out = text_from(dav_user_type(o->kind));
	return NULL;
}

static const struct searchable {
	enum xml_ns ns;
	const char *name, *description;
	value_fn value;
} searchable[] = {
	{NS_DAV, "displayname", "Name", value_of_name},
	{NS_CS, "email-address-set", "Mail addresses", value_of_addresses},
	{NS_CALDAV, "calendar-user-address-set", "Calendar addresses", value_of_addresses},
	{NS_CALDAV, "calendar-user-type", "Kind: a person, a group, a room, a resource",
	 value_of_type},
};

static const struct searchable *find_searchable(const struct xml_node *name)
{
	for (size_t i = 0; i < ARRAY_LEN(searchable); i++)
		if (xml_is(name, searchable[i].ns, searchable[i].name))
			return &searchable[i];
	return NULL;
}

const struct fault *dav_report_search_properties(struct dav_request *dr)
{
	struct buf out;

	buf_init(&out, dr->arena, 2048, 64 * 1024);
	xml_root(&out, NS_DAV, "principal-search-property-set");
	for (size_t i = 0; i < ARRAY_LEN(searchable); i++) {
		buf_put_lit(&out, "<D:principal-search-property><D:prop>");
		xml_empty(&out, searchable[i].ns, searchable[i].name);
		buf_put_lit(&out, "</D:prop><D:description xml:lang=\"en\">");
		xml_put_text(&out, text_from(searchable[i].description));
		buf_put_lit(&out, "</D:description></D:principal-search-property>");
	}
	xml_close(&out, NS_DAV, "principal-search-property-set");
	http_answer(dr->rq, 200, DAV_XML_TYPE, buf_text(&out));
	return NULL;
}

/* ---- what is looked for -------------------------------------------------------------------- */

enum match { CONTAINS, STARTS_WITH, ENDS_WITH, EQUALS };

struct criterion {
	const struct searchable *in; /* NULL: in any */
	bool nowhere;		     /* in a property that nobody knows */
	struct text needle;	     /* lower case, without "mailto:" */
	enum match match;
};

struct search {
	struct dav_asked asked;
	struct criterion at[SEARCHES_MAX];
	size_t count;
	bool any; /* one is enough */
	bool one_kind;
	enum owner_kind kind;
	struct owner *found;
	size_t found_count, next;
};

static enum match read_match(struct text word)
{
	static const char *const words[] = {"contains", "starts-with", "ends-with", "equals"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_equal(word, text_from(words[i])))
			return (enum match)i;
	return CONTAINS;
}

static const struct fault *add_criterion(struct dav_request *dr, struct search *s,
					 const struct searchable *in, bool nowhere,
					 struct text needle, enum match match)
{
	struct text plain = text_lower(dr->arena, text_trim(needle));

	if (s->count == SEARCHES_MAX || plain.len > NEEDLE_MAX)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "A search has at most %d conditions of %d bytes.", SEARCHES_MAX,
				  NEEDLE_MAX);
	if (text_starts(plain, TEXT("mailto:")))
		plain = text_sub(plain, 7, plain.len);
	s->at[s->count++] = (struct criterion){in, nowhere, plain, match};
	return NULL;
}

/* Several properties in one condition: all of them must match (§9.4). */
static const struct fault *read_condition(struct dav_request *dr, struct search *s,
					  const struct xml_node *node)
{
	const struct xml_node *prop = xml_child(node, NS_DAV, "prop");
	const struct xml_node *match = xml_child(node, NS_DAV, "match");
	struct text how = TEXT_NONE;
	const struct fault *f = NULL;

	if (!prop || !prop->first_child || !match)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "A condition names properties and what to look for in them.");
	if (!xml_attr(match, "match-type", &how) && !xml_attr(node, "match-type", &how))
		how = TEXT("contains");
	for (const struct xml_node *n = prop->first_child; n && !f; n = n->next) {
		const struct searchable *in = find_searchable(n);

		f = add_criterion(dr, s, in, in == NULL, xml_text_of(match), read_match(how));
	}
	return f;
}

/* All principals where asked so, else those below the path (§9.4). */
static bool takes_everywhere(const struct dav_request *dr)
{
	return xml_child(dr->body, NS_DAV, "apply-to-principal-collection-set") ||
	       (dr->kind & (DAV_ROOT | DAV_TOP | DAV_PRINCIPALS));
}

/* ---- who is found -------------------------------------------------------------------------- */

static bool value_matches(const struct criterion *c, struct text value)
{
	switch (c->match) {
	case STARTS_WITH: return text_starts(value, c->needle);
	case ENDS_WITH: return text_ends(value, c->needle);
	case EQUALS: return text_equal(value, c->needle);
	default: return text_find(value, c->needle) >= 0;
	}
}

static const struct fault *matches_in(struct dav_request *dr, const struct criterion *c,
				      const struct searchable *in, const struct owner *o, bool *out)
{
	struct text values, value;
	const struct fault *f = in->value(dr, o, &values);

	values = f ? TEXT_NONE : text_lower(dr->arena, values);
	while (!*out && text_next(&values, '\n', &value))
		*out = value.len > 0 && value_matches(c, value);
	return f;
}

static const struct fault *criterion_matches(struct dav_request *dr, const struct criterion *c,
					     const struct owner *o, bool *out)
{
	const struct fault *f = NULL;

	*out = false;
	if (c->in)
		return matches_in(dr, c, c->in, o, out);
	for (size_t i = 0; i < ARRAY_LEN(searchable) && !f && !c->nowhere && !*out; i++)
		f = matches_in(dr, c, &searchable[i], o, out);
	return f;
}

static const struct fault *is_wanted(struct dav_request *dr, const struct search *s,
				     const struct owner *o, bool *out)
{
	const struct fault *f = NULL;

	*out = !s->any;
	for (size_t i = 0; i < s->count && !f && *out != s->any; i++)
		f = criterion_matches(dr, &s->at[i], o, out);
	return f;
}

static bool is_known(const struct search *s, int64_t id)
{
	for (size_t i = 0; i < s->found_count; i++)
		if (s->found[i].id == id)
			return true;
	return false;
}

/* Kinds are few words, so that is no condition to look for candidates by. */
static struct text needle_of(const struct criterion *c)
{
	return c->in && c->in->value == value_of_type ? TEXT("") : c->needle;
}

static const struct fault *look_for(struct dav_request *dr, struct search *s,
				    const struct criterion *c)
{
	struct owner *all;
	size_t count;
	const struct fault *f;

	if (c->nowhere)
		return NULL;
	f = owner_search(dr->db, dr->arena, needle_of(c), 4 * FOUND_MAX, &all, &count);
	for (size_t i = 0; i < count && !f; i++) {
		bool wanted = false;

		if ((s->one_kind && all[i].kind != s->kind) || is_known(s, all[i].id))
			continue;
		f = is_wanted(dr, s, &all[i], &wanted);
		if (f || !wanted)
			continue;
		if (s->found_count == FOUND_MAX)
			return fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
					  "More than %d principals are found.", FOUND_MAX);
		s->found[s->found_count++] = all[i];
	}
	return f ? f : arena_check(dr->arena);
}

static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct search *s = ctx;
	size_t end = s->next + DAV_PAGE_OBJECTS;
	const struct fault *f = NULL;

	for (; s->next < s->found_count && s->next < end && !f; s->next++) {
		struct dav_view v = dav_view_of_principal(dr, page, &s->found[s->next]);

		f = dav_put_response(&v, &s->asked, out);
	}
	*more_out = s->next < s->found_count;
	return f;
}

/* Every principal may have to be looked at. */
static const struct fault *search_on_a_worker(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	struct search *s = state;

	if (!f)
		f = dav_reader(dr);
	s->found = arena_alloc_array(dr->arena, FOUND_MAX, sizeof(*s->found));
	/* Who is to match all conditions matches the first. */
	for (size_t i = 0; i < (s->any ? s->count : 1) && !f; i++)
		f = look_for(dr, s, &s->at[i]);
	return f ? f : dav_answer_multistatus(dr, next_page, NULL, s);
}

const struct fault *dav_report_principal_search(struct dav_request *dr)
{
	struct search *s = arena_alloc(dr->arena, sizeof(*s));
	const struct xml_node *condition = xml_child(dr->body, NS_DAV, "property-search");
	struct text test = TEXT_NONE;
	const struct fault *f = dav_report_asked(dr, &s->asked);

	if (!f && !condition)
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There is no property-search.");
	for (; condition && !f; condition = xml_next(condition))
		f = read_condition(dr, s, condition);
	if (f)
		return f;
	s->any = xml_attr(dr->body, "test", &test) && text_equal(test, TEXT("anyof"));
	if (!takes_everywhere(dr)) {
		s->one_kind = true;
		s->kind = dr->whose.kind;
		if (dr->kind != DAV_USERS)
			s->count = 0;
	}
	if (s->count == 0)
		return dav_answer_multistatus(dr, next_page, NULL, s);
	http_go_slow_with(dr->rq, search_on_a_worker, dr, s);
	return NULL;
}

/* <CS:calendarserver-principal-search context="attendee"><CS:search-token>…: all words, anywhere.
 */
const struct fault *dav_report_principal_words(struct dav_request *dr)
{
	struct search *s = arena_alloc(dr->arena, sizeof(*s));
	const struct xml_node *word = xml_child(dr->body, NS_CS, "search-token");
	const struct fault *f = dav_report_asked(dr, &s->asked);

	if (!f && !word)
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There is no search-token.");
	for (; word && !f; word = xml_next(word))
		f = add_criterion(dr, s, NULL, false, xml_text_of(word), CONTAINS);
	if (f)
		return f;
	http_go_slow_with(dr->rq, search_on_a_worker, dr, s);
	return NULL;
}

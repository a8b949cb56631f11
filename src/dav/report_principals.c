/*
 * report_principals - principals are looked for by what is known of them
 *
 * DAV:principal-property-search and its list of properties (RFC 3744 §9.4, §9.5), and Calendar
 * Server's calendarserver-principal-search, which looks for words in all of them. What a client
 * asks about and nobody knows matches nothing. Every principal is looked at, a page at a time, by
 * a worker: what is looked for may stand anywhere in a text, and no database of ours folds case
 * beyond ASCII as is asked (§9.4).
 */

#include "base/fold.h"
#include "dav/report.h"

enum {
	SEARCHES_MAX = 16,
	FOUND_MAX = 500,
	NEEDLE_MAX = 255,
	OWNERS_A_PAGE = 500,
	SCRATCH_BYTES = 16 * 1024 * 1024,
};

/* ---- properties that can be looked for --------------------------------------------------- */

/* The values of a property of one principal, with line feeds between them. */
typedef struct text (*value_fn)(const struct owner_entry *e);

static struct text value_of_name(const struct owner_entry *e)
{
	return owner_title(&e->owner);
}

static struct text value_of_addresses(const struct owner_entry *e)
{
	return e->addresses;
}

static struct text value_of_type(const struct owner_entry *e)
{
	return text_from(dav_user_type(e->owner.kind));
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

enum match { CONTAINS, STARTS_WITH, ENDS_WITH, EQUALS, MATCHES };

struct criterion {
	const struct searchable *in; /* NULL: in any */
	bool nowhere;		     /* in a property that nobody knows */
	struct text needle;	     /* folded, without "mailto:" */
	enum match match;
};

#define KIND(kind) (1U << (kind))

struct search {
	struct dav_asked asked;
	struct criterion at[SEARCHES_MAX];
	size_t count;
	bool any;	/* one is enough */
	unsigned kinds; /* bits of enum owner_kind; 0: all */
	size_t limit;	/* that the client wants */
	struct arena *scratch;
	struct owner *found;
	size_t found_count, next;
};

static const struct fault *bad_request(struct dav_request *dr, const char *why)
{
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "%s", why);
}

/* Calendar Server's, which others took over; without a word a part will do (§9.4). */
static const struct fault *read_match(struct dav_request *dr, const struct xml_node *match,
				      enum match *out)
{
	static const char *const words[] = {"contains", "starts-with", "ends-with", "equals"};
	struct text word;

	*out = CONTAINS;
	if (!xml_attr(match, "match-type", &word) && !xml_attr(match->parent, "match-type", &word))
		return NULL;
	while (*out < MATCHES && !text_equal(word, text_from(words[*out])))
		++*out;
	return *out < MATCHES ? NULL : bad_request(dr, "There is no such match-type.");
}

static const struct fault *add_criterion(struct dav_request *dr, struct search *s,
					 const struct searchable *in, bool nowhere,
					 struct text needle, enum match match)
{
	struct text plain = text_trim(needle);

	if (s->count == SEARCHES_MAX || plain.len > NEEDLE_MAX)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "A search has at most %d conditions of %d bytes.", SEARCHES_MAX,
				  NEEDLE_MAX);
	if (text_starts_nocase(plain, TEXT("mailto:")))
		plain = text_sub(plain, 7, plain.len);
	s->at[s->count++] = (struct criterion){in, nowhere, text_fold(dr->arena, plain), match};
	return NULL;
}

/* Several properties in one condition: all of them must match (§9.4). */
static const struct fault *read_condition(struct dav_request *dr, struct search *s,
					  const struct xml_node *node)
{
	const struct xml_node *prop = xml_child(node, NS_DAV, "prop");
	const struct xml_node *match = xml_child(node, NS_DAV, "match");
	enum match how;
	const struct fault *f;

	if (!prop || !prop->first_child || !match)
		return bad_request(dr,
				   "A condition names properties and what to look for in them.");
	f = read_match(dr, match, &how);
	for (const struct xml_node *n = prop->first_child; n && !f; n = n->next) {
		const struct searchable *in = find_searchable(n);

		f = add_criterion(dr, s, in, in == NULL, xml_text_of(match), how);
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

struct candidate {
	const struct owner_entry *entry;
	struct text values[ARRAY_LEN(searchable)]; /* folded */
};

static struct candidate candidate_of(struct arena *a, const struct owner_entry *e)
{
	struct candidate c = {.entry = e};

	for (size_t i = 0; i < ARRAY_LEN(searchable); i++)
		c.values[i] = text_fold(a, searchable[i].value(e));
	return c;
}

static bool value_matches(const struct criterion *c, struct text value)
{
	switch (c->match) {
	case STARTS_WITH: return text_starts(value, c->needle);
	case ENDS_WITH: return text_ends(value, c->needle);
	case EQUALS: return text_equal(value, c->needle);
	default: return text_find(value, c->needle) >= 0;
	}
}

static bool criterion_matches(const struct criterion *c, const struct candidate *of)
{
	for (size_t i = 0; i < ARRAY_LEN(searchable) && !c->nowhere; i++) {
		struct text values = of->values[i], value;

		if (c->in && c->in != &searchable[i])
			continue;
		while (text_next(&values, '\n', &value))
			if (value.len > 0 && value_matches(c, value))
				return true;
	}
	return false;
}

static bool is_wanted(const struct search *s, const struct candidate *c)
{
	if (s->kinds && !(s->kinds & KIND(c->entry->owner.kind)))
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (criterion_matches(&s->at[i], c) == s->any)
			return s->any;
	return !s->any;
}

static const struct fault *look_at(struct dav_request *dr, struct search *s,
				   const struct owner_entry *e)
{
	struct candidate c = candidate_of(s->scratch, e);

	if (!is_wanted(s, &c))
		return NULL;
	if (s->found_count == FOUND_MAX)
		return fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
				  "More than %d principals are found.", FOUND_MAX);
	s->found[s->found_count++] = owner_copy(dr->arena, &e->owner);
	return NULL;
}

static const struct fault *look_at_all(struct dav_request *dr, struct search *s)
{
	struct owner_entry *entries;
	size_t count;
	int64_t after = 0;
	const struct fault *f = NULL;

	do {
		arena_reset(s->scratch);
		f = owner_page(dr->db, s->scratch, after, OWNERS_A_PAGE, &entries, &count);
		for (size_t i = 0; i < count && !f && s->found_count < s->limit; i++)
			f = look_at(dr, s, &entries[i]);
		if (!f)
			f = arena_check(s->scratch);
		if (!f && count > 0)
			after = entries[count - 1].owner.id;
	} while (!f && count == OWNERS_A_PAGE && s->found_count < s->limit);
	return f;
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
	s->scratch = arena_create_in(dr->arena, SCRATCH_BYTES);
	if (!f)
		f = look_at_all(dr, s);
	return f ? f : dav_answer_multistatus(dr, next_page, NULL, s);
}

static const struct fault *read_test(struct dav_request *dr, struct search *s)
{
	struct text test;

	if (!xml_attr(dr->body, "test", &test) || text_equal(test, TEXT("allof")))
		return NULL;
	s->any = text_equal(test, TEXT("anyof"));
	return s->any ? NULL : bad_request(dr, "A test is anyof or allof.");
}

const struct fault *dav_report_principal_search(struct dav_request *dr)
{
	struct search *s = arena_alloc(dr->arena, sizeof(*s));
	const struct xml_node *condition = xml_child(dr->body, NS_DAV, "property-search");
	const struct fault *f = dav_report_asked(dr, &s->asked);

	s->limit = SIZE_MAX;
	if (!f && !condition)
		f = bad_request(dr, "There is no property-search.");
	if (!f)
		f = read_test(dr, s);
	for (; condition && !f; condition = xml_next(condition))
		f = read_condition(dr, s, condition);
	if (f)
		return f;
	if (!takes_everywhere(dr)) {
		s->kinds = KIND(dr->whose.kind);
		if (dr->kind != DAV_USERS)
			s->count = 0;
	}
	if (s->count == 0)
		return dav_answer_multistatus(dr, next_page, NULL, s);
	http_go_slow_with(dr->rq, search_on_a_worker, dr, s);
	return NULL;
}

/* How many are enough for the client, which is then told of no more. */
static const struct fault *read_limit(struct dav_request *dr, struct search *s)
{
	const struct xml_node *limit = xml_child(dr->body, NS_CS, "limit");
	int64_t most;

	s->limit = SIZE_MAX;
	if (!limit)
		return NULL;
	if (!text_to_int64(xml_token_of(xml_child(limit, NS_CS, "nresults")), 1, INT64_MAX, &most))
		return bad_request(dr, "A limit has nresults, a number.");
	s->limit = (size_t)most;
	return NULL;
}

/* Where the names are wanted: a field for places shows rooms. Without a word, or with another: all.
 */
static unsigned read_context(const struct dav_request *dr)
{
	static const struct {
		const char *word;
		unsigned kinds;
	} contexts[] = {
		{"user", KIND(OWNER_INDIVIDUAL)},
		{"group", KIND(OWNER_GROUP) | KIND(OWNER_TEAM)},
		{"location", KIND(OWNER_ROOM)},
		{"resource", KIND(OWNER_RESOURCE)},
	};
	struct text word;

	for (size_t i = 0; xml_attr(dr->body, "context", &word) && i < ARRAY_LEN(contexts); i++)
		if (text_equal(word, text_from(contexts[i].word)))
			return contexts[i].kinds;
	return 0;
}

/* <CS:calendarserver-principal-search context="attendee"><CS:search-token>…: all words, anywhere.
 */
const struct fault *dav_report_principal_words(struct dav_request *dr)
{
	struct search *s = arena_alloc(dr->arena, sizeof(*s));
	const struct xml_node *word = xml_child(dr->body, NS_CS, "search-token");
	const struct fault *f = dav_report_asked(dr, &s->asked);

	if (!f && !word)
		f = bad_request(dr, "There is no search-token.");
	s->kinds = read_context(dr);
	if (!f)
		f = read_limit(dr, s);
	for (; word && !f; word = xml_next(word))
		f = add_criterion(dr, s, NULL, false, xml_text_of(word), CONTAINS);
	if (f)
		return f;
	http_go_slow_with(dr->rq, search_on_a_worker, dr, s);
	return NULL;
}

/* page: the language of a page, and templates with their marks */
#include "api/page.h"
#include "base/arena.h"
#include "unit.h"

static void test_accepted(void)
{
	static const struct {
		const char *name;
		struct text field;
		const char *want; /* NULL: none of ours */
	} rows[] = {
		{"§12.5.4: none", TEXT_INIT(""), NULL},
		{"§12.5.4: one", TEXT_INIT("de"), "de"},
		{"§12.5.4: with a region", TEXT_INIT("fr-CA"), "fr"},
		{"§12.5.4: without case", TEXT_INIT("ES-mx"), "es"},
		{"§12.5.4: the first of those that weigh alike", TEXT_INIT("fr, de"), "fr"},
		{"§12.5.4: the heaviest", TEXT_INIT("en;q=0.5, de;q=0.9, fr;q=0.899"), "de"},
		{"§12.5.4: one that is spoken here", TEXT_INIT("pl, cs;q=0.9, es;q=0.1"), "es"},
		{"§12.4.2: a weight of 0 refuses", TEXT_INIT("de;q=0, fr;q=0.000"), NULL},
		{"§12.4.2: a broken weight is none", TEXT_INIT("de;q=x"), "de"},
		{"§12.5.4: another language that begins alike", TEXT_INIT("den, fra"), NULL},
		{"§12.5.4: only signs", TEXT_INIT(",;,;q=,"), NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct page_lang *l = page_lang_accepted(rows[i].field);

		CHECK_TEXT(rows[i].name, text_from(l ? l->tag : NULL), text_from(rows[i].want));
	}
}

static void test_words(void)
{
	static const char *const tags[] = {"en", "de", "fr", "es"};

	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		const struct page_lang *l = page_lang_find(text_from(tags[i]));

		CHECK_TRUE(tags[i], l != NULL);
		for (size_t w = 0; l && w < PAGE_WORDS; w++)
			CHECK_TRUE(tags[i], l->words[w] && l->words[w][0]);
	}
}

static void test_fill(void)
{
	static const struct {
		const char *name;
		struct text template, want;
	} rows[] = {
		{"a mark", TEXT_INIT("a {{x}} b"), TEXT_INIT("a 1&lt;2 b")},
		{"what a value holds is no mark", TEXT_INIT("{{y}}"), TEXT_INIT("{{x}}")},
		{"one without a value", TEXT_INIT("a{{z}}b"), TEXT_INIT("ab")},
		{"one without an end", TEXT_INIT("a{{x"), TEXT_INIT("ax")},
	};
	const struct page_value values[] = {{"x", TEXT("1<2")}, {"y", TEXT("{{x}}")}};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 64, 1024);
		page_fill(&b, rows[i].template, values, ARRAY_LEN(values));
		CHECK_TEXT(rows[i].name, buf_text(&b), rows[i].want);
	}
	arena_destroy(a);
}

UNIT_SUITE("page", {"languages that a browser accepts", test_accepted},
	   {"each language has all words", test_words}, {"templates", test_fill})

/*
 * test_template - what is filled in, what is refused, and the files of letters
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "post/letter.h"
#include "post/template_set.h"
#include "unit.h"

static const char *const names[] = {"a", "b", "list", "no", NULL};

/* a is hostile, b is plain, list has two, no is empty. */
static struct text rendered(struct arena *a, const char *source, enum template_kind kind)
{
	const struct template_value first[] = {{.name = "a", .text = TEXT_INIT("1")}};
	const struct template_value second[] = {{.name = "a", .text = TEXT_INIT("2")}};
	const struct template_values list[] = {{first, 1}, {second, 1}};
	const struct template_value top[] = {
		{.name = "a", .text = TEXT_INIT("<i>\"&'\r\nX: y\xe2\x80\xae\x1b[0m")},
		{.name = "b", .text = TEXT_INIT("B")},
		{.name = "list", .list = list, .list_count = 2},
		{.name = "no", .text = TEXT_INIT("")},
	};
	const struct template_values all = {top, ARRAY_LEN(top)};
	const struct template *t;
	struct text out = TEXT_NONE;

	if (CHECK_WELL(source, template_parse(a, "f", 1, text_from(source), names, &t)))
		CHECK_WELL(source, template_render(a, t, kind, &all, &out));
	return out;
}

static void test_fills_in(void)
{
	static const struct {
		const char *source, *want;
		enum template_kind kind;
	} rows[] = {
		{"", "", TEMPLATE_TEXT},
		{"plain { } }} text", "plain { } }} text", TEMPLATE_TEXT},
		{"x{{b}}y", "xBy", TEMPLATE_TEXT},
		{"x{{ b }}y", "xBy", TEMPLATE_TEXT},
		{"{{a}}", "<i>\"&'  X: y  [0m", TEMPLATE_TEXT},
		{"{{a}}", "&lt;i&gt;&quot;&amp;&#39;  X: y  [0m", TEMPLATE_HTML},
		{"<b>{{b}}</b>", "<b>B</b>", TEMPLATE_HTML},
		{"{{#b}}yes{{/b}}{{^b}}no{{/b}}", "yes", TEMPLATE_TEXT},
		{"{{#no}}yes{{/no}}{{^no}}no{{/no}}", "no", TEMPLATE_TEXT},
		{"{{#list}}<{{a}}{{b}}>{{/list}}", "<1B><2B>", TEMPLATE_TEXT},
		{"{{^list}}none{{/list}}", "", TEMPLATE_TEXT},
		{"{{! a remark }}x", "x", TEMPLATE_TEXT},
		{"x\n{{#b}}\ny\n{{/b}}\nz\n", "x\ny\nz\n", TEMPLATE_TEXT},
		{"x\n  {{#no}}\ny\n  {{/no}}  \nz", "x\nz", TEMPLATE_TEXT},
		{"x {{#b}}\ny{{/b}}", "x \ny", TEMPLATE_TEXT},
		{"{{#list}}\n{{a}}\n{{/list}}\n", "1\n2\n", TEMPLATE_TEXT},
	};
	struct arena *a = arena_create(1 << 22);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TEXT(rows[i].source, rendered(a, rows[i].source, rows[i].kind),
			   text_from(rows[i].want));
	arena_destroy(a);
}

static void test_refuses(void)
{
	static const struct {
		const char *source, *about;
	} rows[] = {
		{"{{b", "f:1"},
		{"x\ny {{b", "f:2"},
		{"x\n\n{{hots}}", "f:3"},
		{"{{#b}}\n{{/a}}", "f:2"},
		{"{{/b}}", "f:1"},
		{"x\n{{#b}}\n\n\ny", "f:2"},
		{"{{}}", "f:1"},
		{"{{B}}", "f:1"},
		{"{{>b}}", "f:1"},
		{"{{{b}}}", "f:1"},
		{"{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}", "f:1"},
		{"\xff", "f:1"},
	};
	struct arena *a = arena_create(1 << 22);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct template *t;
		const struct fault *f =
			template_parse(a, "f", 1, text_from(rows[i].source), names, &t);

		if (CHECK_FAULT(rows[i].source, f, FAULT_BAD_REQUEST))
			CHECK_STR(rows[i].source, f->about, rows[i].about);
	}
	arena_destroy(a);
}

static void test_is_bounded(void)
{
	struct template_value v = {.name = "a",
				   .text = TEXT_INIT("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")};
	struct template_values *all;
	struct template_value list = {.name = "list"};
	struct template_values top = {&list, 1};
	const struct template *t;
	struct arena *a = arena_create(1 << 26);
	struct text out;

	all = arena_alloc_array(a, 20000, sizeof(*all));
	for (size_t i = 0; i < 20000; i++)
		all[i] = (struct template_values){&v, 1};
	list.list = all;
	list.list_count = 20000;
	CHECK_WELL("parse", template_parse(a, "f", 1, TEXT("{{#list}}{{a}}{{/list}}"), names, &t));
	CHECK_FAULT("too long", template_render(a, t, TEMPLATE_TEXT, &top, &out),
		    FAULT_BODY_TOO_LARGE);
	arena_destroy(a);
}

/* ---- the files ------------------------------------------------------------------------------- */

static void test_our_files(void)
{
	struct arena *a = arena_create(1 << 24);
	const struct template_set *set;
	struct text text;

	CHECK_WELL("all", template_set_read(a, NULL, &set));
	for (int l = 0; l < LANGUAGES; l++)
		for (int k = 0; k < LETTER_KINDS; k++)
			CHECK_TRUE(letter_name((enum letter_kind)k),
				   template_of_letter(set, (enum template_language)l, k,
						      PART_HEADING) != NULL);
	CHECK_TRUE("listed", template_file(0, &text) != NULL && text.len > 0);
	CHECK_TRUE("the end", template_file(100000, &text) == NULL);
	arena_destroy(a);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (CHECK_TRUE(path, file != NULL)) {
		CHECK_TRUE(path, fputs(text, file) >= 0);
		CHECK_INT(path, fclose(file), 0);
	}
}

static void remove_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CHECK_INT(path, remove(path), 0);
}

/* Each file alone in a folder; about: what follows the folder's name. */
static void test_files_of_an_operator(void)
{
	static const struct {
		const char *name, *text, *about; /* NULL: it is well */
	} rows[] = {
		{"en/booked", "[subject]\nHi {{guest}}\n[heading]\nHi\n", NULL},
		{"en/words", "# ours\nwhen = At\n", NULL},
		{"frame.txt", "{{heading}}\n", NULL},
		{"en/booked", "[subject]\nHi {{gast}}\n[heading]\nHi\n", "en/booked:2"},
		{"en/booked", "[subject]\nHi\n", "en/booked:1"},
		{"en/booked", "Hi\n", "en/booked:1"},
		{"en/booked", "[subject]\nx\n[headline]\ny\n", "en/booked:3"},
		{"en/booked", "[subject]\nx\n[subject]\ny\n", "en/booked:3"},
		{"en/booked", "[subject]\nx\n[heading]\ny\n\n[body]\n\n{{#page}}", "en/booked:8"},
		{"en/booked", "", "en/booked:1"},
		{"en/words", "\nwhen\n", "en/words:2"},
		{"en/words", "whenn = At\n", "en/words:1"},
		{"en/words", "when =\n", "en/words:1"},
		{"en/bookd", "x", "en/bookd:1"},
		{"booked", "x", "booked:1"},
		{"frame.html", "<p>\n{{subjct}}", "frame.html:2"},
	};
	char folder[] = "/tmp/fasti-letters-XXXXXX", path[64];
	struct arena *a = arena_create(1 << 26);

	if (!CHECK_TRUE("a folder", mkdtemp(folder) != NULL))
		return;
	snprintf(path, sizeof(path), "%s/en", folder);
	CHECK_INT(path, mkdir(path, 0700), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct template_set *set;
		const struct fault *f;

		write_file(folder, rows[i].name, rows[i].text);
		f = template_set_read(a, folder, &set);
		remove_file(folder, rows[i].name);
		if (!rows[i].about)
			CHECK_WELL(rows[i].text, f);
		else if (CHECK_FAULT(rows[i].text, f, FAULT_BAD_REQUEST))
			CHECK_STR(rows[i].text, f->about + strlen(folder) + 1, rows[i].about);
	}
	CHECK_INT("empty", rmdir(path), 0);
	CHECK_INT("empty", rmdir(folder), 0);
	arena_destroy(a);
}

static void test_languages(void)
{
	static const struct {
		const char *tag;
		enum template_language want;
	} rows[] = {
		{"de", LANGUAGE_DE}, {"DE-ch", LANGUAGE_DE}, {"fr", LANGUAGE_FR},
		{"es", LANGUAGE_ES}, {"pt-BR", LANGUAGE_EN}, {"", LANGUAGE_EN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].tag, template_language_of(text_from(rows[i].tag)), rows[i].want);
}

UNIT_SUITE("template", {"what is filled in", test_fills_in}, {"what is refused", test_refuses},
	   {"a letter has an end", test_is_bounded}, {"our own files are well", test_our_files},
	   {"files of an operator, with file and line", test_files_of_an_operator},
	   {"languages", test_languages})

/*
 * test_edit - one property changes, every other byte stays
 */

#include "unit.h"

#include "ical/edit.h"
#include "ical/guard.h"
#include "ical/line.h"
#include "shared_files.h"

static struct arena *arena;

#define EVENT                                                                                      \
	"BEGIN:VEVENT\r\nUID:1\r\nSUMM\r\n ARY:old\r\nX-A:1\nX-A:2\r\nBEGIN:VALARM\r\n"            \
	"SUMMARY:alarm\r\nEND:VALARM\r\nBEGIN:X-B\r\nEND:X-B\r\nEND:VEVENT\r\n"

static struct ical_blocks blocks_of(struct text raw)
{
	struct ical_blocks blocks = {0};

	CHECK_WELL("components", ical_guard_blocks(arena, raw, true, SIZE_MAX, &blocks));
	return blocks;
}

static void test_set(void)
{
	struct ical_blocks blocks = blocks_of(TEXT(EVENT));
	struct ical_edit *e = ical_edit_begin(arena, TEXT(EVENT));

	ical_edit_set_property(e, &blocks, 0, "summary", TEXT("SUMMARY:new"));
	CHECK_TEXT("replaced, though its name is folded", ical_edit_apply(e),
		   TEXT("BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:new\r\nX-A:1\nX-A:2\r\nBEGIN:VALARM\r\n"
			"SUMMARY:alarm\r\nEND:VALARM\r\nBEGIN:X-B\r\nEND:X-B\r\nEND:VEVENT\r\n"));
	e = ical_edit_begin(arena, TEXT(EVENT));
	ical_edit_set_property(e, &blocks, 0, "STATUS", TEXT("STATUS:CANCELLED"));
	CHECK_TEXT(
		"added before END", ical_edit_apply(e),
		TEXT("BEGIN:VEVENT\r\nUID:1\r\nSUMM\r\n ARY:old\r\nX-A:1\nX-A:2\r\nBEGIN:VALARM\r\n"
		     "SUMMARY:alarm\r\nEND:VALARM\r\nBEGIN:X-B\r\nEND:X-B\r\n"
		     "STATUS:CANCELLED\r\nEND:VEVENT\r\n"));
}

static void test_remove(void)
{
	struct ical_blocks blocks = blocks_of(TEXT(EVENT));
	struct ical_edit *e = ical_edit_begin(arena, TEXT(EVENT));

	ical_edit_remove_property(e, &blocks, 0, "X-A");
	ical_edit_remove_property(e, &blocks, 0, "SUMMARY");
	CHECK_TEXT("own level only", ical_edit_apply(e),
		   TEXT("BEGIN:VEVENT\r\nUID:1\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\n"
			"BEGIN:X-B\r\nEND:X-B\r\nEND:VEVENT\r\n"));
}

static void test_order(void)
{
	struct ical_edit *e = ical_edit_begin(arena, TEXT("A:1\nB:2\n"));

	ical_edit_replace_line(e, 4, 8, TEXT("B:3"));
	ical_edit_insert_line(e, 4, TEXT("X:1"));
	ical_edit_insert_line(e, 4, TEXT("X:2"));
	ical_edit_insert_line(e, 0, TEXT("W:0"));
	CHECK_TEXT("inserts go before, in order of the calls", ical_edit_apply(e),
		   TEXT("W:0\r\nA:1\nX:1\r\nX:2\r\nB:3\r\n"));
	e = ical_edit_begin(arena, TEXT("A:1\n"));
	CHECK_TEXT("nothing to do", ical_edit_apply(e), TEXT("A:1\n"));
}

/* Is it raw with the bytes of one line given way to `with`? */
static bool is_spliced(struct text edited, struct text raw, const struct ical_line *l,
		       struct text with)
{
	struct text rest = text_of(raw.at + l->end, raw.len - l->end);

	return edited.len == l->begin + with.len + rest.len &&
	       text_equal(text_sub(edited, 0, l->begin), text_sub(raw, 0, l->begin)) &&
	       text_equal(text_sub(edited, l->begin, with.len), with) &&
	       text_equal(text_sub(edited, l->begin + with.len, rest.len), rest);
}

/* Each of the first lines taken out, and replaced: every other byte stays. */
static bool is_lossless(struct text raw)
{
	struct ical_line l;

	for (size_t turn = 0, at = 0; turn < 40 && ical_line_next(arena, raw, &at, &l); turn++) {
		struct ical_edit *e = ical_edit_begin(arena, raw);

		ical_edit_remove(e, l.begin, l.end);
		if (!is_spliced(ical_edit_apply(e), raw, &l, TEXT("")))
			return false;
		e = ical_edit_begin(arena, raw);
		ical_edit_replace_line(e, l.begin, l.end, TEXT("X-CHANGED:\xC3\xA4"));
		if (!is_spliced(ical_edit_apply(e), raw, &l, TEXT("X-CHANGED:\xC3\xA4\r\n")))
			return false;
	}
	return true;
}

/* Set a new property in each component, then take it away again. */
static bool is_lossless_by_name(struct text raw)
{
	struct ical_blocks blocks;
	struct ical_edit *e;
	struct text edited;

	if (ical_guard_bytes(arena, raw, SIZE_MAX) ||
	    ical_guard_blocks(arena, raw, false, SIZE_MAX, &blocks))
		return true; /* no components, so nothing to set */
	e = ical_edit_begin(arena, raw);
	for (size_t i = 0; i < blocks.count; i++)
		ical_edit_set_property(e, &blocks, i, "X-FASTI-TEST",
				       TEXT("X-FASTI-TEST;A=\"b:c\":d"));
	edited = ical_edit_apply(e);
	if (blocks.count > 0 && text_equal(edited, raw))
		return false;
	if (ical_guard_blocks(arena, edited, false, SIZE_MAX, &blocks))
		return false;
	e = ical_edit_begin(arena, edited);
	for (size_t i = 0; i < blocks.count; i++)
		ical_edit_remove_property(e, &blocks, i, "X-FASTI-TEST");
	return text_equal(ical_edit_apply(e), raw);
}

static void check_file(const char *path, struct text raw, void *ctx)
{
	(void)ctx;
	arena = arena_create((size_t)1 << 30);
	CHECK_TRUE(path, is_lossless(raw));
	CHECK_TRUE(path, is_lossless_by_name(raw));
	arena_destroy(arena);
}

static void test_real_files(void)
{
	if (shared_for_each_ics(check_file, NULL) == 0)
		unit_skip("no folder with real calendar files");
}

static void with_arena(void (*run)(void))
{
	arena = arena_create(1 << 24);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_set)
CASE(test_remove)
CASE(test_order)

UNIT_SUITE("edit", {"set", run_test_set}, {"remove", run_test_remove},
	   {"order of splices", run_test_order},
	   {"an edit and its reverse, over real files", test_real_files})

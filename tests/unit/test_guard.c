/*
 * test_guard - what must hold before anything else reads the bytes
 */
#include "unit.h"

#include "base/buf.h"
#include "ical/guard.h"
#include "ical/ical.h"

static struct arena *arena;

static const struct fault *guard(struct text raw, struct ical_blocks *out)
{
	const struct fault *f = ical_guard_bytes(arena, raw, ICAL_MAX_SIZE_BYTES);

	return f ? f : ical_guard_blocks(arena, raw, true, 100, out);
}

static struct text repeated(const char *head, const char *unit, size_t times, const char *tail)
{
	struct buf b;

	buf_init(&b, arena, 4096, 4 << 20);
	buf_put_str(&b, head);
	for (size_t i = 0; i < times; i++)
		buf_put_str(&b, unit);
	buf_put_str(&b, tail);
	return buf_text(&b);
}

static void test_refused(void)
{
	const struct {
		const char *name;
		struct text raw;
		enum fault_code code;
	} rows[] = {
		{"NUL", TEXT("A:b\0c\n"), FAULT_BAD_DATA},
		{"a control character (RFC 5545 §3.1)", TEXT("A:b\x0B\n"), FAULT_BAD_DATA},
		{"DEL", TEXT("A:b\x7F\n"), FAULT_BAD_DATA},
		{"a lone CR", TEXT("A:b\rC:d\n"), FAULT_BAD_DATA},
		{"Latin-1 (pitfall 9)", TEXT("A:\xE4\n"), FAULT_BAD_DATA},
		{"a surrogate", TEXT("A:\xED\xA0\x80\n"), FAULT_BAD_DATA},
		{"too large", repeated("A:", "x", ICAL_MAX_SIZE_BYTES, "\n"),
		 FAULT_OBJECT_TOO_LARGE},
		{"a line past 64 KB", repeated("A:", "x", ICAL_MAX_LINE_BYTES, "\n"),
		 FAULT_BAD_DATA},
		{"a folded line past 64 KB (pitfall 52)",
		 repeated("A:", "xxxxxxxxxxxxxxxxxxx\r\n ", ICAL_MAX_LINE_BYTES / 19 + 2, "\n"),
		 FAULT_BAD_DATA},
		{"nine levels", repeated("", "BEGIN:A\n", 9, "END:A\n"), FAULT_BAD_DATA},
		{"100,000 levels", repeated("", "BEGIN:A\n", 100000, ""), FAULT_BAD_DATA},
		{"too many components", repeated("", "BEGIN:A\nEND:A\n", 101, ""),
		 FAULT_TOO_MANY_INSTANCES},
		{"no END", TEXT("BEGIN:A\nX:y\n"), FAULT_BAD_DATA},
		{"no BEGIN", TEXT("END:A\n"), FAULT_BAD_DATA},
		{"another END", TEXT("BEGIN:A\nEND:B\n"), FAULT_BAD_DATA},
		{"crossed", TEXT("BEGIN:A\nBEGIN:B\nEND:A\nEND:B\n"), FAULT_BAD_DATA},
		{"no colon", TEXT("BEGIN:A\nwhat is this\nEND:A\n"), FAULT_BAD_DATA},
		{"a blank in a name", TEXT("BEGIN:A\nX Y:z\nEND:A\n"), FAULT_BAD_DATA},
		{"no name", TEXT("BEGIN:A\n:z\nEND:A\n"), FAULT_BAD_DATA},
		{"no component name", TEXT("BEGIN:\nEND:\n"), FAULT_BAD_DATA},
	};
	struct ical_blocks blocks;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_FAULT(rows[i].name, guard(rows[i].raw, &blocks), rows[i].code);
}

static void test_accepted(void)
{
	const struct {
		const char *name;
		struct text raw;
		size_t count;
	} rows[] = {
		{"eight levels",
		 repeated("", "BEGIN:A\r\n", 8,
			  "END:A\nEND:A\nEND:A\nEND:A\nEND:A\nEND:A\nEND:A\nEND:A"),
		 8},
		{"any case", TEXT("begin:a\nEnd:A\n"), 1},
		{"blank lines, TAB in a value", TEXT("\r\nBEGIN:A\n\nX:\ty\nEND:A\n\n"), 1},
		{"folded BEGIN", TEXT("BEG\r\n IN:A\r\nEND:\r\n A\r\n"), 1},
		{"byte order mark",
		 TEXT("\xEF\xBB\xBF"
		      "BEGIN:A\nEND:A"),
		 1},
		{"a line of just 64 KB", repeated("A:", "x", ICAL_MAX_LINE_BYTES - 2, "\n"), 0},
	};
	struct ical_blocks blocks;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_WELL(rows[i].name, guard(rows[i].raw, &blocks));
		CHECK_INT(rows[i].name, (int64_t)blocks.count, (int64_t)rows[i].count);
	}
}

static void test_blocks(void)
{
	struct text raw =
		TEXT("BEGIN:A\nBEGIN:B\nX:1\nEND:B\nBEGIN:C\nEND:C\nEND:A\nBEGIN:D\nEND:D\n");
	struct ical_blocks b;

	if (!CHECK_WELL("reads", guard(raw, &b)) || !CHECK_INT("four", (int64_t)b.count, 4))
		return;
	CHECK_TEXT("order of BEGIN", b.at[2].name, TEXT("C"));
	CHECK_INT("A goes past C", (int64_t)b.at[0].next, 3);
	CHECK_INT("B is followed by C", (int64_t)b.at[1].next, 2);
	CHECK_TEXT("B's body", text_of(raw.at + b.at[1].body, b.at[1].body_end - b.at[1].body),
		   TEXT("X:1\n"));
	CHECK_INT("A's end", (int64_t)b.at[0].end, 46);
	CHECK_TRUE("no stray line", !b.has_stray);
	CHECK_WELL("stray", guard(TEXT("BEGIN:A\nEND:A\nX:y\n"), &b));
	CHECK_TRUE("a stray line", b.has_stray);
}

static void test_brief(void)
{
	struct text umlauts = repeated("x", "\xC3\xA4", 50, "");

	CHECK_TRUE("cut between sequences", text_is_utf8(ical_brief(umlauts)));
	CHECK_TRUE("at most 60 bytes", ical_brief(umlauts).len <= 60);
}

static void with_arena(void (*run)(void))
{
	arena = arena_create(1 << 28);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_refused)
CASE(test_accepted)
CASE(test_blocks)
CASE(test_brief)

UNIT_SUITE("guard", {"refused", run_test_refused}, {"accepted", run_test_accepted},
	   {"where components lie", run_test_blocks}, {"messages are cut well", run_test_brief})

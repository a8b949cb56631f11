/* buf: growth, ceilings, numbers */
#include "base/buf.h"

#include "base/arena.h"
#include "unit.h"

static struct arena *arena;

static void test_ceiling(void)
{
	struct buf b;

	arena = arena_create(1 << 20);
	buf_init(&b, arena, 0, 10);
	CHECK_TEXT("starts empty", buf_text(&b), TEXT(""));
	CHECK_TRUE("and NUL-ended", b.at[0] == '\0');
	buf_put_str(&b, "12345678");
	buf_put_str(&b, "abc");
	CHECK_TRUE("overflow is noted", b.overflow);
	CHECK_TEXT("and nothing of it written", buf_text(&b), TEXT("12345678"));
	buf_put_str(&b, "90");
	CHECK_TEXT("full to the last byte", buf_text(&b), TEXT("1234567890"));
	CHECK_TRUE("overflow stays", b.overflow);
	CHECK_STR("NUL behind the last", b.at, "1234567890");
	CHECK_TRUE("no room left", buf_reserve(&b, 1) == NULL);
	CHECK_TRUE("a huge wish is refused", buf_reserve(&b, SIZE_MAX) == NULL);
	arena_destroy(arena);
}

static void test_growth(void)
{
	struct buf b, other;
	bool same = true;

	arena = arena_create(1 << 24);
	buf_init(&b, arena, 3, 1 << 20);
	buf_init(&other, arena, 0, 1 << 20);
	for (int i = 0; i < 100000; i++) {
		buf_put_char(&b, (char)('a' + i % 26));
		if (i % 1000 == 0)
			buf_put_str(&other, "x");
	}
	CHECK_INT("length", (int64_t)b.len, 100000);
	for (size_t i = 0; i < b.len; i++)
		same = same && b.at[i] == (char)('a' + i % 26);
	CHECK_TRUE("content survives growth", same);
	CHECK_INT("NUL at the end", b.at[b.len], 0);
	CHECK_INT("the other one is untouched", (int64_t)other.len, 100);
	arena_destroy(arena);
}

static void test_numbers(void)
{
	static const struct {
		int64_t n;
		const char *want;
	} rows[] = {
		{0, "0"},
		{7, "7"},
		{10, "10"},
		{99, "99"},
		{100, "100"},
		{-1, "-1"},
		{12345, "12345"},
		{1000000, "1000000"},
		{INT64_MAX, "9223372036854775807"},
		{INT64_MIN, "-9223372036854775808"},
	};
	struct buf b;

	arena = arena_create(1 << 20);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		buf_init(&b, arena, 0, 100);
		buf_put_int(&b, rows[i].n);
		CHECK_TEXT(rows[i].want, buf_text(&b), text_from(rows[i].want));
	}
	buf_init(&b, arena, 0, 100);
	buf_put_digits(&b, 7, 2);
	buf_put_digits(&b, 2026, 4);
	buf_put_digits(&b, 123, 2);
	buf_put_digits(&b, 0, 1);
	CHECK_TEXT("digits", buf_text(&b), TEXT("0720261230"));
	arena_destroy(arena);
}

static void test_printf(void)
{
	struct buf b;

	arena = arena_create(1 << 20);
	buf_init(&b, arena, 0, 12);
	buf_put_lit(&b, "a");
	buf_printf(&b, "%s%d", "bc", 42);
	CHECK_TEXT("appended", buf_text(&b), TEXT("abc42"));
	buf_printf(&b, "%s", "");
	buf_printf(&b, "%08d", 1);
	CHECK_TRUE("too long", b.overflow);
	CHECK_TEXT("and not written", buf_text(&b), TEXT("abc42"));
	buf_put_text(&b, TEXT_NONE);
	buf_put_str(&b, NULL);
	CHECK_TEXT("nothing adds nothing", buf_text(&b), TEXT("abc42"));
	arena_destroy(arena);
}

static void test_cut(void)
{
	struct buf b;

	arena = arena_create(1 << 20);
	buf_init(&b, arena, 0, 100);
	buf_cut(&b, 0);
	CHECK_TEXT("nothing of nothing", buf_text(&b), TEXT(""));
	buf_put_lit(&b, "abcdef");
	buf_cut(&b, 6);
	CHECK_TEXT("nothing", buf_text(&b), TEXT("abcdef"));
	buf_cut(&b, 2);
	CHECK_STR("what was written since", b.at, "ab");
	buf_put_lit(&b, "x");
	CHECK_TEXT("and on from there", buf_text(&b), TEXT("abx"));
	arena_destroy(arena);
}

UNIT_SUITE("buf", {"a ceiling is kept, and overflow noted", test_ceiling},
	   {"content survives growth", test_growth}, {"numbers", test_numbers},
	   {"what was written is taken back", test_cut}, {"formatted text", test_printf})

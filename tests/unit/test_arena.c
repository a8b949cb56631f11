/* arena: zeroed, aligned memory; ceilings; release in reverse order */
#include "base/arena.h"

#include "base/arena_priv.h"
#include "unit.h"

static void test_zeroed(void)
{
	struct arena *a = arena_create(1 << 20);
	bool zero = true;

	/* Twice, so that the second round meets memory that was written to. */
	for (int round = 0; round < 2; round++) {
		for (size_t size = 1; size < 3000; size += 97) {
			unsigned char *at = arena_alloc(a, size);

			CHECK_INT("aligned for any type", (int64_t)((uintptr_t)at % 16), 0);
			for (size_t i = 0; i < size; i++)
				zero = zero && at[i] == 0;
			memset(at, 0xA5, size);
		}
		arena_reset(a);
	}
	CHECK_TRUE("all bytes are zero", zero);
	arena_destroy(a);
}

static void test_apart(void)
{
	struct arena *a = arena_create(64 << 20);
	static const size_t sizes[] = {0, 1, 16, 100, 5000, 9000, 40000, 300000, 7};
	unsigned char *at[ARRAY_LEN(sizes)];

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		at[i] = arena_alloc(a, sizes[i]);
		memset(at[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		for (size_t j = 0; j < sizes[i]; j += 13)
			if (!CHECK_INT("no piece overlaps another", at[i][j], (int64_t)i + 1))
				break;
	arena_destroy(a);
}

static void test_ceiling(void)
{
	struct arena *a = arena_create(1000);

	CHECK_TRUE("memory below the ceiling", arena_alloc(a, 900));
	CHECK_WELL("not yet spent", arena_check(a));
	CHECK_TRUE("memory past the ceiling", arena_alloc(a, 200));
	CHECK_FAULT("spent", arena_check(a), FAULT_OUT_OF_MEMORY);
	CHECK_INT("bytes given", (int64_t)arena_used(a), 1100);
	arena_reset(a);
	CHECK_WELL("as new after a reset", arena_check(a));
	CHECK_INT("nothing given after a reset", (int64_t)arena_used(a), 0);
	arena_destroy(a);
}

static char order[8];
static size_t order_len;

static void note(void *object)
{
	order[order_len++] = *(char *)object;
}

static void test_defer(void)
{
	struct arena *a = arena_create(1 << 20);

	order_len = 0;
	arena_defer(a, note, arena_strdup(a, "1"));
	arena_defer(a, note, arena_strdup(a, "2"));
	arena_reset(a);
	CHECK_TEXT("last first, at reset", text_of(order, order_len), TEXT("21"));
	arena_defer(a, note, arena_strdup(a, "3"));
	arena_destroy(a);
	CHECK_TEXT("each once", text_of(order, order_len), TEXT("213"));
	arena_destroy(NULL);
}

static void test_within(void)
{
	struct arena *outer = arena_create(100), *inner = arena_create_in(outer, 1000);

	order_len = 0;
	arena_defer(inner, note, arena_strdup(inner, "i"));
	CHECK_TRUE("memory of its own", arena_alloc(inner, 900));
	CHECK_WELL("below its own ceiling", arena_check(inner));
	CHECK_WELL("and not of the outer one", arena_check(outer));
	arena_destroy(outer);
	CHECK_INT("it goes with the outer one", (int64_t)order_len, 1);
}

static void test_strings(void)
{
	struct arena *a = arena_create(1 << 20);
	char *long_text;

	CHECK_STR("copy", arena_copy(a, "abcdef", 3), "abc");
	CHECK_STR("copy of nothing", arena_copy(a, NULL, 0), "");
	CHECK_TRUE("NULL stays NULL", arena_strdup(a, NULL) == NULL);
	CHECK_STR("printf", arena_printf(a, "%d-%s", 7, "x"), "7-x");
	long_text = arena_printf(a, "%01000d", 7);
	CHECK_INT("long printf", (int64_t)strlen(long_text), 1000);
	CHECK_INT("end of a long printf", long_text[999], '7');
	arena_destroy(a);
}

static void test_extend(void)
{
	struct arena *a = arena_create(1 << 20);
	char *first = arena_alloc_raw(a, 10), *second;

	memset(first, 'a', 10);
	CHECK_TRUE("the last piece grows in place", arena_extend(a, first, 10, 300));
	memset(first, 'b', 300);
	second = arena_alloc(a, 10);
	CHECK_TRUE("the next piece lies behind it", second >= first + 300);
	CHECK_TRUE("an earlier piece does not grow", !arena_extend(a, first, 300, 310));
	CHECK_TRUE("nor past the block", !arena_extend(a, second, 10, 1 << 19));
	arena_destroy(a);
}

UNIT_SUITE("arena", {"memory is zeroed and aligned", test_zeroed},
	   {"pieces of all sizes lie apart", test_apart},
	   {"an arena is spent past its ceiling", test_ceiling},
	   {"deferred objects are released, last first", test_defer},
	   {"an arena within another goes with it", test_within},
	   {"strings are copied and formatted", test_strings},
	   {"only the last piece grows in place", test_extend})

/*
 * test_address - all forms of one calendar user address are the same (RFC 6638 §2.4.1)
 */
#include "unit.h"

#include "ical/address.h"

static struct arena *arena;

static void test_forms(void)
{
	static const struct {
		const char *name, *written, *canonical;
	} rows[] = {
		{"mailto", "mailto:a@b.c", "a@b.c"},
		{"case (interop)", "MAILTO:Jane@Example.COM", "jane@example.com"},
		{"blanks", " mailto: a@b.c ", "a@b.c"},
		{"percent-encoded (RFC 6068 §2)", "mailto:a%40b.c", "a@b.c"},
		{"encoded plus", "mailto:a%2Bx@b.c", "a+x@b.c"},
		{"header fields (RFC 6068 §2)", "mailto:a@b.c?subject=x", "a@b.c"},
		{"no scheme", "a@B.c", "a@b.c"},
		{"no scheme, so nothing is encoded", "a%2Bx@b.c", "a%2bx@b.c"},
		{"a UUID (RFC 4122 §3)", "URN:UUID:ABC-1", "urn:uuid:abc-1"},
		{"a principal's path", "/dav/principals/users/alice/",
		 "/dav/principals/users/alice"},
		{"a principal's URL", "HTTPS://h/dav/principals/users/al%69ce/",
		 "https://h/dav/principals/users/alice"},
		{"a path with @", "/dav/principals/users/a@b/", "/dav/principals/users/a@b"},
		{"nothing", "", ""},
		{"only the scheme", "mailto:", ""},
		{"an encoded line end (pitfall 49)", "mailto:a@b.c%0D%0ARCPT", "a@b.c\r\nrcpt"},
		{"two addresses", "mailto:a@b.c,d@e.f", "a@b.c,d@e.f"},
		{"broken escape stays", "mailto:a%4@b.c", "a%4@b.c"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TEXT(rows[i].name, ical_address(arena, text_from(rows[i].written)),
			   text_from(rows[i].canonical));
}

static void test_among(void)
{
	const struct text list[] = {ical_address(arena, TEXT("mailto:A@b")), TEXT("")};

	CHECK_TRUE("the same", ical_address_is_among(arena, TEXT("a@B"), list, 2));
	CHECK_TRUE("not the same", !ical_address_is_among(arena, TEXT("mailto:a@c"), list, 2));
	CHECK_TRUE("of none", !ical_address_is_among(arena, TEXT("a@B"), list, 0));
	CHECK_TRUE("nothing is nobody", !ical_address_is_among(arena, TEXT(""), list, 2));
}

static void with_arena(void (*run)(void))
{
	arena = arena_create(1 << 20);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_forms)
CASE(test_among)

UNIT_SUITE("address", {"forms of one address", run_test_forms}, {"one of several", run_test_among})

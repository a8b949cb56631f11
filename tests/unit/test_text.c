/* text: numbers, UTF-8, cutting and comparing */
#include "base/text.h"

#include "base/arena.h"
#include "base/fold.h"
#include "unit.h"

static void test_numbers(void)
{
	static const struct {
		const char *name;
		struct text in;
		int64_t min, max;
		bool well;
		int64_t want;
	} rows[] = {
		{"zero", TEXT_INIT("0"), 0, 9, true, 0},
		{"leading zeros", TEXT_INIT("0042"), 0, 99, true, 42},
		{"negative", TEXT_INIT("-17"), -20, 0, true, -17},
		{"largest", TEXT_INIT("9223372036854775807"), INT64_MIN, INT64_MAX, true,
		 INT64_MAX},
		{"smallest", TEXT_INIT("-9223372036854775808"), INT64_MIN, INT64_MAX, true,
		 INT64_MIN},
		{"one too large", TEXT_INIT("9223372036854775808"), INT64_MIN, INT64_MAX, false, 0},
		{"one too small", TEXT_INIT("-9223372036854775809"), INT64_MIN, INT64_MAX, false,
		 0},
		{"empty", TEXT_INIT(""), 0, 9, false, 0},
		{"sign alone", TEXT_INIT("-"), -9, 9, false, 0},
		{"plus sign (Content-Length: +5)", TEXT_INIT("+5"), 0, 9, false, 0},
		{"letter behind (5a)", TEXT_INIT("5a"), 0, 9, false, 0},
		{"blank before", TEXT_INIT(" 5"), 0, 9, false, 0},
		{"NUL behind", TEXT_INIT("5\0"), 0, 9, false, 0},
		{"above the range", TEXT_INIT("10"), 0, 9, false, 0},
		{"below the range", TEXT_INIT("-1"), 0, 9, false, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t got = 0;
		bool well = text_to_int64(rows[i].in, rows[i].min, rows[i].max, &got);

		if (CHECK_INT(rows[i].name, well, rows[i].well))
			CHECK_INT(rows[i].name, got, rows[i].want);
	}
}

static void test_utf8(void)
{
	static const struct {
		const char *name;
		struct text in;
		bool want;
	} rows[] = {
		{"empty", TEXT_INIT(""), true},
		{"long ASCII", TEXT_INIT("The quick brown fox jumps over it."), true},
		{"two, three and four bytes", TEXT_INIT("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
		 true},
		{"behind eight of ASCII", TEXT_INIT("12345678\xC3\xA4"), true},
		{"broken behind eight of ASCII", TEXT_INIT("12345678\xC3"), false},
		{"lone continuation", TEXT_INIT("a\x80"), false},
		{"overlong slash", TEXT_INIT("\xC0\xAF"), false},
		{"overlong three bytes", TEXT_INIT("\xE0\x80\xAF"), false},
		{"overlong four bytes", TEXT_INIT("\xF0\x80\x80\xAF"), false},
		{"first of three bytes", TEXT_INIT("\xE0\xA0\x80"), true},
		{"surrogate", TEXT_INIT("\xED\xA0\x80"), false},
		{"last before the surrogates", TEXT_INIT("\xED\x9F\xBF"), true},
		{"U+10FFFF", TEXT_INIT("\xF4\x8F\xBF\xBF"), true},
		{"U+110000", TEXT_INIT("\xF4\x90\x80\x80"), false},
		{"byte F5", TEXT_INIT("\xF5\x80\x80\x80"), false},
		{"cut at the end", TEXT_INIT("\xE2\x82"), false},
		{"Latin-1", TEXT_INIT("caf\xE9 au lait"), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name, text_is_utf8(rows[i].in), rows[i].want);
}

static void test_next(void)
{
	static const struct {
		const char *name;
		struct text in;
		const char *want; /* the parts, each followed by '|' */
	} rows[] = {
		{"three", TEXT_INIT("a,bb,c"), "a|bb|c|"},
		{"one", TEXT_INIT("a"), "a|"},
		{"empty text is one empty part", TEXT_INIT(""), "|"},
		{"separator at the end", TEXT_INIT("a,"), "a||"},
		{"separator alone", TEXT_INIT(","), "||"},
		{"no text has no part", {NULL, 0}, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text rest = rows[i].in, part;
		char got[64] = "";
		size_t len = 0;

		while (text_next(&rest, ',', &part))
			len += (size_t)snprintf(got + len, sizeof(got) - len, "%.*s|",
						TEXT_ARG(part));
		CHECK_STR(rows[i].name, got, rows[i].want);
	}
}

static void test_compare(void)
{
	static const struct {
		const char *name;
		struct text a, b;
		int want;
	} rows[] = {
		{"equal", TEXT_INIT("abc"), TEXT_INIT("abc"), 0},
		{"shorter first", TEXT_INIT("ab"), TEXT_INIT("abc"), -1},
		{"longer last", TEXT_INIT("abc"), TEXT_INIT("ab"), 1},
		{"bytes are unsigned", TEXT_INIT("\x7F"), TEXT_INIT("\x80"), -1},
		{"empty and none", TEXT_INIT(""), {NULL, 0}, 0},
		{"none first", {NULL, 0}, TEXT_INIT("a"), -1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name, text_compare(rows[i].a, rows[i].b), rows[i].want);
	CHECK_TRUE("case", text_equal_nocase(TEXT("Content-TYPE"), TEXT("content-type")));
	CHECK_TRUE("'@' is not '`'", !text_equal_nocase(TEXT("@"), TEXT("`")));
	CHECK_TRUE("only A-Z have a case", !text_equal_nocase(TEXT("\xC4"), TEXT("\xE4")));
}

static void test_cut(void)
{
	struct text t = TEXT("hello world");
	struct arena *a = arena_create(1 << 16);

	CHECK_TEXT("middle", text_sub(t, 6, 3), TEXT("wor"));
	CHECK_TEXT("clipped", text_sub(t, 6, 99), TEXT("world"));
	CHECK_TEXT("behind the end", text_sub(t, 99, 1), TEXT(""));
	CHECK_TEXT("huge length", text_sub(t, 1, SIZE_MAX), TEXT("ello world"));
	CHECK_TRUE("starts", text_starts(t, TEXT("hell")));
	CHECK_TRUE("does not start", !text_starts(TEXT("he"), TEXT("hell")));
	CHECK_TRUE("starts in another case", text_starts_nocase(t, TEXT("HELLO")));
	CHECK_TRUE("ends", text_ends(t, TEXT("rld")));
	CHECK_TRUE("does not end", !text_ends(TEXT("ld"), TEXT("rld")));
	CHECK_INT("find a character", text_find_char(t, 'o', 5), 7);
	CHECK_INT("none behind the end", text_find_char(t, 'o', 99), -1);
	CHECK_INT("find", text_find(t, TEXT("world")), 6);
	CHECK_INT("find nothing", text_find(t, TEXT("word")), -1);
	CHECK_TEXT("trim", text_trim(TEXT(" \t a b\r\n")), TEXT("a b"));
	CHECK_TEXT("trim blanks alone", text_trim(TEXT("  ")), TEXT(""));
	CHECK_TEXT("lower case", text_lower(a, TEXT("ABC-\xC3\x84")), TEXT("abc-\xC3\x84"));
	CHECK_STR("C string", text_cstr(a, text_sub(t, 0, 5)), "hello");
	CHECK_TRUE("control", text_has_control(TEXT("a\nb")));
	CHECK_TRUE("DEL", text_has_control(TEXT("a\x7F")));
	CHECK_TRUE("no control", !text_has_control(TEXT("a b\xC3\x84")));
	CHECK_TRUE("plain", text_is_plain(TEXT("a b\xC3\x84"), ""));
	CHECK_TRUE("a line end", !text_is_plain(TEXT("a\nb"), "\r\t"));
	CHECK_TRUE("but a line end", text_is_plain(TEXT("a\nb"), "\n"));
	CHECK_TRUE("NUL is in no list", !text_is_plain(TEXT("a\0b"), "\n"));
	CHECK_TRUE("turned around", !text_is_plain(TEXT("a\xE2\x80\xAE"
							"b"),
						   "\n"));
	CHECK_TRUE("no UTF-8", !text_is_plain(TEXT("\xC3"), ""));
	CHECK_TRUE("hash agrees", text_hash(TEXT("abc")) == text_hash(TEXT("abc")));
	CHECK_TRUE("hash differs", text_hash(TEXT("abc")) != text_hash(TEXT("abd")));
	arena_destroy(a);
}

static void test_fold(void)
{
	static const struct {
		const char *name;
		struct text in, want;
	} rows[] = {
		{"nothing", TEXT_INIT(""), TEXT_INIT("")},
		{"ASCII", TEXT_INIT("Anne [A-Z] @`{"), TEXT_INIT("anne [a-z] @`{")},
		{"umlauts", TEXT_INIT("\u00c4nne \u00d6lmann \u00d7"),
		 TEXT_INIT("\u00e4nne \u00f6lmann \u00d7")},
		{"every second letter", TEXT_INIT("\u0100\u0101\u0102\u0160"),
		 TEXT_INIT("\u0101\u0101\u0103\u0161")},
		{"Greek, with a final sigma", TEXT_INIT("\u03a3\u0391\u03c2"),
		 TEXT_INIT("\u03c3\u03b1\u03c3")},
		{"Cyrillic", TEXT_INIT("\u0416\u0410\u042f\u0401"),
		 TEXT_INIT("\u0436\u0430\u044f\u0451")},
		{"a letter that becomes two", TEXT_INIT("Stra\u00dfe"), TEXT_INIT("strasse")},
		{"a letter that becomes three", TEXT_INIT("\ufb03"), TEXT_INIT("ffi")},
		{"grows from two bytes to six", TEXT_INIT("\u0390\u0390\u0390"),
		 TEXT_INIT("\u03b9\u0308\u0301\u03b9\u0308\u0301\u03b9\u0308\u0301")},
		{"past the first plane", TEXT_INIT("\U00010400\U0001F600"),
		 TEXT_INIT("\U00010428\U0001F600")},
		{"the first and the last range", TEXT_INIT("A\U0001E921"),
		 TEXT_INIT("a\U0001E943")},
		{"no UTF-8", TEXT_INIT("\xC3(A"), TEXT_INIT("\xC3(a")},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TEXT(rows[i].name, text_fold(a, rows[i].in), rows[i].want);
	arena_destroy(a);
}

UNIT_SUITE("text", {"numbers are read strictly", test_numbers}, {"UTF-8 (RFC 3629)", test_utf8},
	   {"parts between separators", test_next}, {"order", test_compare},
	   {"cutting and finding", test_cut}, {"case is folded", test_fold})

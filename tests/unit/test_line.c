/*
 * test_line - content lines, parameters, text and folding (RFC 5545 §3.1, RFC 6868)
 */
#include "unit.h"

#include "base/buf.h"
#include "ical/line.h"

static struct arena *arena;

static struct ical_line first_line(const char *raw)
{
	struct ical_line l = {0};
	size_t pos = 0;

	if (!ical_line_next(arena, text_from(raw), &pos, &l))
		l.name = TEXT("(none)");
	return l;
}

static void test_cut(void)
{
	static const struct {
		const char *name, *raw, *prop, *params, *value;
		size_t end;
	} rows[] = {
		{"plain, CRLF (§3.1)", "SUMMARY:a\r\nX:b\r\n", "SUMMARY", "", "a", 11},
		{"plain, bare LF", "SUMMARY:a\nX:b\n", "SUMMARY", "", "a", 10},
		{"no line end at all", "END:VCALENDAR", "END", "", "VCALENDAR", 13},
		{"doubled CR", "A:b\r\r\nX:c", "A", "", "b", 6},
		{"lower case kept", "dtstart:1", "dtstart", "", "1", 9},
		{"a parameter", "A;B=c:d", "A", ";B=c", "d", 7},
		{"a colon within quotes (§3.2)", "A;B=\"c:d\":e", "A", ";B=\"c:d\"", "e", 11},
		{"a semicolon within quotes", "A;B=\"c;d\":e", "A", ";B=\"c;d\"", "e", 11},
		{"a colon in the value", "URL:http://a/b", "URL", "", "http://a/b", 14},
		{"fold in the value", "A:b\r\n c\r\nX:y", "A", "", "bc", 9},
		{"fold keeps a second blank", "A:b\r\n  c\r\n", "A", "", "b c", 10},
		{"fold by TAB", "A:b\n\tc\n", "A", "", "bc", 7},
		{"fold in the name", "SUMM\r\n ARY:a\r\n", "SUMMARY", "", "a", 14},
		{"fold in a parameter", "A;PAR\r\n AM=x:y\r\n", "A", ";PARAM=x", "y", 16},
		{"fold in a UTF-8 sequence", "A:\xC3\r\n \xA4\r\n", "A", "", "\xC3\xA4", 9},
		{"fold before the colon", "DTSTART\n :2000\n", "DTSTART", "", "2000", 15},
		{"three folds", "A:b\n c\n d\n e\n", "A", "", "bcde", 13},
		{"blank lines are passed over", "\r\n\nA:b\n", "A", "", "b", 7},
		{"byte order mark",
		 "\xEF\xBB\xBF"
		 "A:b\n",
		 "A", "", "b", 7},
		{"empty value", "A:\r\n", "A", "", "", 4},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_line l = first_line(rows[i].raw);

		CHECK_TEXT(rows[i].name, l.name, text_from(rows[i].prop));
		CHECK_TEXT(rows[i].name, l.params, text_from(rows[i].params));
		CHECK_TEXT(rows[i].name, l.value, text_from(rows[i].value));
		CHECK_INT(rows[i].name, (int64_t)l.end, (int64_t)rows[i].end);
	}
}

static void test_no_colon(void)
{
	struct ical_line l = first_line("no colon here\n");

	CHECK_TEXT("the whole is the name", l.name, TEXT("no colon here"));
	CHECK_TRUE("and there is no value", l.value.at == NULL);
	l = first_line("A;B=\"open:c\n");
	CHECK_TRUE("an open quote hides the colon", l.value.at == NULL);
}

static void test_walk(void)
{
	struct text raw = TEXT("A:1\r\nB:2\r\n 3\r\n\r\nC:4");
	struct ical_line l;
	size_t pos = 0, count = 0, covered = 0;

	while (ical_line_next(arena, raw, &pos, &l)) {
		covered += l.end - l.begin;
		count++;
	}
	CHECK_INT("three lines", (int64_t)count, 3);
	CHECK_INT("that cover all but the blank line", (int64_t)covered, (int64_t)raw.len - 2);
	CHECK_INT("and end at the end", (int64_t)pos, (int64_t)raw.len);
}

static void test_param(void)
{
	static const struct {
		const char *name, *raw, *param, *want;
	} rows[] = {
		{"absent", "A;B=c:d", "X", NULL},
		{"no parameters", "A:d", "B", NULL},
		{"without case (§2)", "A;tzid=c:d", "TZID", "c"},
		{"quotes removed", "A;CN=\"Doe, Jane\":d", "CN", "Doe, Jane"},
		{"empty", "A;CN=:d", "CN", ""},
		{"empty quotes", "A;CN=\"\":d", "CN", ""},
		{"the second of two", "A;B=1;CN=x:d", "CN", "x"},
		{"first of a list", "A;M=\"a\",\"b\":d", "M", "a"},
		{"caret n (RFC 6868 §3)", "A;CN=a^nb:d", "CN", "a\nb"},
		{"caret quote", "A;CN=^'x^':d", "CN", "\"x\""},
		{"caret caret", "A;CN=a^^n:d", "CN", "a^n"},
		{"another caret stays", "A;CN=a^b:d", "CN", "a^b"},
		{"a prefix is not the name", "A;TZIDX=1:d", "TZID", NULL},
		{"no equals sign", "COMPLETED;America/New_York:2", "TZID", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_line l = first_line(rows[i].raw);
		struct text got = ical_line_param(arena, &l, rows[i].param);

		CHECK_TRUE(rows[i].name, !got.at == !rows[i].want);
		CHECK_TEXT(rows[i].name, got, text_from(rows[i].want));
	}
}

static void collect(struct text value, void *ctx)
{
	struct buf *b = ctx;

	buf_put_char(b, '<');
	buf_put_text(b, value);
	buf_put_char(b, '>');
}

static void test_param_each(void)
{
	struct ical_line l = first_line("A;MEMBER=\"m:a,b\",c,;B=1;member=d:v");
	struct buf b;

	buf_init(&b, arena, 64, 1000);
	ical_line_param_each(arena, &l, "MEMBER", collect, &b);
	CHECK_TEXT("all values, lists joined", buf_text(&b), TEXT("<m:a,b><c><><d>"));
}

static void test_text(void)
{
	static const struct {
		const char *name, *escaped, *plain;
	} rows[] = {
		{"nothing to do", "a b", "a b"},
		{"newline (§3.3.11)", "a\\nb", "a\nb"},
		{"comma, semicolon, backslash", "\\,\\;\\\\", ",;\\"},
		{"backslash before n", "\\\\n", "\\n"},
		{"UTF-8", "\xC3\xA4\\,", "\xC3\xA4,"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, arena, 64, 1000);
		ical_put_text(&b, text_from(rows[i].plain));
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].escaped));
		CHECK_TEXT(rows[i].name, ical_text_unescape(arena, text_from(rows[i].escaped)),
			   text_from(rows[i].plain));
	}
	CHECK_TEXT("capital N", ical_text_unescape(arena, TEXT("a\\Nb")), TEXT("a\nb"));
	CHECK_TEXT("others stay", ical_text_unescape(arena, TEXT("a\\xb\\")), TEXT("a\\xb\\"));
}

static void test_text_controls(void)
{
	struct buf b;

	buf_init(&b, arena, 64, 1000);
	ical_put_text(&b, TEXT("a\r\nb\rc\x01"
			       "d\te"));
	CHECK_TEXT("line ends become one \\n, controls go", buf_text(&b), TEXT("a\\nb\\ncd\te"));
}

static void test_put_param(void)
{
	static const struct {
		const char *name, *plain, *want;
	} rows[] = {
		{"plain", "Jane Doe", "Jane Doe"},
		{"comma quotes", "Doe, Jane", "\"Doe, Jane\""},
		{"colon quotes", "mailto:a", "\"mailto:a\""},
		{"a quote inside (RFC 6868)", "\"J\"", "^'J^'"},
		{"newline, caret", "a\nb^", "a^nb^^"},
		{"an injected line", "x\r\nATTENDEE:y", "\"x^nATTENDEE:y\""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, arena, 64, 1000);
		ical_put_param(&b, text_from(rows[i].plain));
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
	}
}

/* Folded text of n bytes of `unit`, checked for its lengths, then unfolded again. */
static void check_fold(const char *name, const char *unit, size_t times)
{
	struct buf in, out;
	struct text rest, physical;
	struct ical_line l;

	buf_init(&in, arena, 1024, 100000);
	buf_put_lit(&in, "A:");
	for (size_t i = 0; i < times; i++)
		buf_put_str(&in, unit);
	buf_init(&out, arena, 1024, 200000);
	ical_put_line(&out, buf_text(&in));
	rest = buf_text(&out);
	while (text_next(&rest, '\n', &physical)) {
		if (physical.len == 0)
			continue;
		CHECK_TRUE(name, physical.len <= 76 && physical.at[physical.len - 1] == '\r');
		CHECK_TRUE(name, text_is_utf8(physical));
	}
	l = first_line(text_cstr(arena, buf_text(&out)));
	CHECK_TEXT(name, l.value, text_sub(buf_text(&in), 2, in.len));
}

static void test_fold(void)
{
	check_fold("exactly 75 octets", "x", 73);
	check_fold("one more", "x", 74);
	check_fold("long", "x", 1000);
	check_fold("two-byte sequences", "\xC3\xA4", 300);
	check_fold("four-byte sequences", "\xF0\x9F\x98\x80", 200);
	check_fold("odd start", "x\xE4\xB8\xAD", 100);
}

static void test_line_injection(void)
{
	struct buf b;

	buf_init(&b, arena, 64, 1000);
	ical_put_line(&b, TEXT("SUMMARY:a\r\nATTENDEE:b\x7F"));
	CHECK_TEXT("pitfall 49: no second line", buf_text(&b), TEXT("SUMMARY:aATTENDEE:b\r\n"));
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
CASE(test_cut)
CASE(test_no_colon)
CASE(test_walk)
CASE(test_param)
CASE(test_param_each)
CASE(test_text)
CASE(test_text_controls)
CASE(test_put_param)
CASE(test_fold)
CASE(test_line_injection)

UNIT_SUITE("line", {"name, parameters, value", run_test_cut},
	   {"a line without a colon", run_test_no_colon}, {"all lines of a text", run_test_walk},
	   {"one parameter", run_test_param}, {"each value of a parameter", run_test_param_each},
	   {"TEXT and back", run_test_text}, {"TEXT without controls", run_test_text_controls},
	   {"a parameter value is quoted", run_test_put_param}, {"folding", run_test_fold},
	   {"no line can be injected", run_test_line_injection})

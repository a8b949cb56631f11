/* api: parameters of a question, members of a body */
#include "api/members.h"
#include "api/query.h"
#include "base/arena.h"
#include "unit.h"

/* ---- query ---------------------------------------------------------------------------- */

static void test_query(void)
{
	static const struct {
		const char *name;
		struct text query, date, zone;
	} rows[] = {
		{"nothing", TEXT_INIT(""), {NULL, 0}, {NULL, 0}},
		{"plain", TEXT_INIT("date=2027-01-18&timezone=Europe/Berlin"),
		 TEXT_INIT("2027-01-18"), TEXT_INIT("Europe/Berlin")},
		{"encoded",
		 TEXT_INIT("timezone=Europe%2FBerlin"),
		 {NULL, 0},
		 TEXT_INIT("Europe/Berlin")},
		{"a plus is a blank", TEXT_INIT("date=a+b"), TEXT_INIT("a b"), {NULL, 0}},
		{"the first of two", TEXT_INIT("date=1&date=2"), TEXT_INIT("1"), {NULL, 0}},
		{"empty is there", TEXT_INIT("date="), TEXT_INIT(""), {NULL, 0}},
		{"without a sign it is not", TEXT_INIT("date&&="), {NULL, 0}, {NULL, 0}},
		{"unknown ones are left alone",
		 TEXT_INIT("utm=%zz&date=1&dat=2&dates=3"),
		 TEXT_INIT("1"),
		 {NULL, 0}},
		{"a sign in the value", TEXT_INIT("date=a=b"), TEXT_INIT("a=b"), {NULL, 0}},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text date, zone;
		const struct query_param params[] = {{TEXT("date"), &date},
						     {TEXT("timezone"), &zone}};

		CHECK_WELL(rows[i].name, query_read(a, rows[i].query, params, ARRAY_LEN(params)));
		CHECK_TEXT(rows[i].name, date, rows[i].date);
		CHECK_INT(rows[i].name, !date.at, !rows[i].date.at);
		CHECK_TEXT(rows[i].name, zone, rows[i].zone);
	}
	arena_destroy(a);
}

static void test_query_refused(void)
{
	static const struct {
		const char *name;
		struct text query;
	} rows[] = {
		{"a broken escape", TEXT_INIT("date=%zz")},
		{"a cut escape", TEXT_INIT("date=%2")},
		{"NUL", TEXT_INIT("date=%00")},
		{"not UTF-8", TEXT_INIT("date=%ff")},
		{"raw bytes that are not UTF-8", TEXT_INIT("date=\xff")},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text date;
		const struct query_param params[] = {{TEXT("date"), &date}};
		const struct fault *f = query_read(a, rows[i].query, params, 1);

		if (CHECK_FAULT(rows[i].name, f, FAULT_BAD_REQUEST))
			CHECK_STR(rows[i].name, f->about, "date");
	}
	arena_destroy(a);
}

/* ---- members --------------------------------------------------------------------------- */

struct body {
	struct text name;
	struct member_int minutes;
	const struct json *any;
};

static const struct member body_members[] = {
	{"name", JSON_KIND_TEXT, offsetof(struct body, name)},
	{"minutes", JSON_KIND_INT, offsetof(struct body, minutes)},
	{"any", JSON_KIND_NONE, offsetof(struct body, any)},
};

static const struct fault *read_members(struct arena *a, struct text text, struct body *out)
{
	const struct json *object;
	const struct fault *f = json_parse(a, text, JSON_BODY_MAX, &object);

	return f ? f : members_read(a, object, body_members, ARRAY_LEN(body_members), out);
}

static void test_members(void)
{
	struct arena *a = arena_create(1 << 20);
	struct body b = {.any = NULL};

	CHECK_WELL("all", read_members(a, TEXT("{\"any\":[1],\"minutes\":30,\"name\":\"x\"}"), &b));
	CHECK_TEXT("text", b.name, TEXT("x"));
	CHECK_INT("number", b.minutes.value, 30);
	CHECK_TRUE("said", b.minutes.said);
	CHECK_INT("any value", json_kind(b.any), JSON_KIND_LIST);
	b = (struct body){.any = NULL};
	CHECK_WELL("null is absent", read_members(a, TEXT("{\"minutes\":null,\"any\":null}"), &b));
	CHECK_TRUE("nor said", !b.minutes.said);
	CHECK_WELL("0 is said", read_members(a, TEXT("{\"minutes\":0}"), &b));
	CHECK_TRUE("said", b.minutes.said);
	CHECK_TRUE("untouched", !b.any);
	arena_destroy(a);
}

static void test_members_refused(void)
{
	static const struct {
		const char *name;
		struct text body;
		enum fault_code code;
		const char *about;
	} rows[] = {
		{"a number for text", TEXT_INIT("{\"name\":1}"), FAULT_BAD_REQUEST, "name"},
		{"text for a number", TEXT_INIT("{\"minutes\":\"1\"}"), FAULT_BAD_REQUEST,
		 "minutes"},
		{"a real for a number", TEXT_INIT("{\"minutes\":1.5}"), FAULT_BAD_REQUEST,
		 "minutes"},
		{"unknown", TEXT_INIT("{\"seats\":2}"), FAULT_UNPROCESSABLE, "seats"},
		{"unknown, after what is known", TEXT_INIT("{\"name\":\"x\",\"nam\":\"x\"}"),
		 FAULT_UNPROCESSABLE, "nam"},
		{"unknown, even when null", TEXT_INIT("{\"hold\":null}"), FAULT_UNPROCESSABLE,
		 "hold"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct body b = {.minutes = 0};
		const struct fault *f = read_members(a, rows[i].body, &b);

		if (CHECK_FAULT(rows[i].name, f, rows[i].code))
			CHECK_STR(rows[i].name, f->about, rows[i].about);
	}
	arena_destroy(a);
}

UNIT_SUITE("api_read", {"parameters of a query", test_query},
	   {"parameters that are refused", test_query_refused}, {"members of a body", test_members},
	   {"members that are refused", test_members_refused})

/* fault: the table is whole, and faults outlive what they were made from */
#include "base/fault.h"

#include "base/arena.h"
#include "unit.h"

static void test_table(void)
{
	for (int code = 0; code < FAULT_COUNT; code++) {
		const struct fault_row *row = fault_row((enum fault_code)code);
		const struct fault *f = fault_static((enum fault_code)code);

		CHECK_TRUE("has a name", row->name && row->name[0]);
		CHECK_TRUE(row->name, row->http_status >= 400 && row->http_status <= 599);
		CHECK_TRUE(row->name, (row->ns != FAULT_NS_NONE) == (row->element != NULL));
		CHECK_TRUE(row->name, row->where && row->where[0]);
		CHECK_INT(row->name, f->code, code);
		CHECK_TRUE(row->name, f->message && f->message[0]);
	}
	CHECK_STR("a row", fault_row(FAULT_UID_TAKEN)->element, "no-uid-conflict");
}

static void test_make(void)
{
	struct arena *a = arena_create(1 << 16), *b = arena_create(1 << 16);
	char about[] = "/dav/x.ics";
	const struct fault *f = fault_make(a, FAULT_BAD_OBJECT, about, "Line %d is wrong.", 7);
	const struct fault *copy;

	about[0] = '!';
	CHECK_STR("about is copied", f->about, "/dav/x.ics");
	CHECK_STR("sentence", f->message, "Line 7 is wrong.");
	copy = fault_copy(b, f);
	arena_destroy(a);
	CHECK_FAULT("the copy has the code", copy, FAULT_BAD_OBJECT);
	CHECK_STR("and the sentence", copy->message, "Line 7 is wrong.");
	CHECK_STR("and the subject", copy->about, "/dav/x.ics");
	CHECK_TRUE("NULL stays NULL", fault_copy(b, NULL) == NULL);
	CHECK_TRUE("NULL is no fault", !fault_is(NULL, FAULT_BAD_OBJECT));
	arena_destroy(b);
}

UNIT_SUITE("fault", {"every row is whole", test_table}, {"making and copying", test_make})

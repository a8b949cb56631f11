/*
 * test_properties - properties are set under conditions that hold when they are written
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { LONG_LIST = CHANGE_KEPT_MAX + 1 };

/* The numbered properties from first on, each with a value or (NULL) to be removed. */
static struct change_properties *numbered(struct town *t, int64_t collection, int first, int count,
					  const char *xml)
{
	struct change_property *list = arena_alloc_array(t->a, (size_t)count, sizeof(*list));
	struct change_properties *p = arena_alloc(t->a, sizeof(*p));

	for (int i = 0; i < count; i++)
		list[i].property = (struct property){
			.ns = TEXT("urn:x"),
			.name = text_from(arena_printf(t->a, "p%d", first + i)),
			.xml = text_from(xml),
		};
	*p = (struct change_properties){
		.owner = t->alice,
		.collection = collection,
		.properties = list,
		.property_count = (size_t)count,
	};
	return p;
}

static struct change *plan(struct town *t, struct change_properties *p)
{
	struct change *c = change_of(t);

	CHECK_WELL("planned", change_set_properties(c, p));
	return c;
}

static int64_t kept(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM property WHERE ns = 'urn:x'");
}

static struct stored_object *object_of(struct town *t, const char *name)
{
	struct stored_object *o = NULL;

	CHECK_WELL(name, object_find(t->h.db, t->a, t->alice, t->calendar, text_from(name), &o));
	return o;
}

/* ---- conditions -------------------------------------------------------------------------- */

/* RFC 9110 §13.2.1: judged when it is done, and not when it is asked. */
static void overtaken(struct store_fixture *x)
{
	struct change_properties *p;
	struct stored_object *o;
	struct change *c;
	struct text etag;
	struct town t;

	town_open(&t, x);
	CHECK_WELL("a", house_put(&t.h, t.alice, "calendar", "a.ics",
				  house_event(t.a, "a", EIGHT, NINE, "")));
	o = object_of(&t, "a.ics");
	etag = o->etag;
	p = numbered(&t, t.calendar, 1, 1, "<x/>");
	p->object = o->id;
	p->condition = (struct change_condition){
		.has_if_match = true, .if_match = &etag, .if_match_count = 1};
	CHECK_WELL("as it is", change_run(plan(&t, p)));
	c = plan(&t, numbered(&t, t.calendar, 2, 1, "<x/>"));
	p = numbered(&t, t.calendar, 3, 1, "<x/>");
	p->object = o->id;
	p->condition = (struct change_condition){
		.has_if_match = true, .if_match = &etag, .if_match_count = 1};
	CHECK_WELL("both in one change", change_set_properties(c, p));
	CHECK_WELL("another was quicker", house_put(&t.h, t.alice, "calendar", "a.ics",
						    house_event(t.a, "a", NINE, TEN, "")));
	CHECK_FAULT("it has changed since", change_run(c), FAULT_PRECONDITION);
	CHECK_INT("and nothing of it is kept", kept(&t), 1);
	town_close(&t);
}
STORE_CASE(overtaken)

/* A calendar and a principal are there, and have no tag. */
static void without_tag(struct store_fixture *x)
{
	static const struct text tag = TEXT_INIT("a");
	static const struct {
		const char *name;
		struct change_condition condition;
		bool holds;
	} rows[] = {
		{"If-Match: *", {.if_match_any = true}, true},
		{"If-Match with a tag",
		 {.has_if_match = true, .if_match = &tag, .if_match_count = 1},
		 false},
		{"If-None-Match: *", {.if_none_match_any = true}, false},
		{"If-None-Match with a tag",
		 {.if_none_match = &tag, .if_none_match_count = 1},
		 true},
	};
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		struct change_properties *p =
			numbered(&t, i % 2 ? t.calendar : 0, (int)i, 1, "<x/>");
		int64_t before = kept(&t);
		const struct fault *f;

		p->condition = rows[i / 2].condition;
		f = change_run(plan(&t, p));
		if (rows[i / 2].holds)
			CHECK_WELL(rows[i / 2].name, f);
		else
			CHECK_FAULT(rows[i / 2].name, f, FAULT_PRECONDITION);
		CHECK_INT(rows[i / 2].name, kept(&t), before + rows[i / 2].holds);
	}
	town_close(&t);
}
STORE_CASE(without_tag)

/* ---- how many ------------------------------------------------------------------------------ */

/* Of alice herself: her calendar has a name already. */
static void room(struct store_fixture *x)
{
	struct change *late;
	struct town t;

	town_open(&t, x);
	CHECK_FAULT("one more than there may be",
		    change_run(plan(&t, numbered(&t, 0, 0, LONG_LIST, "<x/>"))), FAULT_STORE_FULL);
	CHECK_INT("and none of them is kept", kept(&t), 0);
	late = plan(&t, numbered(&t, 0, CHANGE_KEPT_MAX - 1, 2, "<x/>"));
	CHECK_WELL("all but one",
		   change_run(plan(&t, numbered(&t, 0, 0, CHANGE_KEPT_MAX - 1, "<x/>"))));
	CHECK_FAULT("two, for which there was room when they were planned", change_run(late),
		    FAULT_STORE_FULL);
	CHECK_INT("neither", kept(&t), CHANGE_KEPT_MAX - 1);
	CHECK_WELL("one", change_run(plan(&t, numbered(&t, 0, CHANGE_KEPT_MAX, 1, "<x/>"))));
	CHECK_WELL("those that are there may change",
		   change_run(plan(&t, numbered(&t, 0, 0, 10, "<y/>"))));
	CHECK_WELL("and go", change_run(plan(&t, numbered(&t, 0, 0, 10, NULL))));
	CHECK_INT("ten fewer", kept(&t), CHANGE_KEPT_MAX - 10);
	CHECK_WELL("each resource has its own",
		   change_run(plan(&t, numbered(&t, t.calendar, 0, 10, "<x/>"))));
	town_close(&t);
}
STORE_CASE(room)

static void room_of_new(struct store_fixture *x)
{
	struct change_collection mk = {.name = TEXT("second"), .components = COMP_VEVENT};
	struct change_properties *p;
	struct change *c;
	struct town t;

	town_open(&t, x);
	p = numbered(&t, 0, 0, LONG_LIST, "<x/>");
	mk.owner = t.alice;
	mk.properties = p->properties;
	mk.property_count = p->property_count;
	c = change_of(&t);
	CHECK_WELL("planned", change_make_collection(c, &mk));
	CHECK_FAULT("too many from the beginning", change_run(c), FAULT_STORE_FULL);
	CHECK_INT("it is not made", house_calendar(&t.h, t.alice, "second"), 0);
	town_close(&t);
}
STORE_CASE(room_of_new)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("properties", {"zones are pinned", test_pinned},
	   STORE_ROWS("RFC 9110 §13.2.1: conditions are judged when it is done", overtaken),
	   STORE_ROWS("conditions where there is no tag", without_tag),
	   STORE_ROWS("how many are kept", room),
	   STORE_ROWS("how many a new calendar keeps", room_of_new))

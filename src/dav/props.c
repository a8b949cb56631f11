/* props - the tables of all RFCs joined, and a row found by its name */

#include "dav/props.h"

#include <assert.h>
#include <pthread.h>

static const struct dav_prop *const tables[] = {
	dav_props_rfc4918, dav_props_rfc3744, dav_props_rfc4791, dav_props_rfc5995,
	dav_props_rfc6638, dav_props_rfc6578, dav_props_rfc7953, dav_props_rfc8607,
	dav_props_apple,   dav_props_push,
};

enum { ROWS_MAX = 128 };

static const struct dav_prop *sorted[ROWS_MAX];
static size_t sorted_count;
static pthread_once_t sorted_once = PTHREAD_ONCE_INIT;

struct prop_name {
	enum xml_ns ns;
	struct text name;
};

static int compare_name(struct prop_name a, enum xml_ns ns, const char *name)
{
	if (a.ns != ns)
		return a.ns < ns ? -1 : 1;
	return text_compare(a.name, text_from(name));
}

static int compare_rows(const void *left, const void *right)
{
	const struct dav_prop *a = *(const struct dav_prop *const *)left;
	const struct dav_prop *b = *(const struct dav_prop *const *)right;

	return compare_name((struct prop_name){a->ns, text_from(a->name)}, b->ns, b->name);
}

static int compare_key(const void *key, const void *row)
{
	const struct dav_prop *r = *(const struct dav_prop *const *)row;

	return compare_name(*(const struct prop_name *)key, r->ns, r->name);
}

static void sort_rows(void)
{
	for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
		for (const struct dav_prop *row = tables[t]; row->name; row++) {
			assert(sorted_count < ROWS_MAX);
			sorted[sorted_count++] = row;
		}
	}
	qsort(sorted, sorted_count, sizeof(sorted[0]), compare_rows);
	for (size_t i = 1; i < sorted_count; i++)
		assert(compare_rows(&sorted[i - 1], &sorted[i]) != 0);
}

const struct dav_prop *dav_prop_find(enum xml_ns ns, struct text name)
{
	struct prop_name key = {ns, name};
	const struct dav_prop *const *found;

	pthread_once(&sorted_once, sort_rows);
	found = bsearch(&key, sorted, sorted_count, sizeof(sorted[0]), compare_key);
	return found ? *found : NULL;
}

void dav_prop_for_each(dav_prop_fn fn, void *ctx)
{
	pthread_once(&sorted_once, sort_rows);
	for (size_t i = 0; i < sorted_count; i++)
		fn(sorted[i], ctx);
}

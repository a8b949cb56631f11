/* sqlite_statement - see sqlite_priv.h */
#include "store/sqlite_priv.h"

#include <assert.h>

static size_t slot_of(const struct statements *all, const struct sql *sql)
{
	size_t at = ((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 40;

	for (at &= all->cap - 1; all->slots[at] && all->slots[at]->sql != sql;)
		at = (at + 1) & (all->cap - 1);
	return at;
}

static void slots_grow(struct statements *all)
{
	struct statement **old = all->slots;
	size_t old_cap = all->cap;

	all->cap = old_cap ? old_cap * 2 : 256;
	all->slots = calloc(all->cap, sizeof(struct statement *));
	assert(all->slots);
	for (size_t i = 0; i < old_cap; i++)
		if (old[i])
			all->slots[slot_of(all, old[i]->sql)] = old[i];
	free(old);
}

static int prepare(sqlite3 *handle, const struct sql *sql, struct statement *c)
{
	int rc = sqlite3_prepare_v3(handle, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &c->stmt,
				    NULL);
	int count;

	if (rc)
		return rc;
	count = sqlite3_bind_parameter_count(c->stmt);
	for (int n = 1; n <= DB_PARAMS_MAX; n++) {
		char name[16];
		int index;

		snprintf(name, sizeof(name), "$%d", n);
		index = sqlite3_bind_parameter_index(c->stmt, name);
		if (!index)
			continue;
		c->map[n - 1] = (unsigned char)index;
		c->params = (unsigned char)n;
		count--;
	}
	assert(count == 0);
	c->sql = sql;
	return SQLITE_OK;
}

int statement_borrow(struct statements *all, sqlite3 *handle, const struct sql *sql,
		     struct statement **out)
{
	size_t at = slot_of(all, sql);
	struct statement *c = all->slots[at];
	int rc;

	if (c && !c->busy) {
		c->busy = true;
		*out = c;
		return SQLITE_OK;
	}
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return SQLITE_NOMEM;
	rc = prepare(handle, sql, *out);
	if (rc) {
		free(*out);
		return rc;
	}
	(*out)->busy = true;
	(*out)->spare = c != NULL;
	if (c)
		return SQLITE_OK;
	all->slots[at] = *out;
	if (++all->used * 2 > all->cap)
		slots_grow(all);
	return SQLITE_OK;
}

static void statement_free(struct statement *c)
{
	sqlite3_finalize(c->stmt);
	free(c);
}

void statement_return(struct statement *c)
{
	sqlite3_reset(c->stmt);
	c->busy = false;
	if (c->spare)
		statement_free(c);
}

void statements_open(struct statements *all)
{
	*all = (struct statements){NULL, 0, 0};
	slots_grow(all);
}

void statements_close(struct statements *all)
{
	for (size_t i = 0; i < all->cap; i++)
		if (all->slots[i])
			statement_free(all->slots[i]);
	free(all->slots);
}

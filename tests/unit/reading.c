/*
 * reading - see reading.h
 */
#include "reading.h"

#include "base/base.h"

enum call_end reading_take(const struct provider *provider, struct visit *v,
			   struct outside_calendar *c, struct reading *out)
{
	struct text next = TEXT_NONE;

	*out = (struct reading){.pages = 0};
	while (out->pages < READING_PAGES_MAX) {
		struct remote_page page;
		enum call_end end = provider->changes(v, c, next, &page);

		if (end != CALL_OK)
			return end;
		out->pages++;
		for (size_t i = 0; i < page.count && out->count < ARRAY_LEN(out->events); i++)
			out->events[out->count++] = page.events[i];
		next = page.next;
		if (next.len > 0)
			continue;
		c->cursor = page.cursor;
		return CALL_OK;
	}
	return CALL_BROKEN;
}

const struct remote_event *reading_find(const struct reading *r, struct text remote)
{
	static const struct remote_event none;

	for (size_t i = r->count; i-- > 0;)
		if (text_equal(r->events[i].remote, remote))
			return &r->events[i];
	return &none;
}

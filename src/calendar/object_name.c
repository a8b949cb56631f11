/* object_name - how a calendar object is called that nobody has named; see schedule_priv.h */
#include "calendar/schedule_priv.h"

bool object_uid_is_safe(struct text uid)
{
	bool safe = uid.len > 0 && uid.len <= 120 && uid.at[0] != '.';

	for (size_t i = 0; i < uid.len && safe; i++) {
		char ch = uid.at[i];

		safe = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		       (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_' || ch == '.' || ch == '@';
	}
	return safe;
}

struct text object_name_of(struct arena *a, struct text uid, bool plain)
{
	struct text stem = plain ? uid : object_etag(a, uid);

	return text_from(arena_printf(a, "%.*s.ics", TEXT_ARG(stem)));
}

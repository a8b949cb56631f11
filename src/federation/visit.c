/* visit - somebody's work with one account begins; see call.h */

#include "calendar/calendar.h"
#include "federation/provider.h"
#include "federation/sync.h"
#include "store/store.h"

const struct fault *visit_begin(struct federation *fed, struct arena *a, int64_t owner,
				struct text connection, int64_t now, int64_t until_ns,
				struct visit *out)
{
	struct db *db;
	const struct fault *f = store_reader(fed->calendar->store, a, &db);

	*out = (struct visit){
		.fed = fed, .arena = a, .until_ns = until_ns, .now = now, .by_clock = true};
	if (!f)
		f = connection_get(db, a, owner, connection, &out->connection);
	if (!f && out->connection)
		out->provider = provider_of(out->connection->provider);
	return f;
}

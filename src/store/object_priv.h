/*
 * object_priv - the columns of an object, for the files that select them
 *
 * A query says "SELECT " OBJECT_COLUMNS ", d.data FROM object o" OBJECT_JOIN_DATA, or
 * NULL in place of d.data, and gives object_take_row() a row_list of struct
 * stored_object. Threads: no state.
 */
#ifndef STORE_OBJECT_PRIV_H
#define STORE_OBJECT_PRIV_H

#include "store/db_priv.h"
#include "store/object.h"

#define OBJECT_COLUMNS                                                                             \
	"o.owner, o.collection, o.name, o.id, o.uid, o.component, o.etag, o.schedule_tag,"         \
	" o.size_bytes, o.seq, o.first_start, o.last_end, o.partial, o.zone_version, o.created,"   \
	" o.modified"
#define OBJECT_JOIN_DATA " JOIN object_data d ON d.owner = o.owner AND d.id = o.id"

bool object_take_row(void *ctx, struct db_row *row);

#endif

/*
 * disposition - names of files in Content-Disposition (RFC 6266, RFC 8187)
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef DAV_DISPOSITION_H
#define DAV_DISPOSITION_H

#include "base/buf.h"

enum { DAV_FILE_NAME_MAX = 150 }; /* bytes of UTF-8 */

/*
 * Whole characters of a name, up to `max` bytes, and none that would make another path or another
 * text of it; empty: nothing is left.
 */
struct text dav_file_name(struct arena *a, struct text name, size_t max);

/*
 * The file name that a header tells: filename* where it is UTF-8 (RFC 8187 §3.2.1), else filename;
 * of a path the last part (RFC 6266 §4.3). Empty: it tells none.
 */
struct text dav_read_disposition(struct arena *a, struct text header);

/* "attachment; filename=…; filename*=…" of a name and its ending. */
void dav_put_disposition(struct buf *out, struct text name, const char *ending);

#endif

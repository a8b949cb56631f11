/*
 * members - the members of a JSON object, read by a table, and written
 *
 * Pure. A member that the table does not know is refused by name: who sends it
 * relies on something that this server would not do.
 */
#ifndef API_MEMBERS_H
#define API_MEMBERS_H

#include "base/fault.h"
#include "json/read.h"

struct arena;
struct json_writer;

/* A whole number that was perhaps not said: 0 is something else. */
struct member_int {
	bool said;
	int64_t value;
};

struct member {
	const char *name;
	enum json_kind kind; /* JSON_KIND_TEXT, JSON_KIND_INT, or JSON_KIND_NONE: any value */
	size_t offset;	     /* in out: struct text, struct member_int, const struct json * */
};

/*
 * Fill in the fields of *out that are there; null counts as absent. BAD_REQUEST: of
 * another kind; UNPROCESSABLE: unknown. Both are about the member.
 */
MUST_CHECK const struct fault *members_read(struct arena *a, const struct json *object,
					    const struct member *table, size_t count, void *out);

/* Write a text, or an instant, as a member. */
void api_put_text(struct json_writer *w, const char *key, struct text value);
void api_put_time(struct json_writer *w, const char *key, int64_t utc);

#endif

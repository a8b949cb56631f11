/*
 * kept - messages that wait for a person
 *
 * An answer that nobody vouches for waits for its host, who takes or drops it (API, host page);
 * what cannot be read waits for the operator (`fasti mail list|show|retry|drop`). The message is
 * kept as it came, with its envelope. Each goes after limits.kept_days. Past KEPT_MAX of an owner,
 * or KEPT_OCTETS_MAX, the newest of whoever has sent most goes, which is logged.
 */
#ifndef POST_KEPT_H
#define POST_KEPT_H

#include "post/intake.h"

enum kept_state { KEPT_UNREADABLE, KEPT_UNVERIFIED };
enum {
	KEPT_MAX = 500,
	KEPT_OCTETS_MAX = 64 * 1024 * 1024,
	KEPT_WORDS_BYTES = 2000, /* that are shown of one */
};

struct kept {
	struct text id;
	int64_t owner, at;
	enum kept_state state;
	struct text reason, sender, subject, method, uid, digest;
	struct text env_from, env_to; /* the envelope's; empty: not known */
	struct text message;	      /* empty in lists */
};

/* What a person is shown of one: nothing of it is known to be true. */
struct kept_says {
	struct text words; /* the beginning of its text; may be empty */
	bool has_calendar;
	struct text title, organizer, attendee, partstat; /* plain; may be empty */
	bool has_start;
	int64_t start; /* UTC seconds */
};
void kept_read(struct arena *a, const struct kept *k, struct kept_says *out);

/* The newest first, past the id `after` (empty: from the first); owner 0: of everybody. */
MUST_CHECK const struct fault *kept_list(const struct post *p, struct arena *a, int64_t owner,
					 struct text after, int limit, struct kept **out,
					 size_t *count_out);
MUST_CHECK const struct fault *kept_find(const struct post *p, struct arena *a, int64_t owner,
					 struct text id, struct kept **out);
MUST_CHECK const struct fault *kept_drop(const struct post *p, struct arena *a, int64_t owner,
					 struct text id, bool *found_out);
/*
 * The host says that it is true: taken in as though its sender had been known. NOT_FOUND;
 * UNPROCESSABLE: it holds no calendar.
 */
MUST_CHECK const struct fault *kept_accept(const struct post *p, struct arena *a, int64_t owner,
					   struct text id, int64_t now, struct intake_result *out);
/* The operator mended what stood in its way: as though it came now. NOT_FOUND. */
MUST_CHECK const struct fault *kept_retry(const struct post *p, struct arena *a, struct text id,
					  int64_t now, struct intake_result *out);

#endif

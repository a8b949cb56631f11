/*
 * squad - a team, and people of whom its types name some
 *
 * A squad is a house_fixture with them in it. Memory lives as long as the case.
 */
#ifndef TESTS_SQUAD_H
#define TESTS_SQUAD_H

#include "booking/book_priv.h"
#include "house_fixture.h"

enum { HOUR = 3600, HOSTS_MAX = 8 };

#define MONDAY_8                                                                                   \
	INT64_C(1800259200) /* 2027-01-18T08:00:00Z: 09:00 in Berlin, where hours begin            \
			     */
#define MONDAY (MONDAY_8 - 8 * HOUR)

extern const char *const squad_names[HOSTS_MAX];

struct squad {
	struct house_fixture h;
	struct arena *a;
	int64_t team, hosts[HOSTS_MAX];
};

#define ROUND_ROBIN                                                                                \
	"{\"durations\":[60],\"team\":{\"mode\":\"round_robin\",\"hosts\":[{\"name\":\"anna\"},"   \
	"{\"name\":\"ben\"},{\"name\":\"cleo\"}]}}"
#define COLLECTIVE                                                                                 \
	"{\"durations\":[60],\"team\":{\"mode\":\"collective\",\"hosts\":[{\"name\":\"anna\"},"    \
	"{\"name\":\"ben\"}]}}"
#define SOLO	   "{\"durations\":[60]}"
#define HOST(name) "{\"name\":\"" name "\"}"
#define TEAM_OF(mode, hosts)                                                                       \
	"{\"durations\":[60],\"team\":{\"mode\":\"" mode "\",\"hosts\":[" hosts "]}}"

/* A team, and so many people; when it closes, the auditor must find nothing. */
void squad_open(struct squad *s, struct store_fixture *x, int count);
void squad_close(struct squad *s);
int64_t squad_count(struct squad *s, const char *query);
const struct host *squad_host(struct squad *s, int64_t owner);
const struct booking_type *squad_type(const struct host *host, const char *slug);

/* What is open of a type of somebody within [from, to). */
struct slot *squad_list(struct squad *s, int64_t owner, const char *slug, int64_t from, int64_t to,
			size_t *count);
bool squad_is_open(struct squad *s, int64_t owner, const char *slug, int64_t start);

/* By rows, as inside a transaction. */
struct slot_why squad_explain(struct squad *s, const char *slug, int64_t start);
const struct fault *squad_prepare(struct squad *s, int64_t owner, const char *slug, int64_t start,
				  const char *email, struct change **c, struct book_outcome *out);

/* By a guest; the type of whoever owns it. */
const struct fault *squad_book(struct squad *s, int64_t owner, const char *slug, int64_t start,
			       struct booking *b);
struct booking squad_booked(struct squad *s, const char *slug, int64_t start);
const struct fault *squad_cancel(struct squad *s, const struct booking *b);

/* Which of the hosts has a booking: its place among them, or -1. */
int squad_host_at(struct squad *s, const struct booking *b);

/* An event of a host. */
void squad_busy(struct squad *s, int host, const char *uid, int64_t start, int64_t end);
struct text squad_event_of(struct squad *s, int64_t owner, const struct booking *b);

/* Does an event say so? Lines may be folded. */
bool squad_event_has(struct squad *s, struct text ics, const char *words);

#endif

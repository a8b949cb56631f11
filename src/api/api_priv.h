/*
 * api_priv - one request inside this room
 *
 * A request is matched to its endpoint by a table, its body read as a JSON
 * object where it has one, and the endpoint's function called. Whatever it
 * returns as a fault becomes the answer; NULL means that it has answered, or will.
 *
 * Memory: everything lives in the request's arena. Threads: as the request; the reader
 * belongs to the thread, so what goes on after a commit asks for it again.
 */
#ifndef API_API_PRIV_H
#define API_API_PRIV_H

#include "api/api.h"
#include "api/members.h"
#include "api/problem.h"
#include "base/arena.h"
#include "booking/book.h"
#include "booking/host.h"
#include "calendar/change.h"
#include "http/route.h"
#include "store/store.h"
#include "store/team.h"
#include "json/json.h"

struct api_resource;

struct api_request {
	struct http_request *rq;
	struct arena *arena;
	const struct api_house *house;
	struct booking_desk *desk;
	struct db *db;			     /* of the running thread */
	const struct json *body;	     /* an object; NULL where the endpoint has none */
	const struct api_resource *resource; /* of the endpoint; NULL where it has none */
	bool is_fresh;			     /* it has waited for calendars elsewhere (fresh.h) */
};

typedef const struct fault *(*api_fn)(struct api_request *ar);

/* ---- request.c --------------------------------------------------------------------------- */

/* Answer a request by an endpoint, or by the fault that this returns. */
void api_begin(struct http_request *rq, api_fn run);

/* The i-th segment of the path below /api: "bookings" is 0. */
struct text api_segment(const struct api_request *ar, size_t i);

/* Point ar->db to the running thread's reader. */
MUST_CHECK const struct fault *api_reader(struct api_request *ar);

/* UNAUTHENTICATED unless a user asks. */
MUST_CHECK const struct fault *api_need_user(struct api_request *ar);

/* The user who asks, as a host. */
MUST_CHECK const struct fault *api_find_self(struct api_request *ar, const struct host **out);

/*
 * What the client said: the member "version" of the body, or If-Match. *out is 0 when it
 * said none, or "*". BAD_REQUEST: it is no number.
 */
MUST_CHECK const struct fault *api_read_version(struct api_request *ar, int64_t *out);

/* An answer in JSON; what it shows may change any moment, so nobody keeps it. */
void api_answer(struct api_request *ar, int status, struct buf *body);

/* The version that the answer shows, as its ETag. */
void api_set_version(struct api_request *ar, int64_t version);

enum { API_HINT_BYTES = 1024, API_ANSWER_MAX = 16 * 1024 * 1024 };

/* ---- commit.c ------------------------------------------------------------------------------ */

/*
 * Commit a change: the request waits without a thread, then go_on(ar, state, fault)
 * runs with the outcome and returns as an endpoint does. What was committed must be
 * answered so: after success, go_on() needs nothing that could still fail.
 */
void api_commit(struct api_request *ar, struct change *c, http_go_on_fn go_on, void *state);

/* A go_on() for what needs no more words than 204. */
const struct fault *api_answer_none(void *who, void *state, const struct fault *f);

/*
 * A change of something that has a version. Where another change was quicker, it is
 * made again from what stands there now, unless the client said which version it
 * meant: then that is 412. Embedded as the first member of what prepare() fills in.
 */
struct api_edit {
	/* Look at what stands there now and open the change. */
	const struct fault *(*prepare)(struct api_request *ar, struct api_edit *e);
	/* Answer; f says why it did not happen. Returns as an endpoint does. */
	const struct fault *(*finish)(struct api_request *ar, struct api_edit *e,
				      const struct fault *f);
	struct change *change; /* what prepare() opened; NULL: there is nothing to do */
	int64_t version;       /* that the client changes from; 0: it did not say */
	int attempts;
};

/* Each failure means that another change went through, so this many others at once. */
enum { API_ATTEMPTS = 64 };

MUST_CHECK const struct fault *api_edit_run(struct api_request *ar, struct api_edit *e);

/* PRECONDITION when the client said another version than this. */
MUST_CHECK const struct fault *api_check_version(struct api_request *ar, const struct api_edit *e,
						 int64_t present);

/* ---- endpoints --------------------------------------------------------------------------- */

const struct fault *api_slots(struct api_request *ar);

const struct fault *api_answers_list(struct api_request *ar);
const struct fault *api_answer_get(struct api_request *ar);
const struct fault *api_answer_drop(struct api_request *ar);
const struct fault *api_answer_accept(struct api_request *ar);

const struct fault *api_explain(struct api_request *ar);
const struct fault *api_bookings_list(struct api_request *ar);
const struct fault *api_booking_make(struct api_request *ar);
const struct fault *api_booking_get(struct api_request *ar);
const struct fault *api_booking_cancel(struct api_request *ar);
const struct fault *api_booking_move(struct api_request *ar);
const struct fault *api_booking_reassign(struct api_request *ar);
const struct fault *api_booking_event(struct api_request *ar);
const struct fault *api_booking_confirm(struct api_request *ar);
const struct fault *api_booking_confirm_address(struct api_request *ar);
const struct fault *api_booking_decline(struct api_request *ar);
const struct fault *api_booking_history(struct api_request *ar);
const struct fault *api_booking_hosts(struct api_request *ar);

const struct fault *api_connections_list(struct api_request *ar);
const struct fault *api_connections_change(struct api_request *ar);
const struct fault *api_connection_make(struct api_request *ar);
const struct fault *api_connection_choose(struct api_request *ar);
const struct fault *api_connection_refresh(struct api_request *ar);
const struct fault *api_connection_end(struct api_request *ar);

/* /hooks/PROVIDER, no endpoint of /api (hooks_in.c). */
void api_hook(struct http_request *rq);

const struct fault *api_hold_make(struct api_request *ar);
const struct fault *api_hold_release(struct api_request *ar);

const struct fault *api_links_list(struct api_request *ar);
const struct fault *api_link_make(struct api_request *ar);
const struct fault *api_link_delete(struct api_request *ar);

const struct fault *api_session_get(struct api_request *ar);
const struct fault *api_session_make(struct api_request *ar);
const struct fault *api_session_end(struct api_request *ar);

const struct fault *api_tokens_list(struct api_request *ar);
const struct fault *api_token_make(struct api_request *ar);
const struct fault *api_token_revoke(struct api_request *ar);

const struct fault *api_waiting_list(struct api_request *ar);
const struct fault *api_waiting_join(struct api_request *ar);
const struct fault *api_waiting_leave(struct api_request *ar);

const struct fault *api_calendars_list(struct api_request *ar);
const struct fault *api_settings_get(struct api_request *ar);
const struct fault *api_settings_change(struct api_request *ar);

const struct fault *api_webhooks_list(struct api_request *ar);
const struct fault *api_webhook_make(struct api_request *ar);
const struct fault *api_webhook_delete(struct api_request *ar);
MUST_CHECK const struct fault *api_webhook_deliveries(struct api_request *ar);
MUST_CHECK const struct fault *api_webhook_enable(struct api_request *ar);
MUST_CHECK const struct fault *api_webhook_renew(struct api_request *ar);
MUST_CHECK const struct fault *api_webhook_test(struct api_request *ar);

const struct fault *api_proposals_list(struct api_request *ar);
const struct fault *api_proposal_make(struct api_request *ar);
const struct fault *api_proposal_accept(struct api_request *ar);
const struct fault *api_proposal_decline(struct api_request *ar);

/* ---- resource.c: what a host keeps ---------------------------------------------------------- */

const struct fault *api_resource_list(struct api_request *ar);
const struct fault *api_resource_make(struct api_request *ar);
const struct fault *api_resource_get(struct api_request *ar);
const struct fault *api_resource_put(struct api_request *ar);
const struct fault *api_resource_delete(struct api_request *ar);

/* One of them that is made, replaced or deleted. */
struct api_resource_edit {
	struct api_edit edit;
	const struct api_resource *kind;
	const struct host *host;
	void *item;	/* as it will be, or was */
	int64_t stored; /* the version that the transaction found; 0: none */
};
typedef const struct fault *(*api_resource_step_fn)(struct api_request *ar,
						    struct api_resource_edit *e);

/*
 * A kind of them, each with an id and a version. An item is a struct of booking/rules.h; to add a
 * kind is to fill in one of these and to name it in the table of endpoints.
 */
struct api_resource {
	const char *path;		/* of the list */
	const char *list;		/* the member of its answer */
	const char *noun;		/* "schedule" */
	size_t max;			/* so many a host */
	size_t size, id_at, version_at; /* of an item, and of its id and version in it */
	const void *(*all)(const struct host *h, size_t *count_out);
	/* By the segment of the path; NULL: there is none. */
	const void *(*find)(const struct host *h, struct text name);
	void (*put)(struct json_writer *w, struct api_request *ar, const struct host *h,
		    const void *item);
	/* From the body; id and version are set later. */
	const struct fault *(*read)(struct api_request *ar, void *item);
	/* As the row has it, inside the transaction; 0: there is none. */
	const struct fault *(*stored_version)(struct db *db, struct arena *a, int64_t owner,
					      struct text id, int64_t *out);
	/* Add to the change what stores the item, or removes it, and what that requires. */
	api_resource_step_fn store, remove;
};
extern const struct api_resource api_types, api_schedules, api_holidays;

/* ---- slots.c, for what a 409 shows --------------------------------------------------------- */

/* A type of a host, by id, or by the names of both. NOT_FOUND, BAD_REQUEST: nothing was named. */
struct api_type_name {
	struct text id, host, slug;
};
/* Whose it is, or was; NULL in *out where that is nobody. */
MUST_CHECK const struct fault *api_find_type_host(struct api_request *ar,
						  const struct api_type_name *n,
						  const struct host **out);
MUST_CHECK const struct fault *api_find_type(struct api_request *ar, const struct api_type_name *n,
					     const struct host **host_out,
					     const struct booking_type **type_out);

/*
 * May this request see and book the type? One that is booked by link alone is there for its host,
 * and for who has a link: NOT_FOUND else, as if there were none; LINK_SPENT. *id_out is that of the
 * link, empty where none is needed or said.
 */
MUST_CHECK const struct fault *api_check_link(struct api_request *ar, const struct host *host,
					      const struct booking_type *type, struct text secret,
					      struct text *id_out);

/* The zone of this name, or of the type's schedule when it is empty. UNKNOWN_ZONE. */
MUST_CHECK const struct fault *api_find_zone(struct arena *a, struct text name,
					     const struct host *host,
					     const struct booking_type *type,
					     const struct zone **out);

/* What stood open beside a time that is taken. */
struct api_offer {
	const struct host *host;
	const struct booking_type *type; /* NULL: nothing is offered any more */
	int32_t duration_min;
	int64_t instant;
	const struct zone *zone;     /* NULL: UTC */
	const struct booking *moves; /* that is to be at another time; NULL: a new one */
};
/* 409 with "slots": what is open now on the local date of the instant (decisions 36). */
MUST_CHECK const struct fault *api_answer_taken(struct api_request *ar, const struct fault *taken,
						const struct api_offer *o);

/* ---- bookings.c ----------------------------------------------------------------------------- */

/* One booking that is asked about, and who asks. */
struct api_booking {
	const struct booking *booking;
	const struct host *host; /* whose it is */
	enum book_role role;
	bool comes_only; /* as a host of another's booking, who reads it and hands a part on */
};
/* The one that the path names, if ?token= or the user opens it. NOT_FOUND, UNAUTHENTICATED. */
MUST_CHECK const struct fault *api_find_booking(struct api_request *ar, struct api_booking *out);
/* FORBIDDEN to a host who comes only. */
MUST_CHECK const struct fault *api_require_decider(struct api_request *ar,
						   const struct api_booking *at);

/* NOT_FOUND unless the user is this owner, or belongs to the team that it is. */
MUST_CHECK const struct fault *api_require_host(struct api_request *ar, int64_t owner);
/* The user as a host, or the team of this name that the user belongs to. NOT_FOUND. */
MUST_CHECK const struct fault *api_find_whose(struct api_request *ar, struct text team,
					      const struct host **out);

/* A booking as an object; its links are those of the role that asks. */
void api_answer_booking(struct api_request *ar, int status, const struct api_booking *at);

/* What only those are told who read a booking, or a list of them: it can fail. */
struct api_coming {
	struct booking_host *at;   /* ascending; none: its owner has it alone */
	const struct host **hosts; /* the same; NULL: gone */
	size_t count;
};
struct outside_copy;
struct api_reading {
	struct api_booking at;
	bool overlaps;
	bool lacks_link;		 /* and nobody has one made */
	const struct outside_copy *copy; /* in the reader's calendar elsewhere; NULL: none */
	struct api_coming coming;
};
MUST_CHECK const struct fault *api_find_reading(struct api_request *ar,
						const struct api_booking *at,
						struct api_reading *out);
void api_put_reading(struct json_writer *w, struct api_request *ar, const struct api_reading *r);

/* The enum booking_status of a word; -1: it is none. */
int api_status_of(struct text word);

/* ---- coming.c ----------------------------------------------------------------------- */

MUST_CHECK const struct fault *api_find_coming(struct api_request *ar, const struct booking *b,
					       struct api_coming *out);
/* Is this one of them, who comes or has declined? */
bool api_has_part(const struct api_coming *c, int64_t host);
/* As members; an invitee is told the names of who comes. */
void api_put_coming(struct json_writer *w, const struct api_coming *c, enum book_role role);
/* For hosts: one of them, or who could be; all of them; and whether one more is needed. */
void api_put_host(struct json_writer *w, const struct host *h, bool is_optional, bool is_coming);
void api_put_each_coming(struct json_writer *w, const struct api_coming *c);
void api_put_needs_host(struct json_writer *w, const struct api_coming *c);

/* ---- book.c -------------------------------------------------------------------------------- */

/*
 * An instant with an offset. BAD_REQUEST about start_time; NOT_OFFERED: between two seconds, where
 * no slot begins.
 */
MUST_CHECK const struct fault *api_read_start(struct arena *a, struct text value, int64_t *out);
/* As many minutes as a meeting may have, 0 where nothing was said. NOT_OFFERED: no type has such.
 */
MUST_CHECK const struct fault *api_read_duration(struct arena *a, const struct member_int *said,
						 int32_t *out);

/* All that the body of a booking says, with its type and its link judged. */
MUST_CHECK const struct fault *api_read_book_request(struct api_request *ar,
						     struct book_request *out);

/* ---- series.c ------------------------------------------------------------------------------- */

/* UNPROCESSABLE about series; none at all is well. */
MUST_CHECK const struct fault *api_read_series(struct arena *a, const struct json *said,
					       struct book_series *out);
/* 409 with "clashes": which times, and why. */
MUST_CHECK const struct fault *api_answer_clashes(struct api_request *ar, const struct fault *f,
						  const struct book_outcome *outcome);

/* ---- caps.c: who may have a mail sent to whom, and reserve time (decisions 25) ----------------
 */

/* TOO_MANY_REQUESTS, with Retry-After, past a cap; otherwise the mail is counted. */
MUST_CHECK const struct fault *api_count_mail(struct api_request *ar, int64_t host,
					      struct text invitee_email);
/* It was not sent after all. */
void api_uncount_mail(struct api_request *ar, int64_t host, struct text invitee_email);

/* TOO_MANY_REQUESTS, with Retry-After: this client has reserved enough for now. */
MUST_CHECK const struct fault *api_count_question(struct api_request *ar); /* for open slots */
MUST_CHECK const struct fault *api_count_hold(struct api_request *ar);

#endif

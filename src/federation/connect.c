/*
 * connect - an account comes, is chosen from, and goes; see connect.h
 *
 * A provider is asked before anything is written, so an account that cannot be read is never half
 * connected. Who disconnects is believed: the provider is told afterwards, as often as it takes.
 */
#include "federation/connect.h"

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/change_outside.h"
#include "calendar/leaving.h"
#include "federation/connect_priv.h"
#include "federation/oauth.h"
#include "federation/rounds.h"
#include "federation/sync.h"
#include "federation/watch.h"
#include "store/store.h"

enum {
	UNWATCH_S = 15,
	LEAVE_S = 600, /* for a watch of each calendar */
};

static int64_t within_s(int64_t seconds)
{
	return clock_monotonic_ns() + seconds * INT64_C(1000000000);
}

static void wake(const struct federation *fed)
{
	if (fed->rounds)
		rounds_wake(fed->rounds);
}

/* ---- a consent comes back ---------------------------------------------------------------------
 */

static const struct fault *check_who(struct arena *a, const struct oauth_start *start,
				     int64_t signed_in)
{
	if (start->by_command || signed_in == start->owner)
		return NULL;
	return fault_make(a, FAULT_FORBIDDEN, "state",
			  signed_in
				  ? "Somebody else is signed in here by now. Sign in as who asked, "
				    "and connect once more."
				  : "Nobody is signed in here. Sign in, and connect once more.");
}

const struct fault *connect_finish(struct federation *fed, struct arena *a, struct text state,
				   struct text code, int64_t signed_in, int64_t now,
				   int64_t *owner_out, struct text *connection_out)
{
	struct connect_account account = {.until_ns = within_s(CONNECT_S)};
	struct oauth_start start;
	struct text verifier;
	const struct fault *f = oauth_state_read(fed, a, state, now, &start, &verifier);

	if (!f)
		f = check_who(a, &start, signed_in);
	if (!f)
		f = oauth_redeem(fed, a, start.provider, code, verifier, now, &account.tokens);
	if (f)
		return f;
	account.connection = (struct connection){
		.owner = start.owner,
		.id = secret_id_make(a, &fed->calendar->key, start.owner),
		.provider = start.provider,
		.created = now,
	};
	account.anew = start.connection;
	*owner_out = start.owner;
	f = connect_keep(fed, a, &account, now);
	if (f)
		return f;
	*connection_out = account.connection.id;
	wake(fed);
	return NULL;
}

/* ---- a CalDAV account -------------------------------------------------------------------------
 */

static const struct fault *bad(struct arena *a, const char *about, const char *sentence)
{
	return fault_make(a, FAULT_UNPROCESSABLE, about, "%s", sentence);
}

/* RFC 7617 §2: a name has no colon in it, and neither has controls. */
static const struct fault *check_given(struct arena *a, const struct connect_caldav *who)
{
	if (who->url.len == 0 || who->url.len > CONNECT_URL_MAX || !text_is_plain(who->url, ""))
		return bad(a, "url", "This is no address of a server, nor a mail address.");
	if (who->name.len == 0 || who->name.len > CONNECT_NAME_MAX ||
	    !text_is_plain(who->name, "") || text_find_char(who->name, ':', 0) >= 0)
		return bad(a, "name", "This is no user name.");
	if (who->password.len == 0 || who->password.len > SECRET_PASSWORD_MAX ||
	    !text_is_utf8(who->password) || text_has_control(who->password))
		return bad(a, "password", "This is no password.");
	return NULL;
}

const struct fault *connect_caldav(struct federation *fed, struct arena *a,
				   const struct connect_caldav *who, int64_t now,
				   struct text *connection_out)
{
	struct connect_account account = {
		.connection =
			{
				.owner = who->owner,
				.id = secret_id_make(a, &fed->calendar->key, who->owner),
				.provider = PROVIDER_CALDAV,
				.created = now,
			},
		.tokens = {.access = who->name, .refresh = who->password},
		.start = who->url,
		.anew = who->connection,
		.until_ns = within_s(CONNECT_S),
	};
	const struct fault *f = check_given(a, who);

	if (!f)
		f = connect_keep(fed, a, &account, now);
	if (f)
		return f;
	*connection_out = account.connection.id;
	wake(fed);
	return NULL;
}

/* ---- which calendars count ---------------------------------------------------------------------
 */

/* What is not read any more need not be told of; where that cannot be said just now, its watch
   ends by itself. */
static void stop_watching(struct federation *fed, struct arena *a, int64_t owner,
			  struct text connection, int64_t calendar, int64_t now)
{
	struct visit v;

	if (!visit_begin(fed, a, owner, connection, now, within_s(UNWATCH_S), &v) && v.connection)
		(void)watch_stop(&v, calendar);
}

const struct fault *connect_choose(struct federation *fed, struct arena *a, int64_t owner,
				   struct text connection, struct change_choice *choices,
				   size_t count, int64_t now)
{
	struct change *ch = change_open(fed->calendar, a, CHANGE_CLIENT, now);
	const struct fault *f =
		change_run_unless(ch, change_choose(ch, owner, connection, choices, count));

	for (size_t i = 0; !f && i < count; i++)
		if (choices[i].has_ended)
			stop_watching(fed, a, owner, connection, choices[i].calendar, now);
	if (!f)
		wake(fed);
	return f;
}

/* ---- it is over -------------------------------------------------------------------------------
 */

/* Those that are left end by themselves; what cannot be asked now is asked again. */
static enum call_end take_back_watches(struct visit *v, const struct leaving *left)
{
	enum call_end end = CALL_OK;

	for (size_t i = 0; i < left->watch_count; i++) {
		end = watch_take_back(v, &left->watches[i]);
		if (end == CALL_LATER || end == CALL_PAUSE || end == CALL_CONSENT)
			return end;
	}
	return CALL_OK;
}

/* Also one that was connected since then stands for it. */
static enum call_end give_consent_back(struct visit *v)
{
	const struct connection *c = v->connection;
	bool is_known;
	struct db *db;
	const struct fault *f = store_reader(v->fed->calendar->store, v->arena, &db);

	if (!f)
		f = connection_is_known(db, v->arena, c->provider, c->subject, &is_known);
	if (!f)
		return is_known ? CALL_OK : oauth_revoke(v);
	v->why = text_from(f->message);
	return CALL_BROKEN;
}

enum call_end connect_leave(struct federation *fed, struct arena *a, const struct leaving *left,
			    int64_t now, struct text *why_out)
{
	struct connection account = left->connection;
	struct visit v = {
		.fed = fed,
		.provider = provider_of(account.provider),
		.connection = &account,
		.arena = a,
		.until_ns = within_s(LEAVE_S),
		.now = now,
		.by_clock = true,
		.is_unstored = true,
	};
	enum call_end end = take_back_watches(&v, left);

	if (end == CALL_OK)
		end = give_consent_back(&v);
	*why_out = v.why;
	/* Consent that has gone needs not be given back. */
	return end == CALL_CONSENT ? CALL_OK : end;
}

const struct fault *connect_end(struct federation *fed, struct arena *a, int64_t owner,
				struct text connection, int64_t now)
{
	struct change *c = change_open(fed->calendar, a, CHANGE_CLIENT, now);

	return change_run_unless(c, change_disconnect(c, owner, connection));
}

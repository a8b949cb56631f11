/*
 * connect - an account comes, is chosen from, and goes; see connect.h
 *
 * A provider is asked before anything is written, so an account that cannot be read is never half
 * connected. Leaving asks it as well, but goes on whatever it says: who disconnects is believed.
 */
#include "federation/connect.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/change_outside.h"
#include "federation/connect_priv.h"
#include "federation/oauth.h"
#include "federation/rounds.h"
#include "federation/sync.h"
#include "federation/watch.h"
#include "store/store.h"

enum { LEAVE_S = 15 };

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

	if (!visit_begin(fed, a, owner, connection, now, within_s(LEAVE_S), &v) && v.connection)
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

/* The connection as a host may know it; NOT_FOUND. */
static const struct fault *find(const struct federation *fed, struct arena *a, struct db **db_out,
				int64_t owner, struct text id, struct connection **out)
{
	const struct fault *f = store_reader(fed->calendar->store, a, db_out);

	if (!f)
		f = connection_get(*db_out, a, owner, id, out);
	if (!f && !*out)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such account.");
	return f;
}

/* The provider is told as far as it listens. */
static void say_goodbye(struct federation *fed, struct arena *a, const struct connection *c,
			int64_t now)
{
	struct visit v;
	const struct fault *f = visit_begin(fed, a, c->owner, c->id, now, within_s(LEAVE_S), &v);

	if (f || !v.connection || v.connection->state == CONNECTION_RECONNECT)
		return;
	(void)watch_stop(&v, 0);
	if (oauth_revoke(&v) != CALL_OK)
		log_event(LOG_WARN, "oauth-revoke",
			  LOG_STR("provider", provider_words[c->provider]),
			  LOG_TEXT("connection", c->id), LOG_TEXT("why", v.why));
}

const struct fault *connect_end(struct federation *fed, struct arena *a, int64_t owner,
				struct text connection, int64_t now)
{
	struct connection *c = NULL;
	struct change *ch;
	struct db *db;
	const struct fault *f = find(fed, a, &db, owner, connection, &c);

	if (f)
		return f;
	say_goodbye(fed, a, c, now);
	ch = change_open(fed->calendar, a, CHANGE_CLIENT, now);
	return change_run_unless(ch, change_disconnect(ch, owner, connection));
}

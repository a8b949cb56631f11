/*
 * connect_keep - an account that consented is asked who it is, and kept with its calendars
 */
#include "base/arena.h"
#include "base/log.h"
#include "calendar/change_outside.h"
#include "federation/caldav.h"
#include "federation/connect_priv.h"
#include "net/url.h"
#include "store/store.h"
#include "json/json.h"

enum { ACCOUNT_ANSWER_MAX = 64 * 1024 };

/* ---- who is it? --------------------------------------------------------------------------------
 */

/*
 * Google: the scopes that are asked for tell no name, but the account's own calendar has its
 * address for an id, for life.
 */
static enum call_end name_google(struct visit *v, const struct remote_calendar *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].is_primary) {
			v->connection->account = v->connection->subject = all[i].remote;
			v->connection->timezone = all[i].timezone;
			return CALL_OK;
		}
	v->why = TEXT("The account has no calendar of its own.");
	return CALL_REFUSED;
}

static enum call_end name_outlook(struct visit *v)
{
	struct call call = {
		.method = "GET",
		.url = text_from(arena_printf(v->arena, "%.*s/me?$select=id,mail,userPrincipalName",
					      TEXT_ARG(v->fed->apps[PROVIDER_OUTLOOK].api_url))),
		.what = "account",
	};
	struct connection *c = v->connection;
	const struct json *o;
	enum call_end end = call_run(v, &call);

	if (end != CALL_OK)
		return end;
	if (json_parse(v->arena, call.answer, ACCOUNT_ANSWER_MAX, &o) ||
	    !json_text(json_get(o, "id"), &c->subject) ||
	    (!json_text(json_get(o, "mail"), &c->account) &&
	     !json_text(json_get(o, "userPrincipalName"), &c->account))) {
		v->why = TEXT("The provider does not say whose account this is.");
		return CALL_BROKEN;
	}
	return CALL_OK;
}

/* What is kept here would come back as if it were somebody else's. */
static bool is_here(const struct visit *v, struct text home)
{
	struct text there, here;

	return net_url_origin(v->arena, home, &there) &&
	       net_url_origin(v->arena, v->fed->url, &here) && text_equal(there, here);
}

/* Its principal is what it is for life; people know it by its address, or by the name they gave. */
static enum call_end name_caldav(struct visit *v, const struct connect_account *account)
{
	struct caldav_place place;
	enum call_end end = caldav_discover(v, account->start, &place);

	if (end != CALL_OK)
		return end;
	if (is_here(v, place.home)) {
		v->why = TEXT("This account is on this very server; only others are connected.");
		return CALL_REFUSED;
	}
	v->connection->url = place.home;
	v->connection->subject = place.principal;
	v->connection->account = place.address.len > 0 ? place.address : account->tokens.access;
	return CALL_OK;
}

/* CalDAV's calendars are where the account is found to be; Google's account is found in them. */
static enum call_end ask(struct visit *v, const struct connect_account *account,
			 struct remote_calendar **all_out, size_t *count_out)
{
	enum provider_kind provider = v->connection->provider;
	enum call_end end = CALL_OK;

	if (provider == PROVIDER_CALDAV)
		end = name_caldav(v, account);
	else if (provider == PROVIDER_OUTLOOK)
		end = name_outlook(v);
	if (end == CALL_OK)
		end = v->provider->calendars(v, all_out, count_out);
	if (end == CALL_OK && provider == PROVIDER_GOOGLE)
		end = name_google(v, *all_out, *count_out);
	return end;
}

/* What the host can mend is said of what they gave. */
static const struct fault *fault_of(struct visit *v, enum call_end end)
{
	if (v->connection->provider != PROVIDER_CALDAV ||
	    (end != CALL_CONSENT && end != CALL_REFUSED))
		return call_fault(v, end);
	return fault_make(v->arena, FAULT_UNPROCESSABLE, end == CALL_CONSENT ? "password" : "url",
			  "%.*s", TEXT_ARG(v->why));
}

static const struct fault *ask_who(struct visit *v, const struct connect_account *account,
				   struct remote_calendar **all_out, size_t *count_out)
{
	const struct connection *c = v->connection;
	enum call_end end = ask(v, account, all_out, count_out);

	if (end == CALL_OK &&
	    (c->subject.len == 0 || c->subject.len > OUTSIDE_REMOTE_MAX ||
	     c->account.len > CONNECT_NAME_MAX || !text_is_plain(c->account, ""))) {
		v->why = TEXT("The provider gives the account a name that cannot be kept.");
		end = CALL_BROKEN;
	}
	return fault_of(v, end);
}

/* ---- is it known? ------------------------------------------------------------------------------
 */

static const struct fault *find_known(struct db *db, struct arena *a, const struct connection *c,
				      struct connection **out)
{
	struct connection *all;
	size_t count;
	const struct fault *f = connection_list(db, a, c->owner, &all, &count);

	*out = NULL;
	for (size_t i = 0; !f && i < count; i++)
		if (all[i].provider == c->provider && text_equal(all[i].subject, c->subject))
			*out = &all[i];
	return f;
}

/* Who connects an account anew has to come back with the same one. */
static const struct fault *check_anew(struct arena *a, struct text anew,
				      const struct connection *known, struct text account)
{
	if (anew.len == 0 || (known && text_equal(known->id, anew)))
		return NULL;
	return fault_make(a, FAULT_CONFLICT, "account",
			  "%.*s is another account than the one that is to be connected anew.",
			  TEXT_ARG(account));
}

/* ---- its calendars -----------------------------------------------------------------------------
 */

struct merge {
	struct outside_calendar *all; /* those that were known, then new ones */
	size_t count, known;
	bool first; /* the account is new: something of it counts from now on */
	int64_t now;
};

static struct outside_calendar *find_calendar(const struct merge *m, struct text remote)
{
	for (size_t i = 0; i < m->known; i++)
		if (text_equal(m->all[i].remote, remote))
			return &m->all[i];
	return NULL;
}

static void merge_one(struct merge *m, const struct connection *c,
		      const struct remote_calendar *there, bool counts)
{
	struct outside_calendar *here = find_calendar(m, there->remote);

	if (!here && m->count == OUTSIDE_CALENDARS_MAX)
		return;
	if (!here) {
		here = &m->all[m->count++];
		*here = (struct outside_calendar){
			.owner = c->owner,
			.connection = c->id,
			.remote = there->remote,
			.counts = counts,
			.takes = counts && there->may_write,
			.due_at = counts ? m->now : INT64_MAX,
		};
	}
	here->title = there->title;
	here->timezone = there->timezone;
	here->may_write = there->may_write;
	here->is_primary = there->is_primary;
	here->is_gone = false;
}

/* The account's own calendar, or the first of one that names none. */
static size_t own_calendar(const struct remote_calendar *there, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (there[i].is_primary)
			return i;
	return 0;
}

static const struct fault *merge_calendars(struct db *db, struct arena *a, struct merge *m,
					   const struct connection *c,
					   const struct remote_calendar *there, size_t count)
{
	size_t own = own_calendar(there, count);
	struct outside_calendar *known;
	const struct fault *f = outside_calendar_list(db, a, c->owner, c->id, &known, &m->known);

	if (f)
		return f;
	m->count = m->known;
	m->all = arena_alloc_array(a, m->known + count, sizeof(*m->all));
	for (size_t i = 0; i < m->known; i++) {
		m->all[i] = known[i];
		m->all[i].is_gone = true;
		/* Nothing was read while consent was gone. */
		m->all[i].due_at = m->now;
	}
	for (size_t i = 0; i < count; i++)
		merge_one(m, c, &there[i], m->first && i == own);
	return NULL;
}

/* ---- keeping ----------------------------------------------------------------------------------
 */

static const struct fault *keep(struct visit *v, struct db *db, struct connect_account *account,
				const struct connection *known, const struct remote_calendar *there,
				size_t count)
{
	struct federation *fed = v->fed;
	struct merge m = {.first = !known, .now = v->now};
	struct connection *c = &account->connection;
	struct change_connection x = {.is_new = !known};
	struct change *ch;
	const struct fault *f;

	if (known) {
		c->id = known->id;
		c->created = known->created;
		c->secret_no = known->secret_no;
		c->write_after = known->write_after;
	}
	c->state = CONNECTION_WORKS;
	c->state_since = v->now;
	c->last_error = TEXT_NONE;
	c->expires_at = account->tokens.expires_at;
	c->secret = oauth_seal(fed, v->arena, c, &account->tokens);
	f = merge_calendars(db, v->arena, &m, c, there, count);
	if (f)
		return f;
	x.connection = *c;
	x.calendars = m.all;
	x.calendar_count = m.count;
	ch = change_open(fed->calendar, v->arena, CHANGE_CLIENT, v->now);
	return change_run_unless(ch, change_connect(ch, &x));
}

/*
 * A grant that is not kept is of use to nobody, and a provider gives only so many. It is one for
 * all that an account has granted: where that account is connected, be it to somebody else, it
 * stays; and so it does where nobody knows whose it is.
 */
static void give_back(struct visit *v, struct db *db)
{
	const struct connection *c = v->connection;
	const struct fault *f;
	bool is_known = true;

	f = connection_is_known(db, v->arena, c->provider, c->subject, &is_known);
	if (f || is_known || oauth_revoke(v) == CALL_OK)
		return;
	log_event(LOG_WARN, "oauth-revoke", LOG_STR("provider", provider_words[c->provider]),
		  LOG_TEXT("why", v->why));
}

const struct fault *connect_keep(struct federation *fed, struct arena *a,
				 struct connect_account *account, int64_t now)
{
	struct visit v = {
		.fed = fed,
		.provider = provider_of(account->connection.provider),
		.connection = &account->connection,
		.arena = a,
		.until_ns = account->until_ns,
		.now = now,
	};
	struct remote_calendar *there;
	struct connection *known = NULL;
	struct db *db = NULL;
	size_t count;
	const struct fault *f;

	/* What call.h opens to find a token; nothing of it is stored yet. */
	account->connection.secret = oauth_seal(fed, a, &account->connection, &account->tokens);
	account->connection.expires_at = account->tokens.expires_at;
	f = ask_who(&v, account, &there, &count);
	if (!f)
		f = store_reader(fed->calendar->store, a, &db);
	if (!f)
		f = find_known(db, a, &account->connection, &known);
	if (!f)
		f = check_anew(a, account->anew, known, account->connection.account);
	if (!f)
		f = keep(&v, db, account, known, there, count);
	if (f && db)
		give_back(&v, db);
	return f;
}

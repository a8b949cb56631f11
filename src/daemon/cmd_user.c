/* cmd_user - principals: fasti user add | list | passwd | members | delete */

#include "base/arena.h"
#include "base/clock.h"
#include "base/email.h"
#include "booking/book.h"
#include "booking/booking.h"
#include "booking/host.h"
#include "booking/rules.h"
#include "calendar/change.h"
#include "calendar/notices.h"
#include "daemon/cmd_user_priv.h"
#include "ical/line.h"
#include "ical/zone.h"
#include "post/letter.h"
#include "store/connection.h"
#include "store/store.h"

/* [a-z0-9][a-z0-9._-]{0,62}: one space of names for all kinds of principals. */
static bool name_is_valid(struct text name)
{
	if (name.len == 0 || name.len > 63)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!letter && (i == 0 || !strchr("._-", c)))
			return false;
	}
	return true;
}

static const struct fault *read_password(struct arena *a, const char *path, struct text *hash_out)
{
	struct text password;
	const struct fault *f = command_read_line(a, path, &password);

	return f ? f : secret_password_hash(a, password, hash_out);
}

/* Why a new principal cannot be as the command line has it; NULL: it can. */
static const char *check_new(const struct command_line *line, const struct change_owner *new)
{
	bool is_person = new->owner.kind == OWNER_INDIVIDUAL;
	bool has_members = new->owner.kind == OWNER_GROUP || new->owner.kind == OWNER_TEAM;

	if (line->word_count != 2)
		return "a name is needed";
	if (!name_is_valid(text_from(line->words[1])))
		return "a name is a-z, 0-9, '.', '_', '-', at most 63 of them";
	if (is_person && (!command_option(line, "email") || !command_option(line, "password-file")))
		return "a name, --email and --password-file are needed";
	if (new->owner.email.len > 0 && !email_is_valid(new->owner.email))
		return "--email must be one plain address";
	for (size_t i = 0; i < new->alias_count; i++)
		if (!email_is_valid(new->aliases[i]))
			return "--alias must be one plain address";
	if (!zone_find(new->owner.timezone))
		return "--timezone must be a name like Europe/Berlin";
	if (!has_members && command_option(line, "member"))
		return "--member is for groups and teams";
	return NULL;
}

static struct change_owner read_new(const struct command_line *line, enum owner_kind kind)
{
	const char *title = command_option(line, "name"), *email = command_option(line, "email");
	const char *zone = command_option(line, "timezone");
	struct change_owner new = {
		.owner.kind = kind,
		.owner.name = text_from(line->word_count > 1 ? line->words[1] : ""),
		.owner.email = text_from(email ? email : ""),
		.owner.timezone = text_from(zone ? zone : "UTC"),
	};

	new.owner.display_name = title ? text_from(title) : new.owner.name;
	new.aliases = command_options(line, "alias", &new.alias_count);
	new.schedule = (struct schedule){
		.id = TEXT("default"),
		.name = TEXT("Working hours"),
		.timezone = new.owner.timezone,
		.rules = kind == OWNER_TEAM ? booking_team_schedule() : booking_default_schedule(),
		.version = 1,
	};
	return new;
}

/* Those whom --member names. */
static const struct fault *find_members(struct command_line *line, struct setup *setup,
					struct change_owner *new)
{
	int64_t *ids;
	const struct fault *f = user_find_named(line, setup, "member", &ids, &new->member_count);

	new->members = ids;
	return f;
}

static int user_add(struct command_line *line)
{
	const char *password = command_option(line, "password-file"), *why;
	struct change_owner new;
	enum owner_kind kind;
	struct setup setup;
	struct change *c;
	const struct fault *f;

	if (!user_read_kind(command_option(line, "kind"), &kind))
		return command_usage(line, "--kind is individual, group, room, resource or team");
	new = read_new(line, kind);
	why = check_new(line, &new);
	if (why)
		return command_usage(line, why);
	if (!command_open(line, SETUP_MAKE, &setup))
		return COMMAND_FAILED;
	f = find_members(line, &setup, &new);
	if (!f && password)
		f = read_password(line->arena, password, &new.password_hash);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_add_owner(c, &new);
		f = change_run_unless(c, f);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

static bool print_user(void *ctx, const struct owner *o)
{
	(void)ctx;
	printf("%-20.*s %-10s %-32.*s %-24.*s %.*s\n", TEXT_ARG(o->name), user_kind_word(o->kind),
	       TEXT_ARG(o->email), TEXT_ARG(o->timezone), TEXT_ARG(o->display_name));
	return true;
}

static int user_list(struct command_line *line)
{
	struct setup setup;
	struct db *db;
	const struct fault *f;

	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = owner_for_each(db, line->arena, print_user, NULL);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

static int user_passwd(struct command_line *line)
{
	const char *password = command_option(line, "password-file");
	struct setup setup;
	struct owner *o;
	struct text hash = TEXT_NONE;
	struct change *c;
	const struct fault *f;

	if (line->word_count != 2 || !password)
		return command_usage(line, "a name and --password-file are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = user_find(line, &setup, &o);
	if (!f)
		f = read_password(line->arena, password, &hash);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_set_password(c, o->id, hash);
		f = change_run_unless(c, f);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

static const struct fault *set_members(struct command_line *line, struct setup *setup)
{
	struct change_owner group = {0};
	struct change *c;
	struct owner *o;
	const struct fault *f = user_find(line, setup, &o);

	if (!f && o->kind != OWNER_GROUP && o->kind != OWNER_TEAM)
		f = fault_make(line->arena, FAULT_UNPROCESSABLE, NULL,
			       "%s is no group, and has no members.", line->words[1]);
	if (!f)
		f = find_members(line, setup, &group);
	if (f)
		return f;
	c = change_open(&setup->calendar, line->arena, CHANGE_CLIENT, clock_now());
	f = change_set_members(c, o->id, group.members, group.member_count);
	return change_run_unless(c, f);
}

static int user_members(struct command_line *line)
{
	struct setup setup;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "the name of a group is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = set_members(line, &setup);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- delete ----------------------------------------------------------------------------- */

/*
 * With a user go the bookings, the meetings and the mails that wait: whoever booked would stand
 * before a closed door, and who was invited would be there alone. So bookings are cancelled first,
 * meetings cancelled or declined (RFC 6638 §3.2.1.3, §3.2.2.4), and the user stays until those
 * mails have left.
 */
enum { FAREWELL_BYTES = 64 << 20, HOSTS_CACHED = 16 }; /* bytes: of one meeting */

struct farewell {
	const struct owner *owner;
	int64_t now;
	struct arena *arena; /* of the count */
	size_t mails;
};

/* Those to come that are not cancelled. */
static const struct fault *list_to_come(struct db *db, struct arena *a, const struct farewell *w,
					struct booking **out, size_t *count_out)
{
	size_t kept = 0, count;
	const struct fault *f =
		booking_range(db, a, w->owner->id, w->now, INT64_MAX, INT32_MAX, out, &count);

	for (size_t i = 0; !f && i < count; i++)
		if ((*out)[i].status == BOOKING_IS_CONFIRMED ||
		    (*out)[i].status == BOOKING_IS_PENDING)
			(*out)[kept++] = (*out)[i];
	*count_out = kept;
	return f;
}

/* Those of others that need this host. */
static const struct fault *list_hosted(struct db *db, struct arena *a, const struct farewell *w,
				       struct booking **out, size_t *count_out)
{
	return booking_list_of_host(db, a, w->owner->id, w->now, out, count_out);
}

/* What hosts are told of their own bookings needs no reader any more. */
static bool is_to_others(const struct farewell *w, const struct job *j)
{
	struct notice n;
	struct text name;
	enum letter_kind letter;

	/* One that nobody can read counts: the operator sees it, and drops it. */
	return notice_read(w->arena, j, &n, &name) || !letter_find(name, &letter) ||
	       !letter_is_to_host(letter) || (n.reader != 0 && n.reader != w->owner->id);
}

/* What was given up waits for nobody but the operator, who has seen it. */
static bool count_mail(void *ctx, const struct job *j)
{
	struct farewell *w = ctx;

	if (j->owner == w->owner->id && !j->given_up)
		w->mails += text_equal(j->kind, TEXT("mail")) ||
			    text_equal(j->kind, TEXT("imip")) ||
			    (text_equal(j->kind, TEXT("notice")) && is_to_others(w, j));
	return true;
}

/* Asked inside the transaction: a booking may come at any moment. */
static const struct fault *require_all_told(void *ctx, struct db *db, struct arena *a)
{
	struct farewell *w = ctx;
	struct stored_object *meetings;
	struct booking *b;
	size_t count;
	const struct fault *f = list_to_come(db, a, w, &b, &count);

	if (!f && count > 0)
		return fault_make(a, FAULT_CONFLICT, NULL,
				  "%.*s has bookings to come: %zu. Their invitees must be told; "
				  "--cancel-bookings cancels them.",
				  TEXT_ARG(w->owner->name), count);
	if (!f)
		f = list_hosted(db, a, w, &b, &count);
	if (!f && count > 0)
		return fault_make(a, FAULT_CONFLICT, NULL,
				  "%.*s is a host of bookings to come of others: %zu. `fasti team "
				  "reassign` gives them to others; --cancel-bookings cancels them.",
				  TEXT_ARG(w->owner->name), count);
	if (!f)
		f = object_list_scheduled(db, a, w->owner->id, w->now, &meetings, &count);
	if (!f && count > 0)
		return fault_make(a, FAULT_CONFLICT, NULL,
				  "%.*s has meetings to come: %zu. Who is in them must be told; "
				  "--cancel-bookings cancels and declines them.",
				  TEXT_ARG(w->owner->name), count);
	w->mails = 0;
	w->arena = a;
	if (!f)
		f = job_for_each(db, a, count_mail, w);
	if (!f && w->mails > 0)
		return fault_make(
			a, FAULT_CONFLICT, NULL,
			"Mails to invitees of %.*s wait to be sent: %zu. Delete once they "
			"have left; `fasti jobs list` shows them.",
			TEXT_ARG(w->owner->name), w->mails);
	return f;
}

typedef const struct fault *(*list_fn)(struct db *db, struct arena *a, const struct farewell *w,
				       struct booking **out, size_t *count_out);

static const struct fault *cancel_all(struct booking_desk *desk, struct arena *a,
				      const struct farewell *w, list_fn list)
{
	const struct book_by by = {.who = BOOKING_BY_HOST, .now = w->now};
	struct booking *b, after;
	struct change *c;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(desk->calendar->store, a, &db);

	if (!f)
		f = list(db, a, w, &b, &count);
	for (size_t i = 0; !f && i < count; i++) {
		f = book_prepare_cancel(desk, db, a, &b[i], &by, &c, &after);
		if (!f && c)
			f = change_run(c);
		if (!f)
			printf("%.*s is cancelled.\n", TEXT_ARG(b[i].id));
	}
	return f;
}

static const struct fault *cancel_to_come(struct setup *setup, struct arena *a,
					  const struct farewell *w)
{
	struct booking_desk desk = {
		.calendar = &setup->calendar,
		.hosts = host_cache_create(HOSTS_CACHED),
	};
	const struct fault *f;

	if (!desk.hosts)
		return fault_static(FAULT_OUT_OF_MEMORY);
	f = cancel_all(&desk, a, w, list_to_come);
	if (!f)
		f = cancel_all(&desk, a, w, list_hosted);
	/* What the arena holds of it lives on until the arena lets go. */
	host_cache_destroy(desk.hosts);
	return f;
}

/* As if the user removed them: whoever they invited is sent a CANCEL, who invited them a REPLY. */
static const struct fault *leave_meetings(struct setup *setup, struct arena *a,
					  const struct farewell *w)
{
	struct arena *each = arena_create_in(a, FAREWELL_BYTES);
	struct stored_object *o;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, a, &db);

	if (!f)
		f = object_list_scheduled(db, a, w->owner->id, w->now, &o, &count);
	for (size_t i = 0; !f && i < count; i++) {
		struct change *c = change_open(&setup->calendar, each, CHANGE_CLIENT, w->now);
		struct change_remove gone = {
			.owner = o[i].owner, .collection = o[i].collection, .name = o[i].name};

		f = change_run_unless(c, change_remove(c, &gone));
		if (!f)
			printf("The meeting %.*s is left.\n", TEXT_ARG(o[i].uid));
		f = fault_copy(a, f);
		arena_reset(each);
	}
	return f;
}

static const struct fault *remove_user(struct setup *setup, struct arena *a, struct farewell *w)
{
	struct connection *accounts = NULL;
	struct change *c;
	struct db *db;
	size_t count = 0;
	const struct fault *f = store_reader(setup->calendar.store, a, &db);

	if (!f)
		f = connection_list(db, a, w->owner->id, &accounts, &count);
	if (f)
		return f;
	c = change_open(&setup->calendar, a, CHANGE_CLIENT, w->now);
	f = change_require(c, w->owner->id, require_all_told, w);
	if (!f)
		f = change_remove_owner(c, w->owner->id);
	f = change_run_unless(c, f);
	for (size_t i = 0; !f && i < count; i++)
		printf("The account %.*s at %s is disconnected.\n", TEXT_ARG(accounts[i].account),
		       provider_words[accounts[i].provider]);
	return f;
}

static int user_delete(struct command_line *line)
{
	struct farewell w = {.now = clock_now()};
	struct setup setup;
	struct owner *o;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "a name is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = user_find(line, &setup, &o);
	w.owner = o;
	if (!f && command_option(line, "cancel-bookings"))
		f = cancel_to_come(&setup, line->arena, &w);
	if (!f && command_option(line, "cancel-bookings"))
		f = leave_meetings(&setup, line->arena, &w);
	if (!f)
		f = remove_user(&setup, line->arena, &w);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

int command_user(struct command_line *line)
{
	static const struct {
		const char *word;
		int (*run)(struct command_line *line);
	} verbs[] = {
		{"add", user_add},	   {"list", user_list},	      {"passwd", user_passwd},
		{"members", user_members}, {"delete", user_delete},   {"set", user_set},
		{"show", user_show},	   {"proxies", user_proxies},
	};

	for (size_t i = 0; line->word_count > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(line->words[0], verbs[i].word) == 0)
			return verbs[i].run(line);
	return command_usage(line, NULL);
}

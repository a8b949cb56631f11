/* cmd_user - fasti user add | list | passwd | delete */

#include "base/clock.h"
#include "base/email.h"
#include "booking/book.h"
#include "booking/booking.h"
#include "booking/rules.h"
#include "calendar/change.h"
#include "daemon/command.h"
#include "ical/line.h"
#include "ical/zone.h"
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

static int user_add(struct command_line *line)
{
	const char *email = command_option(line, "email");
	const char *zone = command_option(line, "timezone");
	const char *password = command_option(line, "password-file");
	const char *title = command_option(line, "name");
	struct change_owner new = {.owner.kind = OWNER_INDIVIDUAL};
	struct setup setup;
	struct change *c;
	const struct fault *f;

	if (line->word_count != 2 || !email || !password)
		return command_usage(line, "a name, --email and --password-file are needed");
	if (!name_is_valid(text_from(line->words[1])))
		return command_usage(line, "a name is a-z, 0-9, '.', '_', '-', at most 63 of them");
	if (!email_is_valid(text_from(email)))
		return command_usage(line, "--email must be one plain address");
	if (!zone_find(text_from(zone ? zone : "UTC")))
		return command_usage(line, "--timezone must be a name like Europe/Berlin");
	if (!command_open(line, SETUP_MAKE, &setup))
		return COMMAND_FAILED;
	new.owner.name = text_from(line->words[1]);
	new.owner.display_name = text_from(title ? title : line->words[1]);
	new.owner.email = text_from(email);
	new.owner.timezone = text_from(zone ? zone : "UTC");
	new.schedule = (struct schedule){
		.id = TEXT("default"),
		.name = TEXT("Working hours"),
		.timezone = new.owner.timezone,
		.rules = booking_default_schedule(),
		.version = 1,
	};
	f = read_password(line->arena, password, &new.password_hash);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_add_owner(c, &new);
		if (!f)
			f = change_run(c);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

static bool print_user(void *ctx, const struct owner *o)
{
	(void)ctx;
	printf("%-20.*s %-32.*s %-24.*s %.*s\n", TEXT_ARG(o->name), TEXT_ARG(o->email),
	       TEXT_ARG(o->timezone), TEXT_ARG(o->display_name));
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

/* Find the user of words[1]; NOT_FOUND when there is none. */
static const struct fault *find_user(struct command_line *line, struct setup *setup,
				     struct owner **out)
{
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	*out = NULL;
	if (!f)
		f = owner_find(db, line->arena, text_from(line->words[1]), out);
	if (!f && !*out)
		f = fault_make(line->arena, FAULT_NOT_FOUND, line->words[1], "There is no user %s.",
			       line->words[1]);
	return f;
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
	f = find_user(line, &setup, &o);
	if (!f)
		f = read_password(line->arena, password, &hash);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_set_password(c, o->id, hash);
		if (!f)
			f = change_run(c);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- delete ----------------------------------------------------------------------------- */

/*
 * With a user go the bookings and the mails that wait: whoever booked would stand before a closed
 * door. So bookings are cancelled first, and the user stays until those mails have left.
 */
struct farewell {
	const struct owner *owner;
	int64_t now;
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

/* What was given up waits for nobody but the operator, who has seen it. */
static bool count_mail(void *ctx, const struct job *j)
{
	struct farewell *w = ctx;

	if (j->owner == w->owner->id && text_equal(j->kind, TEXT("mail")) && !j->given_up)
		w->mails++;
	return true;
}

/* Asked inside the transaction: a booking may come at any moment. */
static const struct fault *require_all_told(void *ctx, struct db *db, struct arena *a)
{
	struct farewell *w = ctx;
	struct booking *b;
	size_t count;
	const struct fault *f = list_to_come(db, a, w, &b, &count);

	if (!f && count > 0)
		return fault_make(a, FAULT_CONFLICT, NULL,
				  "%.*s has bookings to come: %zu. Their invitees must be told; "
				  "--cancel-bookings cancels them.",
				  TEXT_ARG(w->owner->name), count);
	w->mails = 0;
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

static const struct fault *cancel_to_come(struct setup *setup, struct arena *a,
					  const struct farewell *w)
{
	struct booking_desk desk = {.calendar = &setup->calendar};
	struct booking *b, after;
	struct change *c;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, a, &db);

	if (!f)
		f = list_to_come(db, a, w, &b, &count);
	for (size_t i = 0; !f && i < count; i++) {
		f = book_prepare_cancel(&desk, db, a, &b[i], w->now, &c, &after);
		if (!f && c)
			f = change_run(c);
		if (!f)
			printf("%.*s is cancelled.\n", TEXT_ARG(b[i].id));
	}
	return f;
}

static const struct fault *remove_user(struct setup *setup, struct arena *a, struct farewell *w)
{
	struct change *c = change_open(&setup->calendar, a, CHANGE_CLIENT, w->now);
	const struct fault *f = change_require(c, w->owner->id, require_all_told, w);

	if (!f)
		f = change_remove_owner(c, w->owner->id);
	return f ? f : change_run(c);
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
	f = find_user(line, &setup, &o);
	w.owner = o;
	if (!f && command_option(line, "cancel-bookings"))
		f = cancel_to_come(&setup, line->arena, &w);
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
		{"add", user_add},
		{"list", user_list},
		{"passwd", user_passwd},
		{"delete", user_delete},
	};

	for (size_t i = 0; line->word_count > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(line->words[0], verbs[i].word) == 0)
			return verbs[i].run(line);
	return command_usage(line, NULL);
}

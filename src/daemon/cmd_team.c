/* cmd_team - fasti team bookings | reassign: what a host leaves to the others of a team */

#include "base/buf.h"
#include "base/clock.h"
#include "booking/team.h"
#include "calendar/change.h"
#include "daemon/command.h"
#include "ical/time.h"
#include "store/booking.h"
#include "store/store.h"

enum { PAGE = 200, HOSTS_CACHED = 256, TRIES = 5, LINE_MAX_BYTES = 32 * 1024 };

static const struct fault *find_owner(struct db *db, struct arena *a, struct text name,
				      struct owner **out)
{
	const struct fault *f = owner_find(db, a, name, out);

	return f || *out ? f
			 : fault_make(a, FAULT_NOT_FOUND, NULL, "There is no principal %.*s.",
				      TEXT_ARG(name));
}

/* ---- bookings ----------------------------------------------------------------------------- */

static const struct fault *put_hosts(struct buf *b, struct db *db, struct arena *a,
				     const struct booking *of)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_hosts(db, a, of->owner, booking_holder(of), &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		struct owner *o;

		f = owner_get(db, a, hosts[i].host, &o);
		buf_put_str(b, i > 0 ? "," : "");
		buf_put_text(b, !f && o ? o->name : TEXT("?"));
	}
	return f;
}

static const struct fault *print_booking(struct db *db, struct arena *a, const struct booking *of)
{
	struct buf b;
	const struct fault *f;

	buf_init(&b, a, 256, LINE_MAX_BYTES);
	buf_put_text(&b, of->id);
	buf_put_str(&b, "  ");
	time_put_rfc3339(&b, of->start);
	buf_put_char(&b, '/');
	time_put_rfc3339(&b, of->end);
	buf_put_str(&b, of->status == BOOKING_IS_PENDING ? "  pending    " : "  confirmed  ");
	f = put_hosts(&b, db, a, of);
	buf_printf(&b, "  %.*s", TEXT_ARG(of->invitee_email));
	if (!f)
		printf("%.*s\n", TEXT_ARG(buf_text(&b)));
	return f;
}

/* Those that stand and are to come, page by page. */
static const struct fault *list_bookings(struct command_line *line, struct db *db)
{
	const char *host = command_option(line, "host");
	struct booking_page p = {
		.from = clock_now(),
		.to = TIME_MAX,
		.after = TEXT(""),
		.type = TEXT(""),
		.status = -1,
		.limit = PAGE,
	};
	struct owner *team, *one = NULL;
	size_t count = PAGE;
	const struct fault *f = find_owner(db, line->arena, text_from(line->words[1]), &team);

	if (!f && host)
		f = find_owner(db, line->arena, text_from(host), &one);
	if (f)
		return f;
	p.owner = team->id;
	p.host = one ? one->id : 0;
	while (!f && count == PAGE) {
		struct booking *all;

		f = booking_page(db, line->arena, &p, &all, &count);
		for (size_t i = 0; !f && i < count; i++)
			if (booking_stands(&all[i]))
				f = print_booking(db, line->arena, &all[i]);
		if (!f && count > 0) {
			p.from = all[count - 1].start;
			p.after = all[count - 1].id;
		}
	}
	return f;
}

/* ---- reassign ------------------------------------------------------------------------------ */

static const struct fault *reassign(struct command_line *line, struct booking_desk *desk,
				    struct db *db)
{
	const char *reason = command_option(line, "reason");
	const struct team_reassignment wish = {
		.from = text_from(command_option(line, "from")),
		.to = text_from(command_option(line, "to")),
		.by = {.who = BOOKING_BY_HOST,
		       .reason = text_from(reason ? reason : ""),
		       .now = clock_now()},
	};
	struct booking *b = NULL, after;
	struct owner *team;
	struct change *c;
	const struct fault *f = find_owner(db, line->arena, text_from(line->words[1]), &team);

	if (!f)
		f = booking_find(db, line->arena, team->id, text_from(line->words[2]), &b);
	if (!f && !b)
		f = fault_make(line->arena, FAULT_NOT_FOUND, NULL, "%s has no booking %s.",
			       line->words[1], line->words[2]);
	if (!f)
		f = team_prepare_reassign(desk, db, line->arena, b, &wish, &c, &after);
	return f ? f : change_run(c);
}

/* Whoever is booked meanwhile has changed: it is judged anew. */
static const struct fault *reassign_until(struct command_line *line, struct setup *setup,
					  struct db *db)
{
	struct booking_desk desk = {
		.calendar = &setup->calendar,
		.hosts = host_cache_create(HOSTS_CACHED),
		.max_age_s = (int64_t)setup->config.fed_max_age * 60,
	};
	const struct fault *f;

	if (!desk.hosts)
		return fault_static(FAULT_OUT_OF_MEMORY);
	f = reassign(line, &desk, db);
	for (int i = 1; i < TRIES && fault_is(f, FAULT_PRECONDITION); i++)
		f = reassign(line, &desk, db);
	/* What the arena holds of it lives on until the arena lets go. */
	host_cache_destroy(desk.hosts);
	return f;
}

int command_team(struct command_line *line)
{
	bool lists = line->word_count == 2 && strcmp(line->words[0], "bookings") == 0;
	bool gives = line->word_count == 3 && strcmp(line->words[0], "reassign") == 0;
	struct setup setup;
	const struct fault *f;
	struct db *db;

	if (!lists && !gives)
		return command_usage(line, NULL);
	if (gives && (!command_option(line, "from") || !command_option(line, "to")))
		return command_usage(line, "--from and --to are needed");
	if (!command_open(line, SETUP_STORE_AND_KEY, &setup))
		return COMMAND_FAILED;
	f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = lists ? list_bookings(line, db) : reassign_until(line, &setup, db);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

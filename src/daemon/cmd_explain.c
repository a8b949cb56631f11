/* cmd_explain - fasti explain message USER UID: what was decided about an object's messages. Slots:
 * cmd_explain_slot.c */

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/cmd_explain_priv.h"
#include "ical/time.h"
#include "store/owner.h"
#include "store/proposal.h"
#include "store/schedule.h"
#include "store/store.h"

enum { EXPLAIN_LINE_MAX = 4096 };

/* "2027-01-18T08:00:00Z  REQUEST to bob@example.org, 1.2: invited (RFC …). A new …" */
static void print_note(struct arena *a, const struct schedule_note *n)
{
	struct text peer = n->peer.len > 0 ? n->peer : TEXT("anybody");
	struct buf b;

	buf_init(&b, a, 256, EXPLAIN_LINE_MAX);
	time_put_rfc3339(&b, n->at);
	if (n->method.len == 0)
		buf_printf(&b, "  Nothing to %.*s", TEXT_ARG(peer));
	else
		buf_printf(&b, "  %.*s %s %.*s, %.*s", TEXT_ARG(n->method),
			   n->is_sent ? "to" : "from", TEXT_ARG(peer), TEXT_ARG(n->status));
	buf_printf(&b, ": %.*s", TEXT_ARG(n->why));
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
}

static void put_span(struct buf *b, const struct proposal_span *s)
{
	if (s->form == PROPOSAL_NO_TIME) {
		buf_put_lit(b, "no time");
	} else if (s->form == PROPOSAL_DAYS) {
		time_put_date(b, s->start);
		buf_put_char(b, '/');
		time_put_date(b, s->end);
	} else {
		void (*put)(struct buf *, int64_t) =
			s->form == PROPOSAL_UTC ? time_put_utc : time_put_local;

		put(b, s->start);
		buf_put_char(b, '/');
		put(b, s->end);
	}
}

/* What the organizer has not decided on yet. */
static void print_proposal(struct arena *a, const struct proposal *p)
{
	struct buf b;

	buf_init(&b, a, 256, EXPLAIN_LINE_MAX);
	buf_printf(&b, "open proposal %.*s of %.*s: ", TEXT_ARG(p->id), TEXT_ARG(p->attendee));
	put_span(&b, &p->was);
	buf_put_lit(&b, " to ");
	put_span(&b, &p->is);
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
}

static const struct fault *print_proposals(struct arena *a, struct db *db, int64_t owner,
					   struct text uid)
{
	struct proposal *all;
	size_t count;
	const struct fault *f = proposal_list(db, a, owner, uid, clock_now(), &all, &count);

	for (size_t i = 0; i < count && !f; i++)
		print_proposal(a, &all[i]);
	return f;
}

static const struct fault *explain_message(struct command_line *line, struct setup *setup)
{
	struct arena *a = line->arena;
	struct schedule_note *notes = NULL;
	struct owner *owner = NULL;
	struct db *db;
	size_t count = 0;
	const struct fault *f = store_reader(setup->calendar.store, a, &db);

	if (!f)
		f = owner_find(db, a, text_from(line->words[1]), &owner);
	if (!f && !owner)
		f = fault_make(a, FAULT_NOT_FOUND, NULL, "There is no user %s.", line->words[1]);
	if (!f)
		f = schedule_note_list(db, a, owner->id, text_from(line->words[2]), &notes, &count);
	if (!f && count == 0)
		f = fault_make(a, FAULT_NOT_FOUND, NULL,
			       "No message about %s was sent by %s, or to them.", line->words[2],
			       line->words[1]);
	for (size_t i = 0; i < count && !f; i++)
		print_note(a, &notes[i]);
	return f ? f : print_proposals(a, db, owner->id, text_from(line->words[2]));
}

int command_explain(struct command_line *line)
{
	static const struct {
		const char *word;
		int words;
		const struct fault *(*run)(struct command_line *line, struct setup *setup);
	} kinds[] = {
		{"message", 3, explain_message},
		{"slot", 4, explain_slot_print},
	};
	struct setup setup;
	const struct fault *f;
	size_t i = 0;

	while (i < ARRAY_LEN(kinds) &&
	       (line->word_count != kinds[i].words || strcmp(line->words[0], kinds[i].word) != 0))
		i++;
	if (i == ARRAY_LEN(kinds))
		return command_usage(line, "message, a user and a UID are needed; or slot, a user, "
					   "a slug and a time");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = kinds[i].run(line, &setup);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* bounce - see bounce.h */
#include "post/bounce.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/metrics.h"
#include "calendar/schedule.h"
#include "ical/address.h"
#include "mail/read.h"
#include "post/route.h"
#include "store/store.h"

/* ---- what it says ---------------------------------------------------------------------------- */

/* A status code of RFC 3463 §2 at the beginning of a word: 5.7.1. */
static bool read_status(struct text word, char *class_out, char *subject_out)
{
	if (word.len < 5 || !strchr("245", word.at[0]) || word.at[1] != '.' || word.at[2] < '0' ||
	    word.at[2] > '9' || word.at[3] != '.')
		return false;
	*class_out = word.at[0];
	*subject_out = word.at[2];
	return true;
}

const char *bounce_status(struct text said)
{
	char class = '5', subject = '0';
	struct text rest = said, word;

	while (text_next(&rest, ' ', &word))
		if (read_status(word, &class, &subject))
			break;
	if (class != '5')
		return "5.1";
	return subject == '7' ? "5.3" : "5.2";
}

static bool is_link(struct text word)
{
	return text_find(word, TEXT("://")) >= 0 || text_starts_nocase(word, TEXT("www."));
}

/* One line of what is printable, where nothing can be followed: anybody may have written it. */
static struct text clean(struct arena *a, struct text why)
{
	struct text t = text_sub(text_trim(why), 0, BOUNCE_WHY_MAX), word;
	char *at = text_cstr(a, t);
	struct buf b;

	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)at[i] < ' ' || (unsigned char)at[i] >= 0x7F)
			at[i] = ' ';
	t = text_trim(text_of(at, t.len));
	buf_init(&b, a, t.len + 1, BOUNCE_WHY_MAX + 1);
	while (text_next(&t, ' ', &word)) {
		if (is_link(word))
			continue;
		buf_put_text(&b, word);
		buf_put_char(&b, ' ');
	}
	t = text_trim(buf_text(&b));
	return t.len > 0 ? t : TEXT("No reason was given.");
}

/* ---- noted ----------------------------------------------------------------------------------- */

static const struct fault *change(const struct post *p, struct arena *a,
				  struct schedule_failure *failure, int64_t now)
{
	struct change *c = change_open(p->calendar, a, CHANGE_ITIP, now);
	const struct fault *f = schedule_note_failure(c, failure);

	if (!f)
		f = change_run(c);
	return f && fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

const struct fault *bounce_note(const struct post *p, struct arena *a, const struct bounce *b,
				int64_t now)
{
	struct schedule_failure failure = {
		.owner = b->owner,
		.job = b->job,
		.method = b->method.len > 0 ? itip_method_find(b->method) : ITIP_REQUEST,
		.uid = b->uid,
		.recipient = ical_address(a, b->attendee),
		.status = b->status,
		.why = clean(a, b->why),
	};

	return change(p, a, &failure, now);
}

/* Did anything stand in the way of mail to them? */
static const struct fault *is_noted(const struct post *p, struct arena *a, int64_t owner,
				    struct text uid, struct text attendee, bool *out)
{
	struct booking *list;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(p->store, a, &db);

	if (!f)
		f = booking_list_by_uid(db, a, owner, uid, &list, &count);
	*out = false;
	for (size_t i = 0; i < count && !f; i++)
		*out = *out || (list[i].mail_fault.len > 0 &&
				text_equal(ical_address(a, list[i].invitee_email), attendee));
	return f;
}

/* Of other meetings each save says anew what became of its messages. */
const struct fault *bounce_forget(const struct post *p, struct arena *a, int64_t owner,
				  struct text uid, struct text attendee, int64_t now)
{
	struct schedule_failure gone = {
		.owner = owner,
		.method = ITIP_REQUEST,
		.uid = uid,
		.recipient = ical_address(a, attendee),
		.status = "1.1",
	};
	bool noted;
	const struct fault *f = is_noted(p, a, owner, uid, gone.recipient, &noted);

	return f || !noted ? f : change(p, a, &gone, now);
}

/* ---- reports --------------------------------------------------------------------------------- */

const struct fault *bounce_take(const struct post *p, struct arena *a,
				const struct route_back *back, const struct mail_report *report,
				int64_t now, bool *noted_out)
{
	const struct mail_report_row *row = NULL;
	struct bounce b = {.owner = back->owner, .uid = back->uid, .attendee = back->attendee};

	/* Each of our mails has one recipient: the rest are those whom their address stands for. */
	for (size_t i = 0; i < report->row_count && !row; i++)
		if (text_equal_nocase(report->rows[i].action, TEXT("failed")))
			row = &report->rows[i];
	*noted_out = row != NULL;
	if (!row)
		return NULL;
	b.status = bounce_status(row->status);
	b.why = row->diagnostic.len > 0 ? row->diagnostic : row->status;
	metrics_add(METRIC_MAIL, MAIL_RETURNED, 1);
	return bounce_note(p, a, &b, now);
}

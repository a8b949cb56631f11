/*
 * job_imip - a scheduling message to somebody outside, by mail (RFC 6047)
 *
 * Messages to one person about one UID leave in the order of their causes. The words around it are
 * for programs that show no card: what it is about, and what is asked.
 */

#include "base/arena.h"
#include "daemon/house.h"
#include "daemon/job_message.h"
#include "daemon/job_post.h"
#include "ical/expand.h"
#include "ical/line.h"
#include "ical/zone.h"
#include "itip/check.h"
#include "post/letter.h"

enum { IMIP_TITLE_MAX = 200, IMIP_PEOPLE_MAX = 25 };

/* ---- which letter ---------------------------------------------------------------------------- */

/* What an answer says, by the PARTSTAT of the one who answers. */
static const struct {
	const char *partstat;
	enum letter_kind letter;
} answers[] = {
	{"ACCEPTED", LETTER_ACCEPTS},
	{"TENTATIVE", LETTER_TENTATIVE},
	{"DECLINED", LETTER_DECLINES},
};

static enum letter_kind answer_of(const struct ical_item *item)
{
	for (size_t i = 0; item->attendee_count == 1 && i < ARRAY_LEN(answers); i++)
		if (text_equal_nocase(item->attendees[0].partstat, text_from(answers[i].partstat)))
			return answers[i].letter;
	return LETTER_ANSWERS;
}

static enum letter_kind kind_of(const struct job_message *m)
{
	const struct ical_item *item = &m->object->items[0];

	switch (itip_method_find(m->method)) {
	case ITIP_CANCEL: return LETTER_CANCELS;
	case ITIP_REPLY: return answer_of(item);
	case ITIP_COUNTER: return LETTER_PROPOSES;
	case ITIP_DECLINECOUNTER: return LETTER_KEEPS;
	case ITIP_REFRESH: return LETTER_ASKS;
	case ITIP_ADD: return LETTER_ADDS;
	case ITIP_PUBLISH: return LETTER_TELLS;
	default: return item->sequence > 0 ? LETTER_UPDATES : LETTER_INVITES;
	}
}

/* ---- what it says ---------------------------------------------------------------------------- */

/* No longer than it is read. */
static struct text cut(struct arena *a, struct text escaped, size_t max)
{
	struct text all = ical_text_unescape(a, escaped), rest = all;

	if (!text_is_utf8(all))
		return TEXT_NONE;
	while (rest.len > 0 && (size_t)(rest.at - all.at) < max)
		(void)text_cut_char(&rest);
	return text_of(all.at, (size_t)(rest.at - all.at));
}

/* In the zone of the event; of one in UTC, as programs write it, in that of who sends it. */
static void put_time(const struct job_message *m, struct letter_facts *x)
{
	const struct ical_item *item = &m->object->items[0];
	const struct ical_time *start = &item->dtstart, *end = &item->dtend;

	if (!start->present)
		return;
	x->zone = start->form == TIME_ZONED ? start->zone : zone_find(m->owner->timezone);
	if (start->form == TIME_DATE)
		x->timing = LETTER_DAYS;
	else if (start->form == TIME_FLOATING || !x->zone)
		x->timing = LETTER_FLOATING;
	x->start = start->seconds;
	x->end = end->present ? end->seconds : 0;
	if (x->timing != LETTER_INSTANT)
		return;
	x->start = ical_time_utc(start, NULL);
	x->end = end->present ? ical_time_utc(end, NULL) : 0;
}

static struct letter_person person_of(struct arena *a, const struct ical_attendee *who,
				      struct text says)
{
	struct text address = who->address;

	if (text_starts_nocase(address, TEXT("mailto:")))
		address = text_sub(address, 7, address.len);
	return (struct letter_person){ical_text_unescape(a, who->cn), address, says};
}

/* An organizer may stand among the attendees as well, and is one person. */
static bool is_organizer(const struct ical_item *item, const struct ical_attendee *who)
{
	return item->has_organizer && text_equal_nocase(item->organizer.address, who->address);
}

/* Who organizes, and what each has answered; of a great many the first. */
static void put_people(struct arena *a, const struct ical_item *item, struct letter_facts *x)
{
	struct letter_person *all = arena_alloc_array(a, IMIP_PEOPLE_MAX + 1, sizeof(*all));

	if (item->has_organizer)
		all[x->people_count++] = person_of(a, &item->organizer, TEXT("ORGANIZER"));
	for (size_t i = 0; i < item->attendee_count && x->people_count < IMIP_PEOPLE_MAX; i++)
		if (!is_organizer(item, &item->attendees[i]))
			all[x->people_count++] =
				person_of(a, &item->attendees[i], item->attendees[i].partstat);
	x->people = all;
}

/* In the language of whose mail it is, as that of the reader is not known. */
static struct letter_facts facts_of(const struct job_message *m)
{
	struct arena *a = m->x->arena;
	const struct ical_item *item = &m->object->items[0];
	struct letter_facts x = {
		.language = m->owner->language,
		.meeting = cut(a, item->summary, IMIP_TITLE_MAX),
		.host = owner_title(m->owner),
		.host_email = m->from,
		.place = cut(a, item->location, IMIP_TITLE_MAX),
	};

	put_time(m, &x);
	put_people(a, item, &x);
	return x;
}

static struct mail_message compose(const struct job_message *m, const struct letter *letter)
{
	struct text name = owner_title(m->owner);
	const struct ical_time *stamp = &m->object->items[0].dtstamp;

	return (struct mail_message){
		.from.name = name,
		.to.address = m->to,
		.reply_to.name = name,
		.subject = letter->subject,
		.text = letter->text,
		.html = letter->html,
		.calendar = m->message,
		.method = m->method,
		.date = stamp->present ? stamp->seconds : m->x->now,
	};
}

/* What an attendee says, all else is an organizer's (RFC 5546 §1.4). */
static bool is_of_an_attendee(struct text method)
{
	enum itip_method m = itip_method_find(method);

	return m == ITIP_REPLY || m == ITIP_COUNTER || m == ITIP_REFRESH;
}

enum job_result job_imip(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct job_message m;
	struct route_about about;
	struct letter_facts facts;
	struct letter letter;
	struct mail_message mail;
	const struct fault *f = job_message_load(x, j, &m);

	if (f)
		return job_post_fault(f, why_out);
	facts = facts_of(&m);
	f = letter_write(x->house->post, x->arena, kind_of(&m), &facts, &letter);
	if (f)
		return job_post_fault(f, why_out);
	about = (struct route_about){
		.owner = m.owner,
		.address = m.from,
		.uid = m.uid,
		.to = m.to,
		/* The same message is the same mail, however often it is sent (decisions 19). */
		.said = m.message,
		.organizes = !is_of_an_attendee(m.method),
	};
	mail = compose(&m, &letter);
	return job_post(x, &about, &mail, why_out);
}

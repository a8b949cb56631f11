/* letter_facts - see letter_facts.h */
#include "post/letter_facts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/book.h"
#include "booking/event.h"
#include "ical/zone.h"

/* ---- who reads it ---------------------------------------------------------------------------- */

void letter_writer_init(struct letter_writer *w, const struct post *p, struct arena *a,
			const struct letter_facts *facts)
{
	const struct zone *mine = facts->zone ? facts->zone : facts->other_zone;

	if (!mine)
		mine = zone_utc();
	*w = (struct letter_writer){
		.post = p,
		.arena = a,
		.facts = facts,
		.reader = {template_language_of(facts->language), mine},
		.zone = mine,
	};
	if (facts->other_zone && !zone_is_same(mine, facts->other_zone))
		w->other = facts->other_zone;
}

/* ---- lists ----------------------------------------------------------------------------------- */

void letter_list_add(struct letter_list *l, const struct template_value *values, size_t count)
{
	struct template_value *copy = arena_alloc_array(l->arena, count, sizeof(*copy));

	memcpy(copy, values, count * sizeof(*copy));
	if (l->count == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 8;
		struct template_values *at = arena_alloc_array(l->arena, cap, sizeof(*at));

		if (l->count > 0)
			memcpy(at, l->at, l->count * sizeof(*at));
		l->at = at;
		l->cap = cap;
	}
	l->at[l->count++] = (struct template_values){copy, count};
}

/* ---- single values --------------------------------------------------------------------------- */

/* Words are short, and so is what goes into them: what does not fit is not said. */
static struct text say(const struct letter_writer *w, enum template_word word,
		       const struct template_value *values, size_t count)
{
	const struct template *t = template_of_word(w->post->templates, w->reader.language, word);
	const struct template_values all = {values, count};
	struct text out;

	return template_render(w->arena, t, TEMPLATE_TEXT, &all, &out) ? TEXT_NONE : out;
}

struct text letter_word(const struct letter_writer *w, enum template_word word)
{
	return say(w, word, NULL, 0);
}

static struct text say_number(const struct letter_writer *w, enum template_word word, int64_t n)
{
	const struct template_value v = {
		.name = "n", .text = text_from(arena_printf(w->arena, "%lld", (long long)n))};

	return say(w, word, &v, 1);
}

struct text letter_meeting(const struct letter_writer *w)
{
	struct text title = text_trim(w->facts->meeting);

	return title.len > 0 ? title : letter_word(w, WORD_meeting);
}

static struct text time_in(const struct letter_writer *w, const struct zone *zone, int64_t at)
{
	switch (w->facts->timing) {
	case LETTER_DAYS: return when_day(w->arena, &w->reader, at);
	case LETTER_FLOATING: return when_floating(w->arena, &w->reader, at);
	default: return when_instant(w->arena, &w->reader, zone, at);
	}
}

struct text letter_time(const struct letter_writer *w, int64_t utc)
{
	return utc == 0 ? TEXT_NONE : time_in(w, w->zone, utc);
}

struct text letter_lead(const struct letter_writer *w)
{
	int32_t minutes = w->facts->minutes_before;

	if (minutes <= 0)
		return TEXT_NONE;
	if (minutes % (48 * 60) == 0 || minutes > 48 * 60)
		return say_number(w, WORD_in_days, (minutes + 12 * 60) / (24 * 60));
	if (minutes == 60)
		return say_number(w, WORD_in_hour, 1);
	if (minutes % 60 == 0)
		return say_number(w, WORD_in_hours, minutes / 60);
	return say_number(w, WORD_in_minutes, minutes);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void add_line(struct letter_list *out, struct text label, struct text line, struct text link,
		     bool muted)
{
	const struct template_value row[] = {
		{.name = "label", .text = label},
		{.name = "line", .text = line},
		{.name = "link", .text = link},
		{.name = "muted", .text = muted ? TEXT("1") : TEXT_NONE},
	};

	if (line.len > 0)
		letter_list_add(out, row, ARRAY_LEN(row));
}

static void add_word(const struct letter_writer *w, struct letter_list *out,
		     enum template_word label, struct text line)
{
	add_line(out, letter_word(w, label), line, TEXT_NONE, false);
}

static void add_lines(const struct letter_writer *w, struct letter_list *out,
		      enum template_word label, const struct letter_list *lines)
{
	const struct template_value row[] = {
		{.name = "label", .text = letter_word(w, label)},
		{.name = "lines", .list = lines->at, .list_count = lines->count},
	};

	if (lines->count > 0)
		letter_list_add(out, row, ARRAY_LEN(row));
}

static void add_to(struct letter_list *lines, struct text line)
{
	const struct template_value v = {.name = "line", .text = line};

	letter_list_add(lines, &v, 1);
}

/* ---- when ------------------------------------------------------------------------------------ */

/* "For you (New York)" */
static struct text zone_label(const struct letter_writer *w, enum template_word word,
			      const struct zone *zone)
{
	const struct template_value v[] = {
		{.name = "city", .text = when_city(w->arena, zone)},
	};

	return say(w, word, v, ARRAY_LEN(v));
}

static enum template_word word_of_other(const struct letter_writer *w)
{
	return w->facts->to_host ? WORD_for_guest : WORD_for_host;
}

/* The label of a line of its own begins with a capital, where the language has any. */
static struct text capital(const struct letter_writer *w, struct text word)
{
	char *copy = text_cstr(w->arena, word);

	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	return text_from(copy);
}

static struct text days(const struct letter_writer *w)
{
	const struct letter_facts *x = w->facts;
	struct text first = time_in(w, w->zone, x->start), last, to;

	if (x->timing != LETTER_DAYS || x->end <= x->start + DAY_SECONDS)
		return first;
	last = time_in(w, w->zone, x->end - DAY_SECONDS);
	to = letter_word(w, WORD_to);
	return text_from(arena_printf(w->arena, "%.*s %.*s %.*s", TEXT_ARG(first), TEXT_ARG(to),
				      TEXT_ARG(last)));
}

/* "Tuesday, March 3, 2026 at 2:00 PM EST (New York)", or a whole day. */
static struct text one_time(const struct letter_writer *w)
{
	struct text time = days(w), city;

	if (w->facts->timing != LETTER_INSTANT)
		return time;
	city = when_city(w->arena, w->zone);
	return text_from(arena_printf(w->arena, "%.*s (%.*s)", TEXT_ARG(time), TEXT_ARG(city)));
}

static void add_when(const struct letter_writer *w, enum template_kind kind,
		     struct letter_list *out)
{
	struct text mine, theirs, my_time, their_time;

	if (w->facts->start == 0)
		return;
	if (!w->other || w->facts->timing != LETTER_INSTANT) {
		add_word(w, out, WORD_when, one_time(w));
		return;
	}
	mine = zone_label(w, WORD_for_you, w->zone);
	theirs = zone_label(w, word_of_other(w), w->other);
	my_time = time_in(w, w->zone, w->facts->start);
	their_time = time_in(w, w->other, w->facts->start);
	if (kind == TEMPLATE_HTML) {
		add_line(out, mine, my_time, TEXT_NONE, false);
		add_line(out, capital(w, theirs), their_time, TEXT_NONE, true);
		return;
	}
	add_word(w, out, WORD_when,
		 text_from(arena_printf(w->arena, "%.*s: %.*s · %.*s: %.*s", TEXT_ARG(mine),
					TEXT_ARG(my_time), TEXT_ARG(theirs),
					TEXT_ARG(their_time))));
}

/* The value of a part of RRULE, "COUNT=5;"; empty: it has none. */
static struct text part_of_rule(struct text rule, const char *name)
{
	struct text part, line;

	if (!text_next(&rule, '\n', &line) || !text_starts_nocase(line, TEXT("RRULE:")))
		return TEXT_NONE;
	line = text_trim(text_sub(line, 6, line.len));
	while (text_next(&line, ';', &part)) {
		ptrdiff_t sign = text_find_char(part, '=', 0);

		if (sign > 0 && text_equal_nocase(text_sub(part, 0, (size_t)sign), text_from(name)))
			return text_sub(part, (size_t)sign + 1, part.len);
	}
	return TEXT_NONE;
}

/* "Every 2 weeks, 5 times" */
static struct text repetition(const struct letter_writer *w)
{
	static const struct {
		const char *freq;
		enum template_word one, several;
	} rows[] = {
		{"DAILY", WORD_days, WORD_every_days},
		{"WEEKLY", WORD_weeks, WORD_every_weeks},
		{"MONTHLY", WORD_months, WORD_every_months},
	};
	struct text freq = part_of_rule(w->facts->rule, "FREQ");
	struct text every = part_of_rule(w->facts->rule, "INTERVAL");
	const struct template_value v[] = {
		{.name = "n", .text = part_of_rule(w->facts->rule, "COUNT")},
		{.name = "every", .text = every},
	};
	bool is_one = every.len == 0 || text_equal(every, TEXT("1"));

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_equal_nocase(freq, text_from(rows[i].freq)))
			return say(w, is_one ? rows[i].one : rows[i].several, v, ARRAY_LEN(v));
	return TEXT_NONE;
}

static void add_open(const struct letter_writer *w, struct letter_list *out)
{
	struct letter_list lines = {.arena = w->arena};

	for (size_t i = 0; i < w->facts->open_count; i++)
		add_to(&lines, time_in(w, w->zone, w->facts->open[i]));
	add_lines(w, out, WORD_open, &lines);
}

/* ---- who and where --------------------------------------------------------------------------- */

static struct text person(struct arena *a, struct text name, struct text email)
{
	if (name.len == 0 || text_equal(name, email))
		return email;
	if (email.len == 0)
		return name;
	return text_from(arena_printf(a, "%.*s <%.*s>", TEXT_ARG(name), TEXT_ARG(email)));
}

static struct text answer_of(const struct letter_writer *w, struct text partstat)
{
	static const struct {
		const char *partstat;
		enum template_word word;
	} rows[] = {
		{"ORGANIZER", WORD_organizer}, {"ACCEPTED", WORD_accepted},
		{"DECLINED", WORD_declined},   {"TENTATIVE", WORD_tentative},
		{"DELEGATED", WORD_delegated},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (text_equal_nocase(partstat, text_from(rows[i].partstat)))
			return letter_word(w, rows[i].word);
	return letter_word(w, WORD_unanswered);
}

static void add_people(const struct letter_writer *w, struct letter_list *out)
{
	struct letter_list lines = {.arena = w->arena};

	for (size_t i = 0; i < w->facts->people_count; i++) {
		const struct letter_person *p = &w->facts->people[i];
		struct text who = person(w->arena, p->name, p->email);
		struct text says = answer_of(w, p->partstat);

		add_to(&lines, text_from(arena_printf(w->arena, "%.*s – %.*s", TEXT_ARG(who),
						      TEXT_ARG(says))));
	}
	add_lines(w, out, WORD_who, &lines);
}

/* Only what a browser opens as a page is a link. */
static bool is_page(struct text url)
{
	return text_starts_nocase(url, TEXT("https://")) ||
	       text_starts_nocase(url, TEXT("http://"));
}

static void add_place(const struct letter_writer *w, struct letter_list *out)
{
	struct text url = w->facts->join_url;

	if (!text_equal(w->facts->place, url))
		add_word(w, out, WORD_where, w->facts->place);
	add_line(out, letter_word(w, WORD_join), url, is_page(url) ? url : TEXT_NONE, false);
}

/* What several lines say; without those that are empty. */
static void add_note(const struct letter_writer *w, enum template_word label, struct text note,
		     struct letter_list *out)
{
	struct letter_list lines = {.arena = w->arena};
	struct text line;

	while (text_next(&note, '\n', &line))
		if (text_trim(line).len > 0)
			add_to(&lines, text_trim(line));
	add_lines(w, out, label, &lines);
}

struct letter_list letter_details(const struct letter_writer *w, enum template_kind kind)
{
	const struct letter_facts *x = w->facts;
	struct letter_list out = {.arena = w->arena};

	add_when(w, kind, &out);
	if (x->was_start != 0)
		add_word(w, &out, WORD_was, letter_time(w, x->was_start));
	if (x->timing == LETTER_INSTANT && x->start != 0 && x->end > x->start)
		add_word(w, &out, WORD_length, when_length(w->arena, x->end - x->start));
	add_word(w, &out, WORD_repeats, repetition(w));
	add_place(w, &out);
	if (x->to_host)
		add_word(w, &out, WORD_guest, person(w->arena, x->guest, x->guest_email));
	else if (x->people_count == 0 && x->guest.len > 0)
		add_word(w, &out, WORD_with, person(w->arena, x->host, x->host_email));
	add_people(w, &out);
	add_note(w, WORD_reason, x->reason, &out);
	add_note(w, WORD_answers, x->note, &out);
	add_note(w, WORD_why, x->why, &out);
	add_open(w, &out);
	return out;
}

/* ---- of a booking ---------------------------------------------------------------------------- */

/* To a page that asks and does nothing yet: programs follow links in mails. */
static struct text page_of(const struct post *p, struct arena *a, const struct host *host,
			   const struct booking_type *type, const struct zone *zone, int64_t start)
{
	struct buf b;

	if (!type || type->access != BOOKING_FOR_EVERYBODY)
		return TEXT_NONE;
	buf_init(&b, a, 128, 4096);
	buf_printf(&b, "%.*s/book/%.*s/%.*s?date=", TEXT_ARG(p->desk->url),
		   TEXT_ARG(host->owner.name), TEXT_ARG(type->slug));
	day_put(&b, floor_div(zone_to_local(zone, start), DAY_SECONDS));
	return buf_text(&b);
}

struct letter_facts letter_of_booking(const struct post *p, struct arena *a,
				      const struct host *host, const struct booking_type *type,
				      const struct booking *b)
{
	const struct zone *there = zone_find(host->owner.timezone);
	const struct zone *here = zone_find(b->invitee_timezone);

	if (!here)
		here = there ? there : zone_utc();
	return (struct letter_facts){
		.language = b->language.len > 0 ? b->language : host->owner.language,
		.zone = here,
		.other_zone = there,
		.meeting = type ? type->title : TEXT_NONE,
		.host = owner_title(&host->owner),
		.host_email = host->owner.email,
		.guest = b->invitee_name,
		.guest_email = b->invitee_email,
		.start = b->start,
		.end = b->end,
		.rule = b->rule,
		.place = b->location,
		.join_url = booking_stands(b) ? b->join_url : TEXT_NONE,
		.manage = booking_stands(b) ? book_link(p->desk, a, b, BOOK_INVITEE) : TEXT_NONE,
		.page = page_of(p, a, host, type, here, b->start),
	};
}

struct letter_facts letter_to_host(const struct post *p, struct arena *a, const struct host *host,
				   const struct booking_type *type, const struct booking *b,
				   const struct owner *reader)
{
	struct letter_facts x = letter_of_booking(p, a, host, type, b);

	x.to_host = true;
	x.language = reader->language;
	x.other_zone = x.zone;
	x.zone = zone_find(reader->timezone);
	x.note = booking_event_notes(a, type, b);
	x.manage = text_from(arena_printf(a, "%.*s/host", TEXT_ARG(p->desk->url)));
	return x;
}

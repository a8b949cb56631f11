/* letter - see letter.h; the facts of a letter, line by line, are in letter_facts.c */
#include "post/letter_facts.h"

#include "base/arena.h"
#include "base/buf.h"

/* ---- the parts ------------------------------------------------------------------------------- */

/* What stands in the parts of a letter. */
static struct template_values fields_of(const struct letter_writer *w)
{
	const struct letter_facts *x = w->facts;
	const struct template_value fields[] = {
		{.name = "meeting", .text = letter_meeting(w)},
		{.name = "host", .text = x->host},
		{.name = "host_email", .text = x->host_email},
		{.name = "guest", .text = x->guest},
		{.name = "guest_email", .text = x->guest_email},
		{.name = "time", .text = letter_time(w, x->start)},
		{.name = "before", .text = letter_time(w, x->was_start)},
		{.name = "reason", .text = x->reason},
		{.name = "why", .text = x->why},
		{.name = "lead", .text = letter_lead(w)},
		{.name = "manage", .text = x->manage},
		{.name = "page", .text = x->page},
		{.name = "open", .text = x->open_count > 0 ? TEXT("1") : TEXT_NONE},
	};
	struct template_value *copy = arena_alloc(w->arena, sizeof(fields));

	memcpy(copy, fields, sizeof(fields));
	return (struct template_values){copy, ARRAY_LEN(fields)};
}

/* Empty where the letter has no such part. */
static const struct fault *say_part(const struct letter_writer *w, enum letter_kind kind,
				    enum template_part part, const struct template_values *fields,
				    struct text *out)
{
	const struct template *t =
		template_of_letter(w->post->templates, w->reader.language, (int)kind, part);

	*out = TEXT_NONE;
	return t ? template_render(w->arena, t, TEMPLATE_TEXT, fields, out) : NULL;
}

/* On one line, with single blanks. */
static struct text joined(struct arena *a, struct text lines)
{
	struct text line;
	struct buf b;

	buf_init(&b, a, lines.len + 1, lines.len + 1);
	while (text_next(&lines, '\n', &line)) {
		line = text_trim(line);
		if (b.len > 0 && line.len > 0)
			buf_put_char(&b, ' ');
		buf_put_text(&b, line);
	}
	return buf_text(&b);
}

/* The next lines without an empty one between them; false: there are none. */
static bool next_paragraph(struct text *rest, struct text *out)
{
	struct text line;
	const char *from = NULL;

	while (text_next(rest, '\n', &line)) {
		bool is_empty = text_trim(line).len == 0;

		if (!from && !is_empty)
			from = line.at;
		if (from && is_empty) {
			*out = text_of(from, (size_t)(line.at - from));
			return true;
		}
		if (from && !rest->at)
			*out = text_of(from, (size_t)(line.at + line.len - from));
	}
	return from != NULL;
}

static struct letter_list paragraphs_of(struct arena *a, struct text body)
{
	struct letter_list all = {.arena = a};
	struct text one;

	while (next_paragraph(&body, &one)) {
		const struct template_value line = {.name = "line", .text = joined(a, one)};

		letter_list_add(&all, &line, 1);
	}
	return all;
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct said {
	struct text subject, heading, button, small;
	struct letter_list paragraphs;
};

static const struct fault *say_parts(const struct letter_writer *w, enum letter_kind kind,
				     struct said *s)
{
	struct template_values fields = fields_of(w);
	struct text *const lines[PARTS] = {
		[PART_SUBJECT] = &s->subject,
		[PART_HEADING] = &s->heading,
		[PART_BUTTON] = &s->button,
		[PART_SMALL] = &s->small,
	};
	struct text body;
	const struct fault *f = say_part(w, kind, PART_BODY, &fields, &body);

	if (f)
		return f;
	s->paragraphs = paragraphs_of(w->arena, w->facts->words.len > 0 ? w->facts->words : body);
	for (int i = 0; !f && i < PARTS; i++) {
		if (!lines[i])
			continue;
		f = say_part(w, kind, (enum template_part)i, &fields, lines[i]);
		*lines[i] = joined(w->arena, *lines[i]);
	}
	return f;
}

static const struct fault *frame(const struct letter_writer *w, const struct said *s,
				 struct text url, enum template_kind kind, struct text *out)
{
	struct letter_list details = letter_details(w, kind);
	const char *tag = template_language_tags[w->reader.language];
	const struct template_value button[] = {
		{.name = "label", .text = s->button},
		{.name = "url", .text = url},
	};
	const struct template_values buttons = {button, ARRAY_LEN(button)};
	const struct template_value fields[] = {
		{.name = "lang", .text = text_from(tag)},
		{.name = "subject", .text = s->subject},
		{.name = "heading", .text = s->heading},
		{.name = "preview", .text = letter_time(w, w->facts->start)},
		{.name = "paragraphs", .list = s->paragraphs.at, .list_count = s->paragraphs.count},
		{.name = "details", .list = details.at, .list_count = details.count},
		{.name = "button",
		 .list = &buttons,
		 .list_count = url.len > 0 && s->button.len > 0},
		{.name = "small", .text = s->small},
		{.name = "unsubscribe", .text = w->facts->unsubscribe},
		{.name = "unsubscribe_label", .text = letter_word(w, WORD_unsubscribe)},
	};
	const struct template_values all = {fields, ARRAY_LEN(fields)};

	return template_render(w->arena, template_of_frame(w->post->templates, kind), kind, &all,
			       out);
}

const struct fault *letter_write(const struct post *p, struct arena *a, enum letter_kind kind,
				 const struct letter_facts *facts, struct letter *out)
{
	struct letter_writer w;
	struct said s = {.subject = TEXT_NONE};
	struct text url;
	const struct fault *f;

	letter_writer_init(&w, p, a, facts);
	url = letter_target(kind, facts);
	f = say_parts(&w, kind, &s);
	out->subject = s.subject;
	if (!f)
		f = frame(&w, &s, url, TEMPLATE_TEXT, &out->text);
	if (!f)
		f = frame(&w, &s, url, TEMPLATE_HTML, &out->html);
	return f;
}

/* imap_talk - lines, literals, and what an answer says */
#include "mail/imap_priv.h"

#include "base/arena.h"
#include "base/buf.h"

enum {
	SAID_MAX = 300,	      /* octets of an answer that are passed on */
	SMALL_LITERAL = 1024, /* where a server may send a word as one */
	LITERALS_MAX = 8,     /* of one answer */
};

/* ---- what went wrong ----------------------------------------------------------------------- */

/* What the server said, with nothing in it that could forge a line of a log. */
static struct text printable(struct arena *a, struct text said)
{
	char *line = text_cstr(a, text_sub(said, 0, SAID_MAX));
	size_t len = strlen(line);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || (unsigned char)line[i] >= 0x7F)
			line[i] = '?';
	return text_trim(text_of(line, len));
}

const struct fault *imap_lost(struct imap *c, struct arena *a, const char *why)
{
	if (!why && c->goodbye[0])
		why = c->goodbye;
	if (!why)
		why = wire_why(c->wire);
	return fault_make(a, FAULT_UNAVAILABLE, NULL, "%s: %s", c->step,
			  why ? why : "The server's answer is none of IMAP.");
}

static void note_goodbye(struct imap *c, struct arena *a, struct text said)
{
	said = printable(a, said);
	snprintf(c->goodbye, sizeof(c->goodbye), "The server says goodbye: %.*s", TEXT_ARG(said));
}

/* ---- words --------------------------------------------------------------------------------- */

/* Cut the next word off, at blanks. */
static struct text next_word(struct text *rest)
{
	struct text word;

	return text_next(rest, ' ', &word) ? word : TEXT_NONE;
}

struct text imap_untagged(struct text line, struct text *rest)
{
	struct text word;
	int64_t n;

	*rest = line;
	if (!text_equal(next_word(rest), TEXT("*")))
		return TEXT_NONE;
	word = next_word(rest);
	return text_to_int64(word, 0, UINT32_MAX, &n) ? next_word(rest) : word;
}

bool imap_number_after(struct text line, struct text word, int64_t *out)
{
	ptrdiff_t at = text_find(line, word);
	size_t from, to;

	if (at < 0)
		return false;
	from = to = (size_t)at + word.len;
	while (to < line.len && line.at[to] >= '0' && line.at[to] <= '9')
		to++;
	return text_to_int64(text_sub(line, from, to - from), 0, INT64_MAX, out);
}

/* ---- hearing -------------------------------------------------------------------------------- */

/* "… {123}": how long a literal follows (RFC 3501 §4.3); false: none does. */
static bool announces_literal(struct text line, int64_t *size_out)
{
	struct text word;
	size_t open = line.len;

	if (!text_ends(line, TEXT("}")))
		return false;
	while (open > 0 && line.at[open - 1] != '{')
		open--;
	word = text_sub(line, open, line.len - open - 1);
	/* What is no number is as much as can be, which nobody asked for. */
	if (!text_to_int64(word, 0, INT64_MAX, size_out))
		*size_out = INT64_MAX;
	return open > 0;
}

/* Only these carry literals; the text of a status may end as it likes. */
static bool may_have_literal(struct text line)
{
	static const struct text words[] = {TEXT_INIT("FETCH"), TEXT_INIT("LIST"),
					    TEXT_INIT("NAMESPACE")};
	struct text rest, word = imap_untagged(line, &rest);

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(word, words[i]))
			return true;
	return false;
}

static bool read_octets(struct imap *c, char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = mailstream_read(c->stream, at, len);

		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static const struct fault *read_line(struct imap *c, struct arena *a, struct text *out)
{
	/* It does not tell a whole line from what came before the end; the wire knows. */
	const char *line = mailstream_read_line_remove_eol(c->stream, c->line);

	if (!line || wire_why(c->wire))
		return imap_lost(c, a, NULL);
	*out = text_of(c->line->str, c->line->len);
	return NULL;
}

/* The line goes on behind each literal; the longest of them is what was asked for. */
static const struct fault *read_literals(struct imap *c, struct arena *a, size_t max, int64_t size,
					 struct imap_answer *out)
{
	const struct fault *f = NULL;
	struct buf line;
	int count = 0;

	buf_init(&line, a, 256, WIRE_STEP_OCTETS);
	do {
		struct text more;
		char *at;

		if (++count > LITERALS_MAX || (uint64_t)size > max)
			return imap_lost(c, a, "The server sends more than it was asked for.");
		buf_put_text(&line, out->line);
		at = arena_alloc(a, (size_t)size + 1);
		if (!read_octets(c, at, (size_t)size))
			return imap_lost(c, a, NULL);
		if (!out->literal.at || (size_t)size > out->literal.len)
			out->literal = text_of(at, (size_t)size);
		f = read_line(c, a, &more);
		out->line = more;
	} while (!f && announces_literal(out->line, &size));
	if (f)
		return f;
	buf_put_text(&line, out->line);
	if (line.overflow)
		return imap_lost(c, a, NULL);
	out->line = buf_text(&line);
	return NULL;
}

const struct fault *imap_hear(struct imap *c, struct arena *a, size_t literal_max,
			      struct imap_answer *out)
{
	const struct fault *f;
	struct text rest, word;
	int64_t size;

	*out = (struct imap_answer){0};
	f = read_line(c, a, &out->line);
	if (f)
		return f;
	if (may_have_literal(out->line) && announces_literal(out->line, &size))
		return read_literals(
			c, a, literal_max > SMALL_LITERAL ? literal_max : SMALL_LITERAL, size, out);
	word = imap_untagged(out->line, &rest);
	if (text_equal_nocase(word, TEXT("EXISTS")))
		c->has_news = true;
	else if (text_equal_nocase(word, TEXT("BYE")))
		note_goodbye(c, a, rest);
	return NULL;
}

/* ---- asking --------------------------------------------------------------------------------- */

static const struct fault *say(struct imap *c, struct arena *a, const char *line, size_t len)
{
	if (mailstream_write(c->stream, line, len) < 0 ||
	    mailstream_write(c->stream, "\r\n", 2) < 0 || mailstream_flush(c->stream) < 0)
		return imap_lost(c, a, NULL);
	return NULL;
}

const struct fault *imap_begin(struct imap *c, struct arena *a, const char *command)
{
	const char *line = arena_printf(a, "f%u %s", ++c->tag, command);

	return say(c, a, line, strlen(line));
}

bool imap_is_answered(struct imap *c, struct arena *a, struct text line,
		      const struct fault **fault_out)
{
	struct text rest = line, word, said;
	char tag[16];

	snprintf(tag, sizeof(tag), "f%u", c->tag);
	if (!text_equal(next_word(&rest), text_from(tag)))
		return false;
	said = rest;
	word = next_word(&rest);
	*fault_out = NULL;
	if (text_equal_nocase(word, TEXT("OK")))
		return true;
	if (text_equal_nocase(word, TEXT("NO")) || text_equal_nocase(word, TEXT("BAD"))) {
		said = printable(a, said);
		*fault_out =
			fault_make(a, FAULT_CONFLICT, NULL, "%s: %.*s", c->step, TEXT_ARG(said));
		return true;
	}
	*fault_out = imap_lost(c, a, NULL);
	return true;
}

/* Neither an answer to the command nor one of its parts: "+", or nothing that is known. */
static const struct fault *go_on(struct imap *c, struct arena *a, struct text line,
				 struct text *more)
{
	struct text answer = *more;

	if (!text_starts(line, TEXT("+")) || !answer.at)
		return imap_lost(c, a, NULL);
	*more = TEXT_NONE;
	return say(c, a, answer.at, answer.len);
}

const struct fault *imap_do(struct imap *c, struct arena *a, const struct imap_ask *ask,
			    const char *command)
{
	struct text more = ask->more, rest;
	struct imap_answer answer;
	const struct fault *f, *said;

	c->step = ask->step;
	wire_begin_step(c->wire, c->target->server.timeout_s);
	wire_allow(c->wire, ask->octets);
	f = imap_begin(c, a, command);
	while (!f) {
		f = imap_hear(c, a, ask->literal_max, &answer);
		if (f)
			break;
		if (imap_is_answered(c, a, answer.line, &said))
			return said;
		if (!imap_untagged(answer.line, &rest).at)
			f = go_on(c, a, answer.line, &more);
		else if (ask->hear)
			ask->hear(ask->ctx, c, &answer);
		if (!f)
			f = arena_check(a);
	}
	return f;
}

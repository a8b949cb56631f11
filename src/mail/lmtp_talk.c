/*
 * lmtp_talk - one conversation (RFC 2033, RFC 5321 §4)
 *
 * Answers are collected while the next command is here already (RFC 2920), and written before
 * the conversation waits.
 */
#include "mail/lmtp_priv.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/email.h"

enum {
	LINE_MAX_OCTETS = 2048, /* RFC 5321 §4.5.3.1.4, and what MAIL has beside a path */
	PATH_MAX_OCTETS = 1024,
	RECIPIENTS_MAX = 100, /* RFC 5321 §4.5.3.1.8 */
	MISTAKES_MAX = 20,
	COMMAND_S = 300, /* RFC 5321 §4.5.3.2.7 */
	MESSAGE_S = 600,
	FAREWELL_MS = 1000,
	CHUNK = 16 * 1024,
};

struct talk {
	const struct lmtp_doors *doors;
	int fd, stop_fd;
	int64_t deadline_ns;
	bool is_over, is_greeted, has_sender;
	int mistakes;
	struct arena *arena; /* of the mail under way */
	struct text from, to[RECIPIENTS_MAX];
	size_t to_count;
	size_t in_at, in_len, out_len, line_len;
	char in[CHUNK], out[CHUNK], line[LINE_MAX_OCTETS + 1];
};

/* ---- octets ------------------------------------------------------------------------------ */

static void begin(struct talk *t, int seconds)
{
	t->deadline_ns = clock_monotonic_ns() + seconds * INT64_C(1000000000);
}

/* False once the time is over, or the server stops; *stopped_out tells which. */
static bool wait_for(struct talk *t, short events, bool *stopped_out)
{
	struct pollfd p[] = {{.fd = t->fd, .events = events}, {.fd = t->stop_fd, .events = POLLIN}};
	int64_t left;

	*stopped_out = false;
	while ((left = t->deadline_ns - clock_monotonic_ns()) > 0) {
		int n = poll(p, ARRAY_LEN(p), (int)min64(left / 1000000 + 1, INT32_MAX));

		if (n > 0 && p[1].revents) {
			*stopped_out = true;
			return false;
		}
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
	return false;
}

/* The conversation ends when the other side does not take its answers. */
static void flush(struct talk *t)
{
	size_t sent = 0;
	bool stopped;

	while (sent < t->out_len) {
		ssize_t n = send(t->fd, t->out + sent, t->out_len - sent, MSG_NOSIGNAL);

		if (n > 0) {
			sent += (size_t)n;
		} else if (n < 0 && errno != EINTR &&
			   !((errno == EAGAIN || errno == EWOULDBLOCK) &&
			     wait_for(t, POLLOUT, &stopped))) {
			t->is_over = true;
			break;
		}
	}
	t->out_len = 0;
}

static void say(struct talk *t, const char *line)
{
	size_t len = strlen(line);

	if (t->out_len + len + 2 > sizeof(t->out))
		flush(t);
	memcpy(t->out + t->out_len, line, len);
	memcpy(t->out + t->out_len + len, "\r\n", 2);
	t->out_len += len + 2;
}

/* A last word, if it can be said at once. */
static int leave(struct talk *t, const char *line)
{
	if (line)
		say(t, line);
	t->deadline_ns = clock_monotonic_ns() + FAREWELL_MS * INT64_C(1000000);
	flush(t);
	t->is_over = true;
	return -1;
}

/* The next octet that is not here yet; -1: the conversation is over. */
static int fetch_octet(struct talk *t)
{
	bool stopped;
	ssize_t n;

	flush(t);
	while (!t->is_over) {
		/* Asked each time, so that whoever never pauses has no longer than others. */
		if (!wait_for(t, POLLIN, &stopped))
			return leave(t, stopped ? "421 4.3.2 The server stops."
						: "421 4.4.2 That took too long.");
		n = recv(t->fd, t->in, sizeof(t->in), 0);
		if (n > 0) {
			t->in_len = (size_t)n;
			t->in_at = 1;
			return (unsigned char)t->in[0];
		}
		if (n == 0 || (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK))
			t->is_over = true;
	}
	return -1;
}

static inline int next_octet(struct talk *t)
{
	return t->in_at < t->in_len ? (unsigned char)t->in[t->in_at++] : fetch_octet(t);
}

/* ---- answers ------------------------------------------------------------------------------ */

/* One mistake more; whoever makes nothing but mistakes is no mail server. */
static void refuse(struct talk *t, const char *line)
{
	say(t, line);
	if (++t->mistakes >= MISTAKES_MAX)
		leave(t, "421 4.7.0 Too many mistakes.");
}

static void forget_mail(struct talk *t)
{
	arena_reset(t->arena);
	t->has_sender = false;
	t->to_count = 0;
}

/* ---- paths and parameters ----------------------------------------------------------------- */

/*
 * "<alice@example.org>" and what follows it, behind "FROM:" or "TO:". The route of days gone by is
 * read over (RFC 5321 §4.1.1.3, appendix C). A quoted local part may hold anything, and ends where
 * its quotes do.
 */
static bool cut_path(struct text *args, const char *word, struct text *path_out)
{
	struct text begins = text_from(word), t;
	bool quoted = false;
	size_t i;

	if (!text_starts_nocase(*args, begins))
		return false;
	t = text_trim(text_sub(*args, begins.len, args->len));
	if (!text_starts(t, TEXT("<")))
		return false;
	for (i = 1; i < t.len && (quoted || t.at[i] != '>'); i++) {
		if (t.at[i] == '"')
			quoted = !quoted;
		else if (quoted && t.at[i] == '\\')
			i++;
	}
	if (i >= t.len || i > PATH_MAX_OCTETS || (i + 1 < t.len && t.at[i + 1] != ' '))
		return false;
	*path_out = text_sub(t, 1, i - 1);
	*args = text_trim(text_sub(t, i + 1, t.len));
	if (text_starts(*path_out, TEXT("@"))) {
		ptrdiff_t colon = text_find_char(*path_out, ':', 0);

		*path_out = text_sub(*path_out, (size_t)(colon + 1), path_out->len);
	}
	return true;
}

/* SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531 §3.4); NULL: all is well. */
static const char *read_parameters(const struct talk *t, struct text args)
{
	struct text word;
	int64_t size;

	while (text_next(&args, ' ', &word)) {
		if (text_starts_nocase(word, TEXT("SIZE="))) {
			if (!text_to_int64(text_sub(word, 5, word.len), 0, INT64_MAX, &size))
				return "501 5.5.4 SIZE is no number.";
			if ((uint64_t)size > t->doors->message_max)
				return "552 5.3.4 The message is too long.";
		} else if (word.len > 0 && !text_equal_nocase(word, TEXT("BODY=7BIT")) &&
			   !text_equal_nocase(word, TEXT("BODY=8BITMIME")) &&
			   !text_equal_nocase(word, TEXT("SMTPUTF8"))) {
			return "555 5.5.4 There is no such parameter.";
		}
	}
	return NULL;
}

/* ---- commands ----------------------------------------------------------------------------- */

static void on_lhlo(struct talk *t, struct text args)
{
	char line[96];

	if (args.len == 0) {
		refuse(t, "501 5.5.4 Who is it?");
		return;
	}
	forget_mail(t);
	t->is_greeted = true;
	snprintf(line, sizeof(line), "250-%.64s", t->doors->name);
	say(t, line);
	say(t, "250-PIPELINING");
	say(t, "250-8BITMIME");
	say(t, "250-SMTPUTF8");
	say(t, "250-ENHANCEDSTATUSCODES");
	snprintf(line, sizeof(line), "250 SIZE %zu", t->doors->message_max);
	say(t, line);
}

static void on_mail(struct talk *t, struct text args)
{
	const char *wrong;
	struct text path;

	if (!t->is_greeted || t->has_sender) {
		refuse(t, t->is_greeted ? "503 5.5.1 One mail at a time."
					: "503 5.5.1 LHLO comes first.");
		return;
	}
	if (!cut_path(&args, "FROM:", &path)) {
		refuse(t, "501 5.5.4 MAIL FROM:<address> it should be.");
		return;
	}
	wrong = read_parameters(t, args);
	if (wrong) {
		refuse(t, wrong);
		return;
	}
	/* Of a sender that cannot be read nothing follows but that nobody can be answered. */
	t->from = email_is_valid(path) ? text_dup(t->arena, path) : TEXT_NONE;
	t->has_sender = true;
	say(t, "250 2.1.0 Well.");
}

static const char *judge_recipient(struct talk *t, struct text path)
{
	if (!email_is_valid(path))
		return "550 5.1.3 That is no address here.";
	switch (t->doors->knows(t->doors->ctx, path)) {
	case LMTP_YES: t->to[t->to_count++] = text_dup(t->arena, path); return "250 2.1.5 Well.";
	case LMTP_NO: return "550 5.1.1 There is nobody of that address here.";
	case LMTP_LATER: break;
	}
	return "451 4.3.0 It cannot be known just now.";
}

static void on_rcpt(struct talk *t, struct text args)
{
	struct text path;

	if (!t->has_sender)
		refuse(t, "503 5.5.1 MAIL comes first.");
	else if (!cut_path(&args, "TO:", &path))
		refuse(t, "501 5.5.4 RCPT TO:<address> it should be.");
	else if (args.len > 0)
		refuse(t, "555 5.5.4 There is no such parameter.");
	else if (t->to_count == RECIPIENTS_MAX)
		say(t, "452 4.5.3 The others in another mail.");
	else
		say(t, judge_recipient(t, path));
}

/*
 * Up to CR LF "." CR LF, which belongs to it but for the dot; the dot that was put before another
 * is taken away (RFC 5321 §4.5.2). A CR or LF alone is an octet like any other.
 */
static bool read_message(struct talk *t, struct buf *b)
{
	enum { AT_START, AFTER_DOT, AFTER_DOT_CR, AFTER_CR, WITHIN } at = AT_START;
	int c;

	while ((c = next_octet(t)) >= 0) {
		if (at == AT_START && c == '.') {
			at = AFTER_DOT;
			continue;
		}
		if (at == AFTER_DOT && c == '\r') {
			at = AFTER_DOT_CR;
			continue;
		}
		if (at == AFTER_DOT_CR) {
			if (c == '\n')
				return true;
			buf_put_char(b, '\r');
		}
		buf_put_char(b, (char)c);
		if (at == AFTER_CR && c == '\n')
			at = AT_START;
		else
			at = c == '\r' ? AFTER_CR : WITHIN;
	}
	return false;
}

/* What follows for the server in front (RFC 2033 §4.2). */
static const char *settle(struct talk *t, struct text to, const struct buf *b)
{
	if (b->overflow)
		return "552 5.3.4 The message is too long.";
	switch (t->doors->take(t->doors->ctx, t->from, to, buf_text(b))) {
	case LMTP_YES: return "250 2.0.0 Taken.";
	case LMTP_NO: return "554 5.6.0 The message is not taken.";
	case LMTP_LATER: break;
	}
	return "451 4.3.0 It cannot be taken just now.";
}

static void on_data(struct talk *t, struct text args)
{
	struct buf b;

	if (args.len > 0 || t->to_count == 0) {
		refuse(t, args.len > 0 ? "501 5.5.4 DATA stands alone."
				       : "503 5.5.1 There is no recipient.");
		return;
	}
	say(t, "354 Up to a dot on a line of its own.");
	begin(t, MESSAGE_S);
	buf_init(&b, t->arena, CHUNK, t->doors->message_max);
	if (!read_message(t, &b))
		return;
	for (size_t i = 0; i < t->to_count; i++) {
		say(t, settle(t, t->to[i], &b));
		/* Each is told as soon as it is settled, lest it be brought again. */
		flush(t);
	}
	t->mistakes = 0;
	forget_mail(t);
}

static void on_rset(struct talk *t, struct text args)
{
	(void)args;
	forget_mail(t);
	say(t, "250 2.0.0 Forgotten.");
}

static void on_noop(struct talk *t, struct text args)
{
	(void)args;
	say(t, "250 2.0.0 Well.");
}

static void on_vrfy(struct talk *t, struct text args)
{
	(void)args;
	say(t, "252 2.5.0 RCPT will tell.");
}

static void on_quit(struct talk *t, struct text args)
{
	(void)args;
	leave(t, "221 2.0.0 Goodbye.");
}

static const struct {
	struct text verb;
	void (*run)(struct talk *t, struct text args);
} commands[] = {
	{TEXT_INIT("LHLO"), on_lhlo}, {TEXT_INIT("MAIL"), on_mail}, {TEXT_INIT("RCPT"), on_rcpt},
	{TEXT_INIT("DATA"), on_data}, {TEXT_INIT("RSET"), on_rset}, {TEXT_INIT("NOOP"), on_noop},
	{TEXT_INIT("VRFY"), on_vrfy}, {TEXT_INIT("QUIT"), on_quit},
};

static void obey(struct talk *t, struct text line)
{
	struct text rest = line, verb;

	text_next(&rest, ' ', &verb);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (text_equal_nocase(verb, commands[i].verb)) {
			commands[i].run(t, text_trim(rest));
			return;
		}
	/* HELO and EHLO are among them, which an LMTP server does not know (RFC 2033 §4.1). */
	refuse(t, "500 5.5.1 There is no such command.");
}

/* Up to CR LF; false: there is none. One that is too long ends the conversation. */
static bool read_line(struct talk *t)
{
	bool after_cr = false;
	int c;

	t->line_len = 0;
	while ((c = next_octet(t)) >= 0) {
		if (after_cr && c == '\n') {
			t->line_len--;
			return true;
		}
		if (t->line_len == LINE_MAX_OCTETS) {
			leave(t, "500 5.5.2 The line is too long.");
			return false;
		}
		t->line[t->line_len++] = (char)c;
		after_cr = c == '\r';
	}
	return false;
}

void lmtp_talk(const struct lmtp_doors *doors, int fd, int stop_fd)
{
	struct talk *t = calloc(1, sizeof(*t));
	char greeting[96];

	if (!t)
		return;
	t->doors = doors;
	t->fd = fd;
	t->stop_fd = stop_fd;
	/* Growing, the message is there twice. */
	t->arena = arena_create(4 * doors->message_max);
	snprintf(greeting, sizeof(greeting), "220 %.64s LMTP", doors->name);
	say(t, greeting);
	begin(t, COMMAND_S);
	while (!t->is_over && read_line(t)) {
		struct text line = text_of(t->line, t->line_len);

		if (text_has_control(line) || !text_is_utf8(line))
			refuse(t, "500 5.5.2 A line is text, and ends with CR LF.");
		else
			obey(t, line);
		begin(t, COMMAND_S);
	}
	arena_destroy(t->arena);
	free(t);
}

/*
 * smtp - the dialogue
 *
 * Each step leaves the server's answer in libetpan's session; a step that has no answer leaves
 * the code 0, and the wire knows why.
 */
#include "mail/smtp.h"

#include <libetpan/libetpan.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "mail/address.h"
#include "mail/wire.h"

enum {
	ANSWER_MAX = 300, /* octets of an answer that are passed on */
	/* Too short a wait after the message makes duplicates (RFC 5321 §4.5.3.2.6). */
	MESSAGE_TIMES = 10,
	CLOSE_SECONDS = 2
};

struct smtp {
	const struct wire_target *target;
	struct arena *arena; /* of the call under way */
	struct wire *wire;
	mailsmtp *session;
	const char *step;	       /* for the log */
	const char *trouble;	       /* what we miss ourselves; NULL: see the answer */
	bool has_utf8, has_pipelining; /* what is offered */
	bool is_used;		       /* for a mail before */
	bool is_over;		       /* no mail can follow */
	bool is_stale;
};

/* ---- answers ----------------------------------------------------------------------------- */

static void begin_step(struct smtp *c, const char *step, int times)
{
	wire_begin_step(c->wire, c->target->timeout_s * times);
	c->step = step;
	c->session->response_code = 0;
}

static bool miss(struct smtp *c, const char *trouble)
{
	c->trouble = trouble;
	return false;
}

/* One line of what the server said, with nothing in it that could forge a line of a log. */
static struct text answer(const struct smtp *c)
{
	struct text said = text_sub(text_from(c->session->response), 0, ANSWER_MAX);
	char *line = text_cstr(c->arena, said);

	for (size_t i = 0; i < said.len; i++)
		if ((unsigned char)line[i] < ' ' || (unsigned char)line[i] >= 0x7F)
			line[i] = line[i] == '\n' ? ' ' : '?';
	return text_trim(text_of(line, said.len));
}

static struct text explain(const struct smtp *c)
{
	int code = c->session->response_code;
	const char *why = c->trouble ? c->trouble : wire_why(c->wire);
	struct text said;

	if (why)
		return text_from(arena_printf(c->arena, "%s: %s", c->step, why));
	if (code == 0)
		return text_from(arena_printf(c->arena, "%s: The server's answer is none of SMTP.",
					      c->step));
	said = answer(c);
	return text_from(arena_printf(c->arena, "%s: %d %.*s", c->step, code, TEXT_ARG(said)));
}

/* 421 is the last word of a server (RFC 5321 §3.8); without an answer nothing is known. */
static bool is_end(const struct smtp *c)
{
	int code = c->session->response_code;

	return code == 421 || code == 0 || wire_why(c->wire);
}

/* An answer to RCPT, DATA or the message. */
static enum mail_result judge(struct smtp *c, struct text *why_out)
{
	/* These speak of the dialogue or of AUTH, whatever they answer (RFC 5321 §4.2.3). */
	static const int about_us[] = {500, 502, 503, 504, 530};
	int code = c->session->response_code;

	*why_out = explain(c);
	for (size_t i = 0; i < ARRAY_LEN(about_us); i++)
		if (code == about_us[i])
			return MAIL_RESULT_LATER;
	return code / 100 == 5 ? MAIL_RESULT_NEVER : MAIL_RESULT_LATER;
}

/* ---- lines that libetpan has no call for -------------------------------------------------- */

/* "250 text" and "250-text" (RFC 5321 §4.2.1); 0 for anything else. */
static int line_code(const char *line)
{
	int64_t code;

	if (strlen(line) < 3 || !text_to_int64(text_of(line, 3), 200, 599, &code))
		return 0;
	return line[3] == '\0' || line[3] == ' ' || line[3] == '-' ? (int)code : 0;
}

static int read_answer(struct smtp *c)
{
	mailsmtp *s = c->session;
	const char *line;
	int code = 0;

	if (!mmap_string_assign(s->response_buffer, ""))
		return 0;
	do {
		line = mailstream_read_line_remove_eol(s->stream, s->line_buffer);
		code = line ? line_code(line) : 0;
		if (code && line[3] != '\0' &&
		    (!mmap_string_append(s->response_buffer, line + 4) ||
		     !mmap_string_append_c(s->response_buffer, '\n')))
			code = 0;
	} while (code && line[3] == '-');
	s->response = s->response_buffer->str;
	s->response_code = code;
	return code;
}

/* One command line, and whether the answer is the wanted one. */
static bool say(struct smtp *c, int wanted, const char *line)
{
	mailstream *s = c->session->stream;

	if (mailstream_write(s, line, strlen(line)) < 0 || mailstream_flush(s) < 0)
		return false;
	return read_answer(c) == wanted;
}

/* ---- opening ----------------------------------------------------------------------------- */

static bool connect_and_greet(struct smtp *c)
{
	const struct wire_target *t = c->target;
	mailstream *s;

	begin_step(c, "connection", 1);
	if (!wire_connect(c->wire, t->host, t->port))
		return false;
	if (t->security == WIRE_TLS && !wire_secure(c->wire, t->trust, t->host))
		return false;
	s = wire_stream(c->wire, true);
	if (!s)
		return miss(c, "No memory is left.");
	begin_step(c, "greeting", 1);
	return mailsmtp_connect(c->session, s) == MAILSMTP_NO_ERROR;
}

/* A keyword on a line of the answer to EHLO (RFC 5321 §4.1.1.1). */
static bool offers(const struct smtp *c, struct text keyword)
{
	struct text rest = text_from(c->session->response), line, word;

	while (text_next(&rest, '\n', &line))
		if (text_next(&line, ' ', &word) && text_equal_nocase(word, keyword))
			return true;
	return false;
}

static bool say_hello(struct smtp *c)
{
	begin_step(c, "EHLO", 1);
	if (mailesmtp_ehlo(c->session) != MAILSMTP_NO_ERROR)
		return false;
	c->has_utf8 = offers(c, TEXT("SMTPUTF8"));
	c->has_pipelining = offers(c, TEXT("PIPELINING"));
	return true;
}

static bool start_tls(struct smtp *c)
{
	bool well;

	begin_step(c, "STARTTLS", 1);
	if (!(c->session->esmtp & MAILSMTP_ESMTP_STARTTLS))
		return miss(c, "The server does not offer it.");
	well = mailesmtp_starttls(c->session) == MAILSMTP_NO_ERROR;
	/* Whoever stands in between may not speak for the server (RFC 3207 §6). */
	if (c->session->stream->read_buffer_len > 0)
		return miss(c, "The server goes on in plain text.");
	return well && wire_secure(c->wire, c->target->trust, c->target->host);
}

static bool say_base64(struct smtp *c, int wanted, const char *command, struct text secret)
{
	struct buf b;
	bool well;

	buf_init(&b, c->arena, 4096, 4096);
	buf_put_str(&b, command);
	codec_put_base64(&b, secret.at, secret.len);
	buf_put_lit(&b, "\r\n");
	well = !b.overflow && say(c, wanted, b.at);
	explicit_bzero(b.at, b.len);
	return well;
}

/* RFC 4616 §2: no authorization identity, then who, then the proof. */
static bool auth_plain(struct smtp *c)
{
	struct buf b;
	bool well;

	buf_init(&b, c->arena, 2048, 2048);
	buf_put_char(&b, '\0');
	buf_put_str(&b, c->target->user);
	buf_put_char(&b, '\0');
	buf_put_str(&b, c->target->password);
	well = !b.overflow && say_base64(c, 235, "AUTH PLAIN ", buf_text(&b));
	explicit_bzero(b.at, b.len);
	return well;
}

/* What some servers offer alone: prompts that nobody reads. */
static bool auth_login(struct smtp *c)
{
	return say(c, 334, "AUTH LOGIN\r\n") &&
	       say_base64(c, 334, "", text_from(c->target->user)) &&
	       say_base64(c, 235, "", text_from(c->target->password));
}

static bool authenticate(struct smtp *c)
{
	begin_step(c, "AUTH", 1);
	if (c->session->auth & MAILSMTP_AUTH_PLAIN)
		return auth_plain(c);
	if (c->session->auth & MAILSMTP_AUTH_LOGIN)
		return auth_login(c);
	return miss(c, "The server offers neither PLAIN nor LOGIN.");
}

static bool open_up(struct smtp *c)
{
	if (!connect_and_greet(c) || !say_hello(c))
		return false;
	/* What was heard before TLS is forgotten (RFC 3207 §4.2). */
	if (c->target->security == WIRE_STARTTLS && !(start_tls(c) && say_hello(c)))
		return false;
	return !c->target->user || authenticate(c);
}

static struct smtp *create(const struct wire_target *target)
{
	struct smtp *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->target = target;
	c->wire = wire_create(target->stop);
	c->session = mailsmtp_new(0, NULL);
	if (c->wire && c->session)
		return c;
	smtp_close(c);
	return NULL;
}

enum mail_result smtp_open(const struct wire_target *target, struct arena *a, struct smtp **out,
			   struct text *why_out)
{
	struct smtp *c = create(target);

	if (!c) {
		*why_out = TEXT("No memory is left for a connection.");
		return MAIL_RESULT_LATER;
	}
	c->arena = a;
	if (open_up(c)) {
		*out = c;
		return MAIL_RESULT_SENT;
	}
	*why_out = explain(c);
	smtp_close(c);
	return MAIL_RESULT_LATER;
}

void smtp_close(struct smtp *c)
{
	if (!c)
		return;
	if (c->wire)
		wire_begin_step(c->wire, CLOSE_SECONDS);
	/* Says QUIT where somebody may hear it, and closes the wire's stream. */
	if (c->session)
		mailsmtp_free(c->session);
	wire_destroy(c->wire);
	free(c);
}

bool smtp_is_over(const struct smtp *c)
{
	return c->is_over;
}

bool smtp_is_stale(const struct smtp *c)
{
	return c->is_stale;
}

/* ---- sending ----------------------------------------------------------------------------- */

/* A command before the message, and which answers let it go on. */
struct command {
	const char *step, *line;
	int least, most;
	bool is_of_mail; /* its refusal is about this mail */
};

enum { COMMANDS_MAX = 4 };

struct envelope {
	struct command list[COMMANDS_MAX];
	size_t count;
};

static void add_command(struct envelope *e, const char *step, const char *line, int least, int most,
			bool is_of_mail)
{
	e->list[e->count++] = (struct command){step, line, least, most, is_of_mail};
}

/* A connection that was kept first forgets what is left of a mail that was refused. */
static void write_envelope(struct smtp *c, struct text from, struct text to, bool needs_utf8,
			   struct envelope *e)
{
	const char *more = needs_utf8 ? " BODY=8BITMIME SMTPUTF8" : "";

	e->count = 0;
	if (c->is_used)
		add_command(e, "RSET", "RSET\r\n", 250, 250, false);
	add_command(e, "MAIL FROM",
		    arena_printf(c->arena, "MAIL FROM:<%.*s>%s\r\n", TEXT_ARG(from), more), 250,
		    250, false);
	add_command(e, "RCPT TO", arena_printf(c->arena, "RCPT TO:<%.*s>\r\n", TEXT_ARG(to)), 250,
		    252, true);
	add_command(e, "DATA", "DATA\r\n", 354, 354, true);
}

static bool put_commands(struct smtp *c, const struct command *list, size_t count)
{
	mailstream *s = c->session->stream;

	for (size_t i = 0; i < count; i++)
		if (mailstream_write(s, list[i].line, strlen(list[i].line)) < 0)
			return false;
	return mailstream_flush(s) == 0;
}

static bool is_wanted(const struct smtp *c, const struct command *command)
{
	int code = c->session->response_code;

	return code >= command->least && code <= command->most;
}

/* Of a mail that was refused the server may want the message nevertheless (RFC 2920 §3.1). */
static void send_nothing(struct smtp *c)
{
	begin_step(c, "empty message", MESSAGE_TIMES);
	if (!say(c, 250, ".\r\n"))
		c->is_over = is_end(c);
}

static enum mail_result blame(struct smtp *c, const struct command *command, struct text *why_out)
{
	enum mail_result result = judge(c, why_out);

	c->is_stale = is_end(c) && c->is_used && strcmp(command->step, "RSET") == 0;
	return command->is_of_mail ? result : MAIL_RESULT_LATER;
}

/*
 * The first refusal counts. Where the server takes them so, all commands go at once and the answers
 * come in their order (RFC 2920 §3.1).
 */
static enum mail_result send_envelope(struct smtp *c, const struct envelope *e,
				      struct text *why_out)
{
	enum mail_result result = MAIL_RESULT_SENT;
	bool at_once = c->has_pipelining, put;

	begin_step(c, e->list[0].step, 1);
	put = at_once && put_commands(c, e->list, e->count);
	for (size_t i = 0; i < e->count; i++) {
		begin_step(c, e->list[i].step, 1);
		if (!at_once)
			put = put_commands(c, &e->list[i], 1);
		if (put)
			read_answer(c);
		if (is_wanted(c, &e->list[i]))
			continue;
		if (result == MAIL_RESULT_SENT)
			result = blame(c, &e->list[i], why_out);
		c->is_over = is_end(c);
		if (!at_once || c->is_over)
			return result;
	}
	if (result != MAIL_RESULT_SENT && c->session->response_code == 354)
		send_nothing(c);
	return result;
}

static bool hand_over(struct smtp *c, struct text message)
{
	begin_step(c, "message", MESSAGE_TIMES);
	/* libetpan ends the message with a line end of its own. */
	return mailsmtp_data_message(c->session, message.at, message.len - 2) == MAILSMTP_NO_ERROR;
}

static bool has_ascii_header(struct text message)
{
	ptrdiff_t end = text_find(message, TEXT("\r\n\r\n"));

	return mail_is_ascii(end < 0 ? message : text_sub(message, 0, (size_t)end));
}

enum mail_result smtp_send(struct smtp *c, struct arena *a, const struct smtp_mail *mail,
			   struct text *why_out)
{
	struct text from = mail_address_to_ascii(a, mail->from);
	struct text to = mail_address_to_ascii(a, mail->to);
	struct envelope envelope;
	enum mail_result result;
	bool needs_utf8 =
		!mail_is_ascii(from) || !mail_is_ascii(to) || !has_ascii_header(mail->message);

	c->arena = a;
	c->trouble = NULL;
	if (needs_utf8 && !c->has_utf8) {
		*why_out = TEXT("An address is not ASCII, and the mail server does not offer "
				"SMTPUTF8.");
		return MAIL_RESULT_NEVER;
	}
	write_envelope(c, from, to, needs_utf8, &envelope);
	c->is_used = true;
	result = send_envelope(c, &envelope, why_out);
	if (result != MAIL_RESULT_SENT || hand_over(c, mail->message))
		return result;
	c->is_over = is_end(c);
	if (c->session->response_code != 0 && !wire_why(c->wire))
		return judge(c, why_out);
	*why_out = explain(c);
	return MAIL_RESULT_UNSURE;
}

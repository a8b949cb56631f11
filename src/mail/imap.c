/* imap - what is asked of the server, and in which order */
#include "mail/imap.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/codec.h"
#include "mail/imap_priv.h"

enum { CLOSE_SECONDS = 2 };

static int64_t seconds_since(int64_t ns)
{
	return (clock_monotonic_ns() - ns) / INT64_C(1000000000);
}

/* ---- what the server can do ----------------------------------------------------------------- */

static const struct {
	struct text word;
	enum imap_can can;
} abilities[] = {
	{TEXT_INIT("STARTTLS"), IMAP_CAN_STARTTLS},
	{TEXT_INIT("AUTH=PLAIN"), IMAP_CAN_PLAIN},
	{TEXT_INIT("LOGINDISABLED"), IMAP_CAN_NO_LOGIN},
	{TEXT_INIT("IDLE"), IMAP_CAN_IDLE},
	{TEXT_INIT("MOVE"), IMAP_CAN_MOVE},
	{TEXT_INIT("UIDPLUS"), IMAP_CAN_UIDPLUS},
	{TEXT_INIT("NAMESPACE"), IMAP_CAN_NAMESPACE},
};

static void hear_capability(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct text rest, word;

	(void)ctx;
	if (!text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("CAPABILITY")))
		return;
	while (text_next(&rest, ' ', &word))
		for (size_t i = 0; i < ARRAY_LEN(abilities); i++)
			if (text_equal_nocase(word, abilities[i].word))
				c->can |= abilities[i].can;
}

/* Asked anew each time: before TLS anybody may have answered, and signed in it is another. */
static const struct fault *ask_abilities(struct imap *c, struct arena *a)
{
	const struct imap_ask ask = {.step = "CAPABILITY", .hear = hear_capability};

	c->can = 0;
	return imap_do(c, a, &ask, "CAPABILITY");
}

/* ---- signing in ------------------------------------------------------------------------------ */

/* A greeting that says PREAUTH would have us go on without TLS, as whom it likes. */
static const struct fault *greet(struct imap *c, struct arena *a)
{
	const struct wire_target *t = &c->target->server;
	struct imap_answer answer;
	const struct fault *f;
	struct text rest;

	c->step = "connection";
	wire_begin_step(c->wire, t->timeout_s);
	if (!wire_connect(c->wire, t->host, t->port))
		return imap_lost(c, a, NULL);
	if (t->security == WIRE_TLS && !wire_secure(c->wire, t->trust, t->host))
		return imap_lost(c, a, NULL);
	c->stream = wire_stream(c->wire, false);
	if (!c->stream)
		return fault_static(FAULT_OUT_OF_MEMORY);
	c->step = "greeting";
	wire_begin_step(c->wire, t->timeout_s);
	f = imap_hear(c, a, 0, &answer);
	if (f)
		return f;
	return text_equal_nocase(imap_untagged(answer.line, &rest), TEXT("OK"))
		       ? NULL
		       : imap_lost(c, a, NULL);
}

static const struct fault *start_tls(struct imap *c, struct arena *a)
{
	const struct wire_target *t = &c->target->server;
	const struct imap_ask ask = {.step = "STARTTLS"};
	const struct fault *f;

	c->step = ask.step;
	if (!(c->can & IMAP_CAN_STARTTLS))
		return imap_lost(c, a, "The server does not offer it.");
	f = imap_do(c, a, &ask, "STARTTLS");
	if (f)
		return f;
	/* Whoever stands in between may not speak for the server (RFC 3501 §11.1). */
	if (c->stream->read_buffer_len > 0)
		return imap_lost(c, a, "The server goes on in plain text.");
	wire_begin_step(c->wire, t->timeout_s);
	if (!wire_secure(c->wire, t->trust, t->host))
		return imap_lost(c, a, NULL);
	return ask_abilities(c, a);
}

/* RFC 4616 §2: no authorization identity, then who, then the proof. */
static const struct fault *auth_plain(struct imap *c, struct arena *a)
{
	const struct wire_target *t = &c->target->server;
	struct imap_ask ask = {.step = "AUTHENTICATE"};
	const struct fault *f;
	struct buf plain, line;

	buf_init(&plain, a, 2048, 2048);
	buf_put_char(&plain, '\0');
	buf_put_str(&plain, t->user);
	buf_put_char(&plain, '\0');
	buf_put_str(&plain, t->password);
	buf_init(&line, a, 4096, 4096);
	codec_put_base64(&line, plain.at, plain.len);
	ask.more = buf_text(&line);
	f = plain.overflow || line.overflow ? imap_lost(c, a, "User and password are too long.")
					    : imap_do(c, a, &ask, "AUTHENTICATE PLAIN");
	explicit_bzero(plain.at, plain.len);
	explicit_bzero(line.at, line.len);
	return f;
}

/* A quoted string (RFC 3501 §4.3); false: it cannot be one. */
static bool put_quoted(struct buf *b, struct text t)
{
	buf_put_char(b, '"');
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < ' ' || t.at[i] > '~')
			return false;
		if (t.at[i] == '"' || t.at[i] == '\\')
			buf_put_char(b, '\\');
		buf_put_char(b, t.at[i]);
	}
	buf_put_char(b, '"');
	return !b->overflow;
}

static const struct fault *auth_login(struct imap *c, struct arena *a)
{
	const struct wire_target *t = &c->target->server;
	const struct imap_ask ask = {.step = "LOGIN"};
	const struct fault *f;
	struct buf line;

	c->step = ask.step;
	if (c->can & IMAP_CAN_NO_LOGIN)
		return imap_lost(c, a, "The server offers neither PLAIN nor LOGIN.");
	buf_init(&line, a, 4096, 4096);
	buf_put_lit(&line, "LOGIN ");
	if (!put_quoted(&line, text_from(t->user)) || (buf_put_char(&line, ' '), false) ||
	    !put_quoted(&line, text_from(t->password)))
		f = imap_lost(c, a,
			      "LOGIN carries no such user and password, and the server "
			      "does not offer PLAIN.");
	else
		f = imap_do(c, a, &ask, line.at);
	explicit_bzero(line.at, line.len);
	return f;
}

static const struct fault *sign_in(struct imap *c, struct arena *a)
{
	const struct fault *f = ask_abilities(c, a);

	if (!f && c->target->server.security == WIRE_STARTTLS)
		f = start_tls(c, a);
	if (!f)
		f = c->can & IMAP_CAN_PLAIN ? auth_plain(c, a) : auth_login(c, a);
	return f ? f : ask_abilities(c, a);
}

/* ---- the mailbox ------------------------------------------------------------------------------
 */

static void hear_selected(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	int64_t n;

	(void)ctx;
	if (imap_number_after(answer->line, TEXT("[UIDVALIDITY "), &n))
		c->uidvalidity = n;
}

static const struct fault *select_mailbox(struct imap *c, struct arena *a)
{
	const struct imap_ask ask = {.step = "SELECT", .hear = hear_selected};
	const struct fault *f =
		imap_do(c, a, &ask, arena_printf(a, "SELECT \"%s\"", c->target->mailbox));

	if (!f && c->uidvalidity == 0)
		f = imap_lost(c, a, "The server has no lasting numbers for messages.");
	c->has_news = true;
	return f;
}

static struct imap *create(const struct imap_target *target)
{
	struct imap *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->target = target;
	c->step = "connection";
	c->wire = wire_create(target->server.stop);
	c->line = mmap_string_new("");
	if (c->wire && c->line)
		return c;
	imap_close(c);
	return NULL;
}

const struct fault *imap_open(const struct imap_target *target, struct arena *a, struct imap **out)
{
	struct imap *c = create(target);
	const struct fault *f = c ? greet(c, a) : fault_static(FAULT_OUT_OF_MEMORY);

	if (!f)
		f = sign_in(c, a);
	if (!f)
		f = select_mailbox(c, a);
	if (f)
		imap_close(c);
	else
		*out = c;
	return f;
}

/* Goodbye is said without waiting for what the server says to it. */
void imap_close(struct imap *c)
{
	if (!c)
		return;
	if (c->stream) {
		wire_begin_step(c->wire, CLOSE_SECONDS);
		if (!wire_why(c->wire)) {
			static const char bye[] = "DONE\r\nf0 LOGOUT\r\n";
			const char *line = c->is_idle ? bye : bye + strlen("DONE\r\n");

			if (mailstream_write(c->stream, line, strlen(line)) >= 0)
				mailstream_flush(c->stream);
		}
		mailstream_close(c->stream);
	}
	wire_destroy(c->wire);
	if (c->line)
		mmap_string_free(c->line);
	free(c);
}

int64_t imap_uidvalidity(const struct imap *c)
{
	return c->uidvalidity;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static const struct fault *begin_idle(struct imap *c, struct arena *a)
{
	struct imap_answer answer;
	const struct fault *f, *said;
	struct text rest;

	c->step = "IDLE";
	wire_begin_step(c->wire, c->target->server.timeout_s);
	f = imap_begin(c, a, "IDLE");
	while (!f) {
		f = imap_hear(c, a, 0, &answer);
		if (f)
			return f;
		if (text_starts(answer.line, TEXT("+"))) {
			c->is_idle = true;
			c->idle_since_ns = clock_monotonic_ns();
			return NULL;
		}
		/* Refused: it is asked now and then instead. */
		if (imap_is_answered(c, a, answer.line, &said)) {
			c->can &= ~(unsigned)IMAP_CAN_IDLE;
			return fault_is(said, FAULT_CONFLICT) ? NULL : imap_lost(c, a, NULL);
		}
		if (!imap_untagged(answer.line, &rest).at)
			return imap_lost(c, a, NULL);
	}
	return f;
}

const struct fault *imap_end_idle(struct imap *c, struct arena *a)
{
	struct imap_answer answer;
	const struct fault *f = NULL, *said;

	if (!c->is_idle)
		return NULL;
	c->is_idle = false;
	c->step = "DONE";
	wire_begin_step(c->wire, c->target->server.timeout_s);
	if (mailstream_write(c->stream, "DONE\r\n", 6) < 0 || mailstream_flush(c->stream) < 0)
		return imap_lost(c, a, NULL);
	do
		f = imap_hear(c, a, 0, &answer);
	while (!f && !imap_is_answered(c, a, answer.line, &said));
	return f ? f : said;
}

/* What the server says by itself while nothing is asked. */
static const struct fault *hear_news(struct imap *c, struct arena *a, int seconds)
{
	struct imap_answer answer;
	const struct fault *f = NULL;

	while (!f && !c->has_news &&
	       (c->stream->read_buffer_len > 0 || wire_wait(c->wire, seconds))) {
		c->step = "IDLE";
		wire_begin_step(c->wire, c->target->server.timeout_s);
		f = imap_hear(c, a, 0, &answer);
		/* "* OK Still here" is no news, and does not begin the time anew. */
		seconds = 0;
	}
	if (!f && (wire_why(c->wire) || c->goodbye[0]))
		f = imap_lost(c, a, NULL);
	return f;
}

static const struct fault *poll_mailbox(struct imap *c, struct arena *a, int seconds)
{
	const struct imap_ask ask = {.step = "NOOP"};
	int64_t left = c->target->poll_s - seconds_since(c->polled_ns);
	const struct fault *f = hear_news(c, a, (int)max64(min64(seconds, left), 0));

	if (f || seconds_since(c->polled_ns) < c->target->poll_s)
		return f;
	/* Some say of new messages only when they are asked for them. */
	c->has_news = true;
	return imap_do(c, a, &ask, "NOOP");
}

static const struct fault *idle(struct imap *c, struct arena *a, int seconds)
{
	const struct fault *f = NULL;

	if (c->is_idle && seconds_since(c->idle_since_ns) >= IMAP_IDLE_SECONDS) {
		c->has_news = true;
		return imap_end_idle(c, a);
	}
	if (!c->is_idle)
		f = begin_idle(c, a);
	return !f && c->is_idle ? hear_news(c, a, seconds) : f;
}

const struct fault *imap_wait(struct imap *c, struct arena *a, int seconds, bool *news_out)
{
	const struct fault *f = NULL;

	if (!c->has_news)
		f = c->can & IMAP_CAN_IDLE ? idle(c, a, seconds) : poll_mailbox(c, a, seconds);
	*news_out = c->has_news;
	return f;
}

/*
 * sender - one way out, and the connections that wait for the next mail
 */
#include "mail/sender.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/email.h"
#include "mail/address.h"
#include "mail/drop.h"
#include "mail/setting.h"
#include "mail/smtp.h"
#include "mail/wire.h"

enum {
	KEPT_MAX = 4,
	KEPT_S = 30,
	LINE_MAX_OCTETS = 998 /* RFC 5322 §2.1.1 */
};

struct kept {
	struct smtp *connection;
	int64_t since_ns;
};

struct mail_sender {
	struct setting setting;
	struct wire_trust *trust;
	struct wire_stop *stop;
	pthread_mutex_t lock;	    /* guards what follows */
	struct kept kept[KEPT_MAX]; /* the longest kept first */
	size_t kept_count;
};

bool mail_sender_is_set(const struct mail_sender *s)
{
	return s->setting.folder || s->setting.target.host;
}

/* ---- life -------------------------------------------------------------------------------- */

const struct fault *mail_sender_create(struct arena *a, const struct mail_settings *settings,
				       struct mail_sender **out)
{
	struct mail_sender *s = arena_alloc(a, sizeof(*s));
	const struct fault *f = setting_read(a, settings, &s->setting);
	struct wire_target *t = &s->setting.target;

	if (!f && s->setting.folder)
		f = drop_open(a, s->setting.folder);
	if (!f && t->host && t->security != WIRE_PLAIN)
		f = wire_trust_create(a, settings->ca_file, &s->trust);
	if (f)
		return f;
	s->stop = wire_stop_create();
	if (!s->stop) {
		wire_trust_destroy(s->trust);
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "No files can be opened.");
	}
	t->trust = s->trust;
	t->stop = s->stop;
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
	return NULL;
}

void mail_sender_destroy(struct mail_sender *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->kept_count; i++)
		smtp_close(s->kept[i].connection);
	wire_trust_destroy(s->trust);
	wire_stop_destroy(s->stop);
	pthread_mutex_destroy(&s->lock);
	/* The arena's memory may be used again by others. */
	if (s->setting.target.password)
		explicit_bzero((char *)s->setting.target.password,
			       strlen(s->setting.target.password));
}

void mail_sender_stop(struct mail_sender *s, int seconds)
{
	if (s)
		wire_stop_in(s->stop, seconds);
}

/* ---- connections that are kept ------------------------------------------------------------ */

/* The longest kept, if it has waited too long; NULL otherwise. */
static struct smtp *take_idle(struct mail_sender *s)
{
	int64_t before_ns = clock_monotonic_ns() - KEPT_S * INT64_C(1000000000);
	struct smtp *c = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->kept_count > 0 && s->kept[0].since_ns < before_ns) {
		c = s->kept[0].connection;
		s->kept_count--;
		memmove(s->kept, s->kept + 1, s->kept_count * sizeof(s->kept[0]));
	}
	pthread_mutex_unlock(&s->lock);
	return c;
}

/* The one used last: the others may rest. */
static struct smtp *take_last(struct mail_sender *s)
{
	struct smtp *c = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->kept_count > 0)
		c = s->kept[--s->kept_count].connection;
	pthread_mutex_unlock(&s->lock);
	return c;
}

static void keep(struct mail_sender *s, struct smtp *c)
{
	pthread_mutex_lock(&s->lock);
	if (!smtp_is_over(c) && s->kept_count < KEPT_MAX) {
		s->kept[s->kept_count++] = (struct kept){c, clock_monotonic_ns()};
		c = NULL;
	}
	pthread_mutex_unlock(&s->lock);
	smtp_close(c);
}

void mail_sender_rest(struct mail_sender *s)
{
	struct smtp *c;

	while (s && (c = take_idle(s)))
		smtp_close(c);
}

/* ---- sending ----------------------------------------------------------------------------- */

/* A kept one that no longer answers is no reason to fail: nothing was sent on it yet. */
static bool send_by_kept(struct mail_sender *s, struct arena *a, const struct smtp_mail *mail,
			 enum mail_result *result_out, struct text *why_out)
{
	struct smtp *c;

	while ((c = take_last(s))) {
		*result_out = smtp_send(c, a, mail, why_out);
		if (!smtp_is_stale(c)) {
			keep(s, c);
			return true;
		}
		smtp_close(c);
	}
	return false;
}

static enum mail_result send_by_smtp(struct mail_sender *s, struct arena *a,
				     const struct smtp_mail *mail, struct text *why_out)
{
	enum mail_result result;
	struct smtp *c;

	if (send_by_kept(s, a, mail, &result, why_out))
		return result;
	result = smtp_open(&s->setting.target, a, &c, why_out);
	if (result != MAIL_RESULT_SENT)
		return result;
	result = smtp_send(c, a, mail, why_out);
	keep(s, c);
	return result;
}

static enum mail_result send_to_folder(const char *folder, struct arena *a, struct text message,
				       struct text *why_out)
{
	const struct fault *f = drop_write(a, folder, message);

	if (!f)
		return MAIL_RESULT_SENT;
	*why_out = text_from(f->message);
	return MAIL_RESULT_LATER;
}

/* Lines of at most 998 octets, each ended by CR LF, and neither of both alone (RFC 5321 §2.3.8). */
static bool is_sound(struct text message)
{
	struct text line;

	if (!text_ends(message, TEXT("\r\n")))
		return false;
	message.len -= 2;
	while (text_next(&message, '\n', &line)) {
		bool ended = message.at != NULL;

		if (ended && !text_ends(line, TEXT("\r")))
			return false;
		line.len -= ended;
		if (line.len > LINE_MAX_OCTETS || text_find_char(line, '\r', 0) >= 0)
			return false;
	}
	return true;
}

static enum mail_result refuse(enum mail_result result, const char *why, struct text *why_out)
{
	*why_out = text_from(why);
	return result;
}

enum mail_result mail_send(struct mail_sender *s, struct arena *a, struct text envelope_from,
			   struct text to, struct text message, struct text *why_out)
{
	const struct smtp_mail mail = {.from = envelope_from, .to = to, .message = message};

	mail_sender_rest(s);
	/* A line end in one of these would be a command of somebody else's. */
	if (!email_is_valid(to))
		return refuse(MAIL_RESULT_NEVER, "The recipient is no mail address.", why_out);
	if (!is_sound(message))
		return refuse(MAIL_RESULT_NEVER, "The message has lines that SMTP does not carry.",
			      why_out);
	if (!email_is_valid(envelope_from))
		return refuse(MAIL_RESULT_LATER, "The sender is no mail address (mail.from).",
			      why_out);
	if (s->setting.folder)
		return send_to_folder(s->setting.folder, a, message, why_out);
	if (!s->setting.target.host)
		return refuse(MAIL_RESULT_LATER, "mail.smtp is not set.", why_out);
	return send_by_smtp(s, a, &mail, why_out);
}

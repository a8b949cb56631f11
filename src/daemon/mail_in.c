/* mail_in - both ways, started and stopped, and the doors of LMTP */
#include "daemon/mail_in.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "daemon/mail_in_priv.h"
#include "mail/lmtp.h"
#include "post/intake.h"

enum {
	TAKE_ARENA_BYTES = 256 * 1024 * 1024,
	KNOW_ARENA_BYTES = 4 * 1024 * 1024,
	HOST_MAX = 255,
	HOLDER_BYTES = 12
};

struct mail_in {
	struct lmtp *lmtp;
	struct mail_watch *watch;
};

/* ---- LMTP ------------------------------------------------------------------------------------ */

static enum lmtp_answer fail(const char *what, const struct fault *f)
{
	log_event(LOG_WARN, "lmtp", LOG_STR("step", what), LOG_STR("why", f->message));
	return LMTP_LATER;
}

static enum lmtp_answer knows(void *ctx, struct text to)
{
	const struct post *post = ctx;
	struct arena *a = arena_create(KNOW_ARENA_BYTES);
	enum lmtp_answer answer;
	bool is_ours = false;
	const struct fault *f = intake_is_for_us(post, a, to, &is_ours);

	if (f)
		answer = fail("RCPT", f);
	else
		answer = is_ours ? LMTP_YES : LMTP_NO;
	arena_destroy(a);
	return answer;
}

static enum lmtp_answer take(void *ctx, struct text from, struct text to, struct text message)
{
	const struct post *post = ctx;
	const struct intake_mail mail = {
		.message = message, .from = from, .has_from = true, .to = to};
	struct arena *a = arena_create(TAKE_ARENA_BYTES);
	struct intake_result result;
	const struct fault *f = intake_take(post, a, &mail, clock_now(), &result);
	enum lmtp_answer answer = f ? fail("DATA", f) : LMTP_YES;

	arena_destroy(a);
	return answer;
}

static const struct fault *start_lmtp(struct mail_in *m, struct arena *a, const struct post *post,
				      const char *listen, const char *name)
{
	struct lmtp_doors doors = {.knows = knows,
				   .take = take,
				   .ctx = (void *)post,
				   .name = name,
				   .message_max = INTAKE_MESSAGE_MAX};
	const struct fault *f = lmtp_start(a, listen, &doors, &m->lmtp);

	if (!f)
		log_event(LOG_INFO, "lmtp", LOG_STR("listen", listen),
			  LOG_INT("port", lmtp_port(m->lmtp)));
	return f;
}

/* ---- life -------------------------------------------------------------------------------------
 */

/* Containers are called alike, and listen alike: what tells two apart is random. */
static struct text holder_name(struct arena *a, const char *host)
{
	return text_from(arena_printf(a, "%s %.*s", host, TEXT_ARG(secret_token(a, HOLDER_BYTES))));
}

const struct fault *mail_in_start(struct arena *a, const struct post *post,
				  const struct mail_in_settings *s, struct mail_in **out)
{
	struct mail_in *m = arena_alloc(a, sizeof(*m));
	char *host = arena_alloc(a, HOST_MAX + 1);
	const struct fault *f = NULL;

	if (gethostname(host, HOST_MAX) != 0)
		memcpy(host, "localhost", sizeof("localhost"));
	if (s->lmtp)
		f = start_lmtp(m, a, post, s->lmtp, host);
	if (!f && s->imap)
		f = mail_watch_start(a, post, s, holder_name(a, host), &m->watch);
	if (f)
		mail_in_stop(m);
	else
		*out = m;
	return f;
}

void mail_in_stop(struct mail_in *m)
{
	if (!m)
		return;
	mail_watch_stop(m->watch);
	lmtp_stop(m->lmtp);
}

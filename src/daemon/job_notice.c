/*
 * job_notice - whoever waits for a place hears by mail that there is one (booking/waiting.h)
 *
 * A plain text in the language in which they asked. Nothing of what a stranger wrote is in it but
 * the name that it is addressed to: the address may be somebody else's (decisions 25).
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "booking/waiting.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "ical/zone.h"
#include "mail/compose.h"
#include "store/job.h"
#include "store/store.h"

static const struct notice_words {
	const char *tag; /* RFC 5646; the first row is for all others */
	const char *subject, *found, *with, *hint, *book;
} languages[] = {
	{"en", "A place is free", "A place is free in a meeting you are waiting for.", "With",
	 "It is not kept for you: whoever books first has it.", "Book it"},
	{"de", "Ein Platz ist frei", "In einem Termin, auf den Sie warten, ist ein Platz frei.",
	 "Mit", "Er wird nicht für Sie freigehalten: Wer zuerst bucht, bekommt ihn.", "Buchen"},
	{"fr", "Une place est libre", "Une place est libre dans un rendez-vous que vous attendez.",
	 "Avec", "Elle n’est pas réservée pour vous : elle revient à qui réserve en premier.",
	 "Réserver"},
	{"es", "Hay una plaza libre", "Hay una plaza libre en una reunión que usted espera.", "Con",
	 "No se le guarda: es de quien reserve primero.", "Reservar"},
};

/* Who is told, of what. */
struct notice {
	struct waiting *waiting;
	const struct host *host;
	const struct booking_type *type; /* NULL: it is offered no more */
	const struct notice_words *words;
};

static const struct notice_words *words_of(struct text tag)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (text_equal(tag, text_from(languages[i].tag)))
			return &languages[i];
	return &languages[0];
}

static const struct fault *load(struct job_context *x, const struct job *j, struct notice *n)
{
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	if (!f)
		f = waiting_find(db, x->arena, j->owner, j->key, &n->waiting);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &n->host);
	if (f || !n->waiting || !n->host)
		return f;
	n->type = host_type_by_id(n->host, n->waiting->type);
	n->words = words_of(n->waiting->language);
	return NULL;
}

/* Theirs, or the host's where they said none. */
static const struct zone *zone_of(const struct notice *n)
{
	const struct zone *z = zone_find(n->waiting->timezone);

	if (!z)
		z = zone_find(n->host->owner.timezone);
	return z ? z : zone_utc();
}

/* The page of the meeting, on that day. */
static void put_link(struct buf *b, struct job_context *x, const struct notice *n, int64_t local)
{
	buf_printf(b, "%.*s/book/%.*s/%.*s?date=", TEXT_ARG(x->house->desk->url),
		   TEXT_ARG(n->host->owner.name), TEXT_ARG(n->type->slug));
	day_put(b, floor_div(local, DAY_SECONDS));
}

/* In figures that all four languages read alike, and with the offset: in a fold it decides (G9). */
static void put_when(struct buf *b, const struct notice *n, const struct zone *zone, int64_t local)
{
	int minutes = zone_offset(zone, n->waiting->start) / 60;
	struct civil c;

	civil_from_local(local, &c);
	day_put(b, floor_div(local, DAY_SECONDS));
	buf_printf(b, " %02d:%02d (%.*s, UTC%c%02d:%02d)", c.hour, c.minute,
		   TEXT_ARG(zone_name(zone)), minutes < 0 ? '-' : '+', abs(minutes) / 60,
		   abs(minutes) % 60);
}

static struct text write_text(struct job_context *x, const struct notice *n)
{
	const struct zone *zone = zone_of(n);
	int64_t local = zone_to_local(zone, n->waiting->start);
	const struct owner *host = &n->host->owner;
	struct buf b;

	buf_init(&b, x->arena, 512, 16 * 1024);
	buf_printf(&b, "%s\n\n%.*s\n", n->words->found, TEXT_ARG(n->type->title));
	put_when(&b, n, zone, local);
	buf_printf(&b, "\n%s: %.*s <%.*s>\n\n%s\n%s: ", n->words->with, TEXT_ARG(owner_title(host)),
		   TEXT_ARG(host->email), n->words->hint, n->words->book);
	put_link(&b, x, n, local);
	buf_put_char(&b, '\n');
	return buf_text(&b);
}

/* Constant for who waits: they are told once, and a second delivery is the same mail. */
static struct text message_id(struct job_context *x, const struct notice *n)
{
	struct text mac =
		secret_mac(x->arena, &x->house->calendar->key, "message-id", n->waiting->id);
	struct text domain = n->host->owner.email;
	ptrdiff_t at = text_find_char(domain, '@', 0);

	domain = at < 0 ? TEXT("localhost") : text_sub(domain, (size_t)at + 1, domain.len);
	return text_from(arena_printf(x->arena, "%.*s@%.*s", TEXT_ARG(mac), TEXT_ARG(domain)));
}

static const struct fault *compose(struct job_context *x, const struct notice *n, struct text from,
				   struct text *out)
{
	const struct owner *host = &n->host->owner;
	struct mail_message m = {
		.from = {owner_title(host), from},
		.to = {n->waiting->name, n->waiting->email},
		.reply_to = {owner_title(host), host->email},
		.text = write_text(x, n),
		.message_id = message_id(x, n),
		.date = n->waiting->told_at,
	};

	m.subject = text_from(
		arena_printf(x->arena, "%s: %.*s", n->words->subject, TEXT_ARG(n->type->title)));
	return mail_compose(x->arena, &m, out);
}

enum job_result job_notice(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct notice n = {.waiting = NULL};
	struct text from, mail;
	const struct fault *f = load(x, j, &n);

	/* They have booked meanwhile, or wait no more, or it has begun. */
	if (!f && (!n.waiting || !n.type || n.waiting->start <= x->now))
		return JOB_DONE;
	from = !f && x->mail_from.len == 0 ? n.host->owner.email : x->mail_from;
	if (!f)
		f = compose(x, &n, from, &mail);
	if (f) {
		*why_out = text_from(f->message);
		return fault_row(f->code)->http_status >= 500 ? JOB_LATER : JOB_NEVER;
	}
	return job_of_mail(mail_send(x->sender, x->arena, from, n.waiting->email, mail, why_out));
}

/*
 * job_notice - a mail that is no invitation: to whoever waits for a place, that there is one
 * (booking/waiting.h), to an address that is to be confirmed (booking/address.c), and to whoever
 * asked for a meeting that was declined, taken away, or not confirmed in time (booking case E8):
 * that was no invitation, so no CANCEL tells it
 *
 * A plain text in the language in which they asked. Nothing of what a stranger wrote is in it but
 * the name that it is addressed to: the address may be somebody else's (decisions 25).
 */

#include "base/arena.h"
#include "base/buf.h"
#include "booking/book.h"
#include "booking/waiting.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "ical/zone.h"
#include "store/job.h"
#include "store/store.h"
#include "json/read.h"

enum { NOTICE_PAYLOAD_MAX = 4096 };

/* What can be told. */
enum notice_about {
	NOTICE_PLACE,	 /* there is a place */
	NOTICE_ADDRESS,	 /* a booking waits until the address is confirmed */
	NOTICE_DECLINED, /* what they asked for does not take place */
	NOTICE_KINDS
};

struct notice_words {
	const char *subject, *says, *hint, *link;
};

/* clang-format off */
static const struct notice_language {
	const char *tag; /* RFC 5646; the first row is for all others */
	const char *with;
	struct notice_words words[NOTICE_KINDS];
} languages[] = {
	{"en", "With", {
	 [NOTICE_PLACE] = {
	  "A place is free", "A place is free in a meeting you are waiting for.",
	  "It is not kept for you: whoever books first has it.", "Book it"},
	 [NOTICE_ADDRESS] = {
	  "Please confirm", "Somebody, probably you, asked for this meeting and gave this address.",
	  "The time is kept for you for 30 minutes from then on. If it was not you, do nothing.",
	  "Confirm or cancel"},
	 [NOTICE_DECLINED] = {
	  "Not confirmed", "The meeting you asked for was not confirmed and does not take place.",
	  "You may ask for another time.", "Choose another time"}}},
	{"de", "Mit", {
	 [NOTICE_PLACE] = {
	  "Ein Platz ist frei", "In einem Termin, auf den Sie warten, ist ein Platz frei.",
	  "Er wird nicht für Sie freigehalten: Wer zuerst bucht, bekommt ihn.", "Buchen"},
	 [NOTICE_ADDRESS] = {
	  "Bitte bestätigen",
	  "Jemand, wahrscheinlich Sie, hat diesen Termin angefragt und diese Adresse angegeben.",
	  "Die Zeit wird von da an 30 Minuten freigehalten. Waren Sie es nicht, tun Sie nichts.",
	  "Bestätigen oder absagen"},
	 [NOTICE_DECLINED] = {
	  "Nicht bestätigt", "Der angefragte Termin wurde nicht bestätigt und findet nicht statt.",
	  "Sie können eine andere Zeit anfragen.", "Eine andere Zeit wählen"}}},
	{"fr", "Avec", {
	 [NOTICE_PLACE] = {
	  "Une place est libre", "Une place est libre dans un rendez-vous que vous attendez.",
	  "Elle n’est pas réservée pour vous : elle revient à qui réserve en premier.", "Réserver"},
	 [NOTICE_ADDRESS] = {
	  "Veuillez confirmer",
	  "Quelqu’un, sans doute vous, a demandé ce rendez-vous en donnant cette adresse.",
	  "L’heure est gardée 30 minutes à partir de là. Si ce n’était pas vous, ne faites rien.",
	  "Confirmer ou annuler"},
	 [NOTICE_DECLINED] = {
	  "Non confirmé", "Le rendez-vous demandé n’a pas été confirmé et n’aura pas lieu.",
	  "Vous pouvez demander une autre heure.", "Choisir une autre heure"}}},
	{"es", "Con", {
	 [NOTICE_PLACE] = {
	  "Hay una plaza libre", "Hay una plaza libre en una reunión que usted espera.",
	  "No se le guarda: es de quien reserve primero.", "Reservar"},
	 [NOTICE_ADDRESS] = {
	  "Confirme, por favor",
	  "Alguien, seguramente usted, ha pedido esta cita y ha dado esta dirección.",
	  "La hora se le guarda 30 minutos desde entonces. Si no fue usted, no haga nada.",
	  "Confirmar o cancelar"},
	 [NOTICE_DECLINED] = {
	  "No confirmada", "La cita que pidió no se ha confirmado y no tendrá lugar.",
	  "Puede pedir otra hora.", "Elegir otra hora"}}},
};
/* clang-format on */

/* Who is told, of what. */
struct notice {
	const struct host *host;
	const struct booking_type *type; /* NULL: it is offered no more */
	const struct notice_language *language;
	enum notice_about about;
	struct text id;			   /* of what it is about; constant: they are told once */
	struct text uid;		   /* of the booking; empty: it is about none */
	struct text name, email, timezone; /* theirs */
	int64_t start;
	struct text link; /* empty: to the page of the meeting */
	int64_t date;
	bool is_idle; /* there is nothing to tell any more */
};

static const struct notice_language *language_of(struct text tag)
{
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (text_equal(tag, text_from(languages[i].tag)))
			return &languages[i];
	return &languages[0];
}

/* ---- what it is about ------------------------------------------------------------------------ */

/* They may have booked meanwhile, or wait no more. */
static const struct fault *load_place(struct job_context *x, struct db *db, const struct job *j,
				      struct notice *n)
{
	struct waiting *w;
	const struct fault *f = waiting_find(db, x->arena, j->owner, j->key, &w);

	n->is_idle = !w;
	if (f || !w)
		return f;
	n->about = NOTICE_PLACE;
	n->type = host_type_by_id(n->host, w->type);
	n->language = language_of(w->language);
	n->id = w->id;
	n->name = w->name;
	n->email = w->email;
	n->timezone = w->timezone;
	n->start = w->start;
	n->date = w->told_at;
	return NULL;
}

/* It may be confirmed, or over. */
static const struct fault *load_address(struct job_context *x, struct db *db, const struct job *j,
					struct text id, struct text language, struct notice *n)
{
	struct booking *b;
	const struct fault *f = booking_find(db, x->arena, j->owner, id, &b);

	n->is_idle = !b || !booking_awaits_invitee(b) || b->lapses_at <= x->now;
	if (f || n->is_idle)
		return f;
	n->about = NOTICE_ADDRESS;
	n->type = host_type_by_id(n->host, b->type);
	n->language = language_of(language);
	n->id = b->id;
	n->uid = b->uid;
	n->name = b->invitee_name;
	n->email = b->invitee_email;
	n->timezone = b->invitee_timezone;
	n->start = b->start;
	n->date = b->created;
	n->link = book_link(x->house->desk, x->arena, b, BOOK_ADDRESS);
	return NULL;
}

static const struct fault *load_declined(struct job_context *x, struct db *db, const struct job *j,
					 struct text id, struct notice *n)
{
	struct booking *b;
	const struct fault *f = booking_find(db, x->arena, j->owner, id, &b);

	n->is_idle = !b || booking_stands(b);
	if (f || n->is_idle)
		return f;
	n->about = NOTICE_DECLINED;
	n->type = host_type_by_id(n->host, b->type);
	n->language = language_of(TEXT_NONE);
	n->id = j->key;
	n->uid = b->uid;
	n->name = b->invitee_name;
	n->email = b->invitee_email;
	n->timezone = b->invitee_timezone;
	n->start = b->start;
	n->date = b->modified;
	return NULL;
}

/* The payload names a booking that does not take place, or one and the language it was asked for
 * in; or nothing. */
static const struct fault *load(struct job_context *x, const struct job *j, struct notice *n)
{
	const struct json *root;
	struct text booking, language;
	struct db *db;
	const struct fault *f = json_parse(x->arena, j->payload, NOTICE_PAYLOAD_MAX, &root);

	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &n->host);
	n->is_idle = !n->host;
	if (f || !n->host)
		return f;
	if (json_text(json_get(root, "declined"), &booking))
		return load_declined(x, db, j, booking, n);
	if (!json_text(json_get(root, "booking"), &booking))
		return load_place(x, db, j, n);
	if (!json_text(json_get(root, "language"), &language))
		language = TEXT_NONE;
	return load_address(x, db, j, booking, language, n);
}

/* ---- the mail -------------------------------------------------------------------------------- */

static const struct notice_words *words_of(const struct notice *n)
{
	return &n->language->words[n->about];
}

/* Theirs, or the host's where they said none. */
static const struct zone *zone_of(const struct notice *n)
{
	const struct zone *z = zone_find(n->timezone);

	if (!z)
		z = zone_find(n->host->owner.timezone);
	return z ? z : zone_utc();
}

/* To a page that asks and does nothing yet: programs follow links in mails. */
static void put_link(struct buf *b, struct job_context *x, const struct notice *n, int64_t local)
{
	buf_put_text(b, n->link);
	if (n->link.len > 0)
		return;
	buf_printf(b, "%.*s/book/%.*s/%.*s?date=", TEXT_ARG(x->house->desk->url),
		   TEXT_ARG(n->host->owner.name), TEXT_ARG(n->type->slug));
	day_put(b, floor_div(local, DAY_SECONDS));
}

/* In figures that all four languages read alike, and with the offset: in a fold it decides (G9). */
static void put_when(struct buf *b, const struct notice *n, const struct zone *zone, int64_t local)
{
	int minutes = zone_offset(zone, n->start) / 60;
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
	int64_t local = zone_to_local(zone, n->start);
	const struct owner *host = &n->host->owner;
	struct buf b;

	buf_init(&b, x->arena, 512, 16 * 1024);
	buf_printf(&b, "%s\n\n%.*s\n", words_of(n)->says, TEXT_ARG(n->type->title));
	put_when(&b, n, zone, local);
	buf_printf(&b, "\n%s: %.*s <%.*s>\n\n%s\n%s: ", n->language->with,
		   TEXT_ARG(owner_title(host)), TEXT_ARG(host->email), words_of(n)->hint,
		   words_of(n)->link);
	put_link(&b, x, n, local);
	buf_put_char(&b, '\n');
	return buf_text(&b);
}

static struct mail_message compose(struct job_context *x, const struct notice *n)
{
	const struct owner *host = &n->host->owner;
	struct mail_message m = {
		.from.name = owner_title(host),
		.to = {n->name, n->email},
		.reply_to.name = owner_title(host),
		.text = write_text(x, n),
		.date = n->date,
	};

	m.subject = text_from(
		arena_printf(x->arena, "%s: %.*s", words_of(n)->subject, TEXT_ARG(n->type->title)));
	return m;
}

enum job_result job_notice(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct notice n = {.host = NULL};
	struct route_about about;
	struct mail_message m;
	const struct fault *f = load(x, j, &n);

	if (f)
		return job_post_fault(f, why_out);
	/* Once it has begun nobody takes part any more; that it was off is news even then. */
	if (n.is_idle || !n.type || (n.about != NOTICE_DECLINED && n.start <= x->now))
		return JOB_DONE;
	/* They are told once of each thing, and a second delivery is the same mail. */
	about = (struct route_about){.owner = &n.host->owner,
				     .address = n.host->owner.email,
				     .uid = n.uid.len > 0 ? n.uid : n.id,
				     .to = n.email,
				     .said = n.id,
				     .organizes = true};
	m = compose(x, &n);
	return job_post(x, &about, &m, why_out);
}

/* page_lang - see page_lang.h */
#include "api/page_lang.h"

#include "api/query.h"
#include "base/buf.h"
#include "http/request.h"

static const struct page_lang languages[] = {
	{"en",
	 {
		 "There is nothing here",
		 "This file does not exist.",
		 "This page does not exist",
		 "Perhaps the link is incomplete, or this meeting is not offered any more. Ask the "
		 "person who sent it to you.",
		 "This link does not work",
		 "It may be incomplete, or too old. Look for it in the latest mail about your "
		 "booking.",
		 "This link has been used",
		 "It opened one booking, or was good for a time. To book again, ask the person who "
		 "sent it to "
		 "you for another.",
		 "Too much at once",
		 "Please wait a moment, then load this page again.",
		 "Something went wrong here",
		 "Please load this page again in a moment. Nothing was booked or changed.",
		 "This cannot be shown",
		 "The address in your browser is not one that this server understands.",
		 "Meeting",
		 "Choosing a time here needs JavaScript. Switch it on and load this page again, or "
		 "write to "
		 "the person who sent you this link.",
		 "The busy times of this calendar (.ifb)",
		 "Reminders",
		 "Before a meeting with %.*s you get a reminder by mail.",
		 "No more reminders",
		 "No more reminders",
		 "You get no more reminders of meetings with %.*s, whatever you book. Invitations "
		 "and changes still come by mail.",
		 "Remind me again",
		 "Connected",
		 "This calendar account is connected. You can close this window.",
		 "Not connected",
		 "You did not agree, so nothing was connected. You can try again at any time.",
		 "This did not work",
		 "It took too long, or was begun somewhere else. Please connect once more.",
		 "Something is missing",
		 "Not all that is needed was granted. Please connect once more, and leave every "
		 "box ticked.",
		 "This is another account",
		 "You chose another account than the one that is to be connected again. Please "
		 "choose that one.",
		 "These are enough accounts",
		 "No more accounts can be connected. Disconnect one that you do not need.",
		 "The provider does not answer",
		 "Nothing was connected. Please try again in a few minutes.",
		 "Sign in first",
		 "Nobody is signed in here. Sign in at your page, then connect once more.",
		 "One moment",
		 "Your account is being connected.",
		 "Go on",
		 "To your page",
	 }},
	{"de",
	 {
		 "Hier ist nichts",
		 "Diese Datei gibt es nicht.",
		 "Diese Seite gibt es nicht",
		 "Vielleicht ist der Link unvollständig, oder dieser Termin wird nicht mehr "
		 "angeboten. Fragen Sie die Person, von der Sie ihn haben.",
		 "Dieser Link funktioniert nicht",
		 "Er ist unvollständig oder zu alt. Nehmen Sie den aus der neuesten E-Mail zu "
		 "Ihrer Buchung.",
		 "Dieser Link ist verbraucht",
		 "Er galt für eine Buchung oder für eine gewisse Zeit. Bitten Sie die Person, von "
		 "der Sie ihn "
		 "haben, um einen neuen.",
		 "Zu viel auf einmal",
		 "Bitte warten Sie einen Moment und laden Sie die Seite dann neu.",
		 "Hier ist etwas schiefgegangen",
		 "Bitte laden Sie die Seite gleich noch einmal. Gebucht oder geändert wurde "
		 "nichts.",
		 "Das lässt sich nicht anzeigen",
		 "Diese Adresse versteht der Server nicht.",
		 "Termin",
		 "Eine Zeit zu wählen geht hier nur mit JavaScript. Schalten Sie es ein und laden "
		 "Sie die "
		 "Seite neu, oder schreiben Sie der Person, von der Sie den Link haben.",
		 "Die belegten Zeiten dieses Kalenders (.ifb)",
		 "Erinnerungen",
		 "Vor einem Termin mit %.*s bekommen Sie eine Erinnerung per E-Mail.",
		 "Keine Erinnerungen mehr",
		 "Keine Erinnerungen mehr",
		 "Sie bekommen keine Erinnerungen an Termine mit %.*s mehr, was Sie auch buchen. "
		 "Einladungen und Änderungen kommen weiterhin per E-Mail.",
		 "Wieder erinnern",
		 "Verbunden",
		 "Dieses Kalenderkonto ist verbunden. Sie können das Fenster schließen.",
		 "Nicht verbunden",
		 "Sie haben nicht zugestimmt, also wurde nichts verbunden. Sie können es jederzeit "
		 "noch einmal versuchen.",
		 "Das hat nicht geklappt",
		 "Es hat zu lange gedauert oder wurde woanders begonnen. Bitte verbinden Sie noch "
		 "einmal.",
		 "Es fehlt etwas",
		 "Nicht alles Nötige wurde erlaubt. Bitte verbinden Sie noch einmal und lassen Sie "
		 "alle Häkchen stehen.",
		 "Das ist ein anderes Konto",
		 "Sie haben ein anderes Konto gewählt als das, das neu zu verbinden ist. Bitte "
		 "wählen Sie jenes.",
		 "Das sind genug Konten",
		 "Mehr Konten lassen sich nicht verbinden. Trennen Sie eines, das Sie nicht "
		 "brauchen.",
		 "Der Anbieter antwortet nicht",
		 "Verbunden wurde nichts. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
		 "Bitte erst anmelden",
		 "Hier ist niemand angemeldet. Melden Sie sich auf Ihrer Seite an und verbinden "
		 "Sie dann noch einmal.",
		 "Einen Moment",
		 "Ihr Konto wird verbunden.",
		 "Weiter",
		 "Zu Ihrer Seite",
	 }},
	{"fr",
	 {
		 "Il n’y a rien ici",
		 "Ce fichier n’existe pas.",
		 "Cette page n’existe pas",
		 "Le lien est peut-être incomplet, ou ce rendez-vous n’est plus proposé. "
		 "Demandez à la personne qui vous l’a envoyé.",
		 "Ce lien ne fonctionne pas",
		 "Il est peut-être incomplet ou trop ancien. Cherchez-le dans le dernier message "
		 "au sujet de votre réservation.",
		 "Ce lien a déjà servi",
		 "Il valait pour une réservation, ou pour un certain temps. Demandez-en un autre à "
		 "la personne "
		 "qui vous l’a envoyé.",
		 "Trop de demandes à la fois",
		 "Patientez un instant, puis rechargez la page.",
		 "Un problème est survenu",
		 "Rechargez la page dans un instant. Rien n’a été réservé ni modifié.",
		 "Impossible d’afficher cette page",
		 "Le serveur ne comprend pas cette adresse.",
		 "Rendez-vous",
		 "Pour choisir une heure ici, il faut JavaScript. Activez-le et rechargez la page, "
		 "ou écrivez à "
		 "la personne qui vous a envoyé ce lien.",
		 "Les heures occupées de cet agenda (.ifb)",
		 "Rappels",
		 "Avant un rendez-vous avec %.*s, vous recevez un rappel par e-mail.",
		 "Plus de rappels",
		 "Plus de rappels",
		 "Vous ne recevez plus de rappels de vos rendez-vous avec %.*s, quoi que vous "
		 "réserviez. Les invitations et les changements arrivent toujours par e-mail.",
		 "Me rappeler de nouveau",
		 "Connecté",
		 "Ce compte d’agenda est connecté. Vous pouvez fermer cette fenêtre.",
		 "Pas connecté",
		 "Vous n’avez pas donné votre accord : rien n’a été connecté. Vous pouvez "
		 "réessayer à tout moment.",
		 "Cela n’a pas marché",
		 "C’était trop long, ou commencé ailleurs. Veuillez connecter le compte encore une "
		 "fois.",
		 "Il manque quelque chose",
		 "Tout ce qu’il faut n’a pas été accordé. Connectez le compte encore une fois et "
		 "laissez toutes les cases cochées.",
		 "C’est un autre compte",
		 "Vous avez choisi un autre compte que celui qu’il faut reconnecter. Veuillez "
		 "choisir celui-là.",
		 "Cela fait assez de comptes",
		 "On ne peut pas connecter plus de comptes. Déconnectez-en un dont vous n’avez pas "
		 "besoin.",
		 "Le fournisseur ne répond pas",
		 "Rien n’a été connecté. Réessayez dans quelques minutes.",
		 "Connectez-vous d’abord",
		 "Personne n’est identifié ici. Identifiez-vous sur votre page, puis connectez le "
		 "compte encore une fois.",
		 "Un instant",
		 "Votre compte est en cours de connexion.",
		 "Continuer",
		 "Vers votre page",
	 }},
	{"es",
	 {
		 "Aquí no hay nada",
		 "Este archivo no existe.",
		 "Esta página no existe",
		 "Quizá el enlace esté incompleto o esta cita ya no se ofrezca. Pregunte a la "
		 "persona que se lo envió.",
		 "Este enlace no funciona",
		 "Puede estar incompleto o ser demasiado antiguo. Búsquelo en el último correo "
		 "sobre su reserva.",
		 "Este enlace ya se ha usado",
		 "Valía para una reserva o durante un tiempo. Pida otro a la persona que se lo "
		 "envió.",
		 "Demasiadas peticiones a la vez",
		 "Espere un momento y vuelva a cargar la página.",
		 "Algo ha fallado",
		 "Vuelva a cargar la página en un momento. No se ha reservado ni cambiado nada.",
		 "No se puede mostrar",
		 "El servidor no entiende esta dirección.",
		 "Cita",
		 "Para elegir una hora aquí hace falta JavaScript. Actívelo y vuelva a cargar la "
		 "página, o "
		 "escriba a la persona que le envió el enlace.",
		 "Las horas ocupadas de este calendario (.ifb)",
		 "Recordatorios",
		 "Antes de una cita con %.*s recibe un recordatorio por correo.",
		 "No más recordatorios",
		 "No más recordatorios",
		 "Ya no recibe recordatorios de citas con %.*s, reserve lo que reserve. Las "
		 "invitaciones y los cambios siguen llegando por correo.",
		 "Volver a recordarme",
		 "Conectada",
		 "Esta cuenta de calendario está conectada. Puede cerrar esta ventana.",
		 "No conectada",
		 "No dio su consentimiento, así que no se ha conectado nada. Puede intentarlo de "
		 "nuevo cuando quiera.",
		 "No ha funcionado",
		 "Tardó demasiado o se empezó en otro sitio. Conecte la cuenta otra vez.",
		 "Falta algo",
		 "No se concedió todo lo necesario. Conecte la cuenta otra vez y deje marcadas "
		 "todas las casillas.",
		 "Es otra cuenta",
		 "Eligió una cuenta distinta de la que hay que volver a conectar. Elija esa.",
		 "Ya son bastantes cuentas",
		 "No se pueden conectar más cuentas. Desconecte una que no necesite.",
		 "El proveedor no responde",
		 "No se ha conectado nada. Inténtelo de nuevo dentro de unos minutos.",
		 "Primero inicie sesión",
		 "Aquí nadie ha iniciado sesión. Iníciela en su página y conecte la cuenta otra "
		 "vez.",
		 "Un momento",
		 "Su cuenta se está conectando.",
		 "Continuar",
		 "A su página",
	 }},
};

static const struct {
	const char *key, *says[ARRAY_LEN(languages)];
	bool manages;
} script_words[] = {
#define WORD(key, en, de, fr, es)   {#key, {en, de, fr, es}, false},
#define MANAGE(key, en, de, fr, es) {#key, {en, de, fr, es}, true},
#include "api/page_words.tbl.h"
#undef WORD
#undef MANAGE
};

void page_lang_put_words(struct buf *out, const struct page_lang *l, bool manages)
{
	for (size_t i = 0; i < ARRAY_LEN(script_words); i++) {
		if (script_words[i].manages && !manages)
			continue;
		buf_put_str(out, script_words[i].key);
		buf_put_char(out, '\t');
		buf_put_str(out, script_words[i].says[l - languages]);
		buf_put_char(out, '\n');
	}
}

const struct page_lang *page_lang_find(struct text tag)
{
	ptrdiff_t region = text_find_char(tag, '-', 0);
	struct text language = region < 0 ? tag : text_sub(tag, 0, (size_t)region);

	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (text_equal_nocase(language, text_from(languages[i].tag)))
			return &languages[i];
	return NULL;
}

/* "0.8" as 800; what is no weight counts as 1, and 0 is refused (RFC 9110 §12.4.2). */
static int weight_of(struct text parameter)
{
	int weight = 0, unit = 100;

	parameter = text_trim(parameter);
	if (!text_starts_nocase(parameter, TEXT("q=0")))
		return 1000;
	for (size_t i = 4; i < parameter.len && unit > 0; i++, unit /= 10)
		if (parameter.at[i] >= '0' && parameter.at[i] <= '9')
			weight += unit * (parameter.at[i] - '0');
	return weight;
}

const struct page_lang *page_lang_accepted(struct text field)
{
	const struct page_lang *best = NULL;
	struct text range, name;
	int most = 0;

	while (text_next(&field, ',', &range)) {
		const struct page_lang *l;
		int weight;

		if (!text_next(&range, ';', &name))
			continue;
		l = page_lang_find(text_trim(name));
		weight = weight_of(range);
		if (l && weight > most) {
			best = l;
			most = weight;
		}
	}
	return best;
}

const struct page_lang *page_lang(const struct http_request *rq)
{
	const struct page_lang *l = NULL;
	struct text named = TEXT_NONE;
	const struct query_param params[] = {{TEXT("lang"), &named}};

	/* A query that cannot be read is no reason to say nothing. */
	if (!query_read(rq->arena, rq->query, params, ARRAY_LEN(params)))
		l = page_lang_find(named);
	if (!l)
		l = page_lang_accepted(http_header(rq, "Accept-Language"));
	return l ? l : &languages[0];
}

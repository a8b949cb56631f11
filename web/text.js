// text.js - what the booking pages say, in the language that the server chose for the page
//
// A word and what it is in English, German, French, Spanish; "one|several" where a number decides.

const table = `
wait
	One moment …
	Einen Moment …
	Un instant…
	Un momento…
offline
	No connection. Try again: nothing is booked twice.
	Keine Verbindung. Versuchen Sie es noch einmal: Doppelt gebucht wird nichts.
	Pas de connexion. Réessayez : rien n’est réservé deux fois.
	Sin conexión. Inténtelo de nuevo: nada se reserva dos veces.
failed
	The server cannot answer now. Please try again.
	Der Server antwortet nicht. Bitte noch einmal versuchen.
	Le serveur ne répond pas. Veuillez réessayer.
	El servidor no responde. Inténtelo de nuevo.
meetings
	Choose a meeting
	Termin auswählen
	Choisissez un rendez-vous
	Elija una cita
noMeetings
	Nothing is offered here just now.
	Zurzeit wird hier nichts angeboten.
	Rien n’est proposé ici pour le moment.
	Ahora mismo no se ofrece nada aquí.
choose
	Choose a day and a time
	Tag und Uhrzeit wählen
	Choisissez un jour et une heure
	Elija un día y una hora
howLong
	How long?
	Wie lange?
	Quelle durée ?
	¿Cuánto tiempo?
previous
	Previous month
	Voriger Monat
	Mois précédent
	Mes anterior
next
	Next month
	Nächster Monat
	Mois suivant
	Mes siguiente
dayBefore
	Previous open day
	Voriger freier Tag
	Jour libre précédent
	Día libre anterior
dayAfter
	Next open day
	Nächster freier Tag
	Jour libre suivant
	Día libre siguiente
open
	{n} open time|{n} open times
	{n} freie Zeit|{n} freie Zeiten
	{n} heure libre|{n} heures libres
	{n} hora libre|{n} horas libres
noneOpen
	nothing open
	nichts frei
	rien de libre
	nada libre
openDays
	{n} open day|{n} open days
	{n} freier Tag|{n} freie Tage
	{n} jour libre|{n} jours libres
	{n} día libre|{n} días libres
emptyMonth
	Nothing is open in this month.
	In diesem Monat ist nichts frei.
	Rien n’est libre ce mois-ci.
	No hay nada libre en este mes.
zone
	Times are shown in
	Zeiten gelten für
	Heures affichées pour
	Las horas son de
nowThere
	It is {time} there now.
	Dort ist es jetzt {time}.
	Il y est {time}.
	Allí es ahora {time}.
clocks
	Clocks change on this day: from {before} to {after}.
	An diesem Tag wird die Uhr umgestellt: von {before} auf {after}.
	L’heure change ce jour-là : de {before} à {after}.
	Ese día cambia la hora: de {before} a {after}.
left
	{n} place left|{n} places left
	noch {n} Platz|noch {n} Plätze
	{n} place libre|{n} places libres
	queda {n} plaza|quedan {n} plazas
details
	Your details
	Ihre Angaben
	Vos coordonnées
	Sus datos
again
	Choose another time
	Andere Zeit wählen
	Choisir une autre heure
	Elegir otra hora
name
	Your name
	Ihr Name
	Votre nom
	Su nombre
email
	Your email address
	Ihre E-Mail-Adresse
	Votre adresse e-mail
	Su correo electrónico
emailHint
	The invitation goes there.
	Dorthin geht die Einladung.
	L’invitation y sera envoyée.
	Ahí se envía la invitación.
optional
	optional
	freiwillig
	facultatif
	opcional
pick
	Please choose
	Bitte wählen
	Veuillez choisir
	Elija
yes
	Yes
	Ja
	Oui
	Sí
no
	No
	Nein
	Non
	No
book
	Book this time
	Diese Zeit buchen
	Réserver cette heure
	Reservar esta hora
request
	Request this time
	Diese Zeit anfragen
	Demander cette heure
	Solicitar esta hora
confirmHint
	{host} confirms each booking; you hear by email.
	{host} bestätigt jede Buchung; Sie hören per E-Mail davon.
	{host} confirme chaque réservation ; vous serez averti par e-mail.
	{host} confirma cada reserva; se le avisa por correo.
needEmail
	Please give an address like name@example.org.
	Bitte eine Adresse wie name@example.org angeben.
	Veuillez donner une adresse comme nom@example.org.
	Escriba una dirección como nombre@example.org.
needAnswer
	Please fill this in.
	Bitte ausfüllen.
	Veuillez remplir ce champ.
	Rellene este campo.
needPhone
	Please give a number like +44 20 7946 0958.
	Bitte eine Nummer wie +49 30 901820 angeben.
	Veuillez donner un numéro comme +33 1 42 76 40 40.
	Escriba un teléfono como +34 914 80 00 00.
badAnswer
	This is not accepted; please write it differently.
	Das geht hier nicht; bitte anders schreiben.
	Ceci n’est pas accepté ; écrivez-le autrement.
	Esto no se acepta; escríbalo de otra forma.
taken
	This time was just booked by someone else.
	Diese Zeit hat gerade jemand anderes gebucht.
	Cette heure vient d’être réservée par quelqu’un d’autre.
	Otra persona acaba de reservar esta hora.
stillOpen
	These times of that day are still open.
	Diese Zeiten des Tages sind noch frei.
	Ces heures du même jour sont encore libres.
	Estas horas del mismo día siguen libres.
noneLeft
	Nothing is left on that day.
	An diesem Tag ist nichts mehr frei.
	Il ne reste rien ce jour-là.
	Ese día ya no queda nada.
too_soon
	It is too late to book this time.
	Für diese Zeit ist es zu kurzfristig.
	Il est trop tard pour réserver cette heure.
	Ya no da tiempo a reservar esta hora.
limit
	No more can be booked in that period.
	In diesem Zeitraum geht nichts mehr.
	On ne peut plus réserver dans cette période.
	No se puede reservar más en ese periodo.
calendar_stale
	The calendar cannot be checked now; please try later.
	Der Kalender lässt sich jetzt nicht prüfen; bitte später versuchen.
	L’agenda ne peut pas être vérifié ; réessayez plus tard.
	Ahora no se puede consultar el calendario.
notOffered
	This time is not offered any more.
	Diese Zeit wird nicht mehr angeboten.
	Cette heure n’est plus proposée.
	Esta hora ya no se ofrece.
tooMany
	Too many requests; please wait a few minutes.
	Zu viele Anfragen; bitte ein paar Minuten warten.
	Trop de demandes ; attendez quelques minutes.
	Demasiadas peticiones; espere unos minutos.
booked
	You are booked
	Ihr Termin ist gebucht
	C’est réservé
	Su cita está reservada
requested
	Your request was sent
	Ihre Anfrage ist gesendet
	Votre demande est envoyée
	Su solicitud está enviada
invited
	An invitation is on its way to {email}.
	Eine Einladung ist unterwegs an {email}.
	Une invitation est en route vers {email}.
	La invitación va de camino a {email}.
hear
	{host} has yet to confirm. You hear at {email}.
	{host} muss noch bestätigen. Die Antwort geht an {email}.
	{host} doit encore confirmer. La réponse ira à {email}.
	{host} aún tiene que confirmar. La respuesta irá a {email}.
what
	What
	Was
	Quoi
	Qué
when
	When
	Wann
	Quand
	Cuándo
whenHost
	For {host}
	Bei {host}
	Pour {host}
	Para {host}
where
	Where
	Wo
	Où
	Dónde
who
	Who
	Wer
	Qui
	Quién
withHost
	{title} with {host}
	{title} mit {host}
	{title} avec {host}
	{title} con {host}
callYou
	{host} calls you
	{host} ruft Sie an
	{host} vous appelle
	{host} le llama
online
	Online; the link comes with the invitation
	Online; den Link enthält die Einladung
	En ligne ; le lien est dans l’invitation
	En línea; el enlace va en la invitación
manage
	Change or cancel
	Ändern oder absagen
	Modifier ou annuler
	Cambiar o cancelar
print
	Print
	Drucken
	Imprimer
	Imprimir
add
	Add to calendar
	In den Kalender
	Ajouter à l’agenda
	Añadir al calendario
yours
	Your booking
	Ihre Buchung
	Votre réservation
	Su reserva
pending
	{host} has yet to confirm this time.
	{host} muss diese Zeit noch bestätigen.
	{host} doit encore confirmer cette heure.
	{host} aún tiene que confirmar esta hora.
over
	This meeting is over.
	Dieser Termin ist vorbei.
	Ce rendez-vous est passé.
	Esta cita ya ha pasado.
gone
	This booking is cancelled.
	Dieser Termin ist abgesagt.
	Cette réservation est annulée.
	Esta reserva está cancelada.
cancel
	Cancel the booking
	Termin absagen
	Annuler la réservation
	Cancelar la reserva
cancelAsk
	Cancel this booking?
	Diesen Termin absagen?
	Annuler cette réservation ?
	¿Cancelar esta reserva?
cancelText
	The time becomes free, and everybody invited is told.
	Die Zeit wird frei, und alle Eingeladenen erfahren es.
	L’heure redevient libre, et les personnes invitées sont averties.
	La hora queda libre, y se avisa a las personas invitadas.
reason
	Reason (optional)
	Grund (freiwillig)
	Motif (facultatif)
	Motivo (opcional)
cancelYes
	Yes, cancel it
	Ja, absagen
	Oui, annuler
	Sí, cancelarla
cancelNo
	No, keep it
	Nein, behalten
	Non, garder
	No, mantenerla
keep
	Keep the present time
	Jetzige Zeit behalten
	Garder l’heure actuelle
	Mantener la hora actual
moveAsk
	Move to this time?
	Auf diese Zeit verschieben?
	Déplacer à cette heure ?
	¿Cambiar a esta hora?
moveYes
	Yes, move it
	Ja, verschieben
	Oui, déplacer
	Sí, cambiar
moved
	Moved. A new invitation is on its way.
	Verschoben. Eine neue Einladung ist unterwegs.
	Déplacé. Une nouvelle invitation est en route.
	Cambiada. Va de camino una nueva invitación.
changed
	It was changed meanwhile; now it stands so.
	Inzwischen wurde etwas geändert; so steht es jetzt.
	Il y a eu un changement entre-temps ; voici l’état actuel.
	Ha habido un cambio; así está ahora.
refused
	This is not possible any more; please write to {host}.
	Das geht jetzt nicht mehr; bitte schreiben Sie an {host}.
	Ce n’est plus possible ; veuillez écrire à {host}.
	Ya no es posible; escriba a {host}.
`;

export const lang = document.documentElement.lang;
export const data = JSON.parse(document.getElementById("page").dataset.data);
const column = ["en", "de", "fr", "es"].indexOf(lang);
const words = new Map(table.trim().split(/\n(?!\t)/).map((row) => {
	const [key, ...texts] = row.split("\n\t");
	return [key, texts[column].split("|")];
}));
const plural = new Intl.PluralRules(lang);

export function t(key, values = {}) {
	const forms = words.get(key);
	const text = forms[forms.length > 1 && plural.select(values.n) !== "one" ? 1 : 0];
	return text.replace(/\{(\w+)\}/g, (_, name) => values[name] || data.host_name);
}

export function knows(key) {
	return words.has(key);
}

/*
 * page_words.tbl.h - what the scripts of the booking pages say: English, German, French, Spanish
 *
 *	WORD(key, en, de, fr, es)
 *	MANAGE(key, en, de, fr, es)	is said by the page behind the link in a mail alone
 *
 * "one|several" where a number {n} decides; {host} is the name of the host, and other names in
 * braces are what a script puts there. A page carries the words of its own language alone.
 */
/* clang-format off */

WORD(wait,
     "One moment …",
     "Einen Moment …",
     "Un instant…",
     "Un momento…")
WORD(offline,
     "No connection. Try again: nothing is booked twice.",
     "Keine Verbindung. Versuchen Sie es noch einmal: Doppelt gebucht wird nichts.",
     "Pas de connexion. Réessayez : rien n’est réservé deux fois.",
     "Sin conexión. Inténtelo de nuevo: nada se reserva dos veces.")
WORD(failed,
     "The server cannot answer now. Please try again.",
     "Der Server antwortet nicht. Bitte noch einmal versuchen.",
     "Le serveur ne répond pas. Veuillez réessayer.",
     "El servidor no responde. Inténtelo de nuevo.")
WORD(meetings,
     "Choose a meeting",
     "Termin auswählen",
     "Choisissez un rendez-vous",
     "Elija una cita")
WORD(noMeetings,
     "Nothing is offered here just now.",
     "Zurzeit wird hier nichts angeboten.",
     "Rien n’est proposé ici pour le moment.",
     "Ahora mismo no se ofrece nada aquí.")
WORD(choose,
     "Choose a day and a time",
     "Tag und Uhrzeit wählen",
     "Choisissez un jour et une heure",
     "Elija un día y una hora")
WORD(howLong,
     "How long?",
     "Wie lange?",
     "Quelle durée ?",
     "¿Cuánto tiempo?")
WORD(previous,
     "Previous month",
     "Voriger Monat",
     "Mois précédent",
     "Mes anterior")
WORD(next,
     "Next month",
     "Nächster Monat",
     "Mois suivant",
     "Mes siguiente")
WORD(dayBefore,
     "Previous open day",
     "Voriger freier Tag",
     "Jour libre précédent",
     "Día libre anterior")
WORD(dayAfter,
     "Next open day",
     "Nächster freier Tag",
     "Jour libre suivant",
     "Día libre siguiente")
WORD(open,
     "{n} open time|{n} open times",
     "{n} freie Zeit|{n} freie Zeiten",
     "{n} heure libre|{n} heures libres",
     "{n} hora libre|{n} horas libres")
WORD(noneOpen,
     "nothing open",
     "nichts frei",
     "rien de libre",
     "nada libre")
WORD(openDays,
     "{n} open day|{n} open days",
     "{n} freier Tag|{n} freie Tage",
     "{n} jour libre|{n} jours libres",
     "{n} día libre|{n} días libres")
WORD(emptyMonth,
     "Nothing is open in this month.",
     "In diesem Monat ist nichts frei.",
     "Rien n’est libre ce mois-ci.",
     "No hay nada libre en este mes.")
WORD(firstOpen,
     "To the first open day",
     "Zum ersten freien Tag",
     "Au premier jour libre",
     "Al primer día libre")
WORD(nothingUntil,
     "Nothing is open up to {day}. Please look again later.",
     "Bis {day} ist nichts frei. Bitte schauen Sie später wieder vorbei.",
     "Rien n’est libre jusqu’au {day}. Revenez plus tard.",
     "No hay nada libre hasta el {day}. Vuelva a mirar más tarde.")
WORD(zone,
     "Times are shown in",
     "Zeiten gelten für",
     "Heures affichées pour",
     "Las horas son de")
WORD(nowThere,
     "It is {time} there now.",
     "Dort ist es jetzt {time}.",
     "Il y est {time}.",
     "Allí es ahora {time}.")
WORD(clocks,
     "Clocks change on this day, from {before} to {after}: it has {hours}.",
     "An diesem Tag wird die Uhr umgestellt, von {before} auf {after}: Er hat {hours}.",
     "L’heure change ce jour-là, de {before} à {after} : il compte {hours}.",
     "Ese día cambia la hora, de {before} a {after}: tiene {hours}.")
WORD(left,
     "{n} place left|{n} places left",
     "noch {n} Platz|noch {n} Plätze",
     "{n} place libre|{n} places libres",
     "queda {n} plaza|quedan {n} plazas")
WORD(full,
     "All places are taken.",
     "Alle Plätze sind vergeben.",
     "Toutes les places sont prises.",
     "Todas las plazas están ocupadas.")
WORD(fullWait,
     "waiting list",
     "Warteliste",
     "liste d’attente",
     "lista de espera")
WORD(details,
     "Your details",
     "Ihre Angaben",
     "Vos coordonnées",
     "Sus datos")
WORD(again,
     "Choose another time",
     "Andere Zeit wählen",
     "Choisir une autre heure",
     "Elegir otra hora")
WORD(name,
     "Your name",
     "Ihr Name",
     "Votre nom",
     "Su nombre")
WORD(email,
     "Your email address",
     "Ihre E-Mail-Adresse",
     "Votre adresse e-mail",
     "Su correo electrónico")
WORD(emailHint,
     "The invitation goes there.",
     "Dorthin geht die Einladung.",
     "L’invitation y sera envoyée.",
     "Ahí se envía la invitación.")
WORD(phone,
     "Your phone number",
     "Ihre Telefonnummer",
     "Votre numéro de téléphone",
     "Su número de teléfono")
WORD(places,
     "How many places?",
     "Wie viele Plätze?",
     "Combien de places ?",
     "¿Cuántas plazas?")
WORD(repeat,
     "How often?",
     "Wie oft?",
     "À quelle fréquence ?",
     "¿Con qué frecuencia?")
WORD(once,
     "Once",
     "Einmal",
     "Une fois",
     "Una vez")
WORD(weekly,
     "Every week, {n} times",
     "Jede Woche, {n}-mal",
     "Chaque semaine, {n} fois",
     "Cada semana, {n} veces")
WORD(often,
     "{n} times",
     "{n}-mal",
     "{n} fois",
     "{n} veces")
WORD(lastOn,
     "The last time on {day}.",
     "Das letzte Mal am {day}.",
     "La dernière fois le {day}.",
     "La última vez el {day}.")
WORD(optional,
     "optional",
     "freiwillig",
     "facultatif",
     "opcional")
WORD(pick,
     "Please choose",
     "Bitte wählen",
     "Veuillez choisir",
     "Elija")
WORD(yes,
     "Yes",
     "Ja",
     "Oui",
     "Sí")
WORD(no,
     "No",
     "Nein",
     "Non",
     "No")
WORD(book,
     "Book this time",
     "Diese Zeit buchen",
     "Réserver cette heure",
     "Reservar esta hora")
WORD(request,
     "Request this time",
     "Diese Zeit anfragen",
     "Demander cette heure",
     "Solicitar esta hora")
WORD(join,
     "Join the waiting list",
     "Auf die Warteliste",
     "Rejoindre la liste d’attente",
     "Apuntarse a la lista de espera")
WORD(joinHint,
     "You hear by email when one becomes free.",
     "Wird einer frei, hören Sie per E-Mail davon.",
     "Vous serez averti par e-mail si l’une se libère.",
     "Se le avisa por correo si queda una libre.")
WORD(confirmHint,
     "{host} confirms each booking; you hear by email.",
     "{host} bestätigt jede Buchung; Sie hören per E-Mail davon.",
     "{host} confirme chaque réservation ; vous serez averti par e-mail.",
     "{host} confirma cada reserva; se le avisa por correo.")
WORD(needEmail,
     "Please give an address like name@example.org.",
     "Bitte eine Adresse wie name@example.org angeben.",
     "Veuillez donner une adresse comme nom@example.org.",
     "Escriba una dirección como nombre@example.org.")
WORD(needAnswer,
     "Please fill this in.",
     "Bitte ausfüllen.",
     "Veuillez remplir ce champ.",
     "Rellene este campo.")
WORD(needPhone,
     "Please give a number like +44 20 7946 0958.",
     "Bitte eine Nummer wie +49 30 901820 angeben.",
     "Veuillez donner un numéro comme +33 1 42 76 40 40.",
     "Escriba un teléfono como +34 914 80 00 00.")
WORD(needNumber,
     "Please give a whole number.",
     "Bitte eine ganze Zahl angeben.",
     "Veuillez donner un nombre entier.",
     "Escriba un número entero.")
WORD(badAnswer,
     "This is not accepted; please write it differently.",
     "Das geht hier nicht; bitte anders schreiben.",
     "Ceci n’est pas accepté ; écrivez-le autrement.",
     "Esto no se acepta; escríbalo de otra forma.")
WORD(slot_taken,
     "This time was just booked by someone else.",
     "Diese Zeit hat gerade jemand anderes gebucht.",
     "Cette heure vient d’être réservée par quelqu’un d’autre.",
     "Otra persona acaba de reservar esta hora.")
WORD(stillOpen,
     "These times of that day are still open.",
     "Diese Zeiten des Tages sind noch frei.",
     "Ces heures du même jour sont encore libres.",
     "Estas horas del mismo día siguen libres.")
WORD(noneLeft,
     "Nothing is left on that day.",
     "An diesem Tag ist nichts mehr frei.",
     "Il ne reste rien ce jour-là.",
     "Ese día ya no queda nada.")
WORD(clashes,
     "Not all of these times are open, so nothing is booked. In the way: {days}.",
     "Nicht alle diese Zeiten sind frei, gebucht ist nichts. Es fehlt: {days}.",
     "Ces heures ne sont pas toutes libres, rien n’est réservé ({days}).",
     "No todas esas horas están libres; no hay nada reservado ({days}).")
WORD(too_soon,
     "It is too late to book this time.",
     "Für diese Zeit ist es zu kurzfristig.",
     "Il est trop tard pour réserver cette heure.",
     "Ya no da tiempo a reservar esta hora.")
WORD(limit,
     "No more can be booked in that period.",
     "In diesem Zeitraum geht nichts mehr.",
     "On ne peut plus réserver dans cette période.",
     "No se puede reservar más en ese periodo.")
WORD(calendar_stale,
     "The calendar cannot be checked now; please try later.",
     "Der Kalender lässt sich jetzt nicht prüfen; bitte später versuchen.",
     "L’agenda ne peut pas être vérifié ; réessayez plus tard.",
     "Ahora no se puede consultar el calendario.")
WORD(not_offered,
     "This time is not offered any more.",
     "Diese Zeit wird nicht mehr angeboten.",
     "Cette heure n’est plus proposée.",
     "Esta hora ya no se ofrece.")
WORD(link_spent,
     "This link has been used; ask {host} for another.",
     "Dieser Link ist verbraucht; bitten Sie {host} um einen neuen.",
     "Ce lien a déjà servi ; demandez-en un autre à {host}.",
     "Este enlace ya se ha usado; pida otro a {host}.")
WORD(tooMany,
     "Too many requests; please wait a few minutes.",
     "Zu viele Anfragen; bitte ein paar Minuten warten.",
     "Trop de demandes ; attendez quelques minutes.",
     "Demasiadas peticiones; espere unos minutos.")
WORD(booked,
     "You are booked",
     "Ihr Termin ist gebucht",
     "C’est réservé",
     "Su cita está reservada")
WORD(requested,
     "Your request was sent",
     "Ihre Anfrage ist gesendet",
     "Votre demande est envoyée",
     "Su solicitud está enviada")
WORD(invited,
     "An invitation is on its way to {email}.",
     "Eine Einladung ist unterwegs an {email}.",
     "Une invitation est en route vers {email}.",
     "La invitación va de camino a {email}.")
WORD(look,
     "Look into your mail",
     "Sehen Sie in Ihre E-Mails",
     "Regardez vos e-mails",
     "Mire su correo")
WORD(byMail,
     "Confirm by the link sent to {email} within 30 minutes.",
     "Bestätigen Sie binnen 30 Minuten mit dem Link an {email}.",
     "Confirmez sous 30 minutes par le lien envoyé à {email}.",
     "Confirme antes de 30 minutos con el enlace enviado a {email}.")
MANAGE(proof,
     "Not booked yet: please confirm.",
     "Noch nicht gebucht: bitte bestätigen.",
     "Pas encore réservé : veuillez confirmer.",
     "Aún no está reservada: confirme, por favor.")
WORD(confirm,
     "Confirm",
     "Bestätigen",
     "Confirmer",
     "Confirmar")
WORD(hear,
     "{host} has yet to confirm. You hear at {email}.",
     "{host} muss noch bestätigen. Die Antwort geht an {email}.",
     "{host} doit encore confirmer. La réponse ira à {email}.",
     "{host} aún tiene que confirmar. La respuesta irá a {email}.")
WORD(waits,
     "You are on the waiting list",
     "Sie stehen auf der Warteliste",
     "Vous êtes sur la liste d’attente",
     "Está en la lista de espera")
WORD(inLine,
     "You are number {n}. When it is your turn, you hear at {email}.",
     "Sie sind Nummer {n}. Sind Sie an der Reihe, geht eine Nachricht an {email}.",
     "Vous êtes au rang {n}. À votre tour, un message ira à {email}.",
     "Su puesto es el {n}. Cuando le toque, se le avisa en {email}.")
WORD(leave,
     "Leave the list",
     "Von der Liste streichen",
     "Quitter la liste",
     "Salir de la lista")
WORD(waiting,
     "You are on the list already, or a place is free: look again.",
     "Sie stehen schon auf der Liste, oder ein Platz ist frei: Sehen Sie noch einmal nach.",
     "Vous êtes déjà sur la liste, ou une place est libre : regardez à nouveau.",
     "Ya está en la lista o hay una plaza: mire otra vez.")
WORD(what,
     "What",
     "Was",
     "Quoi",
     "Qué")
WORD(when,
     "When",
     "Wann",
     "Quand",
     "Cuándo")
WORD(whenHost,
     "For {host}",
     "Bei {host}",
     "Pour {host}",
     "Para {host}")
WORD(where,
     "Where",
     "Wo",
     "Où",
     "Dónde")
WORD(who,
     "Who",
     "Wer",
     "Qui",
     "Quién")
WORD(because,
     "Reason",
     "Grund",
     "Motif",
     "Motivo")
WORD(withHost,
     "{title} with {host}",
     "{title} mit {host}",
     "{title} avec {host}",
     "{title} con {host}")
WORD(callYou,
     "{host} calls you",
     "{host} ruft Sie an",
     "{host} vous appelle",
     "{host} le llama")
WORD(online,
     "Online; the link comes with the invitation",
     "Online; den Link enthält die Einladung",
     "En ligne ; le lien est dans l’invitation",
     "En línea; el enlace va en la invitación")
WORD(manage,
     "Change or cancel",
     "Ändern oder absagen",
     "Modifier ou annuler",
     "Cambiar o cancelar")
WORD(print,
     "Print",
     "Drucken",
     "Imprimer",
     "Imprimir")
WORD(add,
     "Add to calendar",
     "In den Kalender",
     "Ajouter à l’agenda",
     "Añadir al calendario")
WORD(yours,
     "Your booking",
     "Ihre Buchung",
     "Votre réservation",
     "Su reserva")
MANAGE(pending,
     "{host} has yet to confirm this time.",
     "{host} muss diese Zeit noch bestätigen.",
     "{host} doit encore confirmer cette heure.",
     "{host} aún tiene que confirmar esta hora.")
MANAGE(over,
     "This meeting is over.",
     "Dieser Termin ist vorbei.",
     "Ce rendez-vous est passé.",
     "Esta cita ya ha pasado.")
MANAGE(cancelled,
     "This booking is cancelled.",
     "Dieser Termin ist abgesagt.",
     "Cette réservation est annulée.",
     "Esta reserva está cancelada.")
MANAGE(declined,
     "{host} cannot take this time; nothing is booked.",
     "{host} kann diese Zeit nicht annehmen; gebucht ist nichts.",
     "{host} ne peut pas accepter cette heure ; rien n’est réservé.",
     "{host} no puede aceptar esta hora; no hay nada reservado.")
WORD(cancel,
     "Cancel the booking",
     "Termin absagen",
     "Annuler la réservation",
     "Cancelar la reserva")
MANAGE(cancelAsk,
     "Cancel this booking?",
     "Diesen Termin absagen?",
     "Annuler cette réservation ?",
     "¿Cancelar esta reserva?")
MANAGE(cancelText,
     "The time becomes free, and everybody invited is told.",
     "Die Zeit wird frei, und alle Eingeladenen erfahren es.",
     "L’heure redevient libre, et les personnes invitées sont averties.",
     "La hora queda libre, y se avisa a las personas invitadas.")
WORD(reason,
     "Reason (optional)",
     "Grund (freiwillig)",
     "Motif (facultatif)",
     "Motivo (opcional)")
MANAGE(cancelYes,
     "Yes, cancel it",
     "Ja, absagen",
     "Oui, annuler",
     "Sí, cancelarla")
MANAGE(cancelNo,
     "No, keep it",
     "Nein, behalten",
     "Non, garder",
     "No, mantenerla")
WORD(keep,
     "Keep the present time",
     "Jetzige Zeit behalten",
     "Garder l’heure actuelle",
     "Mantener la hora actual")
MANAGE(moveAsk,
     "Move to this time?",
     "Auf diese Zeit verschieben?",
     "Déplacer à cette heure ?",
     "¿Cambiar a esta hora?")
MANAGE(moveNo,
     "Choose another time",
     "Andere Zeit wählen",
     "Choisir une autre heure",
     "Elegir otra hora")
MANAGE(moveYes,
     "Yes, move it",
     "Ja, verschieben",
     "Oui, déplacer",
     "Sí, cambiar")
MANAGE(moved,
     "Moved. A new invitation is on its way.",
     "Verschoben. Eine neue Einladung ist unterwegs.",
     "Déplacé. Une nouvelle invitation est en route.",
     "Cambiada. Va de camino una nueva invitación.")
MANAGE(changed,
     "It was changed meanwhile; now it stands so.",
     "Inzwischen wurde etwas geändert; so steht es jetzt.",
     "Il y a eu un changement entre-temps ; voici l’état actuel.",
     "Ha habido un cambio; así está ahora.")
MANAGE(cancel_until,
     "It is too late to cancel; please write to {host}.",
     "Zum Absagen ist es zu spät; bitte schreiben Sie an {host}.",
     "Il est trop tard pour annuler ; écrivez à {host}.",
     "Ya es tarde para cancelar; escriba a {host}.")
MANAGE(move_until,
     "It is too late to move; please write to {host}.",
     "Zum Verschieben ist es zu spät; bitte schreiben Sie an {host}.",
     "Il est trop tard pour déplacer ; écrivez à {host}.",
     "Ya es tarde para cambiar la hora; escriba a {host}.")
WORD(cancelBefore,
     "Can be cancelled up to {time} before it starts.",
     "Absagen geht bis {time} vor Beginn.",
     "Annulation jusqu’à {time} avant le début.",
     "Se puede cancelar hasta {time} antes.")
WORD(moveBefore,
     "Can be moved up to {time} before it starts.",
     "Verschieben geht bis {time} vor Beginn.",
     "Déplacement jusqu’à {time} avant le début.",
     "Se puede cambiar hasta {time} antes.")
MANAGE(seats,
     "Others come, too, so it cannot be moved; cancel your place and book another.",
     "Andere kommen auch, also bleibt die Zeit; sagen Sie Ihren Platz ab und buchen Sie neu.",
     "D’autres viennent aussi ; annulez votre place et réservez-en une autre.",
     "También vienen otros; cancele su plaza y reserve otra.")
MANAGE(series,
     "A series is not moved as one; cancel it and book another.",
     "Eine Serie wird nicht im Ganzen verschoben; sagen Sie sie ab und buchen Sie neu.",
     "Une série ne se déplace pas d’un bloc ; annulez-la et réservez-en une autre.",
     "Una serie no se cambia entera; cancélela y reserve otra.")

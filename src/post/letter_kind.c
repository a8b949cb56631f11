/* letter_kind - which letters there are, and what may be filled in; see letter.h */
#include "post/letter_priv.h"

const char *const letter_fields[] = {
	"meeting", "host", "host_email", "guest",  "guest_email", "time", "before",
	"reason",  "why",  "lead",	 "manage", "page",	  "open", NULL,
};
const char *const letter_word_fields[] = {"city", "time", "n", "every", NULL};
const char *const letter_frame_fields[] = {
	"lang",	      "subject", "heading",	"preview",
	"paragraphs", "details", "label",	"line",
	"lines",      "link",	 "button",	"url",
	"small",      "muted",	 "unsubscribe", "unsubscribe_label",
	NULL,
};

/* Where the button of a letter leads. */
enum target { TO_NOTHING, TO_MANAGE, TO_PAGE };

/* clang-format off */
static const struct {
	const char *name;
	enum target target;
} kinds[LETTER_KINDS] = {
	[LETTER_BOOKED]          = {"booked",          TO_MANAGE},
	[LETTER_MOVED]           = {"moved",           TO_MANAGE},
	[LETTER_CHANGED]         = {"changed",         TO_MANAGE},
	[LETTER_CANCELLED]       = {"cancelled",       TO_PAGE},
	[LETTER_CANCELLED_OWN]   = {"cancelled-own",   TO_PAGE},
	[LETTER_PENDING]         = {"pending",         TO_MANAGE},
	[LETTER_DECLINED]        = {"declined",        TO_PAGE},
	[LETTER_ADDRESS]         = {"address",         TO_MANAGE},
	[LETTER_PLACE]           = {"place",           TO_PAGE},
	[LETTER_REMINDER]        = {"reminder",        TO_MANAGE},
	[LETTER_FOLLOW_UP]       = {"follow-up",       TO_PAGE},
	[LETTER_REFUSED]         = {"refused",         TO_PAGE},
	[LETTER_HOST_BOOKED]     = {"host-booked",     TO_MANAGE},
	[LETTER_HOST_MOVED]      = {"host-moved",      TO_MANAGE},
	[LETTER_HOST_CANCELLED]  = {"host-cancelled",  TO_MANAGE},
	[LETTER_HOST_DECLINED]   = {"host-declined",   TO_MANAGE},
	[LETTER_HOST_TO_CONFIRM] = {"host-to-confirm", TO_MANAGE},
	[LETTER_HOST_REMINDER]   = {"host-reminder",   TO_MANAGE},
	[LETTER_HOST_NEEDED]     = {"host-needed",     TO_MANAGE},
	[LETTER_HOST_OVERLAP]    = {"host-overlap",    TO_MANAGE},
	[LETTER_HOST_WEBHOOK]    = {"host-webhook",    TO_MANAGE},
	[LETTER_HOST_BOUNCE]     = {"host-bounce",     TO_MANAGE},
	[LETTER_HOST_RECONNECT]  = {"host-reconnect",  TO_MANAGE},
	[LETTER_HOST_UNVERIFIED] = {"host-unverified", TO_MANAGE},
	[LETTER_INVITES]         = {"invites",         TO_NOTHING},
	[LETTER_UPDATES]         = {"updates",         TO_NOTHING},
	[LETTER_CANCELS]         = {"cancels",         TO_NOTHING},
	[LETTER_ACCEPTS]         = {"accepts",         TO_NOTHING},
	[LETTER_TENTATIVE]       = {"tentative",       TO_NOTHING},
	[LETTER_DECLINES]        = {"declines",        TO_NOTHING},
	[LETTER_ANSWERS]         = {"answers",         TO_NOTHING},
	[LETTER_PROPOSES]        = {"proposes",        TO_NOTHING},
	[LETTER_KEEPS]           = {"keeps",           TO_NOTHING},
	[LETTER_ASKS]            = {"asks",            TO_NOTHING},
	[LETTER_ADDS]            = {"adds",            TO_NOTHING},
	[LETTER_TELLS]           = {"tells",           TO_NOTHING},
};
/* clang-format on */

const char *letter_name(enum letter_kind kind)
{
	return kinds[kind].name;
}

bool letter_find(struct text name, enum letter_kind *out)
{
	for (int i = 0; i < LETTER_KINDS; i++)
		if (text_equal(name, text_from(kinds[i].name))) {
			*out = (enum letter_kind)i;
			return true;
		}
	return false;
}

bool letter_is_to_host(enum letter_kind kind)
{
	return kind >= LETTER_HOST_BOOKED && kind <= LETTER_HOST_UNVERIFIED;
}

struct text letter_target(enum letter_kind kind, const struct letter_facts *facts)
{
	switch (kinds[kind].target) {
	case TO_MANAGE: return facts->manage;
	case TO_PAGE: return facts->page;
	default: return TEXT_NONE;
	}
}

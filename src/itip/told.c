/* told - what of an object others are told. See told_priv.h. */
#include "itip/told_priv.h"

static bool is_among(struct text name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(name, text_from(names[i])))
			return true;
	return false;
}

/* Private X- properties but these, which other programs show or act on (interop §1, §7). */
static const char *const public_names[] = {
	"X-ALT-DESC",	   /* DESCRIPTION in HTML */
	"X-APPLE-DROPBOX", /* where attachments lie */
	"X-APPLE-STRUCTURED-LOCATION",
	"X-GOOGLE-CONFERENCE",
	"X-MICROSOFT-DISALLOW-COUNTER",
};

/* RFC 7986 §5.9, RFC 9074 §6.1; REQUEST-STATUS is written anew where a METHOD has it. */
static const char *const private_names[] = {"ACKNOWLEDGED", "COLOR", "REQUEST-STATUS"};

bool itip_is_told(struct text property)
{
	if (text_starts_nocase(property, TEXT("X-")))
		return is_among(property, public_names, ARRAY_LEN(public_names));
	return !is_among(property, private_names, ARRAY_LEN(private_names));
}

/* RFC 6638 §7: SCHEDULE-AGENT, SCHEDULE-FORCE-SEND and SCHEDULE-STATUS are between server and
 * owner. */
bool itip_is_told_param(struct text param)
{
	return !text_starts_nocase(param, TEXT("SCHEDULE-")) &&
	       !text_starts_nocase(param, TEXT("X-"));
}

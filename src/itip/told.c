/* told - what of an object others are told. See told_priv.h. */
#include "itip/told_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/ical.h"

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

bool itip_next_param(struct text *params, struct text *name_out, struct text *raw_out)
{
	size_t end = 1, equals = 1;
	bool quoted = false;

	if (params->len == 0)
		return false;
	for (; end < params->len && (quoted || params->at[end] != ';'); end++)
		quoted = quoted != (params->at[end] == '"');
	while (equals < end && params->at[equals] != '=')
		equals++;
	*name_out = text_sub(*params, 1, equals - 1);
	*raw_out = text_sub(*params, 0, end);
	*params = text_sub(*params, end, params->len);
	return true;
}

bool itip_told_line(struct arena *a, const struct ical_line *l, struct text *out)
{
	struct text params = l->params, name, raw;
	bool stripped = false;
	struct buf b;

	buf_init(&b, a, l->end - l->begin, ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	while (itip_next_param(&params, &name, &raw)) {
		if (itip_is_told_param(name))
			buf_put_text(&b, raw);
		else
			stripped = true;
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	*out = buf_text(&b);
	return stripped && !b.overflow;
}

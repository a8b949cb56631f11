/*
 * prefer - what clients would like of the answer (RFC 7240, RFC 8144), and its forerunner Brief
 *
 * Preferences are never refused: what is not understood, or asked for in two ways at once,
 * is as if nobody had asked.
 */

#include "dav/dav_priv.h"

static struct text unquoted(struct text word)
{
	word = text_trim(word);
	if (word.len > 1 && word.at[0] == '"' && word.at[word.len - 1] == '"')
		return text_sub(word, 1, word.len - 2);
	return word;
}

/* One of them (RFC 7240 §2); its own parameters, behind a semicolon, are none of ours. */
static unsigned read_preference(struct text item)
{
	struct text token, name;

	if (!text_next(&item, ';', &token) || !text_next(&token, '=', &name))
		return 0;
	name = text_trim(name);
	if (text_equal_nocase(name, TEXT("depth-noroot")))
		return DAV_PREFER_NO_ROOT;
	/* The drafts before RFC 7240 wrote it in one word. */
	if (text_equal_nocase(name, TEXT("return-minimal")))
		return DAV_PREFER_MINIMAL;
	if (text_equal_nocase(name, TEXT("return-representation")))
		return DAV_PREFER_REPRESENTATION;
	if (!text_equal_nocase(name, TEXT("return")) || !token.at)
		return 0;
	token = unquoted(token);
	return text_equal_nocase(token, TEXT("minimal"))	  ? DAV_PREFER_MINIMAL
	       : text_equal_nocase(token, TEXT("representation")) ? DAV_PREFER_REPRESENTATION
								  : 0;
}

void dav_read_preferences(struct dav_request *dr)
{
	static const unsigned both = DAV_PREFER_MINIMAL | DAV_PREFER_REPRESENTATION;
	struct text rest = http_header(dr->rq, "Prefer"), item;
	unsigned asked = 0;

	while (rest.at && text_next(&rest, ',', &item))
		asked |= read_preference(item);
	if ((asked & both) == both)
		asked &= ~both;
	dr->representation = asked & DAV_PREFER_REPRESENTATION;
	dr->no_root = asked & DAV_PREFER_NO_ROOT;
	dr->minimal = (asked & DAV_PREFER_MINIMAL) ||
		      text_equal_nocase(http_header(dr->rq, "Brief"), TEXT("t"));
}

void dav_say_applied(struct dav_request *dr, unsigned preferences)
{
	const struct {
		bool is_asked;
		enum dav_preference bit;
		const char *name;
	} all[] = {
		{dr->minimal, DAV_PREFER_MINIMAL, "return=minimal"},
		{dr->representation, DAV_PREFER_REPRESENTATION, "return=representation"},
		{dr->no_root, DAV_PREFER_NO_ROOT, "depth-noroot"},
	};
	struct buf applied;

	buf_init(&applied, dr->arena, 64, 64);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (!all[i].is_asked || !(all[i].bit & preferences))
			continue;
		if (applied.len > 0)
			buf_put_lit(&applied, ", ");
		buf_put_str(&applied, all[i].name);
	}
	if (applied.len == 0)
		return;
	http_set_header(dr->rq, "Preference-Applied", buf_text(&applied));
	http_add_header(dr->rq, "Vary", TEXT("Brief, Prefer"));
}

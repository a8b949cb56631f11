/* reserve_token - how a token of a hold that expires looks; see reserve.h */
#include "booking/reserve.h"

enum { TOKEN_MAX_BYTES = 200 };

bool reserve_type_of(struct text token, struct text *type_out)
{
	ptrdiff_t dot = text_find_char(token, '.', 0);

	if (dot <= 0 || token.len > TOKEN_MAX_BYTES)
		return false;
	*type_out = text_sub(token, 0, (size_t)dot);
	return true;
}

bool reserve_is_of(struct text token, const struct booking_type *type)
{
	struct text named;

	return reserve_type_of(token, &named) && text_equal(named, type->id);
}

/* token - links that open one booking to one role; see book.h */
#include "booking/book.h"

#include "base/arena.h"
#include "ical/time.h"

enum { LINK_LIFE_S = 366 * DAY_SECONDS, TOKEN_MAX_BYTES = 200 };

/* One letter a role, in the order of enum book_role. */
static const char role_letters[] = "iha";

static const char purpose[] = "manage";

struct text book_token_make(struct booking_desk *desk, struct arena *a, struct text booking,
			    enum book_role role, int64_t expires)
{
	struct text said = text_from(arena_printf(a, "%.*s.%c.%lld", TEXT_ARG(booking),
						  role_letters[role], (long long)expires));
	struct text mac = secret_mac(a, &desk->calendar->key, purpose, said);

	return text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(said), TEXT_ARG(mac)));
}

bool book_token_check(struct booking_desk *desk, struct arena *a, struct text token, int64_t now,
		      struct text *booking_out, enum book_role *role_out)
{
	struct text rest = token, id, role, expiry, mac;
	int64_t expires;
	const char *letter;

	if (token.len == 0 || token.len > TOKEN_MAX_BYTES)
		return false;
	if (!text_next(&rest, '.', &id) || !text_next(&rest, '.', &role) ||
	    !text_next(&rest, '.', &expiry) || !text_next(&rest, '.', &mac) || rest.at)
		return false;
	/* The MAC first: nothing is believed before it. */
	if (!secret_equal(mac, secret_mac(a, &desk->calendar->key, purpose,
					  text_sub(token, 0, token.len - mac.len - 1))))
		return false;
	if (role.len != 1 || !(letter = strchr(role_letters, role.at[0])) ||
	    !text_to_int64(expiry, 0, INT64_MAX, &expires) || expires <= now)
		return false;
	*booking_out = id;
	*role_out = (enum book_role)(letter - role_letters);
	return true;
}

struct text book_link(struct booking_desk *desk, struct arena *a, const struct booking *b,
		      enum book_role role)
{
	struct text token = book_token_make(desk, a, b->id, role, b->end + LINK_LIFE_S);

	return text_from(arena_printf(a, "%.*s/manage/%.*s", TEXT_ARG(desk->url), TEXT_ARG(token)));
}

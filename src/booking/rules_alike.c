/* rules_alike - would another plan be made by these rules? See rules.h. */
#include "booking/rules.h"

static bool is_same_host(const struct booking_team_host *x, const struct booking_team_host *y)
{
	return text_equal(x->name, y->name) && x->optional == y->optional;
}

static bool is_same_pool(const struct booking_pool *x, const struct booking_pool *y)
{
	if (x->need != y->need || x->host_count != y->host_count)
		return false;
	for (size_t i = 0; i < x->host_count; i++)
		if (!is_same_host(&x->hosts[i], &y->hosts[i]))
			return false;
	return true;
}

static bool is_same_team(const struct booking_team *x, const struct booking_team *y)
{
	if (x->mode != y->mode || x->pool_count != y->pool_count)
		return false;
	for (size_t i = 0; i < x->pool_count; i++)
		if (!is_same_pool(&x->pools[i], &y->pools[i]))
			return false;
	return true;
}

bool booking_type_is_planned_alike(const struct booking_type *x, const struct booking_type *y)
{
	return x->confirm == y->confirm && x->confirm_address == y->confirm_address &&
	       x->waiting_list == y->waiting_list && x->pending_blocks == y->pending_blocks &&
	       x->pending_hours == y->pending_hours && x->seats == y->seats &&
	       x->seats_show_others == y->seats_show_others &&
	       x->location.kind == y->location.kind &&
	       text_equal(x->location.value, y->location.value) && is_same_team(&x->team, &y->team);
}

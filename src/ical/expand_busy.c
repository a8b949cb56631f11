/*
 * expand_busy - what a component means for free-busy
 *
 * RFC 4791 §7.10 derives it from TRANSP and STATUS; the owner's PARTSTAT and what
 * Outlook writes can free a time or make it tentative as well, but never take one
 * that these leave free (booking cases C5, C5b, C6).
 */
#include "ical/address.h"
#include "ical/expand_priv.h"

struct meaning {
	const char *word;
	enum occurrence_busy busy;
};

static const struct meaning partstats[] = {
	{"DECLINED", OCC_FREE},
	{"DELEGATED", OCC_FREE},
	{"TENTATIVE", OCC_TENTATIVE},
};

/* X-MICROSOFT-CDO-BUSYSTATUS; BUSY and OOF take the time. */
static const struct meaning busy_statuses[] = {
	{"FREE", OCC_FREE},
	{"TENTATIVE", OCC_TENTATIVE},
	{"WORKINGELSEWHERE", OCC_ELSEWHERE},
};

/* FBTYPE; an unknown one is BUSY (RFC 5545 §3.2.9). */
static const struct meaning fbtypes[] = {
	{"FREE", OCC_FREE},
	{"BUSY-TENTATIVE", OCC_TENTATIVE},
	{"BUSY-UNAVAILABLE", OCC_UNAVAILABLE},
};

static enum occurrence_busy look_up(const struct meaning *rows, size_t count, struct text word)
{
	word = text_trim(word);
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(word, text_from(rows[i].word)))
			return rows[i].busy;
	return OCC_BUSY;
}

static bool either_is(enum occurrence_busy a, enum occurrence_busy b, enum occurrence_busy busy)
{
	return a == busy || b == busy;
}

static enum occurrence_busy freer(enum occurrence_busy a, enum occurrence_busy b)
{
	if (either_is(a, b, OCC_FREE))
		return OCC_FREE;
	if (either_is(a, b, OCC_TENTATIVE))
		return OCC_TENTATIVE;
	return either_is(a, b, OCC_ELSEWHERE) ? OCC_ELSEWHERE : OCC_BUSY;
}

static enum occurrence_busy busier(enum occurrence_busy a, enum occurrence_busy b)
{
	if (either_is(a, b, OCC_BUSY))
		return OCC_BUSY;
	return either_is(a, b, OCC_TENTATIVE) ? OCC_TENTATIVE : OCC_FREE;
}

/* Invited under two addresses, the owner is free only when both have declined. */
static enum occurrence_busy busy_by_partstat(const struct expand *x, const struct ical_item *item)
{
	enum occurrence_busy busy = OCC_FREE;
	bool is_invited = false;

	for (size_t i = 0; x->address_count > 0 && i < item->attendee_count; i++) {
		const struct ical_attendee *a = &item->attendees[i];

		if (!ical_address_is_among(x->arena, a->address, x->addresses, x->address_count))
			continue;
		is_invited = true;
		busy = busier(busy, look_up(partstats, ARRAY_LEN(partstats), a->partstat));
	}
	return is_invited ? busy : OCC_BUSY;
}

enum occurrence_busy busy_of_item(const struct expand *x, const struct ical_item *item)
{
	enum occurrence_busy busy = item->status == STATUS_TENTATIVE ? OCC_TENTATIVE : OCC_BUSY;

	if (item->type != COMP_VEVENT || item->transparent || item->status == STATUS_CANCELLED)
		return OCC_FREE;
	busy = freer(busy, look_up(busy_statuses, ARRAY_LEN(busy_statuses), item->busy_status));
	return freer(busy, busy_by_partstat(x, item));
}

enum occurrence_busy busy_of_period(const struct ical_period *p)
{
	return look_up(fbtypes, ARRAY_LEN(fbtypes), p->fbtype);
}

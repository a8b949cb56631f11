/*
 * zone_any - what TZIDs in the wild mean
 *
 * In this order: a name of the zone database; a Windows name (CLDR); the known
 * zone at the end of a longer path; a Windows display name; a fixed offset;
 * a name in other letter case (interop: dates and zones).
 */

#include <pthread.h>

#include "base/arena.h"
#include "ical/zone_priv.h"

struct windows_zone {
	const char *windows, *iana;
};

static const struct windows_zone windows_zones[] = {
#define WINDOWS_ZONE(windows, iana) {windows, iana},
#include "ical/windows.tbl.h"
#undef WINDOWS_ZONE
};

/* From IANA to Windows only. */
static const struct windows_zone windows_others[] = {
#define WINDOWS_ZONE(windows, iana)
#define WINDOWS_ALSO(windows, iana) {windows, iana},
#include "ical/windows.tbl.h"
#undef WINDOWS_ZONE
};

/* What Windows shows people instead of the name; only those that mean one zone. */
static const struct windows_zone display_names[] = {
	{"Eastern Time (US & Canada)", "America/New_York"},
	{"Central Time (US & Canada)", "America/Chicago"},
	{"Mountain Time (US & Canada)", "America/Denver"},
	{"Pacific Time (US & Canada)", "America/Los_Angeles"},
	{"Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"},
	{"Atlantic Time (Canada)", "America/Halifax"},
	{"Alaska", "America/Anchorage"},
	{"Hawaii", "Pacific/Honolulu"},
	{"Arizona", "America/Phoenix"},
	{"Newfoundland", "America/St_Johns"},
	{"Brasilia", "America/Sao_Paulo"},
	{"Dublin, Edinburgh, Lisbon, London", "Europe/London"},
	{"Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"},
	{"Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"},
	{"Belgrade, Bratislava, Budapest, Ljubljana, Prague", "Europe/Budapest"},
	{"Sarajevo, Skopje, Warsaw, Zagreb", "Europe/Warsaw"},
	{"Athens, Bucharest", "Europe/Bucharest"},
	{"Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "Europe/Kyiv"},
	{"Moscow, St. Petersburg", "Europe/Moscow"},
	{"Jerusalem", "Asia/Jerusalem"},
	{"Cairo", "Africa/Cairo"},
	{"Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"},
	{"Kathmandu", "Asia/Kathmandu"},
	{"Beijing, Chongqing, Hong Kong, Urumqi", "Asia/Shanghai"},
	{"Kuala Lumpur, Singapore", "Asia/Singapore"},
	{"Osaka, Sapporo, Tokyo", "Asia/Tokyo"},
	{"Seoul", "Asia/Seoul"},
	{"Perth", "Australia/Perth"},
	{"Adelaide", "Australia/Adelaide"},
	{"Brisbane", "Australia/Brisbane"},
	{"Canberra, Melbourne, Sydney", "Australia/Sydney"},
	{"Auckland, Wellington", "Pacific/Auckland"},
	{"Coordinated Universal Time", "UTC"},
};

static const struct zone *find_in(const struct windows_zone *at, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_nocase(name, text_from(at[i].windows)))
			return zone_find(text_from(at[i].iana));
	return NULL;
}

/* "/freeassociation.sourceforge.net/Europe/Berlin": the longest end that is a zone. */
static const struct zone *find_suffix(struct text tzid)
{
	for (size_t i = 0; i + 1 < tzid.len; i++) {
		const struct zone *z;

		if (tzid.at[i] != '/')
			continue;
		z = zone_find(text_sub(tzid, i + 1, tzid.len));
		if (z)
			return z;
	}
	return NULL;
}

/* "(UTC-05:00) Eastern Time (US & Canada)"; programs in Ruby on Rails write the name alone. */
static const struct zone *find_display(struct text tzid)
{
	ptrdiff_t close = tzid.len > 0 && tzid.at[0] == '(' ? text_find_char(tzid, ')', 0) : -1;

	return find_in(display_names, ARRAY_LEN(display_names),
		       text_trim(text_sub(tzid, (size_t)(close + 1), tzid.len)));
}

/* ---- fixed offsets: "GMT+01:00", "UTC-5" ------------------------------------------------------
 */

enum { FIXED_STEP_S = 900, FIXED_MOST_S = 14 * 3600 };

static struct zone fixed_zones[2 * FIXED_MOST_S / FIXED_STEP_S + 1];
static char fixed_names[ARRAY_LEN(fixed_zones)][12];
static pthread_once_t fixed_once = PTHREAD_ONCE_INIT;

static void fixed_make(void)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed_zones); i++) {
		int offset = ((int)i - (int)(ARRAY_LEN(fixed_zones) / 2)) * FIXED_STEP_S;
		int minutes = abs(offset) / 60;

		snprintf(fixed_names[i], sizeof(fixed_names[i]), "UTC%c%02d:%02d",
			 offset < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
		fixed_zones[i].name = text_from(fixed_names[i]);
		fixed_zones[i].first_offset = offset;
	}
}

static const struct zone *find_fixed(struct text tzid)
{
	struct text t = tzid, hours, minutes = TEXT("0");
	ptrdiff_t colon;
	int64_t h, m;
	int sign;

	if (!text_starts_nocase(t, TEXT("GMT")) && !text_starts_nocase(t, TEXT("UTC")))
		return NULL;
	t = text_trim(text_sub(t, 3, t.len));
	if (t.len < 2 || (t.at[0] != '+' && t.at[0] != '-'))
		return NULL;
	sign = t.at[0] == '-' ? -1 : 1;
	hours = t = text_sub(t, 1, t.len);
	colon = text_find_char(t, ':', 0);
	if (colon >= 0) {
		hours = text_of(t.at, (size_t)colon);
		minutes = text_sub(t, (size_t)colon + 1, t.len);
	} else if (t.len == 4) {
		hours = text_sub(t, 0, 2);
		minutes = text_sub(t, 2, 2);
	}
	if (!text_to_int64(hours, 0, 14, &h) || !text_to_int64(minutes, 0, 59, &m) ||
	    (h * 3600 + m * 60) % FIXED_STEP_S != 0 || h * 3600 + m * 60 > FIXED_MOST_S)
		return NULL;
	pthread_once(&fixed_once, fixed_make);
	return &fixed_zones[(int64_t)(ARRAY_LEN(fixed_zones) / 2) +
			    sign * (h * 3600 + m * 60) / FIXED_STEP_S];
}

/* "europe/berlin": each segment begins with a capital, as do parts after '_' and '-'. */
static const struct zone *find_other_case(struct text tzid)
{
	char name[64];
	bool start = true;

	if (tzid.len == 0 || tzid.len >= sizeof(name))
		return NULL;
	for (size_t i = 0; i < tzid.len; i++) {
		char c = tzid.at[i];

		if (c >= 'A' && c <= 'Z' && !start)
			c = (char)(c | 32);
		else if (c >= 'a' && c <= 'z' && start)
			c = (char)(c & ~32);
		start = c == '/' || c == '_' || c == '-';
		name[i] = c;
	}
	return zone_find(text_of(name, tzid.len));
}

const struct zone *zone_find_any(struct text tzid)
{
	const struct zone *z;

	tzid = text_trim(tzid);
	if (tzid.len > 2 && tzid.at[0] == '"' && tzid.at[tzid.len - 1] == '"')
		tzid = text_sub(tzid, 1, tzid.len - 2);
	z = zone_find(tzid);
	if (!z)
		z = find_in(windows_zones, ARRAY_LEN(windows_zones), tzid);
	if (!z && text_equal_nocase(tzid, TEXT("tzone://Microsoft/Utc")))
		z = zone_utc();
	if (!z)
		z = find_suffix(tzid);
	if (!z)
		z = find_display(tzid);
	if (!z)
		z = find_fixed(tzid);
	if (!z)
		z = find_other_case(tzid);
	return z;
}

const struct zone *zone_find_set(struct arena *a, struct text setting)
{
	const struct zone *z;

	if (!text_starts_nocase(setting, TEXT("BEGIN:VTIMEZONE")))
		return setting.len > 0 ? zone_find_any(setting) : NULL;
	return zone_from_vtimezone(a, setting, &z) ? NULL : z;
}

static struct text windows_in(const struct windows_zone *at, size_t count, struct text iana)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(iana, text_from(at[i].iana)))
			return text_from(at[i].windows);
	return TEXT_NONE;
}

struct text zone_windows_name(struct text iana)
{
	struct text name = windows_in(windows_zones, ARRAY_LEN(windows_zones), iana);

	return name.len > 0 ? name : windows_in(windows_others, ARRAY_LEN(windows_others), iana);
}

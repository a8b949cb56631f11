/* when - see when.h */
#include "post/when.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/zone.h"

enum { WHEN_MAX = 256 };

/* clang-format off */
static const struct language {
	const char *days[7], *months[12];
} languages[LANGUAGES] = {
	[LANGUAGE_EN] = {
		{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		{"January", "February", "March", "April", "May", "June", "July", "August",
		 "September", "October", "November", "December"}},
	[LANGUAGE_DE] = {
		{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
		{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
		 "September", "Oktober", "November", "Dezember"}},
	[LANGUAGE_FR] = {
		{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
		{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		 "septembre", "octobre", "novembre", "décembre"}},
	[LANGUAGE_ES] = {
		{"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
		{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
		 "septiembre", "octubre", "noviembre", "diciembre"}},
};

/* What the zone database abbreviates in English. */
static const struct { const char *word, *german; } german_words[] = {
	{"CET", "MEZ"}, {"CEST", "MESZ"}, {"WET", "WEZ"}, {"WEST", "WESZ"},
	{"EET", "OEZ"}, {"EEST", "OESZ"},
};
/* clang-format on */

/* Where English is written with the month first, and twelve hours. */
static bool is_american(const struct when_reader *r)
{
	static const char *const places[] = {"America/", "US/", "Canada/", "Pacific/Honolulu",
					     "Pacific/Guam"};

	if (r->language != LANGUAGE_EN || !r->zone)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (text_starts(zone_name(r->zone), text_from(places[i])))
			return true;
	return false;
}

static void put_day(struct buf *b, const struct when_reader *r, int64_t local)
{
	const struct language *l = &languages[r->language];
	const char *day = l->days[weekday_of_day(floor_div(local, DAY_SECONDS))];
	const char *month;
	struct civil c;

	civil_from_local(local, &c);
	month = l->months[c.month - 1];
	switch (r->language) {
	case LANGUAGE_DE: buf_printf(b, "%s, %d. %s %d", day, c.day, month, c.year); break;
	case LANGUAGE_FR:
		buf_printf(b, "%s %d%s %s %d", day, c.day, c.day == 1 ? "er" : "", month, c.year);
		break;
	case LANGUAGE_ES: buf_printf(b, "%s, %d de %s de %d", day, c.day, month, c.year); break;
	default:
		if (is_american(r))
			buf_printf(b, "%s, %s %d, %d", day, month, c.day, c.year);
		else
			buf_printf(b, "%s, %d %s %d", day, c.day, month, c.year);
	}
}

static void put_time(struct buf *b, const struct when_reader *r, int64_t local)
{
	static const char *const before[LANGUAGES] = {" at ", ", ", " à ", ", "};
	struct civil c;

	civil_from_local(local, &c);
	buf_put_str(b, before[r->language]);
	if (is_american(r))
		buf_printf(b, "%d:%02d %s", (c.hour + 11) % 12 + 1, c.minute,
			   c.hour < 12 ? "AM" : "PM");
	else
		buf_printf(b, "%02d:%02d", c.hour, c.minute);
	if (r->language == LANGUAGE_DE)
		buf_put_lit(b, " Uhr");
}

static void put_offset(struct buf *b, int seconds)
{
	int minutes = abs(seconds) / 60;

	buf_printf(b, "UTC%c%02d:%02d", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static struct text abbreviation(const struct when_reader *r, const struct zone *zone, int64_t utc)
{
	struct text word = zone_abbreviation(zone, utc);

	for (size_t i = 0; r->language == LANGUAGE_DE && i < ARRAY_LEN(german_words); i++)
		if (text_equal(word, text_from(german_words[i].word)))
			return text_from(german_words[i].german);
	return word;
}

static void put_label(struct buf *b, const struct when_reader *r, const struct zone *zone,
		      int64_t utc)
{
	struct text word = abbreviation(r, zone, utc);
	bool is_fold = zone_fit_of(zone, zone_to_local(zone, utc)) == ZONE_FOLD;

	buf_put_char(b, ' ');
	buf_put_text(b, word);
	if (word.len > 0 && !is_fold)
		return;
	if (word.len > 0)
		buf_put_lit(b, ", ");
	put_offset(b, zone_offset(zone, utc));
}

struct text when_instant(struct arena *a, const struct when_reader *r, const struct zone *zone,
			 int64_t utc)
{
	int64_t local = zone_to_local(zone, utc);
	struct buf b;

	buf_init(&b, a, 64, WHEN_MAX);
	put_day(&b, r, local);
	put_time(&b, r, local);
	put_label(&b, r, zone, utc);
	return buf_text(&b);
}

struct text when_floating(struct arena *a, const struct when_reader *r, int64_t local)
{
	struct buf b;

	buf_init(&b, a, 64, WHEN_MAX);
	put_day(&b, r, local);
	put_time(&b, r, local);
	return buf_text(&b);
}

struct text when_day(struct arena *a, const struct when_reader *r, int64_t local)
{
	struct buf b;

	buf_init(&b, a, 64, WHEN_MAX);
	put_day(&b, r, local);
	return buf_text(&b);
}

struct text when_length(struct arena *a, int64_t seconds)
{
	int64_t hours = seconds / 3600, minutes = seconds % 3600 / 60;
	struct buf b;

	buf_init(&b, a, 32, WHEN_MAX);
	if (hours > 0)
		buf_printf(&b, "%lld h", (long long)hours);
	if (minutes > 0)
		buf_printf(&b, "%s%lld min", hours > 0 ? " " : "", (long long)minutes);
	return buf_text(&b);
}

struct text when_city(struct arena *a, const struct zone *zone)
{
	struct text name = zone_name(zone);
	char *city;

	if (text_starts(name, TEXT("Etc/")))
		return text_sub(name, 4, name.len);
	for (size_t i = name.len; i-- > 0;)
		if (name.at[i] == '/') {
			name = text_sub(name, i + 1, name.len);
			break;
		}
	city = text_cstr(a, name);
	for (char *c = city; *c; c++)
		if (*c == '_')
			*c = ' ';
	return text_from(city);
}

/* How much mail goes to one domain, and how long what failed rests. */
#include "daemon/back_off.h"
#include "mail/rates.h"
#include "unit.h"

enum { NOW = 1800000000 };

static int64_t ask(struct mail_rates *r, const char *to, int64_t now)
{
	return mail_rates_ask(r, text_from(to), now);
}

static void so_many_at_once(void)
{
	struct mail_rates *r = mail_rates_create(60);

	for (int i = 0; i < 10; i++)
		CHECK_INT("a sixth of a minute's", ask(r, "a@big.example", NOW), 0);
	CHECK_INT("the next waits", ask(r, "b@BIG.example", NOW), NOW + 2);
	CHECK_INT("and the one after it longer", ask(r, "c@big.example", NOW), NOW + 3);
	CHECK_INT("another domain does not", ask(r, "a@small.example", NOW), 0);
	CHECK_INT("one a second", ask(r, "b@big.example", NOW + 2), 0);
	CHECK_INT("one a second", ask(r, "c@big.example", NOW + 2), 0);
	CHECK_TRUE("and no more", ask(r, "d@big.example", NOW + 2) > NOW + 2);
	mail_rates_destroy(r);
}

static void no_more_in_a_minute(void)
{
	enum { RATE = 30, MAILS = 300 };
	struct mail_rates *r = mail_rates_create(RATE);
	int64_t due[MAILS];
	int left[11] = {0}, sent = 0;

	for (int i = 0; i < MAILS; i++)
		due[i] = NOW;
	for (int64_t t = NOW; t < NOW + 11 * 60; t++) {
		for (int i = 0; i < MAILS; i++) {
			if (due[i] == 0 || due[i] > t)
				continue;
			due[i] = ask(r, "a@big.example", t);
			left[(t - NOW) / 60] += due[i] == 0;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(left); i++) {
		CHECK_TRUE("a minute", left[i] <= RATE + RATE / 6);
		sent += left[i];
	}
	CHECK_INT("all go", sent, MAILS);
	mail_rates_destroy(r);
}

static void few_and_none(void)
{
	struct mail_rates *r = mail_rates_create(1), *any = mail_rates_create(0);

	CHECK_INT("one", ask(r, "a@big.example", NOW), 0);
	CHECK_INT("a minute later", ask(r, "a@big.example", NOW), NOW + 61);
	CHECK_INT("then", ask(r, "a@big.example", NOW + 61), 0);
	CHECK_TRUE("the clock is set back", ask(r, "a@big.example", NOW - 3600) <= NOW - 3600 + 61);
	for (int i = 0; i < 1000; i++)
		CHECK_INT("without a rate", ask(any, "a@big.example", NOW), 0);
	mail_rates_destroy(r);
	mail_rates_destroy(any);
	mail_rates_destroy(NULL);
}

static void many_domains(void)
{
	struct mail_rates *r = mail_rates_create(6);
	char to[64];

	for (int i = 0; i < 100000; i++) {
		snprintf(to, sizeof(to), "a@d%d.example", i);
		CHECK_INT("a first one goes", ask(r, to, NOW + i / 100), 0);
	}
	mail_rates_destroy(r);
}

static void rests(void)
{
	static const struct {
		const char *name;
		int32_t attempts;
		int64_t least, most;
	} rows[] = {
		{"first", 1, 8, 12},	     {"second", 2, 24, 36},	    {"fifth", 5, 240, 360},
		{"tenth", 10, 11520, 17280}, {"as long", 40, 11520, 17280},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t least = INT64_MAX, most = 0;

		for (uint32_t dice = 0; dice < 20000; dice++) {
			int64_t rest = back_off(rows[i].attempts, dice);

			least = rest < least ? rest : least;
			most = rest > most ? rest : most;
		}
		CHECK_INT(rows[i].name, least, rows[i].least);
		CHECK_INT(rows[i].name, most, rows[i].most);
	}
}

UNIT_SUITE("mail_rates", {"so many at once, then each in its turn", so_many_at_once},
	   {"no more in a minute, and all of them", no_more_in_a_minute},
	   {"one a minute, and any number", few_and_none}, {"many domains", many_domains},
	   {"a fifth more or less of rest", rests})

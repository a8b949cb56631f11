/* daemon/mail_in_tries: which messages of a mailbox are counted, and for how long */
#include "daemon/mail_in_priv.h"
#include "unit.h"

static void test_rounds(void)
{
	struct mail_tries t = {0};

	CHECK_INT("met", mail_tries_add(&t, 7, 0), 1);
	CHECK_INT("another", mail_tries_add(&t, 9, 0), 1);
	CHECK_INT("met again", mail_tries_add(&t, 7, 0), 2);
	mail_tries_forget(&t, 7);
	mail_tries_forget(&t, 8);
	CHECK_INT("taken in meanwhile", mail_tries_add(&t, 7, 0), 1);
	CHECK_INT("the other is still known", mail_tries_add(&t, 9, 7), 2);
	CHECK_INT("what is settled is forgotten", mail_tries_add(&t, 7, 0), 1);
}

static void test_full(void)
{
	struct mail_tries t = {0};

	for (uint32_t i = 1; i <= MAIL_TRIES_MAX; i++)
		CHECK_INT("the first", mail_tries_add(&t, i, 0), 1);
	CHECK_INT("one too many", mail_tries_add(&t, 4294967295U, 0), 0);
	CHECK_INT("the first go on", mail_tries_add(&t, 1, 0), 2);
	CHECK_INT("the first is settled", mail_tries_add(&t, 4294967295U, 1), 1);
}

UNIT_SUITE("mail_in_tries", {"rounds", test_rounds}, {"more than there is room for", test_full})

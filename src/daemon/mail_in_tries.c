/* mail_in_tries - which messages of a mailbox are the trouble themselves. See mail_in_priv.h. */
#include "daemon/mail_in_priv.h"

static struct mail_try *find(struct mail_tries *t, uint32_t uid)
{
	for (size_t i = 0; i < MAIL_TRIES_MAX; i++)
		if (t->of[i].uid == uid)
			return &t->of[i];
	return NULL;
}

static void forget_settled(struct mail_tries *t, int64_t settled)
{
	for (size_t i = 0; i < MAIL_TRIES_MAX; i++)
		if (t->of[i].uid <= settled)
			t->of[i] = (struct mail_try){0};
}

int mail_tries_add(struct mail_tries *t, uint32_t uid, int64_t settled)
{
	struct mail_try *met;

	forget_settled(t, settled);
	met = find(t, uid);
	if (!met)
		met = find(t, 0);
	if (!met)
		return 0;
	met->uid = uid;
	return ++met->rounds;
}

void mail_tries_forget(struct mail_tries *t, uint32_t uid)
{
	struct mail_try *met = find(t, uid);

	if (met)
		*met = (struct mail_try){0};
}

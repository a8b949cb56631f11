/* thread - the threads of a server; see http_priv.h */
#include <signal.h>

#include "http/http_priv.h"

bool thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	bool made;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	made = pthread_create(thread, NULL, run, arg) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (made)
		pthread_setname_np(*thread, name);
	return made;
}

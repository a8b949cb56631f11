/* process_outcome - what is decided about a message. See process_priv.h. */
#include "itip/process_priv.h"

#include "base/arena.h"

const struct fault *itip_work_ignore(struct itip_work *w, const char *status, const char *why)
{
	*w->out = (struct itip_outcome){.action = ITIP_IGNORE, .status = status, .why = why};
	return NULL;
}

const struct fault *itip_work_note(struct itip_work *w, const char *why)
{
	*w->out = (struct itip_outcome){
		.action = ITIP_NOTE, .to_inbox = true, .status = "1.2", .why = why};
	return NULL;
}

void itip_work_store(struct itip_work *w, struct text object, const char *why)
{
	*w->out = (struct itip_outcome){.action = ITIP_STORE,
					.object = object,
					.to_inbox = true,
					.status = "1.2",
					.why = why};
}

bool itip_work_goes_on(const struct itip_work *w)
{
	return !arena_check(w->arena);
}

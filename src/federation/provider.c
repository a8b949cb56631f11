/* provider - the row of functions of each; see provider.h */

#include "federation/provider.h"

const struct provider *provider_of(enum provider_kind kind)
{
	static const struct provider *const providers[PROVIDER_COUNT] = {
		[PROVIDER_GOOGLE] = &provider_google,
		[PROVIDER_OUTLOOK] = &provider_outlook,
		[PROVIDER_CALDAV] = &provider_caldav,
	};

	return providers[kind];
}

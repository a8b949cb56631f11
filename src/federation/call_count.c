/* call_count - requests to providers, counted; see call.h */

#include "base/metrics.h"
#include "federation/call.h"

void call_count(enum provider_kind provider, int deed, int result)
{
	metrics_add(METRIC_PROVIDER, metrics_pair((int)provider, result), 1);
	metrics_add(METRIC_PROVIDER_CALLS, metrics_triple((int)provider, deed, result), 1);
}

/*
 * fresh - who asks for a host's time does not wait for the next reading of calendars elsewhere
 *
 * A copy that is too old is read before the question is answered, for which the request waits a
 * little, without a thread (decisions 4). What cannot be had by then closes the host's time, as
 * booking/ judges it by the age alone (decisions 21). With federation.check = always a booking
 * waits for a reading that begins after it was asked for, and where that does not end well, whoever
 * could not be read is closed to it, however young the copy: nothing that stood there is booked
 * over.
 */
#ifndef API_FRESH_H
#define API_FRESH_H

#include "api/api_priv.h"

struct slot_ask;

/*
 * Does the request wait for copies of the host, or of those who may come to a type with a team?
 * Then again(ar) runs once they are read, or could not be, as an endpoint does; it finds its host
 * anew, and does not wait a second time. It is for a booking, which may want to be sure each time
 * (federation.check).
 */
MUST_CHECK const struct fault *fresh_wait(struct api_request *ar, const struct host *host,
					  const struct booking_type *type, api_fn again,
					  bool *waits_out);
/* The same for a list; whom it had to look up for that the question need not: ask->named. */
MUST_CHECK const struct fault *fresh_wait_list(struct api_request *ar, struct slot_ask *ask,
					       api_fn again, bool *waits_out);
/* The same of the booking that the path names; who may not know of it is told so later. */
MUST_CHECK const struct fault *fresh_wait_booking(struct api_request *ar, api_fn again,
						  bool *waits_out);

#endif

/*
 * fault_row - the table of fault.tbl.h as rows, and the faults that need no arena
 *
 * Arenas stand on these, and faults that are made stand on arenas.
 */
#include "base/fault.h"

#include <assert.h>

/* What a fault without memory says: one sentence per HTTP status of the table. */
#define SENTENCE_400 "The request cannot be understood."
#define SENTENCE_401 "A user name and password are needed."
#define SENTENCE_403 "The request is not allowed here."
#define SENTENCE_404 "There is nothing here."
#define SENTENCE_405 "This method is not allowed here."
#define SENTENCE_406 "What is here is of none of the kinds that are asked for."
#define SENTENCE_408 "The request took too long to arrive."
#define SENTENCE_409 "The request does not fit the present state."
#define SENTENCE_412 "A precondition of the request does not hold."
#define SENTENCE_413 "The request is too large."
#define SENTENCE_415 "The body of the request is of a kind not taken here."
#define SENTENCE_422 "The request cannot be carried out as it stands."
#define SENTENCE_423 "The resource is locked."
#define SENTENCE_429 "There are too many requests; try again later."
#define SENTENCE_431 "The header of the request is too large."
#define SENTENCE_500 "The server made a mistake."
#define SENTENCE_501 "This method is known nowhere here."
#define SENTENCE_502 "This leads to another server."
#define SENTENCE_503 "The server cannot answer just now; try again later."
#define SENTENCE_507 "The answer needs more room than the server gives to one request."

/* clang-format off */
static const struct fault_row rows[FAULT_COUNT] = {
#define FAULT(code, http, ns, element, problem, where) \
	[FAULT_##code] = { #code, http, FAULT_NS_##ns, element, problem, where },
#include "base/fault.tbl.h"
#undef FAULT
};

static const struct fault without_memory[FAULT_COUNT] = {
#define FAULT(code, http, ns, element, problem, where) \
	[FAULT_##code] = { FAULT_##code, NULL, SENTENCE_##http },
#include "base/fault.tbl.h"
#undef FAULT
};
/* clang-format on */

const struct fault *fault_static(enum fault_code code)
{
	assert(code < FAULT_COUNT);
	return &without_memory[code];
}

const struct fault_row *fault_row(enum fault_code code)
{
	assert(code < FAULT_COUNT);
	return &rows[code];
}

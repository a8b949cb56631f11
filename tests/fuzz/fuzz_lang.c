/*
 * fuzz_lang - any text as Accept-Language
 *
 * Beyond not crashing: a language that is found is one of those that there are.
 */
#include <assert.h>

#include "api/page_lang.h"
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text said = text_of((const char *)data, size);
	const struct page_lang *found = page_lang_accepted(said);

	if (found)
		assert(page_lang_find(text_from(found->tag)) == found);
	found = page_lang_find(said);
	if (found)
		assert(text_starts_nocase(said, text_from(found->tag)));
	return 0;
}

/*
 * fuzz_token - any text as what opens something: links, reservations
 *
 * Beyond not crashing: only what was made with the key opens anything, and one byte more or less
 * does not.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/secret.h"
#include "booking/book.h"
#include "booking/reserve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000 };

static bool opens(struct booking_desk *desk, struct arena *a, struct text token)
{
	struct text booking;
	enum book_role role;

	return book_token_check(desk, a, token, NOW, &booking, &role);
}

/* A token that was made, with what came in the place of a byte. */
static void check_made(struct booking_desk *desk, struct arena *a, const uint8_t *data, size_t size)
{
	struct text made =
		book_token_make(desk, a, TEXT("3qXc0VbTn2Zs8LwYk1RfJd7A"), BOOK_INVITEE, NOW + 60);
	char *bent = arena_alloc(a, made.len + 1);
	size_t at = data[0] % made.len;

	assert(opens(desk, a, made));
	if (size < 2 || made.at[at] == (char)data[1])
		return;
	memcpy(bent, made.at, made.len);
	bent[at] = (char)data[1];
	assert(!opens(desk, a, text_of(bent, made.len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	static struct calendar calendar;
	struct booking_desk desk = {.calendar = &calendar};
	struct arena *a = arena_create((size_t)1 << 20);
	struct text said = text_of((const char *)data, size), type;

	if (!ready && !secret_init(a)) {
		memset(calendar.key.bytes, 7, sizeof(calendar.key.bytes));
		ready = true;
	}
	assert(!opens(&desk, a, said));
	if (reserve_type_of(said, &type))
		assert(type.len > 0 && type.len < said.len);
	if (size > 0)
		check_made(&desk, a, data, size);
	arena_destroy(a);
	return 0;
}

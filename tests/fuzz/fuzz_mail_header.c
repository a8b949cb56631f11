/*
 * Any name and address: a field has CR and LF only where it folds, is ASCII but for
 * an address, and an address that is taken holds nothing that could end a command.
 */
#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(struct text field)
{
	struct text rest = field, line;

	assert(text_ends(field, TEXT("\r\n")));
	while (text_next(&rest, '\n', &line) && rest.at) {
		assert(line.len <= 998 + 1);
		assert(text_find_char(line, '\r', 0) == (ptrdiff_t)line.len - 1);
		assert(rest.len == 0 || rest.at[0] == ' ');
		assert(!text_has_control(text_sub(line, 0, line.len - 1)));
	}
}

static void check_address(struct arena *a, struct text address, struct text name)
{
	struct text ascii;
	struct buf b;

	if (!email_is_valid(address))
		return;
	assert(address.len <= EMAIL_MAX_BYTES && text_is_utf8(address));
	for (size_t i = 0; i < address.len; i++)
		assert((unsigned char)address.at[i] > ' ' &&
		       !strchr("<>()[],;:\\\"\x7F", address.at[i]));
	ascii = mail_address_to_ascii(a, address);
	assert(email_is_valid(ascii));
	buf_init(&b, a, 0, 1 << 24);
	header_put_address(&b, "To", name, ascii);
	assert(!b.overflow);
	check_field(buf_text(&b));
}

static void check_body(struct arena *a, struct text body, mime_put_fn put)
{
	struct text rest, line;
	struct buf b;

	buf_init(&b, a, 0, 1 << 24);
	put(&b, mime_canonical(a, body));
	assert(!b.overflow && mail_is_ascii(buf_text(&b)));
	assert(text_find(buf_text(&b), TEXT("=_")) < 0);
	rest = buf_text(&b);
	while (text_next(&rest, '\n', &line)) {
		assert(line.len <= 76 + 1);
		assert(!rest.at || text_ends(line, TEXT("\r")));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(1 << 26);
	struct text all = text_of((const char *)data, size), name = all;
	ptrdiff_t cut = text_find_char(all, '|', 0);
	struct buf b;

	buf_init(&b, a, 0, 1 << 24);
	header_put_text(&b, "Subject", all);
	assert(!b.overflow && mail_is_ascii(buf_text(&b)));
	check_field(buf_text(&b));
	if (cut >= 0)
		name = text_sub(all, (size_t)cut + 1, size);
	check_address(a, cut >= 0 ? text_sub(all, 0, (size_t)cut) : all, name);
	check_body(a, all, mime_put_quoted_printable);
	check_body(a, all, mime_put_base64);
	arena_destroy(a);
	return 0;
}

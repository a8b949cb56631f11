/* test_dav_disposition - names of files in Content-Disposition (RFC 6266, RFC 8187) */

#include "base/arena.h"
#include "dav/disposition.h"
#include "unit.h"

static const struct {
	const char *name, *header, *want;
} read_rows[] = {
	{"RFC 6266 §5: a quoted name", "attachment; filename=\"a b.txt\"", "a b.txt"},
	{"a token", "attachment;filename=a.txt", "a.txt"},
	{"names of parameters have no case", "ATTACHMENT; FileName=a.txt", "a.txt"},
	{"RFC 6266 §4.3: filename* counts before filename",
	 "attachment; filename=\"EURO.txt\"; filename*=UTF-8''%e2%82%ac.txt", "\xE2\x82\xAC.txt"},
	{"... in either order", "attachment; filename*=utf-8'en'%e2%82%ac.txt; filename=e.txt",
	 "\xE2\x82\xAC.txt"},
	{"RFC 8187 §3.2.1: another charset is passed over",
	 "attachment; filename*=ISO-8859-1''%80.txt; filename=e.txt", "e.txt"},
	{"a broken escape likewise", "attachment; filename*=UTF-8''%8; filename=e.txt", "e.txt"},
	{"no UTF-8 in it", "attachment; filename*=UTF-8''%ff.txt; filename=e.txt", "e.txt"},
	{"an escaped quote goes", "attachment; filename=\"a\\\"b;c.txt\"", "ab;c.txt"},
	{"another parameter before it", "attachment; size=\"1;2\"; filename=a.txt", "a.txt"},
	{"RFC 6266 §4.3: the last part of a path", "attachment; filename=\"../../etc/passwd\"",
	 "passwd"},
	{"... of another system", "attachment; filename=\"C:\\dir\\a.txt\"", "a.txt"},
	{"UTF-8 as it is", "attachment; filename=\"\xC3\xA4.txt\"", "\xC3\xA4.txt"},
	{"other bytes are no name", "attachment; filename=\"\xE4.txt\"", ""},
	{"marks that turn the direction go", "attachment; filename=\"a\xE2\x80\xAEtxt.exe\"",
	 "atxt.exe"},
	{"no name", "attachment", ""},
	{"an empty one", "attachment; filename=\"\"", ""},
	{"never ended", "attachment; filename=\"a.txt", "a.txt"},
	{"no value", "attachment; filename", ""},
	{"nothing", "", ""},
};

static void test_read(void)
{
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(read_rows); i++)
		CHECK_TEXT(read_rows[i].name,
			   dav_read_disposition(a, text_from(read_rows[i].header)),
			   text_from(read_rows[i].want));
	CHECK_TEXT("no header", dav_read_disposition(a, TEXT_NONE), TEXT(""));
	arena_destroy(a);
}

static void test_write(void)
{
	struct arena *a = arena_create(1 << 20);
	struct buf b;

	buf_init(&b, a, 64, 1024);
	dav_put_disposition(&b, TEXT("K\xC3\xB6ln 1"), ".ics");
	CHECK_TEXT(
		"RFC 6266 §4: for old readers, and right", buf_text(&b),
		TEXT("attachment; filename=\"K__ln 1.ics\"; filename*=UTF-8''K%C3%B6ln%201.ics"));
	CHECK_TEXT("no character is cut", dav_file_name(a, TEXT("a\xC3\xB6"), 2), TEXT("a"));
	CHECK_TEXT("blanks around it go", dav_file_name(a, TEXT(" a "), 10), TEXT("a"));
	arena_destroy(a);
}

UNIT_SUITE("dav_disposition", {"RFC 6266: read", test_read}, {"RFC 6266: written", test_write})

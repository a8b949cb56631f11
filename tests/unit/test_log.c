/* log: one event is one line, whatever its values hold */
#include "base/log.h"

#include <pthread.h>
#include <unistd.h>

#include "unit.h"

enum { THREADS = 4, LINES = 2000 };

static FILE *file;

static void open_log(void)
{
	file = tmpfile();
	CHECK_TRUE("a file", file != NULL);
	log_open(fileno(file));
}

/* What was logged, without the time; the file is closed. */
static struct text read_log(char *at, size_t size)
{
	size_t len;

	log_close();
	rewind(file);
	len = fread(at, 1, size, file);
	fclose(file);
	return text_of(at, len);
}

static void test_escape(void)
{
	static const struct {
		const char *name;
		struct text value;
		const char *want;
	} rows[] = {
		{"plain", TEXT_INIT("/dav/x.ics"), "v=/dav/x.ics\n"},
		{"empty", TEXT_INIT(""), "v=\"\"\n"},
		{"blank", TEXT_INIT("a b"), "v=\"a b\"\n"},
		{"equals sign", TEXT_INIT("a=b"), "v=\"a=b\"\n"},
		{"quote and backslash", TEXT_INIT("\"\\"), "v=\"\\\"\\\\\"\n"},
		{"forged line", TEXT_INIT("x\nlevel=error"), "v=\"x\\nlevel=error\"\n"},
		{"carriage return, escape, DEL", TEXT_INIT("\r\x1B\x7F"),
		 "v=\"\\x0d\\x1b\\x7f\"\n"},
		{"NUL", TEXT_INIT("a\0b"), "v=\"a\\x00b\"\n"},
		{"UTF-8", TEXT_INIT("\xC3\xA4"), "v=\"\xC3\xA4\"\n"},
		{"not UTF-8", TEXT_INIT("\xE4"), "v=\"\\xe4\"\n"},
	};
	char content[8192];
	struct text rest, line;

	open_log();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		log_event(LOG_INFO, "test", LOG_TEXT("v", rows[i].value));
	rest = read_log(content, sizeof(content));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text want = text_from(rows[i].want);

		CHECK_TRUE(rows[i].name, text_next(&rest, '\n', &line));
		line.len++; /* with its line end */
		CHECK_TEXT(rows[i].name, text_sub(line, 29 + 23, line.len), want);
	}
	CHECK_INT("and no line more", (int64_t)rest.len, 0);
}

static void test_shape(void)
{
	char content[4096];
	struct text got;

	open_log();
	log_event(LOG_DEBUG, "hidden", LOG_INT("n", 1));
	log_event(LOG_ERROR, "request", LOG_STR("id", "abc"), LOG_INT("status", -200));
	got = read_log(content, sizeof(content));
	CHECK_TRUE("time first", text_starts(got, TEXT("time=20")));
	CHECK_TRUE("in UTC", got.len > 29 && got.at[28] == 'Z' && got.at[15] == 'T');
	CHECK_TEXT("then the rest", text_sub(got, 29, got.len),
		   TEXT(" level=error event=request id=abc status=-200\n"));
}

static void test_long(void)
{
	static char content[16384], huge[10000];
	struct text got;

	memset(huge, 'x', sizeof(huge));
	huge[5] = ' ';
	open_log();
	log_event(LOG_INFO, "a", LOG_TEXT("v", text_of(huge, sizeof(huge))), LOG_INT("n", 5));
	log_event(LOG_INFO, "b", LOG_INT("n", 6));
	got = read_log(content, sizeof(content));
	CHECK_INT("a long line is cut, not split", text_find_char(got, '\n', 0) < 4096, 1);
	CHECK_TRUE("and its value is closed", got.at[text_find_char(got, '\n', 0) - 1] != 'x');
	CHECK_TRUE("the next is whole", text_ends(got, TEXT(" event=b n=6\n")));
}

static void *chatter(void *number)
{
	for (int i = 0; i < LINES; i++)
		log_event(LOG_INFO, "chatter", LOG_INT("thread", *(int *)number),
			  LOG_INT("line", i));
	return NULL;
}

static void test_threads(void)
{
	static char content[THREADS * LINES * 100];
	int numbers[THREADS], lines = 0, whole = 0;
	pthread_t threads[THREADS];
	struct text rest, line;

	open_log();
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, chatter, &numbers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	rest = read_log(content, sizeof(content));
	while (text_next(&rest, '\n', &line) && line.len) {
		lines++;
		whole += text_starts(line, TEXT("time=")) &&
			 text_find(line, TEXT(" event=chatter thread=")) == 40;
	}
	CHECK_INT("no line is lost", lines, THREADS * LINES);
	CHECK_INT("and none is torn", whole, THREADS * LINES);
}

UNIT_SUITE("log", {"values cannot forge a line", test_escape}, {"shape of a line", test_shape},
	   {"long lines are cut", test_long}, {"many threads", test_threads})

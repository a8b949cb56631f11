/*
 * unit - runs the cases of one test program through CUnit
 */
#include "unit.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned skipped;
static bool skipped_now;

/* ---- booking cases ----------------------------------------------------------------------------
 */

enum { NUMBERS = 128, NUMBER_BYTES = 8 };

/* Numbers of booking cases, as they came up. Rows are checked by several threads. */
static struct number {
	char name[NUMBER_BYTES];
	bool failed;
} numbers[NUMBERS];
static size_t number_count;
static pthread_mutex_t numbers_lock = PTHREAD_MUTEX_INITIALIZER;

/* The length of "A1" or "C5b" at the start of a name; 0: it begins otherwise. */
static size_t number_length(const char *name)
{
	size_t digits, n;

	if (name[0] < 'A' || name[0] > 'G')
		return 0;
	digits = strspn(name + 1, "0123456789");
	n = 1 + digits + (name[1 + digits] == 'b');
	return digits > 0 && n < NUMBER_BYTES && (name[n] == '\0' || strchr(" ,:", name[n])) ? n
											     : 0;
}

static struct number *number_at(const char *name, size_t len)
{
	for (size_t i = 0; i < number_count; i++)
		if (strlen(numbers[i].name) == len && memcmp(numbers[i].name, name, len) == 0)
			return &numbers[i];
	assert(number_count < NUMBERS);
	memcpy(numbers[number_count].name, name, len);
	return &numbers[number_count++];
}

/* A row, or a case, named so was checked. */
static void note_numbers(const char *name, bool well)
{
	size_t len;

	if (!name || number_length(name) == 0)
		return;
	pthread_mutex_lock(&numbers_lock);
	while ((len = number_length(name)) > 0) {
		struct number *n = number_at(name, len);

		n->failed |= !well;
		name += len;
		name += strspn(name, ", ");
	}
	pthread_mutex_unlock(&numbers_lock);
}

/* The name of a case without that of the store it runs on. */
static const char *case_name(const char *name)
{
	static const char *const stores[] = {"sqlite: ", "postgresql: "};

	for (size_t i = 0; i < ARRAY_LEN(stores); i++)
		if (strncmp(name, stores[i], strlen(stores[i])) == 0)
			return name + strlen(stores[i]);
	return name;
}

static void note_running_case(bool well)
{
	CU_pTest test = CU_get_current_test();

	if (test && test->pName)
		note_numbers(case_name(test->pName), well);
}

static void print_numbers(void)
{
	for (size_t i = 0; i < number_count; i++)
		printf("%s %s\n", numbers[i].failed ? "FAIL" : "ok", numbers[i].name);
}

/* ---- checks ------------------------------------------------------------------------------------
 */

static void count_failure(const char *file, int line)
{
	CU_assertImplementation(CU_FALSE, (unsigned)line, "values differ", file, "", CU_FALSE);
}

static void report(const char *file, int line, const char *row)
{
	printf("%s:%d: %s\n", file, line, row ? row : "(no name)");
	count_failure(file, line);
	note_numbers(row, false);
	note_running_case(false);
}

static bool is_well(const char *row)
{
	note_numbers(row, true);
	return true;
}

bool unit_check_int(const char *file, int line, const char *row, int64_t got, int64_t want)
{
	if (got == want)
		return is_well(row);
	report(file, line, row);
	printf("\tgot  %" PRId64 "\n\twant %" PRId64 "\n", got, want);
	return false;
}

/* Printable ASCII as it is, all else as \xNN, so that line ends and NULs show. */
static void print_text(const char *what, struct text t)
{
	if (!t.at) {
		printf("\t%s (none)\n", what);
		return;
	}
	printf("\t%s \"", what);
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c >= ' ' && c < 0x7F)
			putchar(c);
		else
			printf("\\x%02x", c);
	}
	printf("\" (%zu bytes)\n", t.len);
}

bool unit_check_text(const char *file, int line, const char *row, struct text got, struct text want)
{
	if (text_equal(got, want))
		return is_well(row);
	report(file, line, row);
	print_text("got ", got);
	print_text("want", want);
	return false;
}

bool unit_check_well(const char *file, int line, const char *row, const struct fault *f)
{
	if (!f)
		return is_well(row);
	report(file, line, row);
	printf("\tgot  %s: %s\n\twant no fault\n", fault_row(f->code)->name, f->message);
	return false;
}

bool unit_check_fault(const char *file, int line, const char *row, const struct fault *f,
		      enum fault_code code)
{
	if (fault_is(f, code))
		return is_well(row);
	report(file, line, row);
	printf("\tgot  %s%s%s\n", f ? fault_row(f->code)->name : "no fault", f ? ": " : "",
	       f ? f->message : "");
	printf("\twant %s\n", fault_row(code)->name);
	return false;
}

void unit_skip(const char *reason)
{
	if (!skipped_now)
		skipped++;
	skipped_now = true;
	printf("skipped: %s\n", reason);
}

static void before_case(void)
{
	skipped_now = false;
}

static void after_case(void)
{
	if (!skipped_now)
		note_running_case(true);
}

/* ---- running -----------------------------------------------------------------------------------
 */

static CU_pSuite add_cases(const char *suite, const struct unit_case *cases, size_t count)
{
	CU_pSuite s =
		CU_add_suite_with_setup_and_teardown(suite, NULL, NULL, before_case, after_case);

	for (size_t i = 0; s && i < count; i++)
		if (!CU_add_test(s, cases[i].name, cases[i].run))
			return NULL;
	return s;
}

int unit_main(const char *suite, const struct unit_case *cases, size_t count)
{
	unsigned failed, ran;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS || !add_cases(suite, cases, count)) {
		fprintf(stderr, "%s: %s\n", suite, CU_get_error_msg());
		return EXIT_FAILURE;
	}
	CU_run_all_tests();
	for (CU_pFailureRecord f = CU_get_failure_list(); f; f = f->pNext)
		printf("FAIL %s: %s (%s:%u)\n", suite, f->pTest ? f->pTest->pName : "start",
		       f->strFileName, f->uiLineNumber);
	print_numbers();
	failed = CU_get_number_of_tests_failed();
	ran = CU_get_number_of_tests_run();
	CU_cleanup_registry();
	/* A suite that ran nothing must not look like one that passed. */
	if (ran != count)
		failed += (unsigned)count - ran;
	printf("%u passed, %u failed, %u skipped\n", (unsigned)count - failed - skipped, failed,
	       skipped);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

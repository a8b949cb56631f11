/*
 * unit - runs the cases of one test program through CUnit
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned skipped;
static bool skipped_now;

static void count_failure(const char *file, int line)
{
	CU_assertImplementation(CU_FALSE, (unsigned)line, "values differ", file, "", CU_FALSE);
}

static void report(const char *file, int line, const char *row)
{
	printf("%s:%d: %s\n", file, line, row ? row : "(no name)");
	count_failure(file, line);
}

bool unit_check_int(const char *file, int line, const char *row, int64_t got, int64_t want)
{
	if (got == want)
		return true;
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
		return true;
	report(file, line, row);
	print_text("got ", got);
	print_text("want", want);
	return false;
}

bool unit_check_well(const char *file, int line, const char *row, const struct fault *f)
{
	if (!f)
		return true;
	report(file, line, row);
	printf("\tgot  %s: %s\n\twant no fault\n", fault_row(f->code)->name, f->message);
	return false;
}

bool unit_check_fault(const char *file, int line, const char *row, const struct fault *f,
		      enum fault_code code)
{
	if (fault_is(f, code))
		return true;
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

static CU_pSuite add_cases(const char *suite, const struct unit_case *cases, size_t count)
{
	CU_pSuite s = CU_add_suite_with_setup_and_teardown(suite, NULL, NULL, before_case, NULL);

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

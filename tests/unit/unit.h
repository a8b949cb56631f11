/*
 * unit.h - the frame of every CUnit program here
 *
 * A test file holds functions and ends with one table:
 *
 *	UNIT_SUITE("arena", { "gives zeroed memory", test_zeroed },
 *			    { "is spent past its ceiling", test_ceiling })
 *
 * CHECK_ROW and its kin print the row's name and both values when they
 * differ, so that a failing row can be read without a debugger. The program
 * ends with a line "N passed, N failed" and the status 1 if any failed.
 *
 * A case or row whose name begins with numbers of booking cases ("C5b free", "E1, E2: at once") is
 * about these: of each the program says at its end "ok C5b", or "FAIL C5b" where one failed.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/Basic.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"

struct unit_case {
	const char *name;
	void (*run)(void);
};

/* Run the cases; returns the exit status of main(). */
int unit_main(const char *suite, const struct unit_case *cases, size_t count);

/* Both print a line and count one failure when the values differ; true if equal. */
bool unit_check_int(const char *file, int line, const char *row, int64_t got, int64_t want);
bool unit_check_text(const char *file, int line, const char *row, struct text got,
		     struct text want);
/* Expects no fault; prints its sentence otherwise. */
bool unit_check_well(const char *file, int line, const char *row, const struct fault *f);
/* Expects a fault with this code. */
bool unit_check_fault(const char *file, int line, const char *row, const struct fault *f,
		      enum fault_code code);
/* Count the running test as skipped, with the reason. */
void unit_skip(const char *reason);

#define CHECK_INT(row, got, want)  unit_check_int(__FILE__, __LINE__, (row), (got), (want))
#define CHECK_TRUE(row, cond)	   unit_check_int(__FILE__, __LINE__, (row), !!(cond), 1)
#define CHECK_TEXT(row, got, want) unit_check_text(__FILE__, __LINE__, (row), (got), (want))
#define CHECK_STR(row, got, want)                                                                  \
	unit_check_text(__FILE__, __LINE__, (row), text_from(got), text_from(want))
#define CHECK_WELL(row, f)	  unit_check_well(__FILE__, __LINE__, (row), (f))
#define CHECK_FAULT(row, f, code) unit_check_fault(__FILE__, __LINE__, (row), (f), (code))

#define UNIT_SUITE(suite, ...)                                                                     \
	int main(void)                                                                             \
	{                                                                                          \
		static const struct unit_case unit_cases[] = {__VA_ARGS__};                        \
		return unit_main((suite), unit_cases, ARRAY_LEN(unit_cases));                      \
	}

#endif

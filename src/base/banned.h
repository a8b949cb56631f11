/*
 * banned - functions whose use is a compile error
 *
 * The Makefile includes this file before every source file. Each name below
 * has cost somebody a hole: no bound, hidden shared state, or a locale.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* Debian's C library with all it offers: accept4, crypt_r, pthread_setname_np. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

/* System headers first, so that their own declarations stay untouched. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With clang, the hardened C library makes macros of these; a macro is not poisoned quietly. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof
#pragma GCC poison localtime gmtime ctime asctime
#pragma GCC poison rand srand tmpnam mktemp

#endif

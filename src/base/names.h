/*
 * names - of days and months, in English
 *
 * As mails and HTTP write them: the short names of RFC 5322 §3.3 and RFC 9110 §5.6.7
 * are the first three letters, "%.3s". Threads: no state.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

extern const char *const day_names[7];	  /* from Monday */
extern const char *const month_names[12]; /* from January */

#endif

/*
 * pinned_zones.h - zone data that no update of the system moves
 *
 * tests/zones/pinned.zi holds the zones of the booking cases as of tz 2025b; zic
 * makes zoneinfo folders of it that end with the program. Tests are run from the
 * root of the checkout.
 */
#ifndef TESTS_PINNED_ZONES_H
#define TESTS_PINNED_ZONES_H

/* Before anything looks a zone up. Ends the program when zic does not work. */
void pinned_zones_use(void);

/*
 * The same with one zone more, in the words of zic's input: other data than before, as a
 * process finds that starts after an update. The words may hold no quotes.
 */
void pinned_zones_use_with(const char *zone);

/* The folder that was made last. */
const char *pinned_zones_folder(void);

#endif

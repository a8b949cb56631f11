/*
 * pinned_zones.h - zone data that no update of the system moves
 *
 * tests/zones/pinned.zi holds the zones of the booking cases as of tz 2025b; zic
 * makes a zoneinfo folder of it that ends with the program. Tests are run from the
 * root of the checkout.
 */
#ifndef TESTS_PINNED_ZONES_H
#define TESTS_PINNED_ZONES_H

/* Before anything looks a zone up; once a program. Ends it when zic does not work. */
void pinned_zones_use(void);

#endif

/*
 * sync_priv - what the files of one reading share
 *
 * sync.c goes from page to page and says how it ended, sync_page.c does what a page says,
 * sync_lease.c keeps the lease, sync_list.c reads which calendars there are.
 */
#ifndef FEDERATION_SYNC_PRIV_H
#define FEDERATION_SYNC_PRIV_H

#include "federation/sync.h"

enum {
	SYNC_PAGES_MAX = 10000, /* of one reading */
	SYNC_SLICE = 250,	/* events in one change, or all of one series */
	SYNC_AGAIN_S = 8,	/* after a telling that brought nothing */
	SYNC_FAILURES_TOLD = 5, /* in a row, and the account's state says so */
	SYNC_EARLY_S = 15,
	SYNC_WRITTEN_S = 300, /* after a booking has changed its copy is written, or is not soon */
	SYNC_BACK_OFF_S = 30,
	SYNC_BACK_OFF_MAX_S = 3600,
	/* So many that are all unknown, where so many are known: ids are made up (sync.h). */
	SYNC_STRANGERS = 10,
	SYNC_SEES = 3, /* a copy that its job changes meanwhile is told of anew so often */
};

/* One reading. */
struct sync {
	struct visit *v;
	struct outside_calendar *c;
	int64_t started;
	bool is_full;	       /* from the beginning */
	bool is_again;	       /* the cursor was refused once */
	bool is_done, is_lost; /* read to its end; another holds the lease */
	bool brought;	       /* something was told */
	bool is_early;	       /* of a copy that is just being written */
	bool has_moved;	       /* a page of it was settled */
	int pages;
	struct arena *arena; /* of the reading, beyond its pages */
};

/* What a page says is done; v->arena is the page's. CALL_LATER: it is to be read again. */
enum call_end sync_page(struct sync *s, const struct remote_page *page);
/* What a reading from the beginning did not see goes. */
enum call_end sync_sweep(struct sync *s);

/* Where it stands is stored, and the lease goes on or ends. */
enum call_end sync_settle(struct sync *s, bool ends);
/* Where it stands is settled once more, before the lease can run out amid many calls. */
enum call_end sync_keep_lease(struct sync *s);

/* A fault of the store as the end of a call. */
enum call_end sync_fault(struct sync *s, const struct fault *f);

#endif

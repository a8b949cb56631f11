/*
 * page_lang - in which language a page speaks, and what is said in it
 *
 * What pages say that work without any script is a row of words for each language; what the
 * scripts of the booking pages say is page_words.tbl.h. A language more is a row here and a column
 * there, and the compiler asks for both.
 */
#ifndef API_PAGE_LANG_H
#define API_PAGE_LANG_H

#include "base/text.h"

struct buf;
struct http_request;

enum page_word {
	PAGE_NO_FILE, /* each is a title; its sentence follows it */
	PAGE_NO_FILE_TEXT,
	PAGE_NO_OFFER,
	PAGE_NO_OFFER_TEXT,
	PAGE_NO_LINK,
	PAGE_NO_LINK_TEXT,
	PAGE_SPENT,
	PAGE_SPENT_TEXT,
	PAGE_BUSY,
	PAGE_BUSY_TEXT,
	PAGE_BROKEN,
	PAGE_BROKEN_TEXT,
	PAGE_REFUSED,
	PAGE_REFUSED_TEXT,
	PAGE_MEETING, /* the title of one whose type is gone */
	PAGE_NO_SCRIPT,
	PAGE_BUSY_TIMES, /* of a link to free-busy time */
	PAGE_REMINDERS,	 /* a title, its sentence about the host, and a button */
	PAGE_REMINDERS_TEXT,
	PAGE_REMINDERS_STOP,
	PAGE_NO_REMINDERS, /* likewise */
	PAGE_NO_REMINDERS_TEXT,
	PAGE_NO_REMINDERS_AGAIN,
	PAGE_CONNECTED, /* a browser comes back from a provider: titles and sentences … */
	PAGE_CONNECTED_TEXT,
	PAGE_NOT_CONNECTED,
	PAGE_NOT_CONNECTED_TEXT,
	PAGE_CONSENT_OLD,
	PAGE_CONSENT_OLD_TEXT,
	PAGE_CONSENT_PART,
	PAGE_CONSENT_PART_TEXT,
	PAGE_CONSENT_OTHER,
	PAGE_CONSENT_OTHER_TEXT,
	PAGE_CONSENT_FULL,
	PAGE_CONSENT_FULL_TEXT,
	PAGE_CONSENT_LATER,
	PAGE_CONSENT_LATER_TEXT,
	PAGE_CONSENT_SIGN_IN,
	PAGE_CONSENT_SIGN_IN_TEXT,
	PAGE_CONSENT_WAIT,
	PAGE_CONSENT_WAIT_TEXT,
	PAGE_CONSENT_GO_ON, /* … and what stands on buttons */
	PAGE_CONSENT_BACK,
	PAGE_WORDS
};

struct page_lang {
	const char *tag; /* RFC 5646: "de" */
	const char *words[PAGE_WORDS];
};

/*
 * What ?lang= names, else the first that Accept-Language prefers (RFC 9110 §12.5.4), else
 * English. Never NULL.
 */
const struct page_lang *page_lang(const struct http_request *rq);

/*
 * Append what the scripts say, a line for each: "wait", a tab, "One moment …". manages: also what
 * the page behind the link in a mail says alone.
 */
void page_lang_put_words(struct buf *out, const struct page_lang *l, bool manages);

/* The language of an Accept-Language field; NULL: it names none that is spoken here. */
const struct page_lang *page_lang_accepted(struct text field);

/* The language with this tag, whatever region follows; NULL: it is not spoken here. */
const struct page_lang *page_lang_find(struct text tag);

#endif

/* imap_priv - one connection, and how lines go to and fro */
#ifndef MAIL_IMAP_PRIV_H
#define MAIL_IMAP_PRIV_H

#include <libetpan/libetpan.h>

#include "mail/imap.h"

struct buf;

enum imap_can {
	IMAP_CAN_STARTTLS = 1 << 0,
	IMAP_CAN_PLAIN = 1 << 1,
	IMAP_CAN_NO_LOGIN = 1 << 2,
	IMAP_CAN_IDLE = 1 << 3,
	IMAP_CAN_MOVE = 1 << 4,
	IMAP_CAN_UIDPLUS = 1 << 5,
	IMAP_CAN_NAMESPACE = 1 << 6,
};

struct imap {
	const struct imap_target *target;
	struct wire *wire;
	mailstream *stream;
	MMAPString *line;
	unsigned tag;	  /* of the last command */
	const char *step; /* for the log */
	unsigned can;	  /* enum imap_can */
	bool has_news;	  /* messages came since the last listing */
	bool is_idle;	  /* IDLE is open */
	int64_t idle_since_ns, polled_ns;
	int64_t uidvalidity;
	char prefix[64], separator; /* of folders; separator 0: not asked yet */
	char goodbye[200];	    /* what BYE said */
};

/* One answer: its line, and behind it the literal that it carries, with at == NULL where none. */
struct imap_answer {
	struct text line, literal;
};

/* Told of each untagged answer to a command. */
typedef void (*imap_hear_fn)(void *ctx, struct imap *c, const struct imap_answer *answer);

struct imap_ask {
	const char *step;
	imap_hear_fn hear; /* NULL: nothing is expected */
	void *ctx;
	size_t octets;	    /* that the answer may have beyond WIRE_STEP_OCTETS */
	size_t literal_max; /* of its literals */
	struct text more;   /* to say once the server asks for it ("+"); at == NULL: nothing */
};

/* Say one command, without its tag and line end, and hear all up to its answer. */
MUST_CHECK const struct fault *imap_do(struct imap *c, struct arena *a, const struct imap_ask *ask,
				       const char *command);

/* The pieces of it, for greeting and IDLE. */
MUST_CHECK const struct fault *imap_begin(struct imap *c, struct arena *a, const char *command);
MUST_CHECK const struct fault *imap_hear(struct imap *c, struct arena *a, size_t literal_max,
					 struct imap_answer *out);
/* Is it the answer to the command under way? *fault_out: what it says, if not OK. */
bool imap_is_answered(struct imap *c, struct arena *a, struct text line,
		      const struct fault **fault_out);
/* Before any other command; nothing, if none is open. */
MUST_CHECK const struct fault *imap_end_idle(struct imap *c, struct arena *a);
/* UNAVAILABLE, with what is known. */
const struct fault *imap_lost(struct imap *c, struct arena *a, const char *why);

/* "* 23 FETCH …": the word, and *rest behind it. */
struct text imap_untagged(struct text line, struct text *rest);
/* "4,7,11" */
void imap_put_set(struct buf *b, const uint32_t *uids, size_t count);
/* The number behind this word; false: there is none. */
bool imap_number_after(struct text line, struct text word, int64_t *out);

#endif

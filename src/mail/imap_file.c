/* imap_file - messages go to their folder, which may have to be made */
#include "base/arena.h"
#include "base/buf.h"
#include "mail/imap_priv.h"

/* ---- filing -----------------------------------------------------------------------------------
 */

/* NAMESPACE (("INBOX." ".")) …, or LIST (\Noselect) "/" "": the strings in quotes. */
static size_t quoted_strings(struct text line, struct text *out, size_t max)
{
	size_t count = 0, from;

	for (size_t i = 0; i < line.len && count < max; i++) {
		if (line.at[i] != '"')
			continue;
		for (from = ++i; i < line.len && line.at[i] != '"'; i++)
			if (line.at[i] == '\\')
				i++;
		out[count++] = text_sub(line, from, i < line.len ? i - from : 0);
	}
	return count;
}

static char separator_of(struct text quoted)
{
	/* A backslash is written as two. */
	return quoted.len > 0 ? quoted.at[quoted.len - 1] : '\0';
}

static void hear_list(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct text rest, strings[2];

	(void)ctx;
	if (text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("LIST")) &&
	    quoted_strings(rest, strings, 2) >= 1)
		c->separator = separator_of(strings[0]);
}

/* The first of the personal ones (RFC 2342 §5): where one's own folders are. */
static void hear_namespace(void *ctx, struct imap *c, const struct imap_answer *answer)
{
	struct text rest, strings[2];

	(void)ctx;
	if (!text_equal_nocase(imap_untagged(answer->line, &rest), TEXT("NAMESPACE")) ||
	    !text_starts(rest, TEXT("((")) || quoted_strings(rest, strings, 2) < 2 ||
	    strings[0].len >= sizeof(c->prefix) || text_has_control(strings[0]))
		return;
	memcpy(c->prefix, strings[0].at, strings[0].len);
	c->prefix[strings[0].len] = '\0';
	c->separator = separator_of(strings[1]);
}

static const struct fault *ask_separator(struct imap *c, struct arena *a)
{
	const struct imap_ask ask_namespace = {.step = "NAMESPACE", .hear = hear_namespace};
	const struct imap_ask ask_list = {.step = "LIST", .hear = hear_list};
	const struct fault *f = NULL;

	if (c->separator)
		return NULL;
	if (c->can & IMAP_CAN_NAMESPACE)
		f = imap_do(c, a, &ask_namespace, "NAMESPACE");
	if (!f && !c->separator)
		f = imap_do(c, a, &ask_list, "LIST \"\" \"\"");
	/* It has no levels: then the slash is a character like any other. */
	if (!f && !c->separator)
		c->separator = '/';
	return f;
}

/* The folder as the server names it, in quotes. */
static const char *name_folder(struct imap *c, struct arena *a, const char *folder)
{
	bool has_prefix = text_starts(text_from(folder), text_from(c->prefix));
	struct buf b;

	buf_init(&b, a, 256, 1024);
	buf_printf(&b, "\"%s", has_prefix ? "" : c->prefix);
	for (const char *at = folder; *at; at++)
		if (*at != '/')
			buf_put_char(&b, *at);
		else if (c->separator == '\\')
			buf_put_lit(&b, "\\\\");
		else
			buf_put_char(&b, c->separator);
	buf_put_char(&b, '"');
	return b.at;
}

static const struct fault *do_to(struct imap *c, struct arena *a, const char *step,
				 const char *before, const char *set, const char *behind)
{
	const struct imap_ask ask = {.step = step};

	return imap_do(c, a, &ask,
		       arena_printf(a, "%s %s%s%s", before, set, *behind ? " " : "", behind));
}

/* Moved, or copied and taken out; of others that are marked as deleted none is touched. */
static const struct fault *move(struct imap *c, struct arena *a, const char *set, const char *name)
{
	const struct fault *f;

	if (c->can & IMAP_CAN_MOVE)
		return do_to(c, a, "MOVE", "UID MOVE", set, name);
	f = do_to(c, a, "COPY", "UID COPY", set, name);
	if (!f)
		f = do_to(c, a, "STORE", "UID STORE", set, "+FLAGS.SILENT (\\Deleted)");
	if (!f && c->can & IMAP_CAN_UIDPLUS)
		f = do_to(c, a, "EXPUNGE", "UID EXPUNGE", set, "");
	return f;
}

/* It may be there already, and somebody may not want it shown: both are for the move to tell. */
static const struct fault *make_folder(struct imap *c, struct arena *a, const char *name)
{
	const struct fault *f = do_to(c, a, "CREATE", "CREATE", name, "");

	if (!f || fault_is(f, FAULT_CONFLICT))
		f = do_to(c, a, "SUBSCRIBE", "SUBSCRIBE", name, "");
	return fault_is(f, FAULT_CONFLICT) ? NULL : f;
}

const struct fault *imap_file(struct imap *c, struct arena *a, const uint32_t *uids, size_t count,
			      const char *folder)
{
	const struct fault *f = imap_end_idle(c, a);
	const char *name;
	struct buf set;

	buf_init(&set, a, 256, 4096);
	imap_put_set(&set, uids, count);
	if (!f)
		f = ask_separator(c, a);
	if (!f)
		f = do_to(c, a, "STORE", "UID STORE", set.at, "+FLAGS.SILENT (\\Seen)");
	if (f)
		return f;
	name = name_folder(c, a, folder);
	f = move(c, a, set.at, name);
	if (!fault_is(f, FAULT_CONFLICT))
		return f;
	f = make_folder(c, a, name);
	return f ? f : move(c, a, set.at, name);
}

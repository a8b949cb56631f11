/*
 * http_split - a header block taken apart as libmicrohttpd does it, in place
 *
 * Line ends and colons become NULs, a bare LF ends a line, a NUL ends a value, and
 * what cannot be told apart afterwards is left to http_check_head() to notice.
 */
#ifndef TESTS_HTTP_SPLIT_H
#define TESTS_HTTP_SPLIT_H

#include "http/check.h"

/* The next line, without its end; NULL when none is whole. */
static inline char *http_split_line(char **at, char *end)
{
	char *line = *at, *lf = memchr(line, '\n', (size_t)(end - line));

	if (!lf)
		return NULL;
	*lf = '\0';
	if (lf > line && lf[-1] == '\r')
		lf[-1] = '\0';
	*at = lf + 1;
	return line;
}

/* Method, target and version, ended by NULs; false when they are not three. */
static inline bool http_split_request_line(char *line, struct http_head *head)
{
	char *space = strchr(line, ' '), *last = strrchr(line, ' ');

	if (!space || space == last)
		return false;
	*space = *last = '\0';
	head->method = text_from(line);
	head->target = text_from(space + 1);
	head->version = text_from(last + 1);
	return true;
}

/* False for what the library refuses itself. raw is overwritten, and len bytes long. */
static inline bool http_split(char *raw, size_t len, struct http_field *fields, size_t max,
			      struct http_head *head)
{
	char *at = raw, *line = http_split_line(&at, raw + len);

	*head = (struct http_head){.fields = fields};
	if (!line || !http_split_request_line(line, head))
		return false;
	while ((line = http_split_line(&at, raw + len)) && *line) {
		char *colon = strchr(line, ':');

		if (!colon || head->field_count == max)
			return false;
		*colon = '\0';
		colon++;
		colon += strspn(colon, " \t");
		fields[head->field_count++] =
			(struct http_field){text_from(line), text_from(colon)};
	}
	head->block = text_of(raw, (size_t)(at - raw));
	return line != NULL;
}

#endif

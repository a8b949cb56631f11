/*
 * cmd_user_priv - what the files of `fasti user` share
 */
#ifndef DAEMON_CMD_USER_PRIV_H
#define DAEMON_CMD_USER_PRIV_H

#include "daemon/command.h"
#include "store/owner.h"

/* ---- cmd_user_who.c: whom a command names ------------------------------------------------ */

/* What --kind says; decisions 28. */
const char *user_kind_word(enum owner_kind kind);
/* False: it is none of them. */
bool user_read_kind(const char *word, enum owner_kind *out);

/* The principal of words[1]; NOT_FOUND when there is none. */
MUST_CHECK const struct fault *user_find(struct command_line *line, struct setup *setup,
					 struct owner **out);

/* Those whom an option names, which may be said several times; NOT_FOUND. */
MUST_CHECK const struct fault *user_find_named(struct command_line *line, struct setup *setup,
					       const char *option, int64_t **out,
					       size_t *count_out);

/* ---- cmd_proxies.c, cmd_answers.c ------------------------------------------------------- */

/* fasti user proxies. */
int user_proxies(struct command_line *line);

/* fasti user set, fasti user show. */
int user_set(struct command_line *line);
int user_show(struct command_line *line);

#endif

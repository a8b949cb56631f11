/*
 * cmd_explain_priv - what `fasti explain` can explain
 */
#ifndef DAEMON_CMD_EXPLAIN_PRIV_H
#define DAEMON_CMD_EXPLAIN_PRIV_H

#include "daemon/command.h"

/* words: slot USER SLUG INSTANT */
MUST_CHECK const struct fault *explain_slot_print(struct command_line *line, struct setup *setup);

#endif

/*
 * cmd_mail_priv - `fasti mail`, in two files
 */
#ifndef DAEMON_CMD_MAIL_PRIV_H
#define DAEMON_CMD_MAIL_PRIV_H

#include "daemon/command.h"

/* fasti mail templates DIR; needs no store. */
int mail_templates(struct command_line *line);

#endif

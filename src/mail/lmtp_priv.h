/* lmtp_priv - between listening and talking */
#ifndef MAIL_LMTP_PRIV_H
#define MAIL_LMTP_PRIV_H

#include "mail/lmtp.h"

/* One conversation, until it is over or stop_fd can be read; fd does not block, and stays open. */
void lmtp_talk(const struct lmtp_doors *doors, int fd, int stop_fd);

#endif

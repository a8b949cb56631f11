/*
 * setting - mail.smtp read
 *
 * Memory: everything lives in the arena, as does the password.
 */
#ifndef MAIL_SETTING_H
#define MAIL_SETTING_H

#include "mail/smtp.h"

/* One way or the other, or neither: mail waits. */
struct setting {
	const char *folder;	   /* NULL: not into a folder */
	struct smtp_target target; /* target.host NULL: not by SMTP; trust is left NULL */
};

/* BAD_REQUEST: the setting or the password file cannot be read, or the password would be bared. */
MUST_CHECK const struct fault *setting_read(struct arena *a, const struct mail_settings *s,
					    struct setting *out);

#endif

/*
 * setting - mail.smtp and mail.imap read
 *
 * Memory: everything lives in the arena, as does the password.
 */
#ifndef MAIL_SETTING_H
#define MAIL_SETTING_H

#include "mail/sender.h"
#include "mail/wire.h"

/* One way out or the other, or neither: mail waits. */
struct setting {
	const char *folder;	   /* NULL: not into a folder */
	struct wire_target target; /* target.host NULL: not by SMTP; trust is left NULL */
};

/* BAD_REQUEST: the setting or the password file cannot be read, or the password would be bared. */
MUST_CHECK const struct fault *setting_read(struct arena *a, const struct mail_settings *s,
					    struct setting *out);

/* The same for mail.imap: the mailbox is what follows the host, or INBOX. */
MUST_CHECK const struct fault *setting_read_imap(struct arena *a, const char *imap,
						 const char *password_file, struct wire_target *out,
						 const char **mailbox_out);

/* Can this be a mailbox or folder in what is said to a server? */
bool setting_is_folder(const char *folder);

#endif

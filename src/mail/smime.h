/*
 * smime - who signed a message (RFC 8551, RFC 6047 §3)
 *
 * A signature counts when its octets are those that came, its certificate leads to one that the
 * operator trusts, is meant for mail, and names the sender: an address of the certificate is the
 * only one in From (RFC 8550 §3). MAIL_FAIL: it does not fit, or is another's. MAIL_UNKNOWN: nobody
 * vouches for its certificate, and the message is as one without a signature. `why` says which. The
 * octets are gone over last, for certificates alone with which a signature could count, and a
 * bounded number of times.
 * Nothing is asked of the network; a revoked certificate is not known as such. OpenPGP is left
 * alone.
 *
 * Threads: a trust is read-only once made.
 */
#ifndef MAIL_SMIME_H
#define MAIL_SMIME_H

#include "mail/read.h"

struct smime_trust;

/* The certificates of ca_file, or the system's for NULL. BAD_REQUEST: the file cannot be read. */
MUST_CHECK const struct fault *smime_trust_create(struct arena *a, const char *ca_file,
						  struct smime_trust **out);
/* Accepts NULL. */
void smime_trust_destroy(struct smime_trust *trust);

/*
 * Look at each signature of a message that was read: fills verdict and why, and is_signed
 * of the parts it covers. Without a trust (NULL) nobody vouches for any.
 */
void smime_verify(struct arena *a, const struct smime_trust *trust, struct mail_read *m);

#endif

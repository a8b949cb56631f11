/*
 * job_post - a mail about a meeting, as it leaves
 *
 * What all mails have in common, whatever they say: by which addresses they go and by which ids
 * they are known (post/route.h), and what became of them.
 */
#ifndef DAEMON_JOB_POST_H
#define DAEMON_JOB_POST_H

#include "daemon/jobs.h"
#include "mail/compose.h"
#include "post/route.h"

/*
 * Send it. The caller has filled in what it says, whom it is to, the names of From and Reply-To,
 * and its date; addresses and ids are set here, and its calendar is made what this recipient's
 * program reads (route_readdress(), itip_message_for_mail()).
 */
enum job_result job_post(struct job_context *x, const struct route_about *about,
			 struct mail_message *m, struct text *why_out);

/* The outcome of a job that could not say what it is to say. */
enum job_result job_post_fault(const struct fault *f, struct text *why_out);

#endif

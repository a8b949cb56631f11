/*
 * methods - which methods there are, and where
 *
 * OPTIONS, Allow and the DAV header are computed from these rows and those of
 * reports.c, so they cannot promise what is not there.
 */

#include "dav/dav_priv.h"
#include "dav/lock.h"
#include "dav/post.h"

/* clang-format off */
const struct dav_method dav_methods[] = {
	/* name        on                                         but answers on                    needs                     of parent  body           load             function        */
	{ "OPTIONS",    DAV_EXISTING | DAV_MISSING | DAV_REGISTRATION | DAV_ATTACHMENT, 0,                           0,                        false, DAV_BODY_NONE, DAV_LOAD_ALL,    dav_options    },
	{ "GET",        DAV_ROOT | DAV_CALENDAR | DAV_MEMBERS | DAV_ATTACHMENT, 0,                  DAV_MAY_READ,             false, DAV_BODY_NONE, DAV_LOAD_OBJECT, dav_get        },
	{ "HEAD",       DAV_ROOT | DAV_CALENDAR | DAV_MEMBERS | DAV_ATTACHMENT, 0,                  DAV_MAY_READ,             false, DAV_BODY_NONE, DAV_LOAD_OBJECT, dav_get        },
	/* Of what it needs, the store tells which: bind for what is new, else write-content. */
	{ "PUT",        DAV_MEMBERS | DAV_FREE_OBJECT | DAV_FREE_FILE, DAV_NO_PARENT,                   0,                        false, DAV_BODY_DATA, DAV_LOAD_PARENT, dav_put        },
	{ "POST",       DAV_POSTED,                                0,                                0,                        false, DAV_BODY_DATA, DAV_LOAD_ALL,    dav_post       },
	{ "DELETE",     DAV_CALENDAR | DAV_PLAIN | DAV_MEMBERS | DAV_REGISTRATION, 0,                                DAV_MAY_UNBIND,           true,  DAV_BODY_NONE, DAV_LOAD_PARENT, dav_delete     },
	/* What they need where they lead, copymove.c says. */
	{ "COPY",       DAV_CALENDAR | DAV_PLAIN | DAV_MEMBERS,    0,                                DAV_MAY_READ,             false, DAV_BODY_NONE, DAV_LOAD_ALL,    dav_copy       },
	{ "MOVE",       DAV_CALENDAR | DAV_PLAIN | DAV_MEMBERS,    0,                                DAV_MAY_UNBIND,           true,  DAV_BODY_NONE, DAV_LOAD_ALL,    dav_move       },
	{ "PROPFIND",   DAV_EXISTING,                              0,                                DAV_MAY_READ,             false, DAV_BODY_XML,  DAV_LOAD_ALL,    dav_propfind   },
	{ "PROPPATCH",  DAV_EXISTING,                              0,                                DAV_MAY_WRITE_PROPERTIES, false, DAV_BODY_XML,  DAV_LOAD_ALL,    dav_proppatch  },
	/* At the home it says that calendars can be made there, which is where clients look for it. */
	{ "MKCALENDAR", DAV_FREE_CALENDAR | DAV_HOME,              DAV_EXISTING | DAV_MISSING,       DAV_MAY_BIND,             true,  DAV_BODY_XML,  DAV_LOAD_ALL,    dav_mkcalendar },
	{ "MKCOL",      DAV_FREE_CALENDAR | DAV_FREE_FILE,         DAV_MISSING,                      DAV_MAY_BIND,             true,  DAV_BODY_XML,  DAV_LOAD_ALL,    dav_mkcol      },
	/* What a REPORT needs, its row says (reports.c). */
	{ "REPORT",     DAV_EXISTING,                              0,                                0,                        false, DAV_BODY_XML,  DAV_LOAD_ALL,    dav_report     },
	{ "ACL",        DAV_HOME | DAV_CALENDAR,                   0,                                DAV_MAY_WRITE_ACL,        false, DAV_BODY_XML,  DAV_LOAD_ALL,    dav_acl        },
	/* What they need is another thing for a name that nothing has yet, and for one's own lock. */
	{ "LOCK",       DAV_LOCKABLE,                              DAV_NO_PARENT,                    0,                        false, DAV_BODY_XML,  DAV_LOAD_ALL,    dav_lock       },
	{ "UNLOCK",     DAV_LOCKABLE,                              DAV_NO_PARENT,                    0,                        false, DAV_BODY_NONE, DAV_LOAD_ALL,    dav_unlock     },
	{ 0 }
};
/* clang-format on */

/*
 * props - live properties as tables
 *
 * One file per RFC holds its rows and their functions; the joined list answers
 * PROPFIND, PROPPATCH and DAV:supported-live-property-set. A row says where the
 * property stands, whether allprop shows it, and how it is read and set;
 * what clients set and the server does not use is kept as it came (PROP_KEPT).
 *
 * To add a property: add a row to the file of its RFC, and its function.
 *
 * Memory: views and what getters write live in the arena of the page.
 */
#ifndef DAV_PROPS_H
#define DAV_PROPS_H

#include "dav/dav_priv.h"

/* One resource as properties see it. */
struct dav_view {
	struct dav_request *dr;
	struct arena *arena;
	struct db *db;
	enum dav_kind kind;
	struct dav_whose whose, owned_by; /* as in the request */
	int64_t owner_id;
	const struct owner *owner; /* where it was read; see dav_view_owner() */
	unsigned may;
	struct text collection_name, object_name; /* as the path has them */
	struct text folder; /* the path before object_name as it goes out, or empty */
	const struct collection *collection;
	/* Of an object: what is known so far; dav_view_object() gives the rest. */
	struct text etag;
	int64_t object_id;
	struct stored_object *object;
	struct property *kept;
	size_t kept_count;
	bool kept_loaded;
};

/* The object's row; with data when asked. *out is NULL when it went meanwhile. */
MUST_CHECK const struct fault *dav_view_object(struct dav_view *v, bool with_data,
					       struct stored_object **out);
/* The properties that are kept for it. */
MUST_CHECK const struct fault *dav_view_kept(struct dav_view *v);
const struct property *dav_view_find_kept(const struct dav_view *v, struct text ns,
					  struct text name);

/* A change of properties under way: PROPPATCH, MKCALENDAR, extended MKCOL. */
struct dav_patch {
	struct dav_request *dr;
	enum dav_kind kind;	   /* of the resource, or of what it will be */
	bool creating;		   /* a calendar is being made: more may be set */
	const struct xml_node *at; /* the instruction under way */
	struct change_property *kept;
	size_t kept_count, kept_cap;
	bool set_transparent, transparent;
	bool set_timezone;
	struct text timezone;
	bool set_default_calendar;
	struct text default_calendar;
	bool set_components;
	unsigned components;
	const int64_t *members; /* of a group of proxies (proxy.h); NULL: they stay */
	size_t member_count;
	bool set_title; /* of a principal: the name that it goes by */
	struct text title;
	bool set_answers; /* of a principal: who answers invitations */
	enum owner_answers answers;
	bool set_availability; /* of the inbox: when its owner may be asked for time (RFC 7953) */
	struct text availability; /* empty: nothing is said */
};

/*
 * Write the content of the element; *found_out (true at the call) becomes false when the
 * resource has no such property.
 */
typedef const struct fault *(*dav_prop_get_fn)(struct dav_view *v, struct buf *out,
					       bool *found_out);
/* Take a value into the patch; value NULL: remove. A fault refuses it. */
typedef const struct fault *(*dav_prop_set_fn)(struct dav_patch *p, const struct xml_node *value);

enum {
	PROP_ALL = 1 << 0,    /* in allprop (RFC 4918 §9.1) */
	PROP_KEPT = 1 << 1,   /* its value is the XML that a client set; get is not asked first */
	PROP_REPORT = 1 << 2, /* only REPORTs give it */
	PROP_TYPED = 1 << 5,  /* its element says the type of what is in it (RFC 4791 §9.6) */
	PROP_CREATE = 1 << 3, /* may be set only while the collection is made */
	PROP_ROW = 1 << 4,    /* of an object more than its tag is read for it */
};

struct dav_prop {
	enum xml_ns ns;
	const char *name;
	unsigned on; /* enum dav_kind bits */
	unsigned flags;
	dav_prop_get_fn get;
	dav_prop_set_fn set; /* NULL: protected */
	const char *section;
};

extern const struct dav_prop dav_props_rfc4918[]; /* WebDAV, RFC 3253 */
extern const struct dav_prop dav_props_rfc3744[]; /* principals and privileges, RFC 5397 */
extern const struct dav_prop dav_props_rfc4791[]; /* CalDAV, RFC 7809 */
extern const struct dav_prop dav_props_rfc5995[]; /* add-member */
extern const struct dav_prop dav_props_rfc6638[]; /* scheduling */
extern const struct dav_prop dav_props_rfc6578[]; /* sync-token and CTag */
extern const struct dav_prop dav_props_rfc7953[]; /* calendar-availability */
extern const struct dav_prop dav_props_rfc8607[]; /* managed attachments */
extern const struct dav_prop dav_props_apple[];	  /* colour and order */
extern const struct dav_prop dav_props_push[];	  /* WebDAV-Push */

/* The row of a name, or NULL. */
const struct dav_prop *dav_prop_find(enum xml_ns ns, struct text name);
/* Call fn for every row. */
typedef void (*dav_prop_fn)(const struct dav_prop *row, void *ctx);
void dav_prop_for_each(dav_prop_fn fn, void *ctx);

/* ---- kept.c: properties that are kept as they came ------------------------------------------ */

enum { DAV_KEPT_BYTES_MAX = 64 * 1024 }; /* of one of them */

/* Keep the element as it came, or remove it: the set function of kept properties. */
const struct fault *dav_keep(struct dav_patch *p, const struct xml_node *value);
/* xml empty: remove it. */
void dav_keep_named(struct dav_patch *p, struct text uri, struct text name, struct text xml);

/* ---- patch.c: what clients set and remove ------------------------------------------------- */

enum { DAV_INSTRUCTIONS_MAX = 200 }; /* properties in one request */

/* What became of each instruction of a body, in document order. */
struct dav_outcome {
	const struct xml_node *prop;
	const struct fault *fault; /* NULL: well, if the others are */
};
struct dav_outcomes {
	struct dav_outcome *at;
	size_t count;
	bool failed; /* one of them, and so all (RFC 4918 §9.2) */
};

/*
 * Take the D:set and D:remove (where removing is allowed) of a body into the
 * patch. BAD_REQUEST: it holds something else, or too much.
 */
MUST_CHECK const struct fault *dav_patch_read(struct dav_patch *p, const struct xml_node *body,
					      bool may_remove, struct dav_outcomes *out);
/* <D:propstat> for all of them: 200, or what is wrong with each and 424 for the rest. */
void dav_put_outcomes(struct dav_request *dr, const struct dav_outcomes *o, struct buf *out);

/* ---- response.c: what a request asked for, and the answer ---------------------------------- */

enum { DAV_ASKED_MAX = 200 }; /* properties that one request may name */

struct dav_ask {
	const struct dav_prop *row; /* NULL: no live property of ours */
	enum xml_ns ns;
	struct text uri, name;
	bool quiet; /* from allprop: no word when it is missing */
	/* At the resource at hand: */
	bool found;
	const struct fault *refused; /* why its value, which is there, cannot be given */
};

/* Sees the element of at[i], which was written from `from` on; may write it anew. */
typedef const struct fault *(*dav_rewrite_fn)(void *ctx, size_t i, size_t from, struct buf *out);

struct dav_asked {
	struct dav_ask *at;
	size_t count;
	bool all_kept;		/* allprop: dead properties too */
	bool names_only;	/* propname */
	dav_rewrite_fn rewrite; /* NULL: values go out as they are */
	void *ctx;
};

/*
 * What a propfind, or the body of a REPORT, asks for: D:prop, D:allprop with
 * D:include, or D:propname. BAD_REQUEST: more than one of them, or none. node
 * NULL: allprop.
 */
MUST_CHECK const struct fault *dav_read_asked(struct dav_request *dr, const struct xml_node *node,
					      struct dav_asked *out);

/* One more name, for which there is room; false: it is among them already. */
bool dav_asked_add(struct dav_asked *asked, enum xml_ns ns, struct text uri, struct text name);

/* Is the tag all that has to be known of an object? */
bool dav_asks_for_tags_only(const struct dav_asked *asked);
/* <D:response> of one resource with its propstats. */
MUST_CHECK const struct fault *dav_put_response(struct dav_view *v, struct dav_asked *asked,
						struct buf *out);
/* <D:response> that says only a status. */
void dav_put_gone(struct dav_view *v, struct buf *out, int status);

/* ---- view.c --------------------------------------------------------------------------------- */

/* Views of what stands at the request's path, of a collection there, of an object in one. */
struct dav_view dav_view_of_target(struct dav_request *dr, struct arena *page);
struct dav_view dav_view_of_collection(struct dav_request *dr, struct arena *page,
				       const struct collection *c);
struct dav_view dav_view_of_open(struct dav_request *dr, struct arena *page,
				 const struct dav_open *o);
struct dav_view dav_view_of_shared(struct dav_request *dr, struct arena *page,
				   const struct dav_shared *s);
struct dav_view dav_view_of_principal(struct dav_request *dr, struct arena *page,
				      const struct owner *o);
/* The owner's row of a view. */
MUST_CHECK const struct fault *dav_view_owner(struct dav_view *v, const struct owner **out);
struct dav_view dav_view_of_object(struct dav_request *dr, struct arena *page,
				   const struct collection *c, struct stored_object *o);
/* Of objects one after the other, whose name and tag are put into it. */
struct dav_view dav_view_of_objects(struct dav_request *dr, struct arena *page,
				    const struct collection *c);

/* ---- multistatus.c ------------------------------------------------------------------------ */

/*
 * Write the next page; *more_out false after the last. page is emptied before
 * each call; dr->db is the reader of the calling thread.
 */
typedef const struct fault *(*dav_page_fn)(struct dav_request *dr, void *ctx, struct arena *page,
					   struct buf *out, bool *more_out);

/* 207 with all the pages; end() writes what stands behind the last response (may be NULL). */
MUST_CHECK const struct fault *dav_answer_multistatus(struct dav_request *dr, dav_page_fn next,
						      void (*end)(struct dav_request *dr, void *ctx,
								  struct buf *out),
						      void *ctx);
/* 200 with pages of another type, nothing written around them. */
MUST_CHECK const struct fault *dav_answer_stream(struct dav_request *dr, const char *type,
						 dav_page_fn next, void *ctx);

enum { DAV_PAGE_OBJECTS = 256, DAV_PAGE_BYTES = 256 * 1024 };

#endif

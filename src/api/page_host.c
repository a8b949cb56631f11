/*
 * page_host - /host: the pages of who has an account here; see page.h
 *
 * What they show, their scripts ask for once somebody is signed in. The one other file is the
 * configuration profile that Apple's systems make a CalDAV account of (Apple, "Configuration
 * Profile Reference", CalDAV payload). It holds no password: the device asks for that.
 */
#include "api/page.h"

#include "api/api.h"
#include "base/secret.h"
#include "booking/booking.h"
#include "store/owner.h"
#include "store/store.h"

enum { PROFILE_HINT_BYTES = 2048, PROFILE_MAX_BYTES = 16 * 1024, UUID_ROOM = 40 };

void page_host(struct http_request *rq)
{
	if (rq->segment_count == 1)
		page_answer_whole(rq, "host.html");
	else
		page_answer_words(rq, 404, PAGE_NO_FILE);
}

/* ---- the profile -------------------------------------------------------------------------------
 */

static const char profile_text[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
	" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
	"<plist version=\"1.0\">\n<dict>\n"
	"\t<key>PayloadType</key><string>Configuration</string>\n"
	"\t<key>PayloadVersion</key><integer>1</integer>\n"
	"\t<key>PayloadIdentifier</key><string>fasti.{{uuid}}</string>\n"
	"\t<key>PayloadUUID</key><string>{{uuid}}</string>\n"
	"\t<key>PayloadDisplayName</key><string>{{title}} at {{host}}</string>\n"
	"\t<key>PayloadContent</key>\n\t<array>\n\t<dict>\n"
	"\t\t<key>PayloadType</key><string>com.apple.caldav.account</string>\n"
	"\t\t<key>PayloadVersion</key><integer>1</integer>\n"
	"\t\t<key>PayloadIdentifier</key><string>fasti.{{uuid}}.caldav</string>\n"
	"\t\t<key>PayloadUUID</key><string>{{account_uuid}}</string>\n"
	"\t\t<key>CalDAVAccountDescription</key><string>{{title}}</string>\n"
	"\t\t<key>CalDAVHostName</key><string>{{host}}</string>\n"
	"\t\t<key>CalDAVPort</key><integer>{{port}}</integer>\n"
	"\t\t<key>CalDAVUseSSL</key><{{tls}}/>\n"
	"\t\t<key>CalDAVUsername</key><string>{{name}}</string>\n"
	"\t\t<key>CalDAVPrincipalURL</key><string>{{principal}}</string>\n"
	"\t</dict>\n\t</array>\n</dict>\n</plist>\n";

/* The same for the same account, so that a profile that is installed again takes its own place. */
static struct text uuid_of(struct arena *a, struct text url, struct text name, const char *what)
{
	struct text hex = secret_digest_hex(
		a, text_from(arena_printf(a, "%s %.*s %.*s", what, TEXT_ARG(url), TEXT_ARG(name))));
	static const size_t ends[] = {8, 12, 16, 20, 32};
	struct buf b;
	size_t at = 0;

	buf_init(&b, a, UUID_ROOM, UUID_ROOM);
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (i > 0)
			buf_put_char(&b, '-');
		buf_put_text(&b, text_sub(hex, at, ends[i]));
		at = ends[i];
	}
	return buf_text(&b);
}

/* Where the server is, as an Apple device asks for it: "https://cal.example.org:8443/…". */
struct address {
	bool is_https;
	struct text host, port;
};

static struct address address_of(struct text url)
{
	struct address at = {.is_https = text_starts_nocase(url, TEXT("https:"))};
	ptrdiff_t slashes = text_find(url, TEXT("//")), end, colon;

	at.host = slashes < 0 ? url : text_sub(url, (size_t)slashes + 2, url.len);
	end = text_find_char(at.host, '/', 0);
	if (end >= 0)
		at.host = text_sub(at.host, 0, (size_t)end);
	at.port = at.is_https ? TEXT("443") : TEXT("80");
	/* Not one inside the brackets of an IPv6 address. */
	end = text_find_char(at.host, ']', 0);
	colon = text_find_char(at.host, ':', end < 0 ? 0 : (size_t)end);
	if (colon >= 0) {
		at.port = text_sub(at.host, (size_t)colon + 1, at.host.len);
		at.host = text_sub(at.host, 0, (size_t)colon);
	}
	return at;
}

static void answer_profile(struct http_request *rq, struct text url, const struct owner *o)
{
	struct arena *a = rq->arena;
	struct address at = address_of(url);
	const struct page_value values[] = {
		{"uuid", uuid_of(a, url, o->name, "profile")},
		{"account_uuid", uuid_of(a, url, o->name, "account")},
		{"title", owner_title(o)},
		{"host", at.host},
		{"port", at.port},
		{"tls", at.is_https ? TEXT("true") : TEXT("false")},
		{"name", o->name},
		{"principal",
		 text_from(arena_printf(a, "/dav/principals/users/%.*s/", TEXT_ARG(o->name)))},
	};
	struct buf body;

	buf_init(&body, a, PROFILE_HINT_BYTES, PROFILE_MAX_BYTES);
	page_fill(&body, text_from(profile_text), values, ARRAY_LEN(values));
	http_set_header(rq, "Cache-Control", TEXT("no-store"));
	http_set_header(rq, "Content-Disposition",
			TEXT("attachment; filename=\"fasti.mobileconfig\""));
	http_answer(rq, 200, "application/x-apple-aspen-config", buf_text(&body));
}

void page_host_profile(struct http_request *rq)
{
	const struct api_house *house = rq->context;
	struct owner *o = NULL;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	if (!f)
		f = owner_get(db, rq->arena, rq->user.owner, &o);
	if (f)
		page_answer_fault(rq, f);
	else if (o)
		answer_profile(rq, house->desk->url, o);
	else
		page_answer_words(rq, 404, PAGE_NO_FILE);
}

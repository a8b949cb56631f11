/* How mail about a meeting leaves, and how its answer is known. */
#include "post/route.h"

#include "base/email.h"
#include "calendar/calendar.h"
#include "store/owner.h"
#include "store_fixture.h"
#include "unit.h"

static const char uid[] = "meeting-1@example.org";

struct house {
	struct calendar calendar;
	struct owner owner;
	struct post post;
};

static void build(struct store_fixture *x, struct house *h)
{
	*h = (struct house){
		.calendar = {.store = x->store, .key = {{7, 1, 2}}},
		.owner = {.id = store_fixture_home(x, "alice").owner,
			  .email = TEXT_INIT("alice@example.org")},
	};
	h->post = (struct post){
		.store = x->store,
		.calendar = &h->calendar,
		.reply_address = TEXT_INIT("calendar+r@mail.example.org"),
		.replies = POST_REPLY_TOKEN,
	};
}

static struct route_about about(const struct house *h, const char *to, const char *said)
{
	return (struct route_about){.owner = &h->owner,
				    .address = h->owner.email,
				    .uid = text_from(uid),
				    .to = text_from(to),
				    .said = text_from(said),
				    .organizes = true};
}

static struct route route_of(struct store_fixture *x, const struct house *h, const char *to,
			     const char *said)
{
	struct route_about who = about(h, to, said);
	struct route r;

	CHECK_WELL(said, route_make(&h->post, x->arena, &who, 1000, &r));
	return r;
}

/* ---- out ------------------------------------------------------------------------------------- */

static void an_address_of_their_own(struct store_fixture *x)
{
	struct house h;
	struct route bob, bob_again, carol;

	build(x, &h);
	bob = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	carol = route_of(x, &h, "carol@elsewhere.example", "0/REQUEST");
	/* Another key, as after the file was lost: what is noted counts. */
	h.calendar.key.bytes[0] = 8;
	bob_again = route_of(x, &h, "BOB@elsewhere.example", "1/REQUEST");

	CHECK_TRUE("valid", email_is_valid(bob.organizer));
	CHECK_TRUE("begins as set", text_starts(bob.organizer, TEXT("calendar+r+")));
	CHECK_TRUE("domain", text_ends(bob.organizer, TEXT("@mail.example.org")));
	CHECK_TEXT("for life", bob_again.organizer, bob.organizer);
	CHECK_TRUE("another's differs", !text_equal(bob.organizer, carol.organizer));
	CHECK_TEXT("envelope", bob.envelope_from, bob.organizer);
	CHECK_TEXT("Reply-To", bob.reply_to, bob.organizer);
	CHECK_TEXT("From", bob.from, bob.organizer);
	h.post.from = TEXT("bookings@example.org");
	bob_again = route_of(x, &h, "bob@elsewhere.example", "1/REQUEST");
	CHECK_TEXT("From as set", bob_again.from, h.post.from);
	CHECK_TEXT("Reply-To stays", bob_again.reply_to, bob.organizer);
}
STORE_CASE(an_address_of_their_own)

static void the_owner_takes_part(struct store_fixture *x)
{
	struct house h;
	struct route_about who;
	struct route r;

	build(x, &h);
	who = about(&h, "boss@elsewhere.example", "REPLY");
	who.organizes = false;
	CHECK_WELL("made", route_make(&h.post, x->arena, &who, 1000, &r));
	CHECK_TEXT("ORGANIZER is another's", r.organizer, TEXT_NONE);
	CHECK_TEXT("From is the attendee (RFC 6047 §2.2)", r.from, h.owner.email);
	CHECK_TEXT("Reply-To", r.reply_to, h.owner.email);
	CHECK_TRUE("bounces come back", text_starts(r.envelope_from, TEXT("calendar+r+")));
}
STORE_CASE(the_owner_takes_part)

static void answers_go_to_the_owner(struct store_fixture *x)
{
	struct house h;
	struct route r;

	build(x, &h);
	h.post.replies = POST_REPLY_ORGANIZER;
	h.post.reply_address = TEXT_NONE;
	r = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	CHECK_TEXT("ORGANIZER as stored", r.organizer, TEXT_NONE);
	CHECK_TEXT("From", r.from, h.owner.email);
	CHECK_TEXT("Reply-To", r.reply_to, h.owner.email);
	CHECK_TEXT("envelope", r.envelope_from, h.owner.email);
	h.post.from = TEXT("bookings@example.org");
	r = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	CHECK_TEXT("From as set", r.from, h.post.from);
	CHECK_TEXT("envelope as set", r.envelope_from, h.post.from);
	CHECK_TEXT("Reply-To stays", r.reply_to, h.owner.email);
}
STORE_CASE(answers_go_to_the_owner)

/* Booking case G1: what they were shown stays, whatever is set later. */
static void settings_change(struct store_fixture *x)
{
	struct house h;
	struct route before, after, bob;

	build(x, &h);
	before = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	h.post.reply_address = TEXT("other@example.net");
	after = route_of(x, &h, "bob@elsewhere.example", "1/REQUEST");
	CHECK_TEXT("another address", after.organizer, before.organizer);
	CHECK_TRUE("bounces to the new", text_ends(after.envelope_from, TEXT("@example.net")));
	h.post.replies = POST_REPLY_ORGANIZER;
	after = route_of(x, &h, "bob@elsewhere.example", "2/REQUEST");
	CHECK_TEXT("no tokens", after.organizer, before.organizer);
	CHECK_TEXT("the same thread", after.thread_id, before.thread_id);

	bob = route_of(x, &h, "carol@elsewhere.example", "0/REQUEST");
	CHECK_TEXT("new ones see the owner", bob.organizer, TEXT_NONE);
	h.post.replies = POST_REPLY_TOKEN;
	bob = route_of(x, &h, "carol@elsewhere.example", "1/REQUEST");
	CHECK_TEXT("and go on to", bob.organizer, TEXT_NONE);
}
STORE_CASE(settings_change)

static void message_ids(struct store_fixture *x)
{
	struct house h;
	struct route first, again, second, carol;

	build(x, &h);
	first = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	again = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	second = route_of(x, &h, "bob@elsewhere.example", "1/REQUEST");
	carol = route_of(x, &h, "carol@elsewhere.example", "0/REQUEST");
	CHECK_TEXT("the first begins the thread", first.message_id, first.thread_id);
	CHECK_TEXT("the same words, the same mail", again.message_id, first.message_id);
	CHECK_TRUE("other words", !text_equal(second.message_id, first.message_id));
	CHECK_TEXT("the same thread", second.thread_id, first.thread_id);
	CHECK_TRUE("another's", !text_equal(carol.message_id, first.message_id));
	CHECK_TRUE("an addr-spec", email_is_valid(second.message_id));
	CHECK_TRUE("the token is not in it",
		   text_find(second.message_id, text_sub(first.organizer, sizeof("calendar+r+") - 1,
							 ROUTE_TOKEN_CHARS)) < 0);
}
STORE_CASE(message_ids)

/* ---- back ------------------------------------------------------------------------------------ */

static void check_back(struct store_fixture *x, const struct house *h, const char *row,
		       const char *form, struct text address, bool known)
{
	char *written = text_cstr(x->arena, address);
	struct route_back back = {0};
	bool found = !known;

	CHECK_WELL(row,
		   route_find(&h->post, x->arena, text_from(arena_printf(x->arena, form, written)),
			      &back, &found));
	CHECK_INT(row, found, known);
	if (!found)
		return;
	CHECK_INT(row, back.owner, h->owner.id);
	CHECK_TEXT(row, back.uid, text_from(uid));
	CHECK_STR(row, text_cstr(x->arena, back.attendee), "bob@elsewhere.example");
}

static struct text upper(struct arena *a, struct text t)
{
	char *at = text_cstr(a, t);

	for (size_t i = 0; i < t.len; i++)
		if (at[i] >= 'a' && at[i] <= 'z')
			at[i] = (char)(at[i] - 'a' + 'A');
	return text_of(at, t.len);
}

static void addresses_come_back(struct store_fixture *x)
{
	struct house h;
	struct text address, token;

	build(x, &h);
	address = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST").organizer;
	token = text_sub(address, sizeof("calendar+r+") - 1, ROUTE_TOKEN_CHARS);
	check_back(x, &h, "as it is", "%s", address, true);
	check_back(x, &h, "in capitals", "%s", upper(x->arena, address), true);
	check_back(x, &h, "mailto:", "MailTo:%s", address, true);
	check_back(x, &h, "brackets", " <%s>", address, true);
	check_back(x, &h, "percent-encoded", "mailto:x%%2B%s%%40example.org", token, true);
	check_back(x, &h, "after the address was changed", "old+%s@other.example", token, true);
	check_back(x, &h, "without the plus", "%s@mail.example.org", token, false);
	check_back(x, &h, "half of it", "calendar+%s@mail.example.org",
		   text_sub(token, 0, ROUTE_MARK_CHARS), false);
	check_back(x, &h, "more than it", "calendar+%sa@mail.example.org", token, false);
	check_back(x, &h, "of nobody", "calendar+aaaaaaaaaaaaaaaaaaaaaaaaa@mail.example.org", token,
		   false);
	check_back(x, &h, "no address", "%.0s", token, false);
}
STORE_CASE(addresses_come_back)

static void message_ids_come_back(struct store_fixture *x)
{
	struct house h;
	struct route r;
	struct route_back back = {0};
	const struct {
		const char *name, *form;
		bool known;
	} rows[] = {
		{"as it is", "%s", true},
		{"brackets", "<%s>", true},
		{"of another", "a%s", false},
		{"another kind", "1234@%s", false},
	};
	bool found;

	build(x, &h);
	r = route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	r = route_of(x, &h, "bob@elsewhere.example", "1/REQUEST");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		found = !rows[i].known;
		CHECK_WELL(rows[i].name,
			   route_find_by_message_id(
				   &h.post, x->arena,
				   text_from(arena_printf(x->arena, rows[i].form,
							  text_cstr(x->arena, r.message_id))),
				   &back, &found));
		CHECK_INT(rows[i].name, found, rows[i].known);
	}
	CHECK_TEXT("about", back.uid, text_from(uid));
	CHECK_WELL("thread",
		   route_find_by_message_id(&h.post, x->arena, r.thread_id, &back, &found));
	CHECK_TRUE("thread", found);
}
STORE_CASE(message_ids_come_back)

static const struct fault *delete_owner(struct db *db, struct arena *a, void *ctx)
{
	const int64_t *owner = ctx;

	return owner_delete(db, a, *owner);
}

/* What answers their mail had goes with them. */
static void owners_go(struct store_fixture *x)
{
	static const struct sql left = {"SELECT count(*) FROM reply_address"};
	struct house h;

	build(x, &h);
	route_of(x, &h, "bob@elsewhere.example", "0/REQUEST");
	CHECK_INT("before", store_fixture_int(x, &left), 1);
	CHECK_WELL("deleted", store_fixture_tx(x, delete_owner, &h.owner.id));
	CHECK_INT("after", store_fixture_int(x, &left), 0);
}
STORE_CASE(owners_go)

/* ---- the mailed copy ------------------------------------------------------------------------- */

static void readdressed(void)
{
	static const struct {
		const char *name, *before, *after;
	} rows[] = {
		{"the value, and nothing else",
		 "BEGIN:VEVENT\r\nX-A:1\nORGANIZER;CN=Alice:mailto:alice@example.org\r\n"
		 "ATTENDEE;CN=Alice:mailto:alice@example.org\r\nEND:VEVENT\r\n",
		 "BEGIN:VEVENT\r\nX-A:1\nORGANIZER;CN=Alice:mailto:c+t@example.net\r\n"
		 "ATTENDEE;CN=Alice:mailto:alice@example.org\r\nEND:VEVENT\r\n"},
		{"of each component",
		 "BEGIN:VEVENT\r\nORGANIZER:MAILTO:a@b.example\r\nEND:VEVENT\r\n"
		 "BEGIN:VEVENT\r\nORGANIZER:mailto:other@b.example\r\nEND:VEVENT\r\n",
		 "BEGIN:VEVENT\r\nORGANIZER:mailto:c+t@example.net\r\nEND:VEVENT\r\n"
		 "BEGIN:VEVENT\r\nORGANIZER:mailto:c+t@example.net\r\nEND:VEVENT\r\n"},
		{"EMAIL goes (RFC 7986 §6.2)",
		 "ORGANIZER;EMAIL=\"a@b.example\";CN=A;SENT-BY=\"mailto:x@y.example\":urn:uuid:"
		 "1\r\n",
		 "ORGANIZER;CN=A;SENT-BY=\"mailto:x@y.example\":mailto:c+t@example.net\r\n"},
		{"folded at 75 octets (RFC 5545 §3.1)",
		 "ORGANIZER;CN=\"A name that is as long as the line may be, and longer\":mai\r\n"
		 " lto:a@b.example\r\n",
		 "ORGANIZER;CN=\"A name that is as long as the line may be, and longer\":mailto\r\n"
		 " :c+t@example.net\r\n"},
		{"none", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n"},
	};
	struct arena *a = arena_create(1 << 20);
	const struct route r = {.organizer = TEXT_INIT("c+t@example.net")}, as_it_is = {0};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_TEXT(rows[i].name, route_readdress(a, &r, text_from(rows[i].before)),
			   text_from(rows[i].after));
		CHECK_TEXT(rows[i].name, route_readdress(a, &as_it_is, text_from(rows[i].before)),
			   text_from(rows[i].before));
	}
	arena_destroy(a);
}

static void settings(void)
{
	static const struct {
		const char *address;
		bool good;
	} rows[] = {
		{"calendar@example.org", true},
		{"a.b-c_d+r@example.org", true},
		{"twelve-twelve-twelve-twelve-twelve-123@example.org", true},
		{"twelve-twelve-twelve-twelve-twelve-1234@example.org", false},
		{"a%b@example.org", false},
		{"é@example.org", false},
		{"a@exämple.org", false},
		{"example.org", false},
		{"@example.org", false},
		{"a@", false},
		{"", false},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].address, !route_check_mailbox(a, text_from(rows[i].address)),
			  rows[i].good);
	arena_destroy(a);
}

UNIT_SUITE("post_route", STORE_ROWS("each attendee has an address", an_address_of_their_own),
	   STORE_ROWS("what an attendee sends is from them", the_owner_takes_part),
	   STORE_ROWS("without tokens answers go to the owner", answers_go_to_the_owner),
	   STORE_ROWS("G1 ORGANIZER stays when settings change", settings_change),
	   STORE_ROWS("Message-ID is constant for what is said", message_ids),
	   STORE_ROWS("addresses come back", addresses_come_back),
	   STORE_ROWS("message ids come back", message_ids_come_back),
	   STORE_ROWS("owners go", owners_go), {"the mailed copy", readdressed},
	   {"mail.reply_address", settings})

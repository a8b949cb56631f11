/* commands - the words of the command line: which there are, and from main() to one of them */

#include "daemon/command.h"

#include "base/arena.h"
#include "net/net.h"

enum { COMMAND_ARENA_BYTES = 512 * 1024 * 1024 };

#define WHERE " config data store "

/* clang-format off */
static const struct command commands[] = {
	{ "serve", "fasti serve [--config FILE] [--data DIR | --store URL] [--listen ADDR:PORT]",
	  "Serve calendars, free-busy and bookings until SIGTERM. The store is made when there is\n"
	  "none. For tests, --test-clock FILE drives the wall clock from a file that holds\n"
	  "\"epoch-seconds [rate]\" (loopback only), and --zoneinfo DIR reads time zones from\n"
	  "another folder.",
	  WHERE "listen test-clock zoneinfo ", command_serve },
	{ "user",
	  "fasti user add NAME --email ADDR [--name TEXT] [--timezone ZONE] --password-file FILE|-\n"
	  "               [--alias ADDR]…\n"
	  "fasti user add NAME --kind group|team [--member NAME]… [--name TEXT] [--email ADDR]\n"
	  "fasti user add NAME --kind room|resource [--name TEXT] [--email ADDR] [--timezone ZONE]\n"
	  "fasti user members GROUP [--member NAME]…\n"
	  "fasti user list\n"
	  "fasti user passwd NAME --password-file FILE|-\n"
	  "fasti user delete NAME [--cancel-bookings]\n"
	  "fasti user set NAME [--auto default|manual|accept-if-free|decline-if-busy|automatic|decline]\n"
	  "               [--hours WEEK|any] [--group GROUP|any] [--ahead DAYS] [--notice MIN]\n"
	  "               [--longest MIN] [--free-busy users|nobody|token|public] [--timezone ZONE]\n"
	  "               [--language en|de|fr|es]\n"
	  "fasti user proxies NAME [--read NAME]… [--write NAME]… | --none\n"
	  "fasti user show NAME",
	  "Manage users, and principals that are no people. A new user has the calendars\n"
	  "`calendar` and `tasks`, and may be booked Monday to Friday, 09:00-17:00 in the user's\n"
	  "time zone; --alias is another address of theirs. A calendar that is shared with a group\n"
	  "is shared with each member. `members` says who belongs to a group from now on. Without\n"
	  "a password nobody can log in as one. One is not deleted while bookings or meetings with\n"
	  "others are to come, or mails to their invitees wait; --cancel-bookings cancels them first,\n"
	  "and declines what others invited to. Accounts elsewhere are disconnected; the server\n"
	  "that runs tells their providers.\n\n"
	  "`set` says how invitations are answered. Rooms and resources accept what fits and decline\n"
	  "the rest; people may have the same done (--auto automatic), or half of it. What is free fits\n"
	  "that is within these limits, each of which is lifted by `any` or 0:\n"
	  "  --hours    each instance is within the hours of a week, in the principal's time zone, like\n"
	  "             \"mon-thu 08:00-12:00 13:00-18:00, fri 08:00-14:00\"\n"
	  "  --group    who invites is a member of the group, or of one in it\n"
	  "  --ahead    no instance begins in more than so many days\n"
	  "  --notice   none begins in less than so many minutes\n"
	  "  --longest  none is longer than so many minutes\n"
	  "Time that was accepted stays so when the limits change.\n\n"
	  "--language is that of mail to them, and to invitees who say none.\n"
	  "--free-busy says who may ask when a principal's time is taken: `users`, whoever has an\n"
	  "account; `nobody` but those to whom an ACL opens it; with `token` those who have one, too,\n"
	  "and with `public` anybody. `show` prints what is set.\n\n"
	  "`proxies` says who looks after a principal's calendars from now on, these and nobody else:\n"
	  "--read reads all of them, --write changes them too, and invites and answers in the\n"
	  "principal's name; --none is nobody. Without any of these it prints who they are. People\n"
	  "set that for themselves in their calendar app; for rooms there is no other way.",
	  WHERE "email name timezone password-file kind member alias !cancel-bookings auto hours group ahead notice longest free-busy language read write !none ", command_user },
	{ "type",
	  "fasti type add USER SLUG --title TEXT --duration MIN[,MIN] [--step MIN] [--align-to-clock]\n"
	  "               [--notice MIN] [--notice-days DAYS] [--window DAYS] [--window-from DATE]\n"
	  "               [--window-to DATE] [--before MIN] [--after MIN] [--shared-buffers]\n"
	  "               [--buffers-inside-hours] [--tentative-is-free] [--elsewhere-is-free]\n"
	  "               [--limit-day N] [--limit-week N] [--limit-month N] [--limit-minutes-day MIN]\n"
	  "               [--limit-minutes-week MIN] [--limit-minutes-month MIN]\n"
	  "               [--limit-per-invitee N] [--confirm] [--confirm-address]\n"
	  "               [--pending-hours HOURS] [--pending-is-free] [--seats N] [--seats-show-others]\n"
	  "               [--waiting-list] [--series N] [--cancel-until MIN] [--move-until MIN] [--hidden]\n"
	  "               [--reminder SPAN[:mail|webhook[:invitee|host|both]]]… [--no-reminders]\n"
	  "               [--follow-up SPAN:TEXT]\n"
	  "               [--team round_robin|collective --host NAME[:WEIGHT[:PRIORITY]]…]\n"
	  "fasti type list USER\n"
	  "fasti type delete USER SLUG",
	  "Manage what a user offers for booking. Times are minutes, the window is days. Limits are\n"
	  "of a local day, week and month of the schedule. Of several hosts, who need not be USER,\n"
	  "`collective` is a meeting with all of them, at times when all are free, and `round_robin`\n"
	  "one with whoever of those who are free had the fewest. Each is asked within their own\n"
	  "hours; a room is within those of `fasti user set`. A reminder comes so long before each\n"
	  "meeting, PT24H (time) or P1D (the same time of the day); by default the invitee gets one a\n"
	  "day and one an hour before. A follow-up is what the host says so long after it, by mail.\n"
	  "Whatever has no option here (questions,\n"
	  "the location, pools of hosts) is set at /api/meeting-types.",
	  WHERE "title duration step !align-to-clock notice notice-days window window-from window-to before after !shared-buffers !buffers-inside-hours !tentative-is-free !elsewhere-is-free limit-day limit-week limit-month limit-minutes-day limit-minutes-week limit-minutes-month limit-per-invitee !confirm !confirm-address pending-hours !pending-is-free seats !seats-show-others !waiting-list series cancel-until move-until !hidden team host reminder !no-reminders follow-up ", command_type },
	{ "team",
	  "fasti team bookings TEAM [--host NAME]\n"
	  "fasti team reassign TEAM BOOKING --from NAME --to NAME [--reason TEXT]",
	  "Show the bookings of a team that are to come: id, when, whether they wait to be confirmed,\n"
	  "the hosts, and who booked; with --host only those that one host has a part in. Before that\n"
	  "one leaves the team, give each to another of its hosts, who must be free then: the event\n"
	  "and its organizer stay, and the time of whoever had it can be booked at once. Who then\n"
	  "belongs to the team says `fasti user members`, and who hosts a meeting its type.",
	  WHERE "host from to reason ", command_team },
	{ "schedule",
	  "fasti schedule holidays USER ID FILE.ics",
	  "Close the whole days of an iCalendar file, of this month and the next three years, for\n"
	  "booking by a schedule of the user's; ID is `default`, or what /api/schedules calls it.\n"
	  "They take the place of those of an earlier file, and an override goes before them.",
	  WHERE, command_schedule },
	{ "token",
	  "fasti token add USER [CALENDAR] [--scope feed] [--detail full|busy] [--label TEXT]\n"
	  "fasti token add USER --scope freebusy|dav|api [--label TEXT]\n"
	  "fasti token list USER\n"
	  "fasti token revoke USER ID",
	  "Manage secret links by which a calendar app subscribes to a calendar, or to all of a\n"
	  "user's, without a password. `add` prints the link, which is never shown again; with\n"
	  "--detail busy it tells when time is taken, and not what for. With --scope freebusy it\n"
	  "prints a token that opens /freebusy/USER.ifb and nothing else, as Bearer or in the place\n"
	  "of a password; with --scope dav, a password for one program, which opens the user's\n"
	  "calendars and nothing else here; with --scope api, a token for one program, which opens\n"
	  "/api as the user, as Bearer, and nothing else. What was revoked opens nothing any more.",
	  WHERE "scope detail label ", command_token },
	{ "connect",
	  "fasti connect USER google|outlook [--again ID]\n"
	  "fasti connect USER caldav --url URL --name NAME --password-file FILE|- [--again ID]\n"
	  "fasti connect USER\n"
	  "fasti connect USER --end ID",
	  "Connect an account that a user has elsewhere: its main calendar counts as busy here from\n"
	  "then on, and takes the bookings if none does yet. Users do the same on their own page,\n"
	  "where they also choose which calendars count.\n\n"
	  "Of google and outlook it prints an address to be opened in any browser, and waits until\n"
	  "that browser has come back to the server that runs; or until the address at which it came\n"
	  "to an end is pasted, where it cannot reach the server. Both need an application that is\n"
	  "registered with the provider (docs/federation.md) and server.url. Of caldav, URL is that\n"
	  "of the server or of the account, or a mail address there.\n\n"
	  "--again connects one anew that is known, after its consent or password was taken back.\n"
	  "Without a provider it lists a user's accounts and calendars, and --end disconnects one:\n"
	  "what was read there is forgotten, and bookings that stand there stay.",
	  WHERE "url name password-file again end ", command_connect },
	{ "import", "fasti import USER CALENDAR FILE.ics|URL…",
	  "Put events and tasks from files, or https addresses, into a calendar. A UID that is\n"
	  "known is replaced if the file's is newer; nobody is invited.",
	  WHERE, command_import },
	{ "export", "fasti export USER [CALENDAR]",
	  "Print a calendar, or all of them, as iCalendar.", WHERE, command_export },
	{ "backup", "fasti backup FILE", "Copy the store into a new file while it is in use.",
	  WHERE, command_backup },
	{ "check", "fasti check", "Look for anything in the store that must not be.",
	  WHERE, command_check },
	{ "jobs",
	  "fasti jobs list [--kind KIND] [--given-up]\n"
	  "fasti jobs retry ID | --kind KIND | --given-up\n"
	  "fasti jobs drop ID | --kind KIND | --given-up",
	  "Show mail and other work that waits or was given up: its number, kind, whose it is, whom it\n"
	  "is for, how often it was tried and when the next time is, what it is about, and what went\n"
	  "wrong the last time. Try it again at once, or let it go: one, all of a kind (mail, imip,\n"
	  "notice, remind, webhook, push, …), those that were given up, or, with both, these of that\n"
	  "kind.",
	  WHERE "kind !given-up ", command_jobs },
	{ "deliver", "fasti deliver [--from ADDR] [--to ADDR] [--test-clock FILE] < MESSAGE",
	  "Take in one message, for a mail server's pipe: an answer, an invitation, a request for a\n"
	  "booking, a report of mail that did not arrive. --from and --to are the envelope's. One line\n"
	  "says what became of it. The status is 0 once that is settled, whatever it is; 75 where it is\n"
	  "to be brought again, 67 for a recipient who is none, 65 for a message past 16 MiB. What is\n"
	  "brought twice is taken in once. --test-clock is that of `fasti serve`.",
	  WHERE "from to test-clock ", command_deliver },
	{ "mail", "fasti mail list | show ID | retry ID | drop ID\n"
	  "fasti mail templates DIR",
	  "Show messages that wait for a person, the newest first: those that cannot be read or are\n"
	  "for nobody, and answers that nothing proves, which their hosts see as well. Print one as it\n"
	  "came; take it in again, once what stood in its way is mended; or let it go. `templates` writes\n"
	  "the letters that mails are made of to DIR, where they can be changed (mail.templates), and\n"
	  "checks those that are there.",
	  WHERE, command_mail },
	{ "explain", "fasti explain message USER UID\n"
	  "fasti explain slot USER SLUG INSTANT",
	  "Say what was decided about each message of a meeting that USER sent or got, and why:\n"
	  "time, METHOD, to or from whom, SCHEDULE-STATUS and the reason; and why somebody was sent\n"
	  "nothing. The newest are last. Or why a time (2027-01-18T09:00:00Z) is not offered for\n"
	  "booking, by which rule, and which events or bookings stand in the way.",
	  WHERE, command_explain },
	{ NULL, NULL, NULL, NULL, NULL }
};
/* clang-format on */

/* ---- reading the command line --------------------------------------------------------------- */

/* Is the option in the command's list? *takes_value_out: does a value follow? */
static bool command_knows(const struct command *c, struct text name, bool *takes_value_out)
{
	struct text rest = text_from(c->options), word;

	while (text_next(&rest, ' ', &word)) {
		*takes_value_out = word.len == 0 || word.at[0] != '!';
		if (!*takes_value_out)
			word = text_sub(word, 1, word.len);
		if (word.len > 0 && text_equal(word, name))
			return true;
	}
	return false;
}

/* One option at argv[*i], as "--name value" or "--name=value"; false: printed why. */
static bool command_take_option(struct command_line *line, int argc, char **argv, int *i)
{
	struct text word = text_from(argv[*i] + 2);
	ptrdiff_t equals = text_find_char(word, '=', 0);
	struct text name = equals < 0 ? word : text_of(word.at, (size_t)equals);
	struct command_option *o = &line->options[line->option_count];
	bool takes_value;

	if (!command_knows(line->command, name, &takes_value)) {
		fprintf(stderr, "fasti %s: there is no option %s\n", line->command->name, argv[*i]);
		return false;
	}
	if (line->option_count == COMMAND_MAX_OPTIONS)
		return false;
	o->name = text_cstr(line->arena, name);
	o->value = "";
	if (takes_value && equals >= 0) {
		o->value = word.at + equals + 1;
	} else if (takes_value) {
		if (*i + 1 >= argc) {
			fprintf(stderr, "fasti %s: %s needs a value\n", line->command->name,
				argv[*i]);
			return false;
		}
		o->value = argv[++*i];
	}
	line->option_count++;
	return true;
}

static void print_help(FILE *to)
{
	fputs("Fasti knows when a person may be booked, and books them.\n\n", to);
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "%s\n", c->usage);
	fputs("\nEvery command takes --config FILE, and --data DIR or --store URL (sqlite:PATH,\n"
	      "postgresql://…), or FASTI_STORE; without, ./fasti-data is used. Only `serve` and\n"
	      "`user add` make a store. `fasti COMMAND --help` says more.\n",
	      to);
}

static int command_run(const struct command *c, int argc, char **argv)
{
	struct command_line line = {.command = c, .arena = arena_create(COMMAND_ARENA_BYTES)};
	int status = COMMAND_OK;

	line.words = arena_alloc_array(line.arena, (size_t)argc + 1, sizeof(*line.words));
	for (int i = 2; i < argc && status == COMMAND_OK; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			printf("%s\n\n%s\n", c->usage, c->help);
			if (c->run == command_serve) {
				puts("\nKeys of the configuration file, with their defaults:");
				config_print_help();
			}
			arena_destroy(line.arena);
			return COMMAND_OK;
		}
		if (argv[i][0] == '-' && argv[i][1] == '-' && argv[i][2]) {
			if (!command_take_option(&line, argc, argv, &i))
				status = COMMAND_USAGE;
		} else {
			line.words[line.word_count++] = argv[i];
		}
	}
	status = status == COMMAND_OK ? c->run(&line) : command_usage(&line, NULL);
	net_cleanup();
	arena_destroy(line.arena);
	return status;
}

int command_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (name && (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0)) {
		print_help(stdout);
		return COMMAND_OK;
	}
	for (const struct command *c = commands; name && c->name; c++)
		if (strcmp(c->name, name) == 0)
			return command_run(c, argc, argv);
	if (name)
		fprintf(stderr, "fasti: there is no command %s\n\n", name);
	print_help(stderr);
	return COMMAND_USAGE;
}

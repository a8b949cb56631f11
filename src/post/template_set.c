/* template_set - see template_set.h */
#include "post/template_set.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "mail_files.h"
#include "post/letter_priv.h"

const char *const template_language_tags[LANGUAGES] = {"en", "de", "fr", "es"};

static const char *const part_names[PARTS] = {
	[PART_SUBJECT] = "subject", [PART_HEADING] = "heading", [PART_BODY] = "body",
	[PART_BUTTON] = "button",   [PART_SMALL] = "small",
};

static const char *const word_names[WORDS] = {
#define POST_WORD(word) [WORD_##word] = #word,
#include "post/words.tbl.h"
#undef POST_WORD
};

static const char *const frame_names[] = {
	[TEMPLATE_TEXT] = "frame.txt",
	[TEMPLATE_HTML] = "frame.html",
};

#define WORDS_NAME "words"

struct template_letter {
	const struct template *parts[PARTS];
};

struct template_set {
	struct template_letter letters[LANGUAGES][LETTER_KINDS];
	const struct template *words[LANGUAGES][WORDS];
	const struct template *frames[ARRAY_LEN(frame_names)];
};

/* A file that is read. */
struct source {
	struct arena *arena;
	const char *folder; /* NULL: none */
	const char *name;   /* "en/booked", for people as well */
	struct text text;
};

/* ---- where it comes from --------------------------------------------------------------------- */

static const struct fault *refuse(struct arena *a, const char *file, int line, const char *why,
				  struct text about)
{
	const char *where;

	assert(file);
	where = arena_printf(a, "%s:%d", file, line);
	return fault_make(a, FAULT_BAD_REQUEST, where, "%s: %s: %.*s.", where, why,
			  TEXT_ARG(about));
}

static const struct mail_file *find_ours(struct text name)
{
	for (const struct mail_file *m = mail_files; m->name; m++)
		if (text_equal(name, text_from(m->name)))
			return m;
	return NULL;
}

const char *template_file(size_t i, struct text *text_out)
{
	bool is_past = i >= ARRAY_LEN(mail_files) - 1;

	*text_out = text_from(is_past ? NULL : mail_files[i].text);
	return is_past ? NULL : mail_files[i].name;
}

static const struct fault *read_file(struct source *s, const char *path)
{
	FILE *file = fopen(path, "re");
	struct buf b;
	char *room;

	buf_init(&b, s->arena, TEMPLATE_FILE_MAX + 1, TEMPLATE_FILE_MAX + 1);
	room = buf_reserve(&b, TEMPLATE_FILE_MAX + 1);
	if (file && room)
		b.len = fread(room, 1, TEMPLATE_FILE_MAX + 1, file);
	if (!file || ferror(file))
		return refuse(s->arena, path, 1, "this file cannot be read", text_from(s->name));
	(void)fclose(file);
	if (b.len > TEMPLATE_FILE_MAX)
		return refuse(s->arena, path, 1, "this file is too long", text_from(s->name));
	s->name = path;
	s->text = text_of(b.at, b.len);
	return NULL;
}

/* That of the folder, if it is there, else ours. */
static const struct fault *open_source(struct source *s)
{
	const struct mail_file *ours = find_ours(text_from(s->name));
	const char *path = s->folder ? arena_printf(s->arena, "%s/%s", s->folder, s->name) : NULL;

	s->text = text_from(ours ? ours->text : NULL);
	if (path && (access(path, F_OK) == 0 || errno != ENOENT))
		return read_file(s, path);
	return ours ? NULL
		    : refuse(s->arena, s->name, 1, "there is no such file", text_from(s->name));
}

/* ---- a letter -------------------------------------------------------------------------------- */

/* "[body]", and nothing else on the line: its number; PARTS: it is none. */
static int part_of_line(struct text line)
{
	int i = 0;

	line = text_trim(line);
	if (line.len < 2 || line.at[0] != '[' || line.at[line.len - 1] != ']')
		return PARTS;
	line = text_sub(line, 1, line.len - 2);
	while (i < PARTS && !text_equal(line, text_from(part_names[i])))
		i++;
	return i;
}

static bool is_bracket(struct text line)
{
	line = text_trim(line);
	return line.len > 2 && line.at[0] == '[' && line.at[line.len - 1] == ']';
}

/* A part as it is collected: from its first line to the next part. */
struct part {
	int which, line;
	const char *from;
};

static const struct fault *end_part(const struct source *s, const struct part *p, const char *to,
				    struct template_letter *out)
{
	struct text all = text_of(p->from, (size_t)(to - p->from));

	if (p->which == PARTS)
		return NULL;
	if (out->parts[p->which])
		return refuse(s->arena, s->name, p->line - 1, "this part comes twice",
			      text_from(part_names[p->which]));
	return template_parse(s->arena, s->name, p->line, all, letter_fields,
			      &out->parts[p->which]);
}

static const struct fault *begin_part(const struct source *s, struct text line, int number,
				      const char *from, struct part *p)
{
	*p = (struct part){part_of_line(line), number + 1, from};
	if (p->which == PARTS)
		return refuse(s->arena, s->name, number, "a letter has no such part",
			      text_trim(line));
	return NULL;
}

static const struct fault *read_letter(struct source *s, struct template_letter *out)
{
	const char *end;
	struct text rest, line;
	struct part p = {.which = PARTS};
	int number = 0;
	const struct fault *f = open_source(s);

	rest = s->text;
	end = rest.at + rest.len;
	while (!f && text_next(&rest, '\n', &line)) {
		number++;
		if (p.which == PARTS && !is_bracket(line) && text_trim(line).len > 0)
			f = refuse(s->arena, s->name, number, "a letter begins with [subject]",
				   text_trim(line));
		if (f || !is_bracket(line))
			continue;
		f = end_part(s, &p, line.at, out);
		if (!f)
			f = begin_part(s, line, number, rest.at ? rest.at : end, &p);
	}
	if (!f)
		f = end_part(s, &p, end, out);
	if (!f && (!out->parts[PART_SUBJECT] || !out->parts[PART_HEADING]))
		f = refuse(s->arena, s->name, 1, "a part is missing",
			   out->parts[PART_SUBJECT] ? TEXT("[heading]") : TEXT("[subject]"));
	return f;
}

/* ---- words ----------------------------------------------------------------------------------- */

static int word_of(struct text name)
{
	int i = 0;

	while (i < WORDS && !text_equal(name, text_from(word_names[i])))
		i++;
	return i;
}

/* "when = When"; a line that is empty or begins with # says nothing. */
static const struct fault *read_word(const struct source *s, struct text line, int number,
				     const struct template **words)
{
	ptrdiff_t sign = text_find_char(line, '=', 0);
	struct text says;
	int which;

	line = text_trim(line);
	if (line.len == 0 || line.at[0] == '#')
		return NULL;
	if (sign < 0)
		return refuse(s->arena, s->name, number, "this is no line like when = When", line);
	sign = text_find_char(line, '=', 0);
	which = word_of(text_trim(text_sub(line, 0, (size_t)sign)));
	says = text_trim(text_sub(line, (size_t)sign + 1, line.len));
	if (which == WORDS)
		return refuse(s->arena, s->name, number, "no letter has this word", line);
	if (says.len == 0)
		return refuse(s->arena, s->name, number, "this word says nothing", line);
	return template_parse(s->arena, s->name, number, says, letter_word_fields, &words[which]);
}

/* An operator's file may say some of them alone. */
static const struct fault *read_words(struct source *s, const struct template **words)
{
	struct source ours = {.arena = s->arena, .name = s->name};
	struct text line;
	int number = 0;
	const struct fault *f = NULL;

	if (s->folder)
		f = read_words(&ours, words);
	if (!f)
		f = open_source(s);
	while (!f && text_next(&s->text, '\n', &line))
		f = read_word(s, line, ++number, words);
	for (int i = 0; !f && i < WORDS; i++)
		if (!words[i])
			f = refuse(s->arena, s->name, 1, "a word is missing",
				   text_from(word_names[i]));
	return f;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct fault *read_language(struct arena *a, const char *folder, size_t language,
					 struct template_set *set)
{
	const char *tag = template_language_tags[language];
	struct source s = {a, folder, arena_printf(a, "%s/" WORDS_NAME, tag), TEXT_NONE};
	const struct fault *f = read_words(&s, set->words[language]);

	for (int i = 0; !f && i < LETTER_KINDS; i++) {
		s = (struct source){a, folder,
				    arena_printf(a, "%s/%s", tag, letter_name((enum letter_kind)i)),
				    TEXT_NONE};
		f = read_letter(&s, &set->letters[language][i]);
	}
	return f;
}

/* A file under a name that nothing asks for would be left out in silence. */
static const struct fault *check_folder(struct arena *a, const char *folder, const char *within)
{
	const char *path = arena_printf(a, "%s/%s", folder, within);
	DIR *dir = opendir(path);
	const struct dirent *e;
	const struct fault *f = NULL;

	if (!dir && errno == ENOENT && within[0])
		return NULL;
	if (!dir)
		return refuse(a, path, 1, "this folder cannot be read", text_from(folder));
	while (!f && (e = readdir(dir)) != NULL) {
		const char *name = arena_printf(a, "%s%s", within, e->d_name);
		bool is_language = false;

		for (size_t i = 0; i < LANGUAGES; i++)
			is_language = is_language || strcmp(name, template_language_tags[i]) == 0;
		if (e->d_name[0] != '.' && !is_language && !find_ours(text_from(name)))
			f = refuse(a, arena_printf(a, "%s/%s", folder, name), 1,
				   "no letter has this name", text_from(name));
	}
	(void)closedir(dir);
	return f;
}

const struct fault *template_set_read(struct arena *a, const char *folder,
				      const struct template_set **out)
{
	struct template_set *set = arena_alloc(a, sizeof(*set));
	const struct fault *f = folder ? check_folder(a, folder, "") : NULL;

	*out = set;
	for (size_t i = 0; !f && i < ARRAY_LEN(frame_names); i++) {
		struct source s = {a, folder, frame_names[i], TEXT_NONE};

		f = open_source(&s);
		if (!f)
			f = template_parse(a, s.name, 1, s.text, letter_frame_fields,
					   &set->frames[i]);
	}
	for (size_t i = 0; !f && i < LANGUAGES; i++) {
		const char *within = arena_printf(a, "%s/", template_language_tags[i]);

		f = folder ? check_folder(a, folder, within) : NULL;
		if (!f)
			f = read_language(a, folder, i, set);
	}
	return f;
}

enum template_language template_language_of(struct text tag)
{
	ptrdiff_t region = text_find_char(tag, '-', 0);
	struct text language = region < 0 ? tag : text_sub(tag, 0, (size_t)region);

	for (int i = 0; i < LANGUAGES; i++)
		if (text_equal_nocase(language, text_from(template_language_tags[i])))
			return (enum template_language)i;
	return LANGUAGE_EN;
}

const struct template *template_of_letter(const struct template_set *set,
					  enum template_language language, int letter,
					  enum template_part part)
{
	return set->letters[language][letter].parts[part];
}

const struct template *template_of_word(const struct template_set *set,
					enum template_language language, enum template_word word)
{
	return set->words[language][word];
}

const struct template *template_of_frame(const struct template_set *set, enum template_kind kind)
{
	return set->frames[kind];
}

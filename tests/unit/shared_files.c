/*
 * shared_files - real calendar files and mails of other projects; see shared_files.h
 */
#include "shared_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { MAX_FILE_BYTES = 8 << 20, ROOT_BYTES = 1024, FOLDER_BYTES = 2048, PATH_BYTES = 4096 };

static const char *shared_root(void)
{
	const char *shared = getenv("FASTI_SHARED");

	return shared ? shared : "../shared";
}

static void read_one(const char *root, const char *path, shared_file_fn fn, void *ctx,
		     size_t *count)
{
	char full[PATH_BYTES];
	char *bytes = malloc(MAX_FILE_BYTES);
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	f = fopen(full, "rb");
	if (f && bytes) {
		size_t len = fread(bytes, 1, MAX_FILE_BYTES, f);

		fn(path, text_of(bytes, len), ctx);
		++*count;
	}
	if (f)
		fclose(f);
	free(bytes);
}

static void read_folder(const char *root, const char *folder, shared_file_fn fn, void *ctx,
			size_t *count)
{
	char full[FOLDER_BYTES];
	struct dirent **names = NULL;
	int n;

	snprintf(full, sizeof(full), "%s/%s", root, folder);
	n = scandir(full, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		char path[FOLDER_BYTES];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			read_one(root, path, fn, ctx, count);
		free(names[i]);
	}
	free(names);
}

static size_t for_each_below(const char *what, shared_file_fn fn, void *ctx)
{
	char root[ROOT_BYTES];
	struct dirent **names = NULL;
	size_t count = 0;
	int n;

	snprintf(root, sizeof(root), "%s/%s", shared_root(), what);
	n = scandir(root, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_type == DT_DIR && names[i]->d_name[0] != '.')
			read_folder(root, names[i]->d_name, fn, ctx, &count);
		free(names[i]);
	}
	free(names);
	return count;
}

size_t shared_for_each_ics(shared_file_fn fn, void *ctx)
{
	return for_each_below("ics", fn, ctx);
}

size_t shared_for_each_mail(shared_file_fn fn, void *ctx)
{
	return for_each_below("mail", fn, ctx);
}

struct kept {
	struct arena *arena;
	struct text bytes;
};

static void keep(const char *path, struct text bytes, void *ctx)
{
	struct kept *k = ctx;

	(void)path;
	k->bytes = text_dup(k->arena, bytes);
}

struct text shared_read(struct arena *a, const char *path)
{
	struct kept k = {.arena = a};
	size_t count = 0;

	read_one(shared_root(), path, keep, &k, &count);
	return k.bytes;
}

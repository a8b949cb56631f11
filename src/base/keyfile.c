/*
 * keyfile - the server's own key, kept beside the store and never in it
 *
 * The file holds 64 hexadecimal digits and a line end, mode 0600. A new one
 * is written under another name first and linked into place, so that two
 * programs that start at once agree on one key, and a crash leaves none half
 * written.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/codec.h"
#include "base/secret.h"

enum { FILE_BYTES = 2 * SECRET_KEY_BYTES + 1 };

static const struct fault *no_use(struct arena *a, const char *path, const char *why)
{
	return fault_make(a, FAULT_INTERNAL, path, "The key file %s cannot be used: %s.", path,
			  why);
}

static const struct fault *read_key(struct arena *a, int fd, const char *path,
				    struct secret_key *out)
{
	char content[FILE_BYTES + 1];
	struct stat st;
	ssize_t len;
	bool right;

	if (fstat(fd, &st) != 0)
		return no_use(a, path, strerror(errno));
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077))
		return no_use(a, path, "others may read it; its mode must be 0600");
	len = read(fd, content, sizeof(content));
	right = len >= 0 && codec_hex_decode(text_trim(text_of(content, (size_t)len)), out->bytes,
					     sizeof(out->bytes));
	sodium_memzero(content, sizeof(content));
	return right ? NULL : no_use(a, path, "it does not hold 64 hexadecimal digits");
}

/* Write a new key to a file that nobody else looks at. */
static bool write_new(struct arena *a, const char *path)
{
	struct secret_key key;
	struct buf text;
	bool done;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	secret_random(key.bytes, sizeof(key.bytes));
	buf_init(&text, a, FILE_BYTES, FILE_BYTES);
	codec_put_hex(&text, key.bytes, sizeof(key.bytes));
	buf_put_char(&text, '\n');
	done = write(fd, text.at, text.len) == (ssize_t)text.len && fsync(fd) == 0;
	sodium_memzero(&key, sizeof(key));
	sodium_memzero(text.at, text.len);
	return close(fd) == 0 && done;
}

static const struct fault *create(struct arena *a, const char *path)
{
	char *draft = arena_printf(a, "%s.%s", path, secret_token(a, 9).at);
	int reason = 0;

	/* link() and not rename(): a key that another process made meanwhile stays. */
	if (!write_new(a, draft) || (link(draft, path) != 0 && errno != EEXIST))
		reason = errno;
	unlink(draft);
	return reason ? no_use(a, path, strerror(reason)) : NULL;
}

const struct fault *secret_key_load(struct arena *a, const char *path, bool may_create,
				    struct secret_key *out)
{
	const struct fault *f;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT && may_create) {
		f = create(a, path);
		if (f)
			return f;
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return no_use(a, path, strerror(errno));
	f = read_key(a, fd, path, out);
	close(fd);
	return f;
}

/*
 * drop - write, flush, rename, flush the folder
 */
#include "mail/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "ical/time.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, NAME_MAX_BYTES = 80 };

static const struct fault *fault_from_errno(struct arena *a, enum fault_code code,
					    const char *folder)
{
	char buffer[96];
	const char *reason = strerror_r(errno, buffer, sizeof(buffer));

	return fault_make(a, code, folder, "The folder for mail, %s: %s.", folder, reason);
}

const struct fault *drop_open(struct arena *a, const char *folder)
{
	struct stat st;

	if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST)
		return fault_from_errno(a, FAULT_BAD_REQUEST, folder);
	if (stat(folder, &st) != 0)
		return fault_from_errno(a, FAULT_BAD_REQUEST, folder);
	if (!S_ISDIR(st.st_mode))
		return fault_make(a, FAULT_BAD_REQUEST, folder, "%s is no folder.", folder);
	return NULL;
}

/*
 * Within a second a counter keeps the order; what is random tells processes apart that
 * write to one folder.
 */
static struct text make_name(struct arena *a)
{
	static atomic_uint counter;
	struct text token = secret_token(a, 6);
	struct buf b;

	buf_init(&b, a, NAME_MAX_BYTES, NAME_MAX_BYTES);
	time_put_utc(&b, clock_now());
	buf_put_char(&b, '-');
	buf_put_digits(&b, atomic_fetch_add(&counter, 1), 10);
	buf_put_char(&b, '-');
	buf_put_text(&b, token);
	buf_put_lit(&b, ".eml");
	return buf_text(&b);
}

static bool write_all(int fd, struct text t)
{
	while (t.len > 0) {
		ssize_t n = write(fd, t.at, t.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		t = text_sub(t, (size_t)n, t.len);
	}
	return true;
}

/* On false errno is that of the step that failed. */
static bool write_file(int folder, const char *name, struct text message)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	bool well;
	int error;

	if (fd < 0)
		return false;
	well = write_all(fd, message) && fsync(fd) == 0;
	error = errno;
	if (close(fd) != 0 && well) {
		error = errno;
		well = false;
	}
	errno = error;
	return well;
}

static bool write_whole(struct arena *a, int folder, struct text message)
{
	struct text name = make_name(a);
	const char *hidden = arena_printf(a, ".%.*s.new", TEXT_ARG(name));
	int error;

	if (write_file(folder, hidden, message) && renameat(folder, hidden, folder, name.at) == 0)
		return fsync(folder) == 0;
	error = errno;
	unlinkat(folder, hidden, 0);
	errno = error;
	return false;
}

const struct fault *drop_write(struct arena *a, const char *folder, struct text message)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct fault *f = NULL;

	if (fd < 0)
		return fault_from_errno(a, FAULT_UNAVAILABLE, folder);
	if (!write_whole(a, fd, message))
		f = fault_from_errno(a, FAULT_UNAVAILABLE, folder);
	close(fd);
	return f;
}

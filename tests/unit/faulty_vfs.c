/*
 * faulty_vfs - a disk that fails when told to
 */
#include "faulty_vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

struct faulty_file {
	sqlite3_file base;
	bool is_log;
	sqlite3_file *real; /* right behind this */
};

static sqlite3_vfs shim;
static sqlite3_vfs *beneath;
static atomic_int call_wanted, skip_left, fail_left, fail_code, failed, syncs;

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct faulty_file *)f)->real;
}

/* The code to fail with, or SQLITE_OK. */
static int verdict(sqlite3_file *f, enum faulty_call call)
{
	if (!((struct faulty_file *)f)->is_log)
		return SQLITE_OK;
	if (call == FAULTY_SYNC)
		atomic_fetch_add(&syncs, 1);
	if (atomic_load(&fail_left) <= 0 || atomic_load(&call_wanted) != (int)call)
		return SQLITE_OK;
	if (atomic_fetch_sub(&skip_left, 1) > 0)
		return SQLITE_OK;
	atomic_fetch_sub(&fail_left, 1);
	atomic_fetch_add(&failed, 1);
	return atomic_load(&fail_code);
}

static int f_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int f_read(sqlite3_file *f, void *at, int n, sqlite3_int64 offset)
{
	return real_of(f)->pMethods->xRead(real_of(f), at, n, offset);
}

static int f_write(sqlite3_file *f, const void *at, int n, sqlite3_int64 offset)
{
	int rc = verdict(f, FAULTY_WRITE);

	return rc ? rc : real_of(f)->pMethods->xWrite(real_of(f), at, n, offset);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
	int rc = verdict(f, FAULTY_SYNC);

	return rc ? rc : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int f_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int f_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int f_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int f_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int f_device(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int f_shm_unmap(sqlite3_file *f, int remove)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static int f_fetch(sqlite3_file *f, sqlite3_int64 offset, int n, void **out)
{
	return real_of(f)->pMethods->xFetch(real_of(f), offset, n, out);
}

static int f_unfetch(sqlite3_file *f, sqlite3_int64 offset, void *at)
{
	return real_of(f)->pMethods->xUnfetch(real_of(f), offset, at);
}

static const sqlite3_io_methods methods = {
	.iVersion = 3,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_unlock,
	.xCheckReservedLock = f_reserved,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_device,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
	.xFetch = f_fetch,
	.xUnfetch = f_unfetch,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct faulty_file *f = (struct faulty_file *)file;
	int rc;

	(void)vfs;
	f->real = (sqlite3_file *)(f + 1);
	f->is_log = flags & SQLITE_OPEN_WAL;
	memset(f->real, 0, (size_t)beneath->szOsFile);
	rc = beneath->xOpen(beneath, name, f->real, flags, out);
	file->pMethods = f->real->pMethods ? &methods : NULL;
	return rc;
}

void faulty_vfs_register(void)
{
	if (beneath)
		return;
	beneath = sqlite3_vfs_find(NULL);
	assert(beneath);
	shim = *beneath;
	shim.zName = "faulty";
	shim.pNext = NULL;
	shim.szOsFile = (int)sizeof(struct faulty_file) + beneath->szOsFile;
	shim.xOpen = shim_open;
	sqlite3_vfs_register(&shim, 1);
}

void faulty_vfs_fail(enum faulty_call call, int skip, int count, int code)
{
	atomic_store(&fail_left, 0);
	atomic_store(&failed, 0);
	atomic_store(&call_wanted, (int)call);
	atomic_store(&skip_left, skip);
	atomic_store(&fail_code, code);
	atomic_store(&fail_left, count);
}

int faulty_vfs_failed(void)
{
	return atomic_load(&failed);
}

int faulty_vfs_syncs(void)
{
	return atomic_load(&syncs);
}

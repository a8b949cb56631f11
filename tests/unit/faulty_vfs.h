/*
 * faulty_vfs.h - a disk that fails when told to
 *
 * A shim over SQLite's own file layer that lets writes and syncs of the log
 * (the -wal file) fail. Register it once, before any store is opened; until
 * told otherwise it only passes on. Threads: the settings are atomic.
 */
#ifndef TESTS_FAULTY_VFS_H
#define TESTS_FAULTY_VFS_H

enum faulty_call { FAULTY_WRITE, FAULTY_SYNC };

/* Make it the default for all files opened from now on. */
void faulty_vfs_register(void);

/*
 * From now on, let `skip` calls of this kind pass and the next `count` fail with
 * this SQLite code (SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC).
 */
void faulty_vfs_fail(enum faulty_call call, int skip, int count, int code);

/* How many were failed since. */
int faulty_vfs_failed(void);

/* Syncs of the log since the program began. */
int faulty_vfs_syncs(void);

#endif

/* Makes one call of the system fail, of those that change or read files below a folder: for tests that run with it in
 * LD_PRELOAD. What is to fail stands in the environment, which is looked at before each call:
 *   DISK_FAULT=<kind>:<at>:<folder>   at: the first call is 1
 *   kinds: ENOSPC and EDQUOT (calls that need room, from that one on), EIO (that one alone), SHORT (a write takes half of
 *   its bytes, and those after it none), BIT (a write puts one bit wrong on the disk), KILL (the process dies before it).
 *   Of reading, where only reads are counted: READ_EIO, READ_SHORT (half of what was asked for comes), READ_END (nothing
 *   comes, as if the file had been cut). GONE: only opening is counted, and the file is not there.
 * DISK_FAULT_HIT is set to the call's name once it was reached. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum need { ROOM, NO_ROOM };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char armed[4096], kind[16], folder[4096];
static long at, seen;

/* Reads what is to fail, where that has changed. */
static int is_armed(void) {
  const char *text = getenv("DISK_FAULT");
  if (text == NULL || *text == '\0') {
    armed[0] = '\0';
    return 0;
  }
  if (strcmp(text, armed) != 0) {
    strncpy(armed, text, sizeof armed - 1);
    seen = 0;
    if (sscanf(armed, "%15[^:]:%ld:%4095s", kind, &at, folder) != 3) abort();
  }
  return 1;
}

static int is_below(const char *path) { return path != NULL && strncmp(path, folder, strlen(folder)) == 0; }

static int is_reading(void) { return strncmp(kind, "READ", 4) == 0; }
static int is_gone(void) { return strcmp(kind, "GONE") == 0; }

/* 0: go on. -1: fail with errno. 1: a part. 2: a bit wrong. */
static int verdict(const char *name, enum need need, int is_write) {
  if (is_reading() || (is_gone() && strcmp(name, "open") != 0)) return 0;
  int n = ++seen, hit = n == at;
  int later = n > at && (strcmp(kind, "ENOSPC") == 0 || strcmp(kind, "EDQUOT") == 0 || strcmp(kind, "SHORT") == 0);
  if (hit) setenv("DISK_FAULT_HIT", name, 1);
  if (!hit && !later) return 0;
  if (strcmp(kind, "KILL") == 0) kill(getpid(), SIGKILL);
  if (strcmp(kind, "EIO") == 0) return errno = EIO, -1;
  if (is_gone()) return errno = ENOENT, -1;
  if (strcmp(kind, "BIT") == 0) return is_write ? 2 : 0;
  if (need == NO_ROOM) return 0;
  if (strcmp(kind, "SHORT") == 0 && hit) return is_write ? 1 : 0;
  return errno = strcmp(kind, "EDQUOT") == 0 ? EDQUOT : ENOSPC, -1;
}

static int ask_path(const char *name, const char *path, enum need need) {
  pthread_mutex_lock(&lock);
  int answer = is_armed() && is_below(path) ? verdict(name, need, 0) : 0;
  pthread_mutex_unlock(&lock);
  return answer;
}

/* Whether a file lies below the folder, of an armed process. */
static int is_file_below(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  return is_below(path);
}

static int ask_file(const char *name, int file, enum need need, int is_write) {
  pthread_mutex_lock(&lock);
  int answer = is_armed() && is_file_below(file) ? verdict(name, need, is_write) : 0;
  pthread_mutex_unlock(&lock);
  return answer;
}

#define REAL(type, name, ...)                                                     \
  static type (*real)(__VA_ARGS__);                                               \
  if (real == NULL) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define OPEN(symbol)                                                                                   \
  int symbol(const char *path, int flags, ...) {                                                       \
    REAL(int, #symbol, const char *, int, ...);                                                        \
    mode_t mode = 0;                                                                                   \
    if (flags & O_CREAT) {                                                                             \
      va_list rest;                                                                                    \
      va_start(rest, flags);                                                                           \
      mode = va_arg(rest, mode_t);                                                                     \
      va_end(rest);                                                                                    \
    }                                                                                                  \
    if (ask_path("open", path, flags & O_CREAT ? ROOM : NO_ROOM) < 0) return -1;                       \
    return real(path, flags, mode);                                                                    \
  }
OPEN(open)
OPEN(open64)

/* As `verdict`; 3: nothing comes. */
static int ask_read(const char *name, int file) {
  pthread_mutex_lock(&lock);
  int answer = 0;
  if (is_armed() && is_reading() && is_file_below(file) && ++seen == at) {
    setenv("DISK_FAULT_HIT", name, 1);
    answer = strcmp(kind, "READ_EIO") == 0 ? -1 : strcmp(kind, "READ_END") == 0 ? 3 : 1;
  }
  pthread_mutex_unlock(&lock);
  if (answer < 0) errno = EIO;
  return answer;
}

static ssize_t part(size_t size) { return size > 1 ? size / 2 : size; }

static const void *spoilt(const void *bytes, size_t size) {
  char *copy = malloc(size);
  memcpy(copy, bytes, size);
  if (size > 0) copy[size / 2] ^= 1;
  return copy; /* never freed: a test that ends soon */
}

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  int answer = ask_file("write", file, ROOM, 1);
  if (answer < 0) return -1;
  return real(file, answer == 2 ? spoilt(bytes, size) : bytes, answer == 1 ? (size_t)part(size) : size);
}

#define PWRITE(symbol, offset_type)                                                                         \
  ssize_t symbol(int file, const void *bytes, size_t size, offset_type offset) {                            \
    REAL(ssize_t, #symbol, int, const void *, size_t, offset_type);                                         \
    int answer = ask_file("pwrite", file, ROOM, 1);                                                         \
    if (answer < 0) return -1;                                                                              \
    return real(file, answer == 2 ? spoilt(bytes, size) : bytes, answer == 1 ? (size_t)part(size) : size, offset); \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  int answer = ask_file("writev", file, ROOM, 1);
  if (answer < 0) return -1;
  if (answer == 0 || count == 0) return real(file, parts, count);
  struct iovec first = parts[0];
  if (answer == 1) first.iov_len = part(first.iov_len);
  else first.iov_base = (void *)spoilt(first.iov_base, first.iov_len);
  return real(file, &first, 1);
}

ssize_t read(int file, void *bytes, size_t size) {
  REAL(ssize_t, "read", int, void *, size_t);
  int answer = ask_read("read", file);
  if (answer < 0) return -1;
  return answer == 3 ? 0 : real(file, bytes, answer == 1 ? (size_t)part(size) : size);
}

#define PREAD(symbol, offset_type)                                                                            \
  ssize_t symbol(int file, void *bytes, size_t size, offset_type offset) {                                    \
    REAL(ssize_t, #symbol, int, void *, size_t, offset_type);                                                 \
    int answer = ask_read("pread", file);                                                                     \
    if (answer < 0) return -1;                                                                                \
    return answer == 3 ? 0 : real(file, bytes, answer == 1 ? (size_t)part(size) : size, offset);              \
  }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define OF_FILE(symbol, need)                                 \
  int symbol(int file) {                                      \
    REAL(int, #symbol, int);                                  \
    return ask_file(#symbol, file, need, 0) < 0 ? -1 : real(file); \
  }
OF_FILE(fsync, ROOM)
OF_FILE(fdatasync, ROOM)

#define TRUNCATE(symbol, offset_type)                                                      \
  int symbol(int file, offset_type size) {                                                 \
    REAL(int, #symbol, int, offset_type);                                                  \
    return ask_file("ftruncate", file, NO_ROOM, 0) < 0 ? -1 : real(file, size);            \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return ask_path("rename", to, ROOM) < 0 ? -1 : real(from, to);
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  return ask_path("unlink", path, NO_ROOM) < 0 ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  return ask_path("mkdir", path, ROOM) < 0 ? -1 : real(path, mode);
}

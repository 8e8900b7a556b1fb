/* Preloaded: the n-th allocation of at least FAIL_BYTES fails, counted from the first one on.
   FAIL_AT=n; 0 or absent: none fails. Their number is written to the file FAIL_COUNT; with FAIL_TRACE
   set, stderr tells who asked for the one that fails. Those that oneDNN asks for itself do not count:
   it does not look at the answer of all of them (2.6.3), and dies. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

static atomic_long counted;
static long fail_at, least;
static int ready;

__attribute__((constructor)) static void begin(void) {
  const char* at = getenv("FAIL_AT");
  const char* bytes = getenv("FAIL_BYTES");
  fail_at = at ? atol(at) : 0;
  least = bytes ? atol(bytes) : 1;
  ready = 1;
}

__attribute__((destructor)) static void end(void) {
  const char* path = getenv("FAIL_COUNT");
  if (path == NULL) return;
  char text[32];
  const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&counted));
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0 && write(file, text, (size_t)length) == length) close(file);
}

static _Thread_local int inside; /* backtrace() allocates */

static int asked_by_onednn(void) {
  void* frames[8];
  inside = 1;
  const int count = backtrace(frames, 8);
  int found = 0;
  for (int i = 0; i < count && !found; ++i) {
    Dl_info info;
    found = dladdr(frames[i], &info) != 0 && info.dli_fname != NULL &&
            strstr(info.dli_fname, "libdnnl") != NULL;
  }
  inside = 0;
  return found;
}

static int fails(size_t bytes) {
  if (!ready || inside || bytes < (size_t)least || asked_by_onednn()) return 0;
  if (atomic_fetch_add(&counted, 1) + 1 != fail_at) return 0;
  if (getenv("FAIL_TRACE") != NULL) {
    void* frames[40];
    inside = 1;
    backtrace_symbols_fd(frames, backtrace(frames, 40), 2);
    inside = 0;
  }
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t bytes) { return fails(bytes) ? NULL : __libc_malloc(bytes); }
void* calloc(size_t n, size_t bytes) { return fails(n * bytes) ? NULL : __libc_calloc(n, bytes); }
void* realloc(void* old, size_t bytes) { return fails(bytes) ? NULL : __libc_realloc(old, bytes); }
void* memalign(size_t unit, size_t bytes) { return fails(bytes) ? NULL : __libc_memalign(unit, bytes); }
void* aligned_alloc(size_t unit, size_t bytes) { return memalign(unit, bytes); }
int posix_memalign(void** out, size_t unit, size_t bytes) {
  *out = memalign(unit, bytes);
  return *out == NULL ? ENOMEM : 0;
}

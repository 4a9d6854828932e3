/*
 * Copyright 2026 The EMP for the JVM authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */

/*
 * The floor under a page fault of EMP: the same work, done in C with the least that can do it.
 *
 *   faulter ---- fault ----> handler ---- 64-byte request ----> exporter     (exporter)
 *           <-- ZEROPAGE --          <--- 64 bytes + 4 KiB ----
 *            or COPY + WP            ---- O_DIRECT pread ----> file          (ssd)
 *            or CONTINUE                                                     (minor)
 *            or un-protect                                                   (wp)
 *                                    decompression by liblz4                 (compressed)
 *
 * Every box is a process of its own. The handler reads the userfaultfd and its socket one fault at a
 * time: blocking, or looking again without pause. No checksum, no table, no replacement: what EMP does
 * beyond this is its own cost.
 *
 * usage: fault_floor zero|minor|wp|exporter|ssd|compressed FAULTS FAULTER_CPU HANDLER_CPU
 *        EXPORTER_CPU block|spin DIRECTORY
 *
 * A CPU of -1 pins nothing. DIRECTORY gets the file of ssd, unlinked at once. Every page is touched
 * twice in a permuted order, the second time measured: read, or for wp written. Between the two each
 * page is made absent (zero, exporter, ssd, compressed), unmapped (minor) or protected (wp) again. Prints one line
 * of name=value.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE_PAGE (2UL << 20)
#define HEADER 64

enum tier { ZERO, MINOR, WP, EXPORTER, SSD, COMPRESSED };
#define TIERS 6

static enum tier tier;
static int spins;
static uint64_t pages;
static int memory_fd;
static char *memory;
static int uffd;

static void die(const char *what) {
  fprintf(stderr, "fault_floor: %s: %s\n", what, strerror(errno));
  _exit(1);
}

static void check(int ok, const char *what) {
  if (!ok) die(what);
}

/* A faulter whose handler is dead would wait for ever. */
static void child_died(int signal) {
  (void)signal;
  static const char message[] = "fault_floor: a child has died\n";
  if (write(STDERR_FILENO, message, sizeof message - 1) < 0) _exit(2);
  _exit(1);
}

static void pin(int cpu) {
  if (cpu < 0) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  check(sched_setaffinity(0, sizeof cpus, &cpus) == 0, "sched_setaffinity");
}

static uint64_t nanos(clockid_t clock) {
  struct timespec t;
  check(clock_gettime(clock, &t) == 0, "clock_gettime");
  return t.tv_sec * 1000000000UL + t.tv_nsec;
}

/* CPU time of a process, 0 if there is none. */
static uint64_t cpu_nanos(pid_t pid) {
  clockid_t clock;
  if (pid == 0) return 0;
  check(clock_getcpuclockid(pid, &clock) == 0, "clock_getcpuclockid");
  return nanos(clock);
}

/* A process that runs body and ends with its parent. */
static pid_t start(void (*body)(int), int fd, int cpu) {
  pid_t parent = getpid();
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child > 0) return child;
  signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  pin(cpu);
  body(fd);
  _exit(1);
}

/* ---- memory ------------------------------------------------------------------------------- */

static void open_userfaultfd(void) {
  uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
  if (uffd < 0) {
    int device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
    check(device >= 0, "userfaultfd (needs root, sysctl or /dev/userfaultfd)");
    uffd = ioctl(device, USERFAULTFD_IOC_NEW, O_CLOEXEC);
    close(device);
  }
  check(uffd >= 0, "userfaultfd");
  struct uffdio_api api = {
      .api = UFFD_API,
      .features = UFFD_FEATURE_MISSING_SHMEM | UFFD_FEATURE_MINOR_SHMEM |
                  UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM};
  check(ioctl(uffd, UFFDIO_API, &api) == 0, "UFFDIO_API");
}

/* A shared mapping of a sparse memory file, registered as a space is. */
static void map_memory(void) {
  uint64_t bytes = pages * PAGE;
  memory_fd = memfd_create("floor", MFD_CLOEXEC);
  check(memory_fd >= 0 && ftruncate(memory_fd, bytes) == 0, "memfd");
  char *hint = mmap(NULL, bytes + HUGE_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  check(hint != MAP_FAILED, "mmap");
  char *base = (char *)(((uintptr_t)hint + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
  memory = mmap(base, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory_fd, 0);
  check(memory != MAP_FAILED, "mmap of the memfd");
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  madvise(memory, bytes, MADV_DONTFORK);
  struct uffdio_register range = {
      .range = {.start = (uintptr_t)memory, .len = bytes},
      .mode = UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR |
              UFFDIO_REGISTER_MODE_WP};
  check(ioctl(uffd, UFFDIO_REGISTER, &range) == 0, "UFFDIO_REGISTER");
}

static void install_zero(uint64_t page) {
  struct uffdio_zeropage zero = {
      .range = {.start = (uintptr_t)memory + page * PAGE, .len = PAGE}};
  check(ioctl(uffd, UFFDIO_ZEROPAGE, &zero) == 0, "UFFDIO_ZEROPAGE");
}

static void install(uint64_t page, void *source) {
  struct uffdio_copy copy = {.dst = (uintptr_t)memory + page * PAGE,
                             .src = (uintptr_t)source,
                             .len = PAGE,
                             .mode = UFFDIO_COPY_MODE_WP};
  check(ioctl(uffd, UFFDIO_COPY, &copy) == 0, "UFFDIO_COPY");
}

static void map_present(uint64_t page) {
  struct uffdio_continue present = {
      .range = {.start = (uintptr_t)memory + page * PAGE, .len = PAGE}};
  check(ioctl(uffd, UFFDIO_CONTINUE, &present) == 0, "UFFDIO_CONTINUE");
}

static void write_protect(uint64_t first, uint64_t count, uint64_t mode) {
  struct uffdio_writeprotect protection = {
      .range = {.start = (uintptr_t)memory + first * PAGE, .len = count * PAGE}, .mode = mode};
  check(ioctl(uffd, UFFDIO_WRITEPROTECT, &protection) == 0, "UFFDIO_WRITEPROTECT");
}

/* ---- handler ------------------------------------------------------------------------------ */

static char buffer[HEADER + PAGE + PAGE] __attribute__((aligned(4096)));

/* Reads all of a reply; a spinning handler never sleeps for it. */
static void receive(int socket, char *into, size_t bytes) {
  int flags = spins ? MSG_DONTWAIT : MSG_WAITALL;
  for (size_t done = 0; done < bytes;) {
    ssize_t got = recv(socket, into + done, bytes - done, flags);
    check(got > 0 || (got < 0 && errno == EAGAIN), "reply");
    if (got > 0) done += got;
  }
}

static void *fetch_exporter(int socket, uint64_t page) {
  uint64_t request[HEADER / 8] = {page * PAGE};
  check(send(socket, request, HEADER, 0) == HEADER, "send of a request");
  receive(socket, buffer, HEADER + PAGE);
  return buffer + HEADER;
}

static void *fetch_ssd(int file, uint64_t page) {
  check(pread(file, buffer, PAGE, page * PAGE) == (ssize_t)PAGE, "pread");
  return buffer;
}

static void *numbered_page(uint64_t page) {
  *(uint64_t *)buffer = page + 1;
  return buffer;
}

/* ---- compressed pages --------------------------------------------------------------------- */

/* The library without its headers: few machines have them, most have the library. */
static int (*lz4_compress)(const char *from, char *to, int bytes, int most);
static int (*lz4_decompress)(const char *from, char *to, int bytes, int most);
static char **packed;
static int *packed_bytes;

static void open_lz4(void) {
  void *library = dlopen("liblz4.so.1", RTLD_NOW);
  if (library != NULL) {
    *(void **)&lz4_compress = dlsym(library, "LZ4_compress_default");
    *(void **)&lz4_decompress = dlsym(library, "LZ4_decompress_safe");
  }
  if (lz4_compress == NULL || lz4_decompress == NULL) {
    fprintf(stderr, "fault_floor: liblz4.so.1 is missing; install it (Debian, Ubuntu: liblz4-1)\n");
    _exit(1);
  }
}

/* Half of a page is noise, as in the space that is measured beside this. */
static void compress_pages(void) {
  char page_bytes[PAGE] __attribute__((aligned(8))), bound[2 * PAGE];
  open_lz4();
  packed = calloc(pages, sizeof *packed);
  packed_bytes = calloc(pages, sizeof *packed_bytes);
  check(packed != NULL && packed_bytes != NULL, "memory for compressed pages");
  uint64_t random = 88172645463325252UL;
  for (uint64_t page = 0; page < pages; page++) {
    memset(page_bytes, 0, PAGE);
    *(uint64_t *)page_bytes = page + 1;
    for (uint64_t at = PAGE / 2; at < PAGE; at += 8) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      *(uint64_t *)(page_bytes + at) = random;
    }
    int bytes = lz4_compress(page_bytes, bound, PAGE, sizeof bound);
    check(bytes > 0 && bytes < (int)PAGE, "LZ4_compress_default");
    packed[page] = malloc(bytes);
    check(packed[page] != NULL, "memory for a compressed page");
    memcpy(packed[page], bound, bytes);
    packed_bytes[page] = bytes;
  }
}

static void *decompress(uint64_t page) {
  int bytes = lz4_decompress(packed[page], buffer, packed_bytes[page], PAGE);
  check(bytes == (int)PAGE, "LZ4_decompress_safe");
  return buffer;
}

static void serve_missing(uint64_t page, int donor) {
  switch (tier) {
    case ZERO:
    case MINOR: install_zero(page); break;
    case WP: install(page, numbered_page(page)); break;
    case EXPORTER: install(page, fetch_exporter(donor, page)); break;
    case SSD: install(page, fetch_ssd(donor, page)); break;
    case COMPRESSED: install(page, decompress(page)); break;
  }
}

static void handle_faults(int donor) {
  if (spins) check(fcntl(uffd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
  for (;;) {
    struct uffd_msg message;
    ssize_t bytes = read(uffd, &message, sizeof message);
    if (bytes < 0 && errno == EAGAIN) continue;
    check(bytes == sizeof message, "read of the userfaultfd");
    uint64_t page = (message.arg.pagefault.address - (uintptr_t)memory) / PAGE;
    uint64_t flags = message.arg.pagefault.flags;
    if (flags & UFFD_PAGEFAULT_FLAG_WP) write_protect(page, 1, 0);
    else if (flags & UFFD_PAGEFAULT_FLAG_MINOR) map_present(page);
    else serve_missing(page, donor);
  }
}

/* ---- donors ------------------------------------------------------------------------------- */

/* Pages that begin with their number + 1. */
static char *numbered_pages(uint64_t first, uint64_t count) {
  char *data = aligned_alloc(PAGE, count * PAGE);
  check(data != NULL, "memory for the donor");
  memset(data, 0, count * PAGE);
  for (uint64_t i = 0; i < count; i++) *(uint64_t *)(data + i * PAGE) = first + i + 1;
  return data;
}

static void no_delay(int socket) {
  int on = 1;
  check(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "TCP_NODELAY");
}

static void export_pages(int listener) {
  char *data = numbered_pages(0, pages);
  int socket = accept(listener, NULL, NULL);
  check(socket >= 0, "accept");
  no_delay(socket);
  for (;;) {
    uint64_t header[HEADER / 8];
    check(recv(socket, header, HEADER, MSG_WAITALL) == HEADER, "request");
    struct iovec reply[] = {{header, HEADER}, {data + header[0], PAGE}};
    check(writev(socket, reply, 2) == (ssize_t)(HEADER + PAGE), "send of a reply");
  }
}

/* Starts an exporter on a free port of the loopback device; returns a connection to it. */
static int connect_exporter(int cpu, pid_t *exporter) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  check(listener >= 0, "socket");
  check(bind(listener, (struct sockaddr *)&address, size) == 0, "bind");
  check(listen(listener, 1) == 0, "listen");
  check(getsockname(listener, (struct sockaddr *)&address, &size) == 0, "getsockname");
  *exporter = start(export_pages, listener, cpu);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  check(connect(connection, (struct sockaddr *)&address, size) == 0, "connect");
  no_delay(connection);
  close(listener);
  return connection;
}

static int write_file(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/fault_floor.%d", directory, getpid());
  int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_DIRECT | O_CLOEXEC, 0600);
  check(file >= 0, path);
  unlink(path);
  uint64_t chunk = 256;
  for (uint64_t first = 0; first < pages; first += chunk) {
    uint64_t count = pages - first < chunk ? pages - first : chunk;
    char *data = numbered_pages(first, count);
    ssize_t bytes = count * PAGE;
    check(pwrite(file, data, bytes, first * PAGE) == bytes, "pwrite");
    free(data);
  }
  check(fsync(file) == 0, "fsync");
  return file;
}

/* ---- faulter ------------------------------------------------------------------------------ */

static uint32_t *permutation(void) {
  uint32_t *order = malloc(pages * sizeof *order);
  check(order != NULL, "memory for the order");
  uint64_t random = 88172645463325252UL;
  for (uint64_t i = 0; i < pages; i++) order[i] = i;
  for (uint64_t i = pages - 1; i > 0; i--) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    uint64_t j = random % (i + 1);
    uint32_t other = order[i];
    order[i] = order[j];
    order[j] = other;
  }
  return order;
}

static uint64_t word_of(uint64_t page) {
  return tier == ZERO || tier == MINOR ? 0 : page + 1;
}

static void touch_all(const uint32_t *order, uint64_t *samples, int writes) {
  for (uint64_t i = 0; i < pages; i++) {
    volatile uint64_t *at = (uint64_t *)(memory + order[i] * PAGE);
    uint64_t expected = word_of(order[i]);
    uint64_t before = nanos(CLOCK_MONOTONIC);
    if (writes) *at = expected;
    uint64_t word = *at;
    samples[i] = nanos(CLOCK_MONOTONIC) - before;
    if (word != expected) {
      fprintf(stderr, "fault_floor: page %u holds %lu\n", order[i], word);
      _exit(1);
    }
  }
}

/* Makes every page such that its next touch is a fault of this tier. */
static void prepare(void) {
  switch (tier) {
    case MINOR: check(madvise(memory, pages * PAGE, MADV_DONTNEED) == 0, "MADV_DONTNEED"); break;
    case WP: write_protect(0, pages, UFFDIO_WRITEPROTECT_MODE_WP); break;
    default:
      check(fallocate(memory_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, pages * PAGE) == 0,
            "PUNCH_HOLE");
  }
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* The smallest sample that is not less than so many of a thousand. */
static uint64_t quantile(const uint64_t *sorted, uint64_t thousandths) {
  return sorted[(pages * thousandths + 999) / 1000 - 1];
}

int main(int count, char **arguments) {
  static const char *names[TIERS] = {"zero", "minor", "wp", "exporter", "ssd", "compressed"};
  int known = 0;
  for (int i = 0; i < TIERS && count == 8; i++) {
    if (strcmp(arguments[1], names[i]) == 0) tier = i, known = 1;
  }
  pages = known ? strtoull(arguments[2], NULL, 10) : 0;
  if (pages < 1 || pages > 1UL << 24) {
    fprintf(stderr, "usage: fault_floor zero|minor|wp|exporter|ssd|compressed FAULTS FAULTER_CPU"
                    " HANDLER_CPU EXPORTER_CPU block|spin DIRECTORY, up to 16777216 faults\n");
    return 2;
  }
  spins = strcmp(arguments[6], "spin") == 0;
  signal(SIGCHLD, child_died);
  pid_t exporter = 0;
  int donor = -1;
  if (tier == EXPORTER) donor = connect_exporter(atoi(arguments[5]), &exporter);
  if (tier == SSD) donor = write_file(arguments[7]);
  if (tier == COMPRESSED) compress_pages();
  open_userfaultfd();
  map_memory();
  pid_t handler = start(handle_faults, donor, atoi(arguments[4]));
  pin(atoi(arguments[3]));

  uint32_t *order = permutation();
  uint64_t *samples = calloc(pages, sizeof *samples);
  check(samples != NULL, "memory for the samples");
  /* Pages that are unmapped or protected must be there before. */
  if (tier == MINOR || tier == WP) {
    touch_all(order, samples, 0);
    prepare();
  }
  touch_all(order, samples, tier == WP);
  prepare();
  uint64_t faulter_cpu = cpu_nanos(getpid());
  uint64_t handler_cpu = cpu_nanos(handler);
  uint64_t exporter_cpu = cpu_nanos(exporter);
  touch_all(order, samples, tier == WP);
  faulter_cpu = cpu_nanos(getpid()) - faulter_cpu;
  handler_cpu = cpu_nanos(handler) - handler_cpu;
  exporter_cpu = cpu_nanos(exporter) - exporter_cpu;
  qsort(samples, pages, sizeof *samples, compare);
  printf("faults=%lu p50Nanos=%lu p99Nanos=%lu p999Nanos=%lu maxNanos=%lu"
         " faulterCpuNanos=%lu handlerCpuNanos=%lu exporterCpuNanos=%lu\n",
         pages, quantile(samples, 500), quantile(samples, 990), quantile(samples, 999),
         samples[pages - 1], faulter_cpu / pages, handler_cpu / pages, exporter_cpu / pages);
  fflush(stdout);
  /* The children end with this process; their deaths are expected now. */
  signal(SIGCHLD, SIG_IGN);
  return 0;
}

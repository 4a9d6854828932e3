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
 * The floor under evicting: a process that takes pages of another one's memory out of a memory file.
 *
 *   clean   PUNCH_HOLE
 *   dirty   write-protect, pread, PUNCH_HOLE; what was read goes nowhere
 *
 * usage: evict_floor clean|dirty PAGES PAGES_PER_CALL CPU
 *
 * The application, which only waits, has all pages mapped. Both processes run on the CPU; -1 pins
 * nothing. Prints one line of name=value.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL

static uint64_t pages;
static uint64_t pages_per_call;
static char *memory;
static int memory_fd;
static int uffd;

static void check(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "evict_floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t nanos(clockid_t clock) {
  struct timespec t;
  check(clock_gettime(clock, &t) == 0, "clock_gettime");
  return t.tv_sec * 1000000000UL + t.tv_nsec;
}

static void pin(int cpu) {
  if (cpu < 0) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  check(sched_setaffinity(0, sizeof cpus, &cpus) == 0, "sched_setaffinity");
}

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
      .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM};
  check(ioctl(uffd, UFFDIO_API, &api) == 0, "UFFDIO_API");
}

static void protect(uint64_t first, uint64_t count) {
  struct uffdio_writeprotect protection = {
      .range = {.start = (uintptr_t)memory + first * PAGE, .len = count * PAGE},
      .mode = UFFDIO_WRITEPROTECT_MODE_WP};
  check(ioctl(uffd, UFFDIO_WRITEPROTECT, &protection) == 0, "UFFDIO_WRITEPROTECT");
}

/* The application's memory, every page written and mapped. */
static void map_memory(void) {
  uint64_t bytes = pages * PAGE;
  memory_fd = memfd_create("floor", MFD_CLOEXEC);
  check(memory_fd >= 0 && ftruncate(memory_fd, bytes) == 0, "memfd");
  memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd, 0);
  check(memory != MAP_FAILED, "mmap of the memfd");
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  madvise(memory, bytes, MADV_DONTFORK);
  struct uffdio_register range = {.range = {.start = (uintptr_t)memory, .len = bytes},
                                  .mode = UFFDIO_REGISTER_MODE_WP};
  check(ioctl(uffd, UFFDIO_REGISTER, &range) == 0, "UFFDIO_REGISTER");
  for (uint64_t i = 0; i < pages; i++) *(uint64_t *)(memory + i * PAGE) = i + 1;
}

static void evict(int dirty, char *buffer) {
  uint64_t sum = 0;
  for (uint64_t first = 0; first < pages; first += pages_per_call) {
    uint64_t count = pages - first < pages_per_call ? pages - first : pages_per_call;
    if (dirty) {
      protect(first, count);
      check(pread(memory_fd, buffer, count * PAGE, first * PAGE) == (ssize_t)(count * PAGE),
            "pread");
      sum += *(uint64_t *)buffer;
    }
    check(fallocate(memory_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first * PAGE,
                    count * PAGE) == 0,
          "PUNCH_HOLE");
  }
  check(!dirty || sum > 0, "reading out");
}

/* The other process: evicts everything and says how long it took. */
static void run_pager(int dirty) {
  char *buffer = malloc(pages_per_call * PAGE);
  check(buffer != NULL, "memory for a buffer");
  memset(buffer, 0, pages_per_call * PAGE);
  uint64_t cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t start = nanos(CLOCK_MONOTONIC);
  evict(dirty, buffer);
  uint64_t took = nanos(CLOCK_MONOTONIC) - start;
  cpu = nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("pages=%lu nanos=%lu cpuNanos=%lu\n", pages, took, cpu);
  fflush(stdout);
  _exit(0);
}

int main(int count, char **arguments) {
  int dirty = count == 5 && strcmp(arguments[1], "dirty") == 0;
  int known = count == 5 && (dirty || strcmp(arguments[1], "clean") == 0);
  pages = known ? strtoull(arguments[2], NULL, 10) : 0;
  pages_per_call = known ? strtoull(arguments[3], NULL, 10) : 0;
  if (pages < 1 || pages > 1UL << 24 || pages_per_call < 1 || pages_per_call > pages) {
    fprintf(stderr, "usage: evict_floor clean|dirty PAGES PAGES_PER_CALL CPU, up to 16777216 pages\n");
    return 2;
  }
  pin(atoi(arguments[4]));
  open_userfaultfd();
  map_memory();
  if (!dirty) protect(0, pages);
  pid_t pager = fork();
  check(pager >= 0, "fork");
  if (pager == 0) run_pager(dirty);
  int status;
  check(waitpid(pager, &status, 0) == pager, "waitpid");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

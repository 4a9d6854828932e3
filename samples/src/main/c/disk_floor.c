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
 * What a disk gives whoever asks it directly: reads of a file with O_DIRECT, so many of them always
 * under way, through one io_uring and one thread. Nothing is looked at, nothing is installed.
 *
 *   random       requests at places in an order that looks drawn, each place once before any comes
 *                again: place(FIRST + i) below, as in the Java program that it stands beside; so
 *                many places as a power of two within BYTES
 *   sequential   requests one after the other from request FIRST, and again from the start
 *
 * usage: disk_floor random|sequential FILE BYTES REQUEST_BYTES DEPTH REQUESTS FIRST CPU
 *
 * BYTES of the FILE are read, from its start; they must have been written, because what never was
 * is not on the disk. A CPU of -1 pins nothing. Prints one line of name=value.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DEPTH_MAX 1024

static struct io_uring_params params;
static int ring;
static unsigned *tail, *done_head, *done_tail;
static unsigned mask, done_mask;
static struct io_uring_sqe *submissions;
static struct io_uring_cqe *completions;

static void fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static void *map(size_t bytes, off_t what) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring, what);
  if (at == MAP_FAILED) fail("mmap of the ring");
  return at;
}

static void open_ring(unsigned depth) {
  ring = (int)syscall(SYS_io_uring_setup, depth, &params);
  if (ring < 0) fail("io_uring_setup");
  char *sq = map(params.sq_off.array + params.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
  char *cq = map(params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe),
                 IORING_OFF_CQ_RING);
  submissions = map(params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
  tail = (unsigned *)(sq + params.sq_off.tail);
  mask = *(unsigned *)(sq + params.sq_off.ring_mask);
  done_head = (unsigned *)(cq + params.cq_off.head);
  done_tail = (unsigned *)(cq + params.cq_off.tail);
  done_mask = *(unsigned *)(cq + params.cq_off.ring_mask);
  completions = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
  unsigned *order = (unsigned *)(sq + params.sq_off.array);
  for (unsigned i = 0; i < params.sq_entries; i++) order[i] = i;
}

/*
 * A permutation of the numbers below 2^bits: shifted onto themselves and multiplied by odd numbers,
 * both of which can be undone, as in the finalizer of murmur3 of A. Appleby.
 */
static uint64_t place(uint64_t i, unsigned bits) {
  uint64_t limit = ((uint64_t)1 << bits) - 1;
  unsigned shift = bits / 2 + 1;
  uint64_t x = i & limit;
  x ^= x >> shift;
  x = x * 0xff51afd7ed558ccdu & limit;
  x ^= x >> shift;
  x = x * 0xc4ceb9fe1a85ec53u & limit;
  return x ^ x >> shift;
}

static uint64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t cpu_nanos(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

static void pin(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) fail("sched_setaffinity");
}

int main(int argc, char **argv) {
  if (argc != 9) {
    printf("usage: disk_floor random|sequential FILE BYTES REQUEST_BYTES DEPTH REQUESTS FIRST CPU\n");
    return 2;
  }
  int random = strcmp(argv[1], "random") == 0;
  uint64_t request_bytes = strtoull(argv[4], NULL, 10);
  unsigned depth = (unsigned)strtoul(argv[5], NULL, 10);
  uint64_t requests = strtoull(argv[6], NULL, 10);
  uint64_t first = strtoull(argv[7], NULL, 10);
  if (request_bytes == 0 || depth == 0 || depth > DEPTH_MAX) {
    printf("REQUEST_BYTES must be positive, DEPTH 1 to %d\n", DEPTH_MAX);
    return 2;
  }
  uint64_t places = strtoull(argv[3], NULL, 10) / request_bytes;
  if (places == 0) {
    printf("BYTES are less than one request\n");
    return 2;
  }
  unsigned bits = 63 - (unsigned)__builtin_clzll(places);
  int file = open(argv[2], O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (file < 0) fail(argv[2]);
  pin(atoi(argv[8]));
  open_ring(depth);
  char *buffers = mmap(NULL, depth * request_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (buffers == MAP_FAILED) fail("mmap of the buffers");

  uint64_t asked = 0, ended = 0, cpu = cpu_nanos(), start = nanos();
  unsigned to_submit = 0, free_count = depth, *free_buffers = malloc(depth * sizeof(unsigned));
  for (unsigned i = 0; i < depth; i++) free_buffers[i] = i;
  while (ended < requests) {
    while (free_count > 0 && asked < requests) {
      unsigned buffer = free_buffers[--free_count];
      struct io_uring_sqe *sqe = &submissions[*tail & mask];
      memset(sqe, 0, sizeof *sqe);
      sqe->opcode = IORING_OP_READ;
      sqe->fd = file;
      sqe->addr = (uint64_t)(buffers + buffer * request_bytes);
      sqe->len = (unsigned)request_bytes;
      sqe->off = (random ? place(first + asked, bits) : (first + asked) % places) * request_bytes;
      sqe->user_data = buffer;
      __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
      asked++;
      to_submit++;
    }
    long taken = syscall(SYS_io_uring_enter, ring, to_submit, 1, IORING_ENTER_GETEVENTS, NULL, 0);
    if (taken < 0 && errno != EINTR) fail("io_uring_enter");
    to_submit -= taken > 0 ? (unsigned)taken : 0;
    unsigned head = *done_head, end = __atomic_load_n(done_tail, __ATOMIC_ACQUIRE);
    for (; head != end; head++) {
      struct io_uring_cqe *cqe = &completions[head & done_mask];
      if (cqe->res != (int)request_bytes) {
        errno = cqe->res < 0 ? -cqe->res : EIO;
        fail("a read");
      }
      free_buffers[free_count++] = (unsigned)cqe->user_data;
      ended++;
    }
    __atomic_store_n(done_head, head, __ATOMIC_RELEASE);
  }
  uint64_t elapsed = nanos() - start;
  printf("requests=%llu nanos=%llu cpuNanos=%llu\n", (unsigned long long)requests,
         (unsigned long long)elapsed, (unsigned long long)(cpu_nanos() - cpu));
  return 0;
}

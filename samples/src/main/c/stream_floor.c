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
 * The floor under a sequential scan of memory that lies at an exporter: bytes through loopback TCP,
 * copied once into a memory file.
 *
 *   sender -- loopback TCP --> receiver: recv into a buffer, pwrite into a memfd
 *
 * Two processes. No requests, no checksum, no faults, no replacement; the pages of the memfd are
 * there before. What EMP does beyond this is its own cost.
 *
 * usage: stream_floor SIZE_MIB SECONDS SENDER_CPU RECEIVER_CPU
 *
 * A CPU of -1 pins nothing. Runs for a third of the time unmeasured. Prints one line of name=value.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Of one call: stays in the cache between the two copies. */
#define CHUNK (64UL << 10)

static void die(const char *what) {
  fprintf(stderr, "stream_floor: %s: %s\n", what, strerror(errno));
  _exit(1);
}

static void check(int ok, const char *what) {
  if (!ok) die(what);
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

static uint64_t cpu_nanos(pid_t pid) {
  clockid_t clock;
  check(clock_getcpuclockid(pid, &clock) == 0, "clock_getcpuclockid");
  return nanos(clock);
}

/* Sends until nobody listens. */
static void send_all(struct sockaddr_in *address, uint64_t bytes) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(fd >= 0, "socket");
  check(connect(fd, (struct sockaddr *)address, sizeof *address) == 0, "connect");
  /* All of the data, as an exporter has it: not one chunk that stays in the cache. */
  char *data = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  check(data != MAP_FAILED, "mmap");
  for (uint64_t i = 0; i < bytes; i++) data[i] = (char)(i * 31 >> 7);
  for (uint64_t at = 0;; at = at + CHUNK < bytes ? at + CHUNK : 0) {
    for (uint64_t sent = 0; sent < CHUNK;) {
      ssize_t n = send(fd, data + at + sent, CHUNK - sent, MSG_NOSIGNAL);
      if (n < 0 && (errno == EPIPE || errno == ECONNRESET)) _exit(0);
      check(n > 0, "send");
      sent += n;
    }
  }
}

static pid_t start_sender(struct sockaddr_in *address, uint64_t bytes, int cpu) {
  pid_t parent = getpid();
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  pin(cpu);
  send_all(address, bytes);
  _exit(1);
}

static char buffer[CHUNK];
static uint64_t sum;

/* Copies whole chunks until the time is over; returns bytes. */
static uint64_t receive(int fd, int memory, uint64_t bytes, uint64_t end) {
  uint64_t total = 0;
  for (uint64_t at = 0; nanos(CLOCK_MONOTONIC) < end; at = at + CHUNK < bytes ? at + CHUNK : 0) {
    ssize_t n = recv(fd, buffer, CHUNK, MSG_WAITALL);
    check(n == CHUNK, "recv");
    check(pwrite(memory, buffer, CHUNK, at) == CHUNK, "pwrite");
    sum = sum * 31 + (unsigned char)buffer[total >> 16 & (CHUNK - 1)];
    total += CHUNK;
  }
  return total;
}

int main(int count, char **words) {
  if (count != 5) {
    fprintf(stderr, "usage: stream_floor SIZE_MIB SECONDS SENDER_CPU RECEIVER_CPU\n");
    return 2;
  }
  uint64_t bytes = strtoull(words[1], NULL, 10) << 20;
  uint64_t measured = (uint64_t)(strtod(words[2], NULL) * 1e9);
  int memory = memfd_create("stream-floor", MFD_CLOEXEC);
  check(memory >= 0, "memfd_create");
  for (uint64_t at = 0; at < bytes; at += CHUNK)
    check(pwrite(memory, buffer, CHUNK, at) == CHUNK, "pwrite");

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  check(listener >= 0, "socket");
  check(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
  check(listen(listener, 1) == 0, "listen");
  check(getsockname(listener, (struct sockaddr *)&address, &length) == 0, "getsockname");
  pid_t sender = start_sender(&address, bytes, atoi(words[3]));
  pin(atoi(words[4]));
  int fd = accept(listener, NULL, NULL);
  check(fd >= 0, "accept");

  /* The first byte comes when the sender has made its data. */
  check(recv(fd, buffer, CHUNK, MSG_WAITALL) == CHUNK, "recv");
  receive(fd, memory, bytes, nanos(CLOCK_MONOTONIC) + measured / 3);
  uint64_t own = cpu_nanos(getpid()), others = cpu_nanos(sender), start = nanos(CLOCK_MONOTONIC);
  uint64_t total = receive(fd, memory, bytes, start + measured);
  uint64_t end = nanos(CLOCK_MONOTONIC);
  printf("bytes=%lu nanos=%lu receiverCpuNanos=%lu senderCpuNanos=%lu sum=%lx\n", total, end - start,
         cpu_nanos(getpid()) - own, cpu_nanos(sender) - others, sum);
  return 0;
}

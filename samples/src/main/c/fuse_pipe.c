/*
 * Mounts a file system in user space that another process serves: what the kernel asks goes to
 * standard output, what comes on standard input is an answer. Each message begins with its length,
 * four bytes, as the kernel has it. Nothing is said before it is mounted. At the end of the input it
 * is unmounted, whoever uses it, and then this ends; signals that can be ignored do not end it.
 *
 * fuse_pipe DIRECTORY
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE_BYTES_MAX = (1 << 20) + 8192 };

static char message[MESSAGE_BYTES_MAX];

static void fail(const char *what) {
  fprintf(stderr, "fuse_pipe: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* Returns 0 at the end of the input. */
static int read_all(char *into, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t got = read(STDIN_FILENO, into + done, bytes - done);
    if (got <= 0) return 0;
    done += (size_t)got;
  }
  return 1;
}

/* Returns 0 when nobody reads any more. */
static int write_all(const char *from, size_t bytes) {
  for (size_t done = 0; done < bytes;) {
    ssize_t put = write(STDOUT_FILENO, from + done, bytes - done);
    if (put < 0) return 0;
    done += (size_t)put;
  }
  return 1;
}

/* Until it is unmounted. */
static int pass_questions(int connection) {
  for (;;) {
    ssize_t bytes = read(connection, message, sizeof message);
    if (bytes > 0) {
      if (!write_all(message, (size_t)bytes)) return 0;
    } else if (errno == ENODEV) {
      return 0;
    } else if (errno != EINTR && errno != EAGAIN && errno != ENOENT) {
      fail("/dev/fuse: read");
    }
  }
}

static void pass_answers(int connection) {
  uint32_t bytes;
  while (read_all(message, sizeof bytes)) {
    memcpy(&bytes, message, sizeof bytes);
    if (bytes < sizeof bytes || bytes > sizeof message) return;
    if (!read_all(message + sizeof bytes, bytes - sizeof bytes)) return;
    /* Whoever asked may have been killed meanwhile, and somebody else may have unmounted it. */
    if (write(connection, message, bytes) < 0 && errno != ENOENT && errno != ENODEV)
      perror("fuse_pipe: answer");
  }
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: fuse_pipe DIRECTORY\n");
    return 2;
  }
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  int connection = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (connection < 0) fail("/dev/fuse");
  char options[64];
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", connection);
  if (mount("emp-faulty-disk", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) fail(argv[1]);
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pass_questions(connection);
  }
  if (child > 0) {
    close(STDOUT_FILENO);
    pass_answers(connection);
  }
  /* By force: all who wait for an answer get an error. */
  int left = umount2(argv[1], MNT_FORCE | MNT_DETACH);
  if (left < 0 && errno != EINVAL && errno != ENOENT) perror("fuse_pipe: unmount");
  if (child < 0) return 1;
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}

package io.elasticmemory.ffm.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks gcc for the value of every constant and the size and offsets of every structure this module
 * has written by hand. What is newer than the headers of older systems is defined in the program
 * below, from the formulas of the kernel's own headers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CProbeTest {

  private static final String HEAD =
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <linux/fs.h>
      #include <linux/io_uring.h>
      #include <linux/ioctl.h>
      #include <linux/magic.h>
      #include <linux/mman.h>
      #include <linux/userfaultfd.h>
      #include <netinet/in.h>
      #include <netinet/tcp.h>
      #include <poll.h>
      #include <pthread.h>
      #include <sched.h>
      #include <signal.h>
      #include <spawn.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <sys/epoll.h>
      #include <sys/eventfd.h>
      #include <sys/mman.h>
      #include <sys/prctl.h>
      #include <sys/resource.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/sysinfo.h>
      #include <sys/timerfd.h>
      #include <sys/un.h>
      #include <sys/vfs.h>
      #include <sys/wait.h>
      #include <time.h>
      #include <unistd.h>

      /* Newer than the headers of Debian 12 (6.1). */
      #ifndef SYS_mseal
      #define SYS_mseal 462
      #endif
      #ifndef UFFD_FEATURE_WP_UNPOPULATED
      #define UFFD_FEATURE_WP_UNPOPULATED (1<<13)
      #endif
      #ifndef UFFD_FEATURE_POISON
      #define UFFD_FEATURE_POISON (1<<14)
      #endif
      #ifndef UFFD_FEATURE_WP_ASYNC
      #define UFFD_FEATURE_WP_ASYNC (1<<15)
      #endif
      #ifndef UFFD_FEATURE_MOVE
      #define UFFD_FEATURE_MOVE (1<<16)
      #endif
      #ifndef UFFDIO_CONTINUE_MODE_WP
      #define UFFDIO_CONTINUE_MODE_WP ((__u64)1<<1)
      #endif
      #ifndef UFFDIO_POISON
      #define _UFFDIO_POISON (0x08)
      struct uffdio_poison {
        struct uffdio_range range;
        __u64 mode;
        __s64 updated;
      };
      #define UFFDIO_POISON_MODE_DONTWAKE ((__u64)1<<0)
      #define UFFDIO_POISON _IOWR(UFFDIO, _UFFDIO_POISON, struct uffdio_poison)
      #endif
      /* As first published: that of newer headers is longer. */
      struct pidfd_info {
        __u64 mask;
        __u64 cgroupid;
        __u32 pid, tgid, ppid;
        __u32 ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
        __s32 exit_code;
      };
      #define PIDFD_GET_INFO _IOWR(0xff, 11, struct pidfd_info)
      #define PIDFD_INFO_EXIT (1UL << 3)
      #ifndef P_PIDFD
      #define P_PIDFD 3
      #endif

      int main(void) {
      """;

  private CProbe probe;

  @BeforeAll
  void askGcc(@TempDir Path temporary) throws Exception {
    probe = new CProbe(temporary, HEAD);
    probe.askConstants(LinuxConstants.class);
    probe.askConstants(Errno.class);
    probe.askStructs(CProbe.structs(Structs.class));
    probe.run();
  }

  @Test
  void everyConstantHasTheValueItHasInC() throws Exception {
    assertThat(CProbe.constants(LinuxConstants.class)).hasSizeGreaterThan(120);
    probe.requireConstants(LinuxConstants.class);
  }

  @Test
  void everyErrorNumberHasTheValueItHasInC() throws Exception {
    assertThat(CProbe.constants(Errno.class)).hasSizeGreaterThan(40);
    probe.requireConstants(Errno.class);
  }

  @Test
  void everyErrorNumberKnowsItsName() throws Exception {
    CProbe.constants(Errno.class)
        .forEach((n, v) -> assertThat(Errno.name(v.intValue())).isEqualTo(n));
  }

  @Test
  void everyStructureHasTheSizeItHasInC() throws Exception {
    for (StructLayout struct : CProbe.structs(Structs.class)) {
      probe.requireSize(struct);
    }
  }

  @Test
  void everyMemberLiesWhereItLiesInC() throws Exception {
    for (StructLayout struct : CProbe.structs(Structs.class)) {
      probe.requireOffsets(struct);
    }
  }

  @Test
  void everyMemberHasTheWidthItHasInC() throws Exception {
    for (StructLayout struct : CProbe.structs(Structs.class)) {
      probe.requireWidths(struct);
    }
  }
}

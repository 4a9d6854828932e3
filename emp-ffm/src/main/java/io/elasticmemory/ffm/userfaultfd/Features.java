package io.elasticmemory.ffm.userfaultfd;

import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_EVENT_REMAP;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_MINOR_SHMEM;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_MISSING_SHMEM;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_PAGEFAULT_FLAG_WP;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_POISON;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_THREAD_ID;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_WP_HUGETLBFS_SHMEM;
import static io.elasticmemory.ffm.libc.LinuxConstants.UFFD_FEATURE_WP_UNPOPULATED;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.host.Kernel;
import java.util.StringJoiner;

/** The features of userfaultfd that EMP needs, with the kernel that brought each. */
public enum Features {
  /** Write protection is reported as such. */
  PAGEFAULT_FLAG_WP(UFFD_FEATURE_PAGEFAULT_FLAG_WP, "5.7"),
  /** Absent pages of shared memory are reported. */
  MISSING_SHMEM(UFFD_FEATURE_MISSING_SHMEM, "4.11"),
  /** Memory that the application moves is reported; else it would read as zeros from then on. */
  EVENT_REMAP(UFFD_FEATURE_EVENT_REMAP, "4.11"),
  /** Messages name the thread. */
  THREAD_ID(UFFD_FEATURE_THREAD_ID, "4.14"),
  /** Present but unmapped pages of shared memory are reported. */
  MINOR_SHMEM(UFFD_FEATURE_MINOR_SHMEM, "5.14"),
  /** Shared memory can be write-protected. */
  WP_HUGETLBFS_SHMEM(UFFD_FEATURE_WP_HUGETLBFS_SHMEM, "5.19"),
  /** Not used itself: it came with CONTINUE in mode WP, which has no bit of its own. */
  WP_UNPOPULATED(UFFD_FEATURE_WP_UNPOPULATED, "6.4"),
  /** A lost page can be made to fail on access. */
  POISON(UFFD_FEATURE_POISON, "6.6");

  /**
   * What is switched on. Other events are not: while one is unread every call fails with EAGAIN and
   * the application waits for the pager; the range is kept from changing by other means, where it
   * can be.
   */
  static final long ENABLED = mask() & ~UFFD_FEATURE_WP_UNPOPULATED;

  private final long bit;
  private final String since;

  Features(long bit, String since) {
    this.bit = bit;
    this.since = since;
  }

  private static long mask() {
    long mask = 0;
    for (Features feature : values()) {
      mask |= feature.bit;
    }
    return mask;
  }

  /** The needed features that an offer lacks, in words; empty if there are none. */
  public static String missingFrom(long offered) {
    StringJoiner missing = new StringJoiner(", ");
    for (Features feature : values()) {
      if ((offered & feature.bit) == 0) {
        missing.add(feature + " (Linux " + feature.since + ")");
      }
    }
    return missing.toString();
  }

  /** Refuses a kernel that lacks a feature. */
  static void require(long offered) {
    String missing = missingFrom(offered);
    if (!missing.isEmpty()) {
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "userfaultfd of this kernel ("
              + Kernel.release()
              + ") lacks "
              + missing
              + "; Linux 6.6 or newer is needed");
    }
  }
}

package io.elasticmemory.ffm.libc;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * The C structures this module fills and reads, under their C names, with C's member names (a dot
 * where C nests). A test compares sizes and offsets with what gcc says.
 *
 * <p>Pointers and sizes are plain longs, because addresses are longs everywhere here.
 */
public final class Structs {
  private Structs() {}

  /** {@code struct uffdio_api}: what a userfaultfd is asked for and what it can. */
  public static final StructLayout UFFDIO_API =
      struct("uffdio_api", u64("api"), u64("features"), u64("ioctls"));

  /** {@code struct uffdio_range}: for UNREGISTER and WAKE. */
  public static final StructLayout UFFDIO_RANGE = struct("uffdio_range", u64("start"), u64("len"));

  public static final StructLayout UFFDIO_REGISTER =
      struct("uffdio_register", u64("range.start"), u64("range.len"), u64("mode"), u64("ioctls"));

  public static final StructLayout UFFDIO_COPY =
      struct("uffdio_copy", u64("dst"), u64("src"), u64("len"), u64("mode"), u64("copy"));

  public static final StructLayout UFFDIO_ZEROPAGE =
      struct("uffdio_zeropage", u64("range.start"), u64("range.len"), u64("mode"), u64("zeropage"));

  public static final StructLayout UFFDIO_WRITEPROTECT =
      struct("uffdio_writeprotect", u64("range.start"), u64("range.len"), u64("mode"));

  public static final StructLayout UFFDIO_CONTINUE =
      struct("uffdio_continue", u64("range.start"), u64("range.len"), u64("mode"), u64("mapped"));

  /** {@code struct uffdio_poison}, newer than some systems' headers. */
  public static final StructLayout UFFDIO_POISON =
      struct("uffdio_poison", u64("range.start"), u64("range.len"), u64("mode"), u64("updated"));

  /** {@code struct uffd_msg}, of which page faults are the only kind we ask for. */
  public static final StructLayout UFFD_MSG =
      struct(
          "uffd_msg",
          u8("event"),
          pad(7),
          u64("arg.pagefault.flags"),
          u64("arg.pagefault.address"),
          i32("arg.pagefault.feat.ptid"),
          pad(4));

  /** {@code struct pidfd_info} as first published, which newer kernels take as well. */
  public static final StructLayout PIDFD_INFO =
      struct(
          "pidfd_info",
          u64("mask"),
          u64("cgroupid"),
          i32("pid"),
          i32("tgid"),
          i32("ppid"),
          i32("ruid"),
          i32("rgid"),
          i32("euid"),
          i32("egid"),
          i32("suid"),
          i32("sgid"),
          i32("fsuid"),
          i32("fsgid"),
          i32("exit_code"));

  /** {@code struct epoll_event}, which is packed on x86-64. */
  public static final StructLayout EPOLL_EVENT =
      struct("epoll_event", i32("events"), JAVA_LONG.withByteAlignment(4).withName("data.u64"));

  public static final StructLayout POLLFD =
      struct("pollfd", i32("fd"), i16("events"), i16("revents"));

  public static final StructLayout TIMESPEC = struct("timespec", u64("tv_sec"), u64("tv_nsec"));

  public static final StructLayout ITIMERSPEC =
      struct(
          "itimerspec",
          u64("it_interval.tv_sec"),
          u64("it_interval.tv_nsec"),
          u64("it_value.tv_sec"),
          u64("it_value.tv_nsec"));

  public static final StructLayout STAT =
      struct(
          "stat",
          u64("st_dev"),
          u64("st_ino"),
          u64("st_nlink"),
          i32("st_mode"),
          i32("st_uid"),
          i32("st_gid"),
          pad(4),
          u64("st_rdev"),
          u64("st_size"),
          u64("st_blksize"),
          u64("st_blocks"),
          pad(72));

  public static final StructLayout IOVEC = struct("iovec", u64("iov_base"), u64("iov_len"));

  public static final StructLayout MSGHDR =
      struct(
          "msghdr",
          u64("msg_name"),
          i32("msg_namelen"),
          pad(4),
          u64("msg_iov"),
          u64("msg_iovlen"),
          u64("msg_control"),
          u64("msg_controllen"),
          i32("msg_flags"),
          pad(4));

  public static final StructLayout CMSGHDR =
      struct("cmsghdr", u64("cmsg_len"), i32("cmsg_level"), i32("cmsg_type"));

  public static final StructLayout UCRED = struct("ucred", i32("pid"), i32("uid"), i32("gid"));

  /** {@code struct sockaddr_in}; port and address are in network order. */
  public static final StructLayout SOCKADDR_IN =
      struct("sockaddr_in", i16("sin_family"), i16("sin_port"), bytes("sin_addr", 4), pad(8));

  /** {@code struct sockaddr_in6}; port and address are in network order. */
  public static final StructLayout SOCKADDR_IN6 =
      struct(
          "sockaddr_in6",
          i16("sin6_family"),
          i16("sin6_port"),
          i32("sin6_flowinfo"),
          bytes("sin6_addr", 16),
          i32("sin6_scope_id"));

  /** {@code struct io_uring_params}: what a ring is asked for, and where its parts lie. */
  public static final StructLayout IO_URING_PARAMS =
      struct(
          "io_uring_params",
          i32("sq_entries"),
          i32("cq_entries"),
          i32("flags"),
          i32("sq_thread_cpu"),
          i32("sq_thread_idle"),
          i32("features"),
          i32("wq_fd"),
          pad(12),
          i32("sq_off.head"),
          i32("sq_off.tail"),
          i32("sq_off.ring_mask"),
          i32("sq_off.ring_entries"),
          i32("sq_off.flags"),
          i32("sq_off.dropped"),
          i32("sq_off.array"),
          pad(12),
          i32("cq_off.head"),
          i32("cq_off.tail"),
          i32("cq_off.ring_mask"),
          i32("cq_off.ring_entries"),
          i32("cq_off.overflow"),
          i32("cq_off.cqes"),
          i32("cq_off.flags"),
          pad(12));

  /** {@code struct io_uring_sqe}: one operation asked for. */
  public static final StructLayout IO_URING_SQE =
      struct(
          "io_uring_sqe",
          u8("opcode"),
          u8("flags"),
          i16("ioprio"),
          i32("fd"),
          u64("off"),
          u64("addr"),
          i32("len"),
          i32("rw_flags"),
          u64("user_data"),
          pad(24));

  /** {@code struct io_uring_cqe}: how one operation ended. */
  public static final StructLayout IO_URING_CQE =
      struct("io_uring_cqe", u64("user_data"), i32("res"), i32("flags"));

  /** {@code struct flock}: a lock of a process on a range of a file. */
  public static final StructLayout FLOCK =
      struct(
          "flock",
          i16("l_type"),
          i16("l_whence"),
          pad(4),
          u64("l_start"),
          u64("l_len"),
          i32("l_pid"),
          pad(4));

  /** A lock; only functions look inside. */
  public static final StructLayout MUTEX = struct("pthread_mutex_t", pad(40));

  /** What kind of lock it is; only functions look inside. */
  public static final StructLayout MUTEX_ATTRIBUTES = struct("pthread_mutexattr_t", pad(4));

  /** What to do with a new program's descriptors; only functions look inside. */
  public static final StructLayout SPAWN_FILE_ACTIONS =
      struct("posix_spawn_file_actions_t", pad(80));

  /** How a new program begins; only functions look inside. */
  public static final StructLayout SPAWN_ATTRIBUTES = struct("posix_spawnattr_t", pad(336));

  /** A set of signals; all zero is the empty one. */
  public static final StructLayout SIGNAL_SET = struct("sigset_t", pad(128));

  public static final StructLayout RLIMIT = struct("rlimit", u64("rlim_cur"), u64("rlim_max"));

  /** The offset of a member, for use as a constant. */
  public static long offset(StructLayout struct, String member) {
    return struct.byteOffset(groupElement(member));
  }

  private static StructLayout struct(String name, MemoryLayout... members) {
    return MemoryLayout.structLayout(members).withName(name);
  }

  private static ValueLayout u64(String name) {
    return JAVA_LONG.withName(name);
  }

  private static ValueLayout i32(String name) {
    return JAVA_INT.withName(name);
  }

  private static ValueLayout i16(String name) {
    return JAVA_SHORT.withName(name);
  }

  private static ValueLayout u8(String name) {
    return JAVA_BYTE.withName(name);
  }

  private static MemoryLayout bytes(String name, long count) {
    return MemoryLayout.sequenceLayout(count, JAVA_BYTE).withName(name);
  }

  private static MemoryLayout pad(long bytes) {
    return MemoryLayout.paddingLayout(bytes);
  }
}

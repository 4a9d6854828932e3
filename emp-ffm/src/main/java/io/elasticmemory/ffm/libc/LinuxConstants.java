package io.elasticmemory.ffm.libc;

/**
 * The one place that lists the numbers this module shares with the kernel and the C library, under
 * the names C gives them. A test compiles a C program that prints the same names and compares.
 * Error numbers are in {@link Errno}.
 */
public final class LinuxConstants {
  private LinuxConstants() {}

  // System calls without a function in every C library that we support (asm/unistd_64.h).
  public static final int SYS_FSTAT = 5;
  public static final int SYS_USERFAULTFD = 323;
  public static final int SYS_PIDFD_SEND_SIGNAL = 424;
  public static final int SYS_IO_URING_SETUP = 425;
  public static final int SYS_IO_URING_ENTER = 426;
  public static final int SYS_PIDFD_OPEN = 434;
  public static final int SYS_EPOLL_PWAIT2 = 441;
  public static final int SYS_MSEAL = 462;

  // open(2), fcntl.h
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0100;
  public static final int O_EXCL = 0200;
  public static final int O_NONBLOCK = 04000;
  public static final int O_ASYNC = 020000;
  public static final int O_DIRECT = 040000;
  public static final int O_NOFOLLOW = 0400000;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_CLOEXEC = 02000000;

  // fcntl(2)
  public static final int F_GETFD = 1;
  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;
  public static final int F_GETLK = 5;
  public static final int F_SETLKW = 7;
  public static final int F_SETOWN = 8;
  public static final int F_SETSIG = 10;
  public static final int F_DUPFD_CLOEXEC = 1030;
  public static final int F_ADD_SEALS = 1033;
  public static final int F_GET_SEALS = 1034;
  public static final int FD_CLOEXEC = 1;
  public static final int F_WRLCK = 1;
  public static final int F_UNLCK = 2;

  // Seals of a memfd
  public static final int F_SEAL_SEAL = 1;
  public static final int F_SEAL_SHRINK = 2;
  public static final int F_SEAL_GROW = 4;

  public static final int MFD_CLOEXEC = 1;
  public static final int MFD_ALLOW_SEALING = 2;

  // lseek(2), fallocate(2)
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;
  public static final int FALLOC_FL_KEEP_SIZE = 1;
  public static final int FALLOC_FL_PUNCH_HOLE = 2;

  // stat(2)
  public static final int S_IFMT = 0170000;
  public static final int S_IFREG = 0100000;
  public static final int S_IFBLK = 0060000;
  public static final int S_IFCHR = 0020000;

  // io_uring(7), linux/io_uring.h
  public static final int IORING_OP_READ = 22;
  public static final int IORING_OP_WRITE = 23;
  public static final int IORING_OFF_SQ_RING = 0;
  public static final int IORING_OFF_SQES = 0x10000000;
  public static final int IORING_FEAT_SINGLE_MMAP = 1;
  public static final int IORING_FEAT_NODROP = 2;
  public static final int IORING_SETUP_COOP_TASKRUN = 0x100;

  // Block devices
  public static final long BLKGETSIZE64 = 0x80081272L;
  public static final long BLKSSZGET = 0x1268L;

  // mmap(2), madvise(2)
  public static final int PROT_NONE = 0;
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int PROT_EXEC = 4;
  public static final int MAP_SHARED = 1;
  public static final int MAP_PRIVATE = 2;
  public static final int MAP_FIXED = 0x10;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int MADV_RANDOM = 1;
  public static final int MADV_DONTNEED = 4;
  public static final int MADV_DONTFORK = 10;
  public static final int MADV_HUGEPAGE = 14;
  public static final int MADV_NOHUGEPAGE = 15;
  public static final int MADV_DONTDUMP = 16;
  public static final int MADV_POPULATE_READ = 22;
  public static final int MADV_POPULATE_WRITE = 23;
  public static final int MADV_COLLAPSE = 25;

  // userfaultfd(2), linux/userfaultfd.h
  public static final long USERFAULTFD_IOC_NEW = 0xaa00L;
  public static final long UFFD_API = 0xaaL;
  public static final int UFFD_USER_MODE_ONLY = 1;

  public static final long UFFDIO_API = 0xc018aa3fL;
  public static final long UFFDIO_REGISTER = 0xc020aa00L;
  public static final long UFFDIO_UNREGISTER = 0x8010aa01L;
  public static final long UFFDIO_WAKE = 0x8010aa02L;
  public static final long UFFDIO_COPY = 0xc028aa03L;
  public static final long UFFDIO_ZEROPAGE = 0xc020aa04L;
  public static final long UFFDIO_WRITEPROTECT = 0xc018aa06L;
  public static final long UFFDIO_CONTINUE = 0xc020aa07L;
  public static final long UFFDIO_POISON = 0xc020aa08L;

  public static final long UFFDIO_REGISTER_MODE_MISSING = 1;
  public static final long UFFDIO_REGISTER_MODE_WP = 2;
  public static final long UFFDIO_REGISTER_MODE_MINOR = 4;
  public static final long UFFDIO_COPY_MODE_DONTWAKE = 1;
  public static final long UFFDIO_COPY_MODE_WP = 2;
  public static final long UFFDIO_ZEROPAGE_MODE_DONTWAKE = 1;
  public static final long UFFDIO_WRITEPROTECT_MODE_WP = 1;
  public static final long UFFDIO_WRITEPROTECT_MODE_DONTWAKE = 2;
  public static final long UFFDIO_CONTINUE_MODE_DONTWAKE = 1;
  public static final long UFFDIO_CONTINUE_MODE_WP = 2;
  public static final long UFFDIO_POISON_MODE_DONTWAKE = 1;

  public static final int UFFD_EVENT_PAGEFAULT = 0x12;
  public static final int UFFD_EVENT_FORK = 0x13;
  public static final int UFFD_EVENT_REMAP = 0x14;
  public static final int UFFD_EVENT_REMOVE = 0x15;
  public static final int UFFD_EVENT_UNMAP = 0x16;
  public static final long UFFD_PAGEFAULT_FLAG_WRITE = 1;
  public static final long UFFD_PAGEFAULT_FLAG_WP = 2;
  public static final long UFFD_PAGEFAULT_FLAG_MINOR = 4;

  public static final long UFFD_FEATURE_PAGEFAULT_FLAG_WP = 1L << 0;
  public static final long UFFD_FEATURE_EVENT_FORK = 1L << 1;
  public static final long UFFD_FEATURE_EVENT_REMAP = 1L << 2;
  public static final long UFFD_FEATURE_EVENT_REMOVE = 1L << 3;
  public static final long UFFD_FEATURE_MISSING_HUGETLBFS = 1L << 4;
  public static final long UFFD_FEATURE_MISSING_SHMEM = 1L << 5;
  public static final long UFFD_FEATURE_EVENT_UNMAP = 1L << 6;
  public static final long UFFD_FEATURE_SIGBUS = 1L << 7;
  public static final long UFFD_FEATURE_THREAD_ID = 1L << 8;
  public static final long UFFD_FEATURE_MINOR_HUGETLBFS = 1L << 9;
  public static final long UFFD_FEATURE_MINOR_SHMEM = 1L << 10;
  public static final long UFFD_FEATURE_EXACT_ADDRESS = 1L << 11;
  public static final long UFFD_FEATURE_WP_HUGETLBFS_SHMEM = 1L << 12;
  public static final long UFFD_FEATURE_WP_UNPOPULATED = 1L << 13;
  public static final long UFFD_FEATURE_POISON = 1L << 14;
  public static final long UFFD_FEATURE_WP_ASYNC = 1L << 15;
  public static final long UFFD_FEATURE_MOVE = 1L << 16;

  // epoll(7), eventfd(2), timerfd_create(2), poll(2)
  public static final int EPOLL_CTL_ADD = 1;
  public static final int EPOLL_CTL_DEL = 2;
  public static final int EPOLL_CTL_MOD = 3;
  public static final int EPOLL_CLOEXEC = 02000000;
  public static final int EPOLLIN = 0x001;
  public static final int EPOLLOUT = 0x004;
  public static final int EPOLLERR = 0x008;
  public static final int EPOLLHUP = 0x010;
  public static final int EFD_CLOEXEC = 02000000;
  public static final int EFD_NONBLOCK = 04000;
  public static final int CLOCK_MONOTONIC = 1;

  // Kinds of mutexes (pthread.h)
  public static final int PTHREAD_PROCESS_SHARED = 1;
  public static final int PTHREAD_MUTEX_ROBUST = 1;
  public static final int TFD_CLOEXEC = 02000000;
  public static final int TFD_NONBLOCK = 04000;
  public static final int POLLIN = 0x001;
  public static final int POLLOUT = 0x004;
  public static final int POLLHUP = 0x010;

  // Sockets
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_SEQPACKET = 5;
  public static final int SOCK_NONBLOCK = 04000;
  public static final int SOCK_CLOEXEC = 02000000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_ERROR = 4;
  public static final int SO_KEEPALIVE = 9;
  public static final int SO_PEERCRED = 17;
  public static final int SCM_RIGHTS = 1;
  public static final int MSG_PEEK = 0x2;
  public static final int MSG_CTRUNC = 0x8;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_NOSIGNAL = 0x4000;
  public static final int MSG_MORE = 0x8000;
  public static final int MSG_CMSG_CLOEXEC = 0x40000000;
  public static final int IPPROTO_TCP = 6;
  public static final int TCP_NODELAY = 1;
  public static final int TCP_KEEPIDLE = 4;
  public static final int TCP_KEEPINTVL = 5;
  public static final int TCP_KEEPCNT = 6;
  public static final int TCP_USER_TIMEOUT = 18;

  // Processes
  public static final int CLONE_VM = 0x100;
  public static final int CLONE_PARENT = 0x8000;
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;
  public static final long SIG_IGN = 1;

  /** Asks a pidfd about its process; since Linux 6.13. */
  public static final long PIDFD_GET_INFO = 0xc040ff0bL;

  /** How it ended, once its parent knows; since Linux 6.15. */
  public static final long PIDFD_INFO_EXIT = 8;

  public static final int WNOHANG = 1;
  public static final int POSIX_SPAWN_SETPGROUP = 0x02;
  public static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  public static final int RLIMIT_CORE = 4;
  public static final int RLIMIT_NOFILE = 7;
  public static final int RLIMIT_MEMLOCK = 8;
  public static final int RLIMIT_AS = 9;
  public static final long RLIM_INFINITY = -1L;
}

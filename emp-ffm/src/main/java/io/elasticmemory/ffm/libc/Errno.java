package io.elasticmemory.ffm.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The error numbers of the kernel that this module knows, and where a downcall leaves them.
 *
 * <p>Each thread has a segment of its own that every downcall fills; it is allocated at the
 * thread's first call and lives as long as the thread.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ETXTBSY = 26;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int EPROTO = 71;
  public static final int EMSGSIZE = 90;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ECONNABORTED = 103;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int EISCONN = 106;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTDOWN = 112;
  public static final int EHOSTUNREACH = 113;
  public static final int EALREADY = 114;
  public static final int EINPROGRESS = 115;
  public static final int EDQUOT = 122;
  public static final int ECANCELED = 125;
  public static final int EOWNERDEAD = 130;

  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Errno() {}

  /** The segment in which downcalls of the current thread leave errno. */
  static MemorySegment state() {
    return STATE.get();
  }

  /** What the last downcall of the current thread has left: for functions that return pointers. */
  public static int last() {
    return captured(state());
  }

  static int captured(MemorySegment state) {
    return state.get(ValueLayout.JAVA_INT, 0);
  }

  /** The C name of an error number, or {@code errno N} for one this module does not know. */
  public static String name(int errno) {
    return text(errno).split(" ", 2)[0];
  }

  /** The C name with a few words of explanation: {@code ENOSPC (no space left on the device)}. */
  public static String describe(int errno) {
    String[] parts = text(errno).split(" ", 2);
    return parts.length == 1 ? parts[0] : parts[0] + " (" + parts[1] + ")";
  }

  private static String text(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM not permitted";
      case ENOENT -> "ENOENT does not exist";
      case ESRCH -> "ESRCH no such process";
      case EINTR -> "EINTR interrupted";
      case EIO -> "EIO input/output error";
      case ENXIO -> "ENXIO no such device or address";
      case EBADF -> "EBADF bad descriptor";
      case ECHILD -> "ECHILD no such child";
      case EAGAIN -> "EAGAIN try again";
      case ENOMEM -> "ENOMEM out of memory";
      case EACCES -> "EACCES permission denied";
      case EFAULT -> "EFAULT bad address";
      case EBUSY -> "EBUSY busy";
      case EEXIST -> "EEXIST exists already";
      case ENODEV -> "ENODEV no such device";
      case ENOTDIR -> "ENOTDIR not a directory";
      case EISDIR -> "EISDIR is a directory";
      case EINVAL -> "EINVAL invalid argument";
      case ENFILE -> "ENFILE too many open files in the system";
      case EMFILE -> "EMFILE too many open files in the process; raise ulimit -n";
      case ENOTTY -> "ENOTTY not supported by this descriptor";
      case ETXTBSY -> "ETXTBSY file is being executed";
      case EFBIG -> "EFBIG file too large";
      case ENOSPC -> "ENOSPC no space left on the device";
      case ESPIPE -> "ESPIPE cannot seek";
      case EROFS -> "EROFS read-only file system";
      case EPIPE -> "EPIPE the other end is closed";
      case ENAMETOOLONG -> "ENAMETOOLONG name too long";
      case ENOSYS -> "ENOSYS the kernel lacks this call or a filter forbids it";
      case ELOOP -> "ELOOP too many symbolic links";
      case EPROTO -> "EPROTO protocol error";
      case EMSGSIZE -> "EMSGSIZE message too long";
      case EOPNOTSUPP -> "EOPNOTSUPP not supported";
      case EAFNOSUPPORT -> "EAFNOSUPPORT address family not supported";
      case EADDRINUSE -> "EADDRINUSE address in use";
      case EADDRNOTAVAIL -> "EADDRNOTAVAIL address not available";
      case ENETDOWN -> "ENETDOWN network is down";
      case ENETUNREACH -> "ENETUNREACH network unreachable";
      case ECONNABORTED -> "ECONNABORTED connection aborted";
      case ECONNRESET -> "ECONNRESET connection reset";
      case ENOBUFS -> "ENOBUFS no buffers";
      case EISCONN -> "EISCONN already connected";
      case ENOTCONN -> "ENOTCONN not connected";
      case ETIMEDOUT -> "ETIMEDOUT timed out";
      case ECONNREFUSED -> "ECONNREFUSED nobody listens there";
      case EHOSTDOWN -> "EHOSTDOWN host is down";
      case EHOSTUNREACH -> "EHOSTUNREACH no route to the host";
      case EALREADY -> "EALREADY already under way";
      case EINPROGRESS -> "EINPROGRESS under way";
      case EDQUOT -> "EDQUOT disk quota exceeded";
      case ECANCELED -> "ECANCELED cancelled";
      case EOWNERDEAD -> "EOWNERDEAD its owner has died";
      default -> "errno-" + errno;
    };
  }
}

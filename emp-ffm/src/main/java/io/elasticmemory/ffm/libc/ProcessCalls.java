package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;
import static io.elasticmemory.ffm.libc.NativeFunction.systemCall;
import static io.elasticmemory.ffm.libc.NativeFunction.variadicReturningInt;

/** Processes, threads, signals and limits. Results are what C returns, or {@code -errno}. */
public final class ProcessCalls {
  private static final NativeFunction SYSCALL = systemCall(4);
  private static final NativeFunction GETEUID = returningInt("geteuid", 0);
  private static final NativeFunction SETSID = returningInt("setsid", 0);
  private static final NativeFunction SIGNAL = returningLong("signal", 2);
  private static final NativeFunction WAITID = returningInt("waitid", 4);
  private static final NativeFunction PRCTL = variadicReturningInt("prctl", 1, 5);
  private static final NativeFunction GETRLIMIT = returningInt("getrlimit", 2);
  private static final NativeFunction SETRLIMIT = returningInt("setrlimit", 2);
  private static final NativeFunction SYSINFO = returningInt("sysinfo", 1);
  private static final NativeFunction SYSCONF = returningLong("sysconf", 1);
  private static final NativeFunction SCHED_SETAFFINITY = returningInt("sched_setaffinity", 3);
  private static final NativeFunction SCHED_GETAFFINITY = returningInt("sched_getaffinity", 3);

  private ProcessCalls() {}

  /** A system call by number, for those that old C libraries have no function for. */
  public static long syscall(int number, long a, long b, long c, long d) {
    return SYSCALL.call(number, a, b, c, d);
  }

  public static int geteuid() {
    return (int) GETEUID.call();
  }

  /** The kernel's number of the calling thread. */
  public static int gettid() {
    return (int) syscall(LinuxConstants.SYS_GETTID, 0, 0, 0, 0);
  }

  public static long setsid() {
    return SETSID.call();
  }

  /** Sets the disposition of a signal: {@code SIG_IGN} or {@code SIG_DFL}; nothing else here. */
  public static long signal(int signal, long disposition) {
    return SIGNAL.call(signal, disposition);
  }

  public static long pidfdOpen(long pid) {
    return syscall(LinuxConstants.SYS_PIDFD_OPEN, pid, 0, 0, 0);
  }

  public static long pidfdSendSignal(int pidfd, int signal) {
    return syscall(LinuxConstants.SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
  }

  /** Duplicates a descriptor of another process, which needs the right to trace it. */
  public static long pidfdGetfd(int pidfd, int descriptor) {
    return syscall(LinuxConstants.SYS_PIDFD_GETFD, pidfd, descriptor, 0, 0);
  }

  /** {@code waitid} with a {@link Structs#SIGINFO} at the address. */
  public static long waitid(int idType, int id, long siginfoAddress, int options) {
    return WAITID.call(idType, id, siginfoAddress, options);
  }

  public static long prctl(int option, long argument) {
    return PRCTL.call(option, argument, 0, 0, 0);
  }

  /** Fills a {@link Structs#RLIMIT} at the address. */
  public static long getrlimit(int resource, long rlimitAddress) {
    return GETRLIMIT.call(resource, rlimitAddress);
  }

  /** Sets a limit from a {@link Structs#RLIMIT} at the address. */
  public static long setrlimit(int resource, long rlimitAddress) {
    return SETRLIMIT.call(resource, rlimitAddress);
  }

  /** Fills a {@link Structs#SYSINFO} at the address. */
  public static long sysinfo(long sysinfoAddress) {
    return SYSINFO.call(sysinfoAddress);
  }

  public static long sysconf(int name) {
    return SYSCONF.call(name);
  }

  /** Pins a thread, 0 for the calling one, to the CPUs of a mask. */
  public static long schedSetaffinity(int tid, long maskBytes, long maskAddress) {
    return SCHED_SETAFFINITY.call(tid, maskBytes, maskAddress);
  }

  /** Fills the mask of a thread, 0 for the calling one. */
  public static long schedGetaffinity(int tid, long maskBytes, long maskAddress) {
    return SCHED_GETAFFINITY.call(tid, maskBytes, maskAddress);
  }
}

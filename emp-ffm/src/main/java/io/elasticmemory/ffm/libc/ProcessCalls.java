package io.elasticmemory.ffm.libc;

import static io.elasticmemory.ffm.libc.NativeFunction.returningInt;
import static io.elasticmemory.ffm.libc.NativeFunction.returningLong;

/** Processes, threads, signals and limits. Results are what C returns, or {@code -errno}. */
public final class ProcessCalls {
  private static final NativeFunction SYSCALL = returningLong("syscall");
  private static final NativeFunction GETEUID = returningInt("geteuid");
  private static final NativeFunction SIGNAL = returningLong("signal");
  private static final NativeFunction GETRLIMIT = returningInt("getrlimit");
  private static final NativeFunction SETRLIMIT = returningInt("setrlimit");
  private static final NativeFunction SCHED_GETAFFINITY = returningInt("sched_getaffinity");
  private static final NativeFunction SCHED_SETAFFINITY = returningInt("sched_setaffinity");

  private static final NativeFunction KILL = returningInt("kill");
  private static final NativeFunction WAITPID = returningInt("waitpid");
  private static final NativeFunction CLONE = returningInt("clone");

  private ProcessCalls() {}

  /** A system call by number, for those that old C libraries have no function for. */
  public static long syscall(int number, long a, long b, long c, long d) {
    return SYSCALL.call(number, a, b, c, d);
  }

  public static int geteuid() {
    return (int) GETEUID.call();
  }

  /** Sets the disposition of a signal: {@code SIG_IGN} or {@code SIG_DFL}; nothing else here. */
  public static long signal(int signal, long disposition) {
    return SIGNAL.call(signal, disposition);
  }

  /** Sends a signal to a process, or to the group of minus a pid. */
  public static long kill(long pid, int signal) {
    return KILL.call(pid, signal);
  }

  /** Takes notice of the end of a child; 0 if it has not ended. */
  public static long reap(long pid) {
    return WAITPID.call(pid, 0, LinuxConstants.WNOHANG);
  }

  /** Starts a process, or what the flags say, that runs C code on a stack that ends here. */
  public static long clone(long code, long stackEnd, int flags, long argument) {
    return CLONE.call(code, stackEnd, flags, argument);
  }

  public static long pidfdOpen(long pid) {
    return syscall(LinuxConstants.SYS_PIDFD_OPEN, pid, 0, 0, 0);
  }

  public static long pidfdSendSignal(int pidfd, int signal) {
    return syscall(LinuxConstants.SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
  }

  /** Fills a {@link Structs#RLIMIT} at the address. */
  public static long getrlimit(int resource, long rlimitAddress) {
    return GETRLIMIT.call(resource, rlimitAddress);
  }

  /** Sets a limit from a {@link Structs#RLIMIT} at the address. */
  public static long setrlimit(int resource, long rlimitAddress) {
    return SETRLIMIT.call(resource, rlimitAddress);
  }

  /** Fills a mask with the CPUs of a thread, 0 for the calling one. */
  public static long schedGetaffinity(int tid, long maskBytes, long maskAddress) {
    return SCHED_GETAFFINITY.call(tid, maskBytes, maskAddress);
  }

  /** Pins a thread, 0 for the calling one, to the CPUs of a mask. */
  public static long schedSetaffinity(int tid, long maskBytes, long maskAddress) {
    return SCHED_SETAFFINITY.call(tid, maskBytes, maskAddress);
  }
}

package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.LinuxConstants.CLONE_PARENT;
import static io.elasticmemory.ffm.libc.LinuxConstants.CLONE_VM;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_ANONYMOUS;
import static io.elasticmemory.ffm.libc.LinuxConstants.MAP_PRIVATE;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_EXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_READ;
import static io.elasticmemory.ffm.libc.LinuxConstants.PROT_WRITE;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGKILL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.MemoryCalls;
import io.elasticmemory.ffm.libc.ProcessCalls;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * A process that shares the memory of this one, waits until this one is gone, and then has the
 * kernel take that memory apart. Without it the kernel does so first, page by page, before it lets
 * go of the locks and connections of a process that was killed and says that it is gone, and
 * whoever is to take over waits for all of that.
 *
 * <p>It has no descriptor but the pidfd of this process, blocks all signals, and can be killed at
 * any time: then it is as if it had never been. It cannot run Java, since it has no thread that the
 * JVM knows, so what it does is written in machine code:
 *
 * <pre>
 * rt_sigprocmask(SIG_BLOCK, &mask, NULL, 8);
 * if (close_range(0, pidfd - 1, 0) != 0) goto quit;
 * if (close_range(pidfd + 1, UINT_MAX, 0) != 0) goto quit;
 * prctl(PR_SET_NAME, name);
 * while (poll(&pollfd, 1, -1) == -EINTR);
 * quit: exit_group(0);
 * </pre>
 *
 * What it is given:
 *
 * <pre>
 *  0 struct pollfd  the pidfd, POLLIN
 *  8 u64            mask of all signals
 * 16 char[16]       name
 * </pre>
 */
final class Undertaker {
  /** Of processes in {@code ps}; at most 15 characters. */
  static final String NAME = "emp-undertaker";

  /** Its source is beside the test that assembles it. */
  static final byte[] CODE =
      HexFormat.of()
          .parseHex(
              "4889fd8b5d00b80e00000031ff488d750831d241ba080000000f05b8b401000031ff8d73ff31d20f"
                  + "0585c0753ab8b40100008d7b0183ceff31d20f0585c07527b89d000000bf0f000000488d75100f05"
                  + "b8070000004889efbe0100000083caff0f0583f8fc74e9b8e700000031ff0f05");

  private static final long PAGE_BYTES = 4096;
  private static final long ALL_SIGNALS = -1;

  private static final long EVENTS_AT = 4;
  private static final long MASK_AT = 8;
  private static final long NAME_AT = 16;

  /** The pidfd of that of this process; negative for none. */
  private static int appointed = -1;

  private Undertaker() {}

  /**
   * Starts it, as a child of this process' parent, a shell that takes notice of its end. Where that
   * is not allowed there is none, and this process only ends more slowly.
   */
  static synchronized void appoint() {
    long pages =
        MemoryCalls.mmap(
            0, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages < 0) {
      return;
    }
    long pidfd = ProcessCalls.pidfdOpen(ProcessHandle.current().pid());
    if (pidfd < 0 || !start(pages, (int) pidfd)) {
      MemoryCalls.munmap(pages, 2 * PAGE_BYTES);
    }
    if (pidfd >= 0) {
      FileCalls.close((int) pidfd);
    }
  }

  /** Ends it before this process, whose parent may not take notice of children any more then. */
  static synchronized void dismiss() {
    if (appointed >= 0) {
      ProcessCalls.pidfdSendSignal(appointed, SIGKILL);
      FileCalls.close(appointed);
      appointed = -1;
    }
  }

  /** The first page has the code, the second what it is given, and from its end on the stack. */
  private static boolean start(long pages, int pidfd) {
    MemorySegment memory = MemorySegment.ofAddress(pages).reinterpret(2 * PAGE_BYTES);
    MemorySegment.copy(MemorySegment.ofArray(CODE), 0, memory, 0, CODE.length);
    MemorySegment given = memory.asSlice(PAGE_BYTES);
    given.set(JAVA_INT, 0, pidfd);
    given.set(JAVA_SHORT, EVENTS_AT, (short) POLLIN);
    given.set(JAVA_LONG, MASK_AT, ALL_SIGNALS);
    given.setString(NAME_AT, NAME);
    if (MemoryCalls.mprotect(pages, PAGE_BYTES, PROT_READ | PROT_EXEC) != 0) {
      return false;
    }
    long stackEnd = pages + 2 * PAGE_BYTES;
    long pid = ProcessCalls.clone(pages, stackEnd, CLONE_VM | CLONE_PARENT, pages + PAGE_BYTES);
    if (pid > 0) {
      appointed = (int) ProcessCalls.pidfdOpen(pid);
    }
    return pid > 0;
  }
}

package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGKILL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.socket.Waiting;
import io.elasticmemory.port.Peer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Another process through its pidfd, which becomes readable when the process ends. */
final class PidfdPeer implements Peer {
  private static final char STOPPED = 'T';
  private static final char ENDED = 'Z';
  private static final char UNINTERRUPTIBLE = 'D';
  private static final char UNKNOWN = 0;

  /** Of what the kernel says: number, name, state, and some more. */
  private static final int BEGIN_BYTES = 128;

  private static final long MASK_AT = Structs.offset(Structs.PIDFD_INFO, "mask");
  private static final long EXIT_CODE_AT = Structs.offset(Structs.PIDFD_INFO, "exit_code");

  private final long pid;
  private final Descriptor pidfd;
  private final ByteBuffer begun = ByteBuffer.allocateDirect(BEGIN_BYTES);
  private @Nullable FileChannel status;

  private PidfdPeer(long pid, Descriptor pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  static PidfdPeer open(long pid) {
    if (pid <= 0) {
      throw new IllegalArgumentException("no process id: " + pid);
    }
    long opened = ProcessCalls.pidfdOpen(pid);
    if (opened == -Errno.ESRCH) {
      throw new EmpException(
          EmpException.Kind.PAGER, "process " + pid + " has ended; start it again");
    }
    Failures.require(opened, "pidfd_open(" + pid + ")", "raise ulimit -n or allow the call");
    return new PidfdPeer(pid, new Descriptor((int) opened, "process " + pid));
  }

  @Override
  public int descriptor() {
    return pidfd.descriptor();
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public boolean isAlive() {
    return !awaitEnd(0);
  }

  @Override
  public boolean awaitEnd(long timeoutMillis) {
    return Waiting.await(pidfd, POLLIN, timeoutMillis) != 0;
  }

  @Override
  public boolean isStopped() {
    return state() == STOPPED && isAlive();
  }

  /** Its first thread has ended, but not all have: of a JVM that is the end of all. */
  @Override
  public boolean isStuck() {
    return state() == ENDED && isAlive() && hasThreadThatWaits();
  }

  private boolean hasThreadThatWaits() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(process().resolve("task"))) {
      for (Path thread : threads) {
        if (state(thread) == UNINTERRUPTIBLE) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it has ended
    }
  }

  private Path process() {
    return Path.of("/proc/" + pid);
  }

  /** Asked often, so the file stays open, and nothing is allocated. */
  private synchronized char state() {
    try {
      FileChannel file = status == null ? FileChannel.open(process().resolve("stat")) : status;
      status = file;
      begun.clear();
      int at = file.read(begun, 0) - 1;
      while (at > 0 && begun.get(at) != ')') {
        at--;
      }
      return at > 0 ? (char) begun.get(at + 2) : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN; // it has ended
    }
  }

  /** The state is the first word behind the name, which may itself have any character. */
  private static char state(Path task) {
    try {
      String status = Files.readString(task.resolve("stat"), ISO_8859_1);
      int state = status.lastIndexOf(')') + 2;
      return state < status.length() ? status.charAt(state) : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN; // it has ended
    }
  }

  @Override
  public OptionalInt waitStatus() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(Structs.PIDFD_INFO);
      info.set(JAVA_LONG, MASK_AT, LinuxConstants.PIDFD_INFO_EXIT);
      long result =
          FileCalls.ioctl(pidfd.descriptor(), LinuxConstants.PIDFD_GET_INFO, info.address());
      boolean isKnown =
          result >= 0 && (info.get(JAVA_LONG, MASK_AT) & LinuxConstants.PIDFD_INFO_EXIT) != 0;
      return isKnown ? OptionalInt.of(info.get(JAVA_INT, EXIT_CODE_AT)) : OptionalInt.empty();
    }
  }

  @Override
  public void kill() {
    long result = ProcessCalls.pidfdSendSignal(pidfd.descriptor(), SIGKILL);
    if (result < 0 && result != -Errno.ESRCH) {
      throw new SystemCallException("killing " + pidfd.name(), (int) -result);
    }
  }

  @Override
  public synchronized void close() {
    pidfd.close();
    if (status != null) {
      try {
        status.close();
      } catch (IOException e) {
        // Nothing was written to it.
      }
    }
  }
}

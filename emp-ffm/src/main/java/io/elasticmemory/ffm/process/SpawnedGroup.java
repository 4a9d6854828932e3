package io.elasticmemory.ffm.process;

import static io.elasticmemory.ffm.libc.LinuxConstants.F_DUPFD_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_CLOEXEC;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_RDONLY;
import static io.elasticmemory.ffm.libc.LinuxConstants.O_WRONLY;
import static io.elasticmemory.ffm.libc.LinuxConstants.POLLIN;
import static io.elasticmemory.ffm.libc.LinuxConstants.POSIX_SPAWN_SETPGROUP;
import static io.elasticmemory.ffm.libc.LinuxConstants.POSIX_SPAWN_SETSIGMASK;
import static io.elasticmemory.ffm.libc.LinuxConstants.SIGKILL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.Failures;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.ProcessCalls;
import io.elasticmemory.ffm.libc.SpawnCalls;
import io.elasticmemory.ffm.libc.Structs;
import io.elasticmemory.ffm.libc.SystemCallException;
import io.elasticmemory.ffm.socket.Waiting;
import io.elasticmemory.port.ProcessGroup;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;

/**
 * A program started with {@code posix_spawn}, because that gives it a descriptor; the JDK's way of
 * starting programs closes all but the first three. Its process id stays its own until {@link
 * #close}, which is when the kernel is told that its end was noticed.
 */
final class SpawnedGroup implements ProcessGroup {
  private static final String REMEDY = "allow this process to start programs, and raise ulimit -u";

  /** Higher than any number that a new program's descriptors are to have. */
  private static final int ASIDE = 16;

  private final long pid;
  private final Descriptor pidfd;
  private final InputStream errors;

  private SpawnedGroup(long pid, Descriptor pidfd, InputStream errors) {
    this.pid = pid;
    this.pidfd = pidfd;
    this.errors = errors;
  }

  static SpawnedGroup start(
      List<String> words, Map<String, String> environment, Descriptor given, boolean errorsToo) {
    try {
      return startGiving(words, environment, given, errorsToo);
    } catch (LinkageError e) {
      throw new EmpException(
          Kind.PLATFORM,
          "no program can be started with a descriptor: "
              + e.getMessage()
              + "; use glibc 2.34 or newer",
          e);
    }
  }

  private static SpawnedGroup startGiving(
      List<String> words, Map<String, String> environment, Descriptor given, boolean errorsToo) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      Failures.require(SpawnCalls.pipe(pair.address(), O_CLOEXEC), "pipe", "raise ulimit -n");
      Descriptor reading = new Descriptor(pair.getAtIndex(JAVA_INT, 0), "errors of " + words);
      Descriptor writing = new Descriptor(pair.getAtIndex(JAVA_INT, 1), "errors of " + words);
      try {
        InputStream errors = new FileInputStream("/proc/self/fd/" + reading.descriptor());
        try {
          return start(arena, words, environment, given, writing, errorsToo, errors);
        } catch (RuntimeException e) {
          errors.close();
          throw e;
        }
      } catch (IOException e) {
        throw new EmpException(
            Kind.PAGER, words.getFirst() + " cannot be heard: " + e.getMessage(), e);
      } finally {
        reading.close();
        writing.close();
      }
    }
  }

  private static SpawnedGroup start(
      Arena arena,
      List<String> words,
      Map<String, String> environment,
      Descriptor given,
      Descriptor writing,
      boolean errorsToo,
      InputStream errors) {
    try (Descriptor givenAside = aside(given);
        Descriptor writingAside = aside(writing)) {
      MemorySegment pid = arena.allocate(JAVA_INT);
      MemorySegment actions = arena.allocate(Structs.SPAWN_FILE_ACTIONS.byteSize(), 16);
      MemorySegment attributes = arena.allocate(Structs.SPAWN_ATTRIBUTES.byteSize(), 16);
      require(SpawnCalls.actionsInit(actions.address()), words);
      require(SpawnCalls.attributesInit(attributes.address()), words);
      try {
        plan(arena, actions.address(), givenAside, writingAside, errorsToo, words);
        begin(arena, attributes.address(), words);
        long result =
            SpawnCalls.spawn(
                pid.address(),
                text(arena, words.getFirst()),
                actions.address(),
                attributes.address(),
                texts(arena, words),
                texts(arena, pairs(environment)));
        require(result, words);
      } finally {
        SpawnCalls.actionsDestroy(actions.address());
        SpawnCalls.attributesDestroy(attributes.address());
      }
      long started = pid.get(JAVA_INT, 0);
      // It is our child and not waited for, so nobody else can have the number.
      long pidfd = ProcessCalls.pidfdOpen(started);
      if (pidfd < 0) {
        ProcessCalls.kill(-started, SIGKILL);
        throw Failures.platform("pidfd_open", pidfd, "raise ulimit -n");
      }
      return new SpawnedGroup(started, new Descriptor((int) pidfd, "process " + started), errors);
    }
  }

  private static Descriptor aside(Descriptor descriptor) {
    long copy = FileCalls.fcntl(descriptor.descriptor(), F_DUPFD_CLOEXEC, ASIDE);
    SystemCallException.check(copy, "dup", descriptor.name());
    return new Descriptor((int) copy, descriptor.name());
  }

  private static void plan(
      Arena arena,
      long actions,
      Descriptor given,
      Descriptor writing,
      boolean errorsToo,
      List<String> words) {
    long nothing = text(arena, "/dev/null");
    require(SpawnCalls.addOpen(actions, 0, nothing, O_RDONLY), words);
    require(SpawnCalls.addOpen(actions, 1, nothing, O_WRONLY), words);
    if (errorsToo) {
      require(SpawnCalls.addDup2(actions, writing.descriptor(), 2), words);
    }
    require(SpawnCalls.addDup2(actions, given.descriptor(), GIVEN), words);
    require(SpawnCalls.addDup2(actions, writing.descriptor(), ERRORS), words);
    require(SpawnCalls.addCloseFrom(actions, ERRORS + 1), words);
  }

  /** In a group of its own, with no signal blocked. */
  private static void begin(Arena arena, long attributes, List<String> words) {
    int flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK;
    require(SpawnCalls.setFlags(attributes, flags), words);
    MemorySegment none = arena.allocate(Structs.SIGNAL_SET.byteSize(), 16);
    require(SpawnCalls.setSignalMask(attributes, none.address()), words);
  }

  private static void require(long result, List<String> words) {
    if (result != 0) {
      throw new EmpException(
          Kind.PAGER,
          "%s could not be started: %s; %s"
              .formatted(words.getFirst(), Errno.describe((int) Math.abs(result)), REMEDY));
    }
  }

  private static List<String> pairs(Map<String, String> environment) {
    return environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static long texts(Arena arena, List<String> all) {
    MemorySegment pointers = arena.allocate(JAVA_LONG, all.size() + 1L);
    for (int i = 0; i < all.size(); i++) {
      pointers.setAtIndex(JAVA_LONG, i, text(arena, all.get(i)));
    }
    return pointers.address();
  }

  /** In the encoding in which the JDK gives file names and arguments to the system. */
  private static long text(Arena arena, String text) {
    Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    return arena.allocateFrom(text, charset).address();
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public InputStream errors() {
    return errors;
  }

  @Override
  public boolean isAlive() {
    return !awaitEnd(0);
  }

  @Override
  public boolean awaitEnd(long timeoutMillis) {
    return pidfd.isClosed() || Waiting.await(pidfd, POLLIN, timeoutMillis) != 0;
  }

  @Override
  public void kill() {
    // Once its end was noticed the number may be another's.
    long result = pidfd.isClosed() ? 0 : ProcessCalls.kill(-pid, SIGKILL);
    if (result < 0 && result != -Errno.ESRCH) {
      throw new SystemCallException("killing group " + pid, (int) -result);
    }
  }

  @Override
  public void close() {
    if (!pidfd.isClosed()) {
      ProcessCalls.reap(pid);
      pidfd.close();
    }
  }
}

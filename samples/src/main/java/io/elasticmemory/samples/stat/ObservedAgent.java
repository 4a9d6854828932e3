package io.elasticmemory.samples.stat;

import static io.elasticmemory.wire.AgentLayout.ALLOCATIONS_AT;
import static io.elasticmemory.wire.AgentLayout.ASKED_AT;
import static io.elasticmemory.wire.AgentLayout.BEGUN_AT;
import static io.elasticmemory.wire.AgentLayout.DONE_AT;
import static io.elasticmemory.wire.AgentLayout.FALLBACKS_AT;
import static io.elasticmemory.wire.AgentLayout.FOREIGN_AT;
import static io.elasticmemory.wire.AgentLayout.FREED_AT;
import static io.elasticmemory.wire.AgentLayout.HOOKS_MILLIS_AT;
import static io.elasticmemory.wire.AgentLayout.LOST_AT;
import static io.elasticmemory.wire.AgentLayout.MILLIS_AT;
import static io.elasticmemory.wire.AgentLayout.MIN_BYTES_AT;
import static io.elasticmemory.wire.AgentLayout.PAGER_PID_AT;
import static io.elasticmemory.wire.AgentLayout.REFUSED_AT;
import static io.elasticmemory.wire.AgentLayout.RENEWED_AT;
import static io.elasticmemory.wire.AgentLayout.SAMPLES_AT;
import static io.elasticmemory.wire.AgentLayout.SPACE_MILLIS_AT;
import static io.elasticmemory.wire.AgentLayout.SPENT_NANOS_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_BYTES_AT;
import static io.elasticmemory.wire.AgentLayout.TEXT_BYTES_MAX;
import static io.elasticmemory.wire.AgentLayout.USED_BYTES_AT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.wire.AgentLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The page of the agent in another process, see {@link AgentLayout}. For one thread. */
public final class ObservedAgent implements AutoCloseable {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final String LINK = "/memfd:" + AgentLayout.NAME + " (deleted)";
  private static final long PAUSE_MILLIS = 50;
  private static final long BEGIN_MILLIS_MAX = 10_000;
  private static final long END_MILLIS_MAX = 60_000;

  private final long pid;
  private final Arena arena;
  private final MemorySegment page;

  /**
   * What the agent has given to the program.
   *
   * @param pagerPid its pager, as the program sees it
   * @param minBytes smaller allocations are left alone
   * @param hooksMillis that it took to place the hooks
   * @param spaceMillis that it took until the space was open
   * @param allocations so far
   * @param freed of them
   * @param usedBytes of what is not freed
   * @param fallbacks allocations that are ordinary memory for want of room
   */
  public record Given(
      long pagerPid,
      long minBytes,
      int hooksMillis,
      int spaceMillis,
      long allocations,
      long freed,
      long usedBytes,
      long fallbacks) {
    static Given of(MemorySegment page) {
      return new Given(
          page.get(JAVA_LONG, PAGER_PID_AT),
          page.get(JAVA_LONG, MIN_BYTES_AT),
          page.get(JAVA_INT, HOOKS_MILLIS_AT),
          page.get(JAVA_INT, SPACE_MILLIS_AT),
          read(page, ALLOCATIONS_AT),
          read(page, FREED_AT),
          read(page, USED_BYTES_AT),
          read(page, FALLBACKS_AT));
    }
  }

  /**
   * A profile as the agent has taken it.
   *
   * @param samples faults whose stacks were taken
   * @param lost samples that came faster than they could be looked at
   * @param foreign faults of threads that are not Java's, or have ended
   * @param spentNanos that the agent's thread was busy with them, waits for faults included
   * @param text its lines
   */
  public record Taken(long samples, long lost, long foreign, long spentNanos, String text) {
    static Taken of(MemorySegment page) {
      int bytes = Math.clamp(page.get(JAVA_INT, TEXT_BYTES_AT), 0, TEXT_BYTES_MAX);
      return new Taken(
          read(page, SAMPLES_AT),
          read(page, LOST_AT),
          read(page, FOREIGN_AT),
          read(page, SPENT_NANOS_AT),
          printable(new String(page.asSlice(TEXT_AT, bytes).toArray(JAVA_BYTE), UTF_8)));
    }

    /** It goes to terminals and into files that others read; the program may be another user's. */
    private static String printable(String text) {
      StringBuilder printable = new StringBuilder(text);
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean isControl = Character.isISOControl(c) && c != '\t' && c != '\n';
        if (isControl || !Character.isDefined(c)) {
          printable.setCharAt(i, '?');
        }
      }
      return printable.toString();
    }
  }

  private ObservedAgent(long pid, Arena arena, MemorySegment page) {
    this.pid = pid;
    this.arena = arena;
    this.page = page;
  }

  /**
   * The agent in a process that may be looked at; empty if there is none at work.
   *
   * @param writable whether a profile will be asked for
   * @throws EmpException if it is of another version
   */
  public static Optional<ObservedAgent> of(long pid, boolean writable) {
    Path descriptors = Path.of("/proc", Long.toString(pid), "fd");
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) {
        if (isPage(link)) {
          return Optional.of(open(pid, link, writable));
        }
      }
    } catch (IOException e) {
      throw new EmpException(
          Kind.PATH, "the agent of process %d cannot be seen: %s".formatted(pid, e), e);
    }
    return Optional.empty();
  }

  private static boolean isPage(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().equals(LINK);
    } catch (IOException e) {
      return false; // closed since it was listed
    }
  }

  private static ObservedAgent open(long pid, Path link, boolean writable) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel file =
        writable
            ? FileChannel.open(link, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(link, StandardOpenOption.READ)) {
      MapMode mode = writable ? MapMode.READ_WRITE : MapMode.READ_ONLY;
      MemorySegment page = file.map(mode, 0, file.size(), arena);
      AgentLayout.check(page);
      return new ObservedAgent(pid, arena, page);
    } catch (IllegalArgumentException e) {
      arena.close();
      throw new EmpException(
          Kind.PATH,
          "process %d: %s; use the emp command of its version".formatted(pid, e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** What it has given by now. */
  public Given given() {
    return Given.of(page);
  }

  private long read(long at) {
    return read(page, at);
  }

  private static long read(MemorySegment page, long at) {
    return (long) LONG.getAcquire(page, at);
  }

  /**
   * Has the agent take a profile, and waits for it.
   *
   * @throws EmpException if it cannot, or does not answer, in one line
   */
  public Taken profile(long millis) throws InterruptedException {
    long number = ask(millis);
    await(BEGUN_AT, number, BEGIN_MILLIS_MAX, "has not begun it");
    await(DONE_AT, number, millis + END_MILLIS_MAX, "has not ended it");
    Taken taken = Taken.of(page);
    boolean isRefused = page.get(JAVA_INT, REFUSED_AT) != 0;
    if (read(BEGUN_AT) != number) {
      throw new EmpException(
          Kind.CLOSED,
          "another profile of process %d was begun while nobody waited for this; take it again"
              .formatted(pid));
    }
    if (isRefused) {
      throw new EmpException(Kind.PLATFORM, taken.text().lines().findFirst().orElse("refused"));
    }
    return taken;
  }

  /** Whether somebody has asked for a profile that is not done. */
  public boolean isProfiled() {
    return read(ASKED_AT) != read(DONE_AT);
  }

  private long ask(long millis) {
    long done = read(DONE_AT);
    page.set(JAVA_LONG, MILLIS_AT, millis);
    if (isProfiled() || !LONG.compareAndSet(page, ASKED_AT, done, done + 1)) {
      throw new EmpException(
          Kind.PATH,
          "somebody else is taking a profile of process %d; try again when it is done"
              .formatted(pid));
    }
    return done + 1;
  }

  private void await(long at, long number, long millisMax, String complaint)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
    while (read(at) < number) {
      long _ = (long) LONG.getAndAdd(page, RENEWED_AT, 1L);
      if (!Files.exists(Path.of("/proc", Long.toString(pid)))) {
        throw new EmpException(Kind.CLOSED, "process %d has ended".formatted(pid));
      }
      if (System.nanoTime() - end >= 0) {
        throw new EmpException(
            Kind.CLOSED,
            "the agent of process %d %s within %d s; the process may be stopped"
                .formatted(pid, complaint, TimeUnit.MILLISECONDS.toSeconds(millisMax)));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}

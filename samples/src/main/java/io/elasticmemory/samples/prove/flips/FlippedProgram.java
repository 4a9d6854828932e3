package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.counters.Counter;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.samples.stat.Counted;
import io.elasticmemory.samples.stat.ObservedSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/** {@link FlipsMain} in a process of its own, told what to do. For one thread. */
final class FlippedProgram implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Child child;
  private final ObservedSpace space;
  private final SplittableRandom random;
  private int unloads;
  private int writes;
  private int reads;
  private int pages;

  private FlippedProgram(Child child, ObservedSpace space, long seed) {
    this.child = child;
    this.space = space;
    random = new SplittableRandom(seed);
  }

  /**
   * Starts one and waits until it has written all its pages.
   *
   * @throws IOException if it does not come so far
   */
  static FlippedProgram start(Stage stage, String path, int mib) throws IOException {
    JavaProgram program =
        new JavaProgram(FlipsMain.class.getName())
            .jvm("-Xmx64m", "-XX:+UseSerialGC")
            .with(path, Integer.toString(mib));
    Child child = stage.start(program.command());
    if (child.awaitLine("working"::equals, LIMIT).isEmpty()) {
      throw new IOException("it did not begin: " + child.await(Duration.ZERO).describe());
    }
    ObservedSpace space = ObservedSpace.of(child.process().pid()).getFirst();
    return new FlippedProgram(child, space, stage.seed());
  }

  Child child() {
    return child;
  }

  void tell(String line) throws IOException {
    child.process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    child.process().getOutputStream().flush();
  }

  /** Has all pages leave. */
  void unload() throws IOException {
    tell("unload");
    require(child.awaitLines("unloaded"::equals, ++unloads, LIMIT), "unload");
  }

  /** Has all pages written anew. */
  void write() throws IOException {
    tell("write " + random.nextLong());
    require(child.awaitLines("written"::equals, ++writes, LIMIT), "write");
  }

  /** Has all pages read; says how many were wrong. */
  int read() throws IOException {
    tell("read " + random.nextLong());
    require(child.awaitLines(line -> line.startsWith("read "), ++reads, LIMIT), "read");
    // What was said before is the same or has ended the item.
    return child
        .awaitLine(FlippedProgram::isWrong, Duration.ZERO)
        .map(FlippedProgram::count)
        .orElse(0);
  }

  private static boolean isWrong(String line) {
    return line.startsWith("read ") && count(line) > 0;
  }

  /** Waits for what threads say of so many pages: each was damaged when it was asked for. */
  FlipCount awaitPages(int count, Duration limit) throws IOException {
    pages += count;
    require(child.awaitLines(line -> line.startsWith("page "), pages, limit), "read pages");
    boolean isWrong =
        child.awaitLine(line -> line.matches("page \\d+ false"), Duration.ZERO).isPresent();
    return new FlipCount(count, isWrong ? 0 : count, isWrong ? 1 : 0);
  }

  private static int count(String line) {
    return Integer.parseInt(line.substring("read ".length()));
  }

  private void require(boolean isDone, String what) throws IOException {
    if (!isDone) {
      throw new IOException(
          "it did not %s: %s %s"
              .formatted(
                  what,
                  child.process().isAlive() ? "it hangs" : "it has ended",
                  child.await(Duration.ZERO).err()));
    }
  }

  /** How often its pager has seen bytes that were not those that were stored. */
  long noticed() {
    return get(Counter.checksumErrors);
  }

  private long get(Counter counter) {
    Optional<Counted> counted = space.count();
    return counted.map(each -> each.get(counter)).orElse(0L);
  }

  long pagerPid() {
    return space.count().map(Counted::pagerPid).orElse(0L);
  }

  /** Lets it end in order. */
  Child.Ended end() throws IOException {
    child.process().getOutputStream().close();
    return child.await(LIMIT);
  }

  @Override
  public void close() {
    space.close();
    child.process().destroyForcibly();
  }
}

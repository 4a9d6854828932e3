package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.bench.Median;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How a program gets over the loss of an exporter, against how it was before. */
final class Recovery {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int WARM_UP_LOOKS = 8;
  private static final int CALM_LOOKS = 12;

  /** So many in a row say that reads are as before. */
  private static final int GOOD_LOOKS = 4;

  private static final double SLOWER_MAX = 2;
  private static final double SECONDS_MAX = 1200;

  private final Rewrites program;
  private final double calmMicros;
  private final long startNanos;
  private final List<Seen> seen = new ArrayList<>();

  /** Looks at a program to which nothing happens; the loss comes next. */
  Recovery(Rewrites program) throws IOException {
    this.program = program;
    double[] p99 = new double[CALM_LOOKS];
    for (int i = -WARM_UP_LOOKS; i < CALM_LOOKS; i++) {
      RewritesLook look = program.look(LOOK);
      if (i >= 0) {
        p99[i] = look.p99Micros();
      }
    }
    calmMicros = Median.of(p99);
    startNanos = System.nanoTime();
  }

  /** A look and when it ended. */
  private record Seen(double seconds, RewritesLook look) {}

  /**
   * How reads came back.
   *
   * @param calmMicros p99 before
   * @param slowestMillis the longest read since the loss
   * @param seconds from the loss until p99 was at most twice as much again, and stayed so
   */
  record Back(double calmMicros, double slowestMillis, double seconds) {
    String describe() {
      return String.format(
          Locale.ROOT,
          "p99 of reads %.0f us; the slowest took %.0f ms, and p99 was at most twice as much again"
              + " after %.2f s",
          calmMicros,
          slowestMillis,
          seconds);
    }
  }

  /** Waits until reads take at most twice as long as before. */
  Back awaitReads() throws IOException {
    double seconds = 0;
    for (int good = 0; good < GOOD_LOOKS; ) {
      Seen now = look("reads are still slower than before");
      good = isGood(now.look()) ? good + 1 : 0;
      if (good == 0) {
        seconds = now.seconds();
      }
    }
    long slowest = seen.stream().mapToLong(each -> each.look().maxMicros()).max().orElse(0);
    return new Back(calmMicros, slowest / 1e3, seconds);
  }

  /** A thread that stands still has no times. */
  private boolean isGood(RewritesLook look) {
    return look.checksOfTheSlowest() > 0 && look.p99Micros() <= SLOWER_MAX * calmMicros;
  }

  /**
   * How the second copy was made.
   *
   * @param mib that were copied
   * @param seconds from the first to the last
   * @param p99Micros of reads meanwhile, the median of the looks
   */
  record Rebuilt(long mib, double seconds, double p99Micros) {
    long mibPerSecond() {
      return Math.round(mib / seconds);
    }

    String describe() {
      return String.format(
          Locale.ROOT,
          "%d MiB copied in %.1f s, %d MiB/s, p99 of reads meanwhile %.0f us",
          mib,
          seconds,
          mibPerSecond(),
          p99Micros);
    }
  }

  /** Waits until there are two copies of everything. */
  Rebuilt awaitCopies() throws IOException {
    Seen last = seen.getLast();
    while (last.look().rebuiltMib() == 0 || last.look().isDegraded()) {
      last = look("there are not two copies again");
    }
    List<Seen> copying = seen.stream().filter(each -> each.look().rebuiltMib() > 0).toList();
    Seen first = copying.getFirst();
    // It began somewhere within the first look.
    double seconds = last.seconds() - first.seconds() + LOOK.toMillis() / 1e3;
    return new Rebuilt(
        last.look().rebuiltMib(),
        seconds,
        Median.of(copying.stream().mapToDouble(each -> each.look().p99Micros()).toArray()));
  }

  private Seen look(String otherwise) throws IOException {
    RewritesLook look = program.look(LOOK);
    Seen now = new Seen((System.nanoTime() - startNanos) / 1e9, look);
    if (now.seconds() > SECONDS_MAX) {
      throw new IOException("after %.0f s %s".formatted(now.seconds(), otherwise));
    }
    seen.add(now);
    return now;
  }
}

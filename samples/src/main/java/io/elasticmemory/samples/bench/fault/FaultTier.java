package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.counters.Counter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a fault waits for: where the bytes of its page come from, or its right to write them. */
public enum FaultTier {
  /** Nowhere: first touch. */
  ZERO(Counter.faultsZero),
  /** DRAM: the page is there and only not mapped. */
  MINOR(Counter.faultsMinor),
  /** A first write to a page of which a donor has the same bytes. */
  WP(Counter.faultsWp),
  /** An exporter, over TCP on the loopback device unless another way is asked for. */
  EXPORTER(Counter.faultsRemote),
  /** A spill file, read past the page cache. */
  SSD(Counter.faultsSsd),
  /** Compressed memory: pages of which one half is noise. */
  COMPRESSED(Counter.faultsCompressed);

  private final Counter counter;

  FaultTier(Counter counter) {
    this.counter = counter;
  }

  /** What the pager counts such faults with. */
  public Counter counter() {
    return counter;
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tier that a user names; {@code remote} is an older word for {@code exporter}. */
  public static Optional<FaultTier> named(String word) {
    String label = word.equals("remote") ? EXPORTER.label() : word;
    return Stream.of(values()).filter(tier -> tier.label().equals(label)).findFirst();
  }

  /** All words for them, for people. */
  public static String labels() {
    return Stream.of(values()).map(FaultTier::label).collect(Collectors.joining(", "));
  }
}

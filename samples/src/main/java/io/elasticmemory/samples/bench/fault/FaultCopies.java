package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Transport;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether anything else has what an exporter has. */
public enum FaultCopies {
  /** Nothing. */
  NONE(1, Backup.NONE),
  /** Another exporter. */
  REPLICAS(2, Backup.NONE),
  /** A spill file. */
  BACKUP(1, Backup.SSD);

  private final int replicas;
  private final Backup backup;

  FaultCopies(int replicas, Backup backup) {
    this.replicas = replicas;
    this.backup = backup;
  }

  int exporters() {
    return replicas;
  }

  boolean needsSpillFile() {
    return backup != Backup.NONE;
  }

  LinkOptions link(Transport transport) {
    return new LinkOptions(transport, "", replicas, Compression.NONE, backup);
  }

  /** The word for it on the command line and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of this label. */
  public static Optional<FaultCopies> named(String label) {
    return Stream.of(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** All labels, for people. */
  public static String labels() {
    return Stream.of(values()).map(FaultCopies::label).collect(Collectors.joining(", "));
  }
}

package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.Locale;

/** Where the second copy of what an exporter has is. */
enum Copies {
  /** On another exporter. */
  REPLICAS {
    @Override
    String donors(Stage stage, LocalExporter first, long mib) throws IOException {
      LocalExporter second = LocalExporter.start(stage.workplace(), mib);
      return "%s?replicas=2|%s?replicas=2".formatted(first.entry(mib), second.entry(mib));
    }
  },
  /** In a spill file. */
  BACKUP {
    @Override
    String donors(Stage stage, LocalExporter first, long mib) {
      return "%s?backup=ssd|%s:%d:0"
          .formatted(first.entry(mib), stage.newSpill(), mib + SPILL_MORE_MIB);
    }
  };

  private static final long SPILL_MORE_MIB = 128;

  /** The lower tiers of a path. */
  abstract String donors(Stage stage, LocalExporter first, long mib) throws IOException;

  /** The word for it, in tables and in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

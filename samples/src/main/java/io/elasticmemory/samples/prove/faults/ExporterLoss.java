package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.Locale;

/** What becomes of an exporter. */
enum ExporterLoss {
  /** It is killed, and another is started in its place when the program has got used to it. */
  KILLED {
    @Override
    void end(Stage stage, LocalExporter exporter, long mib) throws IOException {
      kill(exporter);
    }

    @Override
    void bringBack(Stage stage, LocalExporter exporter, long mib) throws IOException {
      LocalExporter.startAt(exporter.port(), stage.workplace(), mib);
    }
  },
  /** It stands still, and goes on when the program has got used to it. */
  STOPPED {
    @Override
    void end(Stage stage, LocalExporter exporter, long mib) throws IOException {
      Signal.STOP.send(exporter.pid());
    }

    @Override
    void bringBack(Stage stage, LocalExporter exporter, long mib) throws IOException {
      Signal.CONT.send(exporter.pid());
    }
  },
  /** It is killed, and another is started in its place at once. */
  RESTARTED {
    @Override
    void end(Stage stage, LocalExporter exporter, long mib) throws IOException {
      kill(exporter);
      LocalExporter.startAt(exporter.port(), stage.workplace(), mib);
    }

    @Override
    void bringBack(Stage stage, LocalExporter exporter, long mib) {}
  };

  /** Does it. */
  abstract void end(Stage stage, LocalExporter exporter, long mib) throws IOException;

  /** Undoes it, as far as that can be done: what the exporter had is gone or not believed. */
  abstract void bringBack(Stage stage, LocalExporter exporter, long mib) throws IOException;

  private static void kill(LocalExporter exporter) throws IOException {
    try {
      exporter.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The word for it, in tables and in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

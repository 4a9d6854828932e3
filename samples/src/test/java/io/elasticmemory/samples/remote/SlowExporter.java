package io.elasticmemory.samples.remote;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.verbs.Patience;
import io.elasticmemory.tiering.store.ExporterDonor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An exporter in an emulated machine, which may be too slow with its first answer. */
final class SlowExporter {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** So that nothing is taken for lost only because the machine is slow. */
  static final Patience PATIENCE = new Patience(17, 6);

  private SlowExporter() {}

  /** Connects, again if that fails; says after a minute why it does. */
  static ExporterDonor connect(Supplier<ExporterDonor> connect) {
    long begin = System.nanoTime();
    while (true) {
      try {
        return connect.get();
      } catch (EmpException e) {
        if (System.nanoTime() - begin > LIMIT_NANOS) {
          throw e;
        }
      }
    }
  }
}

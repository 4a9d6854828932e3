package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;

/**
 * Item 2: an exporter of which there is a copy is lost and comes back, while all words are checked.
 */
final class ExporterItem implements Item {
  private static final int DRAM_PART = 4;
  private static final long DRAM_MIB_MIN = 16;
  private static final long SLAB_MIB = 64;

  private static final double BACK_SECONDS_MAX = 5;

  private final FaultScale scale;

  ExporterItem(FaultScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 2;
  }

  @Override
  public String title() {
    return ("exporters killed, stopped and started anew under memcheck rand_rw, with replicas and"
            + " with a backup, %d MiB of data: no wrong word, reads as before within %.0f s")
        .formatted(scale.rewrittenMib(), BACK_SECONDS_MAX);
  }

  @Override
  public void show(Stage stage) throws IOException {
    for (Copies copies : Copies.values()) {
      for (ExporterLoss loss : ExporterLoss.values()) {
        show(stage, copies, loss);
      }
    }
  }

  private void show(Stage stage, Copies copies, ExporterLoss loss) throws IOException {
    String what = copies.label() + ", " + loss.label();
    long mib = slabs(scale.rewrittenMib());
    LocalExporter exporter = LocalExporter.start(stage.workplace(), mib);
    String path =
        "dram:%d|%s"
            .formatted(
                Math.max(DRAM_MIB_MIN, scale.rewrittenMib() / DRAM_PART),
                copies.donors(stage, exporter, mib));
    try (Rewrites program = new Rewrites(stage, path, scale.rewrittenMib())) {
      Recovery recovery = new Recovery(program);
      loss.end(stage, exporter, mib);
      Recovery.Back back = recovery.awaitReads();
      stage.check(
          !scale.isTimed() || back.seconds() <= BACK_SECONDS_MAX, what + ": " + back.describe());
      loss.bringBack(stage, exporter, mib);
      Recovery.Rebuilt rebuilt = recovery.awaitCopies();
      stage.check(rebuilt.mib() > 0, what + ": " + rebuilt.describe());
      String said = program.end();
      stage.check(said.equals("wrong words 0"), what + ": " + said);
      stage.figure(name(copies, loss, "backMillis"), Math.round(back.seconds() * 1000));
      stage.figure(name(copies, loss, "rebuiltMibPerSecond"), rebuilt.mibPerSecond());
    }
  }

  private static String name(Copies copies, ExporterLoss loss, String figure) {
    return copies.label() + "-" + loss.label() + "-" + figure;
  }

  private static long slabs(long mib) {
    return (Math.ceilDiv(mib, SLAB_MIB) + 2) * SLAB_MIB;
  }
}

package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.SplittableRandom;

/** Item 4: bits are turned over wherever bytes of a space are kept or travel. */
public final class FlipItem implements Item {
  /** Of a hundred. */
  private static final int BLOCKS = 25;

  private static final int SUBBLOCKS = 25;
  private static final int SLOTS = 10;
  private static final int PAYLOADS = 10;
  private static final int PACKED_PAYLOADS = 10;
  private static final int HEADERS = 20;

  /** Of ten thousand. */
  private static final int HEADERS_SENT = 5;

  private static final int PERCENT = 100;

  /** With fewer, fewer pages are enough to meet them. */
  private static final long MANY = 100_000;

  private static final int DATA_MIB = 48;
  private static final int DATA_MIB_OF_FEW = 16;
  private static final int TEN_THOUSAND = 10_000;

  private final long flips;

  /** So many in all. */
  public FlipItem(long flips) {
    this.flips = flips;
  }

  @Override
  public int number() {
    return 4;
  }

  @Override
  public String title() {
    return "bits turned over in slots, messages and memory of exporters, %,d times: all are noticed"
        .formatted(flips);
  }

  @Override
  public void show(Stage stage) throws IOException {
    int mib = flips >= MANY ? DATA_MIB : DATA_MIB_OF_FEW;
    MemoryFlips memory = new MemoryFlips(stage, mib);
    SlotFlips slots = new SlotFlips(stage, mib);
    FrameFlips frames = new FrameFlips(stage, mib);
    FlipCount sum = FlipCount.NONE;
    sum = sum.plus(saw(stage, "memory of exporters, blocks", memory.ofBlocks(part(BLOCKS))));
    sum =
        sum.plus(saw(stage, "memory of exporters, subblocks", memory.ofSubblocks(part(SUBBLOCKS))));
    sum = sum.plus(saw(stage, "slots of a spill file", slots.inject(part(SLOTS))));
    sum = sum.plus(saw(stage, "payloads", frames.ofPayloads("none", part(PAYLOADS))));
    sum =
        sum.plus(
            saw(stage, "compressed payloads", frames.ofPayloads("lz4", part(PACKED_PAYLOADS))));
    HeaderFlips headers = new HeaderFlips(new SplittableRandom(stage.seed()));
    sum = sum.plus(saw(stage, "headers, as they are read", headers.inject(part(HEADERS))));
    long sent = Math.max(1, flips * HEADERS_SENT / TEN_THOUSAND);
    sum = sum.plus(saw(stage, "headers, on their way", frames.ofHeaders(sent)));
    stage.check(
        slots.endsTheProgram(), "a slot that stays damaged ends the program, with the reason");
    stage.check(sum.isGood() && sum.injected() >= flips, "in all " + sum.describe());
    stage.figure("injected", sum.injected());
    stage.figure("caught", sum.caught());
    stage.figure("wrongWords", sum.wrongWords());
  }

  private long part(int percent) {
    return Math.ceilDiv(flips * percent, PERCENT);
  }

  private static FlipCount saw(Stage stage, String what, FlipCount count) {
    stage.check(count.isGood(), what + ": " + count.describe());
    return count;
  }
}

package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Bits of what a pair of exporters holds, turned over in the memory of one of them, of every page
 * at once; then the program reads all of it, and gets it from the other. A page that was read from
 * the one that is damaged is counted by the pager if it was noticed, and by the program, which
 * compares every bit, if not. Those that were read from the other one were not met.
 */
final class MemoryFlips {
  private static final int LENT_MIB = 128;

  /** As many as there are are noticed for certain: there is a checksum of 32 bits. */
  private static final int BITS_MAX = 64;

  private final Stage stage;
  private final int mib;
  private final SplittableRandom random;

  MemoryFlips(Stage stage, int mib) {
    this.stage = stage;
    this.mib = mib;
    random = new SplittableRandom(stage.seed());
  }

  /** Blocks of one subblock, whose mark has 32 bits: from 1 to 64 of them are turned over. */
  FlipCount ofBlocks(long count) throws IOException {
    return inject("4k", BITS_MAX, count);
  }

  /** Subblocks of larger blocks, whose mark has 24 bits: one of them is turned over. */
  FlipCount ofSubblocks(long count) throws IOException {
    return inject("64k&subblock=4k", 1, count);
  }

  private FlipCount inject(String block, int bitsMax, long count) throws IOException {
    List<LocalExporter> pair =
        List.of(
            LocalExporter.start(stage.workplace(), LENT_MIB),
            LocalExporter.start(stage.workplace(), LENT_MIB));
    String path =
        "dram:8?shards=1&faultTimeoutMillis=60000&block=%s|%s?replicas=2|%s?replicas=2"
            .formatted(block, pair.get(0).entry(LENT_MIB), pair.get(1).entry(LENT_MIB));
    try (FlippedProgram program = FlippedProgram.start(stage, path, mib)) {
      program.unload();
      try (Places first = ExporterMemory.of(pair.get(0), LENT_MIB);
          Places second = ExporterMemory.of(pair.get(1), LENT_MIB)) {
        FlipCount sum = FlipCount.NONE;
        for (int pass = 0; sum.injected() < count && sum.wrongWords() == 0; pass++) {
          sum = sum.plus(pass(program, pass % 2 == 0 ? first : second, bitsMax));
        }
        return sum;
      }
    } finally {
      pair.forEach(each -> each.process().destroy());
    }
  }

  private FlipCount pass(FlippedProgram program, Places places, int bitsMax) throws IOException {
    List<Places.Flip> flips = new ArrayList<>();
    for (Places.Place place : places.all()) {
      flips.add(places.flip(place, 1 + random.nextInt(bitsMax), random));
    }
    long before = program.noticed();
    int wrong = program.read();
    program.unload();
    long caught = program.noticed() - before;
    for (Places.Flip flip : flips) {
      flip.turn();
    }
    return new FlipCount(caught + wrong, caught, wrong);
  }
}

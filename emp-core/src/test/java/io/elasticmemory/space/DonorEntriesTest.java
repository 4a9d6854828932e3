package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.elasticmemory.MemPath;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the pager is told of the entries of a path. */
class DonorEntriesTest {
  private static final long MIB = 1 << 20;

  private static List<DonorPart> parts(String path) {
    return new DonorEntries(MemPath.parse(path)).parts();
  }

  private static DonorPart exporter(int host, long mib) {
    return new DonorPart(
        DonorKind.EXPORTER,
        mib * MIB,
        0,
        19_675,
        "10.0.0." + host + ":19675",
        "10.0.0." + host,
        false);
  }

  private static DonorPart disk(
      DonorKind kind, String name, long mib, long baseMib, boolean compresses, boolean isCopy) {
    return new DonorPart(kind, mib * MIB, baseMib * MIB, 0, name, "", compresses, isCopy);
  }

  @Test
  void aCopyOnADiskFollowsItsExporterAndIsAtTheEndOfTheFile() {
    assertThat(
            parts(
                "dram:64?subblock=16k|/spill:600:0?compress=lz4|10.0.0.1:200:0?backup=ssd"
                    + "|10.0.0.2:128:0?backup=ssd|10.0.0.3:64:0"))
        .containsExactly(
            exporter(1, 192),
            disk(DonorKind.SPILL_FILE, "/spill", 192, 576 - 192, false, true),
            exporter(2, 128),
            disk(DonorKind.SPILL_FILE, "/spill", 128, 576 - 192 - 128, false, true),
            exporter(3, 64),
            disk(DonorKind.SPILL_FILE, "/spill", 256, 0, true, false));
  }

  @Test
  void aDeviceThatIsNothingButCopiesIsNoDonorOfItsOwn() {
    assertThat(parts("dram:64|10.0.0.1:128:0?backup=ssd|/dev/x:128:1000"))
        .containsExactly(
            exporter(1, 128), disk(DonorKind.BLOCK_DEVICE, "/dev/x", 128, 1000, false, true));
  }

  @Test
  void theSecondOfTwoExportersFollowsTheFirst() {
    assertThat(parts("dram:64|10.0.0.1:128:0?replicas=2|10.0.0.3:64:0|10.0.0.2:256:0?replicas=2"))
        .extracting(DonorPart::host, DonorPart::isCopy, part -> part.bytes() / MIB)
        .containsExactly(
            tuple("10.0.0.1", false, 128L),
            tuple("10.0.0.2", true, 128L),
            tuple("10.0.0.3", false, 64L));
  }
}

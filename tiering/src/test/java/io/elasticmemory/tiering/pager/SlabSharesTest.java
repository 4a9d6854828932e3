package io.elasticmemory.tiering.pager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlabSharesTest {
  private static final long SLAB = Donor.SLAB_BYTES;

  private static DonorPart donor(int slabs) {
    return new DonorPart(DonorKind.SPILL_FILE, slabs * SLAB, 0, 0, "./spill", "", false);
  }

  @Test
  void theOnlyShardGetsEverything() {
    SlabShares shares = new SlabShares(List.of(donor(3), donor(8)), Stripes.one(10 * SLAB));

    assertThat(shares.bytes(0, 0)).isEqualTo(3 * SLAB);
    assertThat(shares.bytes(1, 0)).isEqualTo(8 * SLAB);
    assertThat(shares.baseBytes(1, 0)).isZero();
  }

  @Test
  void aCopyHasNoSlabsOfItsOwn() {
    DonorPart first = new DonorPart(DonorKind.EXPORTER, 3 * SLAB, 0, 1, "a", "a", false);
    DonorPart copy = new DonorPart(DonorKind.EXPORTER, 3 * SLAB, 0, 1, "b", "b", false, true);
    SlabShares shares = new SlabShares(List.of(first, copy, donor(8)), Stripes.one(10 * SLAB));

    assertThat(shares.bytes(0, 0)).isEqualTo(3 * SLAB);
    assertThat(shares.bytes(1, 0)).isZero();
    assertThat(shares.bytes(2, 0)).isEqualTo(8 * SLAB);
  }

  @Test
  void eachShardHasASlabForEachOfItsStripesAndOneMore() {
    SlabShares shares = new SlabShares(List.of(donor(9)), Stripes.of(7 * SLAB, 2));

    assertThat(shares.bytes(0, 0)).isEqualTo(5 * SLAB);
    assertThat(shares.bytes(0, 1)).isEqualTo(4 * SLAB);
    assertThat(shares.baseBytes(0, 1)).isEqualTo(5 * SLAB);
  }

  @Test
  void noTwoShardsShareABitOfTheirSlots() {
    Geometry geometry = new Geometry(12 * SLAB, 2 << 20, 4096);
    List<DonorPart> donors = List.of(donor(1), donor(15));
    SlabShares shares = new SlabShares(donors, Stripes.of(12 * SLAB, 4));
    MemorySegment table = MemorySegment.ofArray(new long[tableWords(geometry, 16)]);

    for (int donor = 0; donor < 2; donor++) {
      for (int shard = 0; shard < 4; shard++) {
        MemorySegment slots = shares.slots(table, geometry, donor, shard);
        assertThat(slots.byteSize() * 8).isGreaterThanOrEqualTo(shares.bytes(donor, shard) >> 21);
        assertThat(slots.mismatch(MemorySegment.ofArray(new byte[(int) slots.byteSize()])))
            .isEqualTo(-1);
        slots.fill((byte) 1);
      }
    }
    long before = BlockTableLayout.slotsAt(geometry);
    assertThat(table.asSlice(0, before).mismatch(MemorySegment.ofArray(new byte[(int) before])))
        .isEqualTo(-1);
  }

  private static int tableWords(Geometry geometry, int slabs) {
    return (int) (BlockTableLayout.tableBytes(geometry, slabs) / 8);
  }

  @Test
  void someShardsHaveNothingOfASmallDonor() {
    SlabShares shares = new SlabShares(List.of(donor(1), donor(15)), Stripes.of(12 * SLAB, 4));

    assertThat(List.of(0, 1, 2, 3))
        .extracting(shard -> shares.bytes(0, shard) / SLAB)
        .containsExactlyInAnyOrder(0L, 0L, 0L, 1L);
  }

  @Test
  void partsAreWholeDisjointEnoughAndAboutProportional() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      int shards = 1 + random.nextInt(16);
      List<DonorPart> donors = new ArrayList<>();
      int all = 0;
      while (all < 2 * shards || random.nextBoolean()) {
        int slabs = 1 + random.nextInt(random.nextBoolean() ? 3 : 200);
        donors.add(donor(slabs));
        all += slabs;
      }
      Stripes stripes = Stripes.of((all - shards) * SLAB, shards);
      SlabShares shares = new SlabShares(donors, stripes);
      for (int i = 0; i < donors.size(); i++) {
        long end = shares.baseBytes(i, shards - 1) + shares.bytes(i, shards - 1);
        assertThat(end)
            .as("seed %d round %d donor %d", seed, round, i)
            .isEqualTo(donors.get(i).bytes());
      }
      for (int shard = 0; shard < shards; shard++) {
        long given = 0;
        for (int i = 0; i < donors.size(); i++) {
          long part = shares.bytes(i, shard);
          assertThat(part).isNotNegative();
          given += part;
        }
        assertThat(given)
            .as("seed %d round %d shard %d", seed, round, shard)
            .isGreaterThanOrEqualTo(stripes.bytesOf(shard) + SLAB);
      }
    }
  }

  @Test
  void refusesFewerSlabsThanShardsNeed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlabShares(List.of(donor(8)), Stripes.of(7 * SLAB, 2)))
        .withMessageContaining("8 slabs")
        .withMessageContaining("needs 9");
  }
}

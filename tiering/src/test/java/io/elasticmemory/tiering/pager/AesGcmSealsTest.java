package io.elasticmemory.tiering.pager;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.elasticmemory.Tier;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.SealTableLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AesGcmSealsTest {
  private static final int SUBBLOCK = 4096;
  private static final Geometry GEOMETRY = new Geometry(1 << 20, 65536, SUBBLOCK);
  private static final int BLOCK = 3;

  private final MemorySegment table = table(GEOMETRY);
  private final MemorySegment frame = Arena.ofAuto().allocate(2 * SUBBLOCK, 8);
  private final Seals seals = pager();
  private final byte[] plain = new byte[SUBBLOCK];

  AesGcmSealsTest() {
    new Random(1).nextBytes(plain);
    fill();
  }

  private static MemorySegment table(Geometry geometry) {
    MemorySegment table = Arena.ofAuto().allocate(SealTableLayout.tableBytes(geometry), 4096);
    SealTableLayout.format(table, geometry, 1, 2, 11, 22, 33, 44);
    return table;
  }

  /** One of the pagers that follow each other. */
  private Seals pager() {
    return new AesGcmSeals(table, GEOMETRY, (_, _) -> {});
  }

  private void fill() {
    MemorySegment.copy(plain, 0, frame, JAVA_BYTE, SUBBLOCK, SUBBLOCK);
  }

  private byte[] bytes() {
    return frame.asSlice(SUBBLOCK, SUBBLOCK).toArray(JAVA_BYTE);
  }

  @Test
  void whatIsSealedLooksLikeNoiseAndIsTheSameWhenItIsOpened() {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    byte[] sealed = bytes();
    int same = 0;
    for (int i = 0; i < SUBBLOCK; i++) {
      same += sealed[i] == plain[i] ? 1 : 0;
    }
    assertThat(same).isLessThan(SUBBLOCK / 64);
    assertThat(frame.asSlice(0, SUBBLOCK).toArray(JAVA_BYTE)).containsOnly(0);
    assertThat(seals.isSealed(BLOCK, 1, frame, SUBBLOCK)).isTrue();
    assertThat(bytes()).isEqualTo(sealed);
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isTrue();
    assertThat(bytes()).isEqualTo(plain);
  }

  @Test
  void theSameBytesAreSealedOtherwiseEachTime() {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    byte[] first = bytes();
    fill();
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    byte[] second = bytes();
    fill();
    seals.seal(BLOCK, 2, frame, SUBBLOCK);
    assertThat(Arrays.equals(first, second)).isFalse();
    assertThat(Arrays.equals(first, bytes())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 8 * SUBBLOCK - 1})
  void aBitThatFlipsIsNoticedAndTheFrameStays(int bit) {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    long at = (long) SUBBLOCK + bit / 8;
    frame.set(JAVA_BYTE, at, (byte) (frame.get(JAVA_BYTE, at) ^ 1 << bit % 8));
    byte[] sealed = bytes();
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isFalse();
    assertThat(seals.isSealed(BLOCK, 1, frame, SUBBLOCK)).isFalse();
    assertThat(bytes()).isEqualTo(sealed);
  }

  @Test
  void whatBelongsElsewhereIsNoticed() {
    seals.seal(BLOCK, 2, frame, 0);
    seals.seal(BLOCK + 1, 1, frame, 0);
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    assertThat(seals.open(BLOCK, 2, frame, SUBBLOCK)).isFalse();
    assertThat(seals.open(BLOCK + 1, 1, frame, SUBBLOCK)).isFalse();
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isTrue();
  }

  @Test
  void anEarlierGenerationIsNoticedEvenWithItsOwnTag() {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    byte[] stale = bytes();
    byte[] tag = new byte[SealTableLayout.TAG_BYTES];
    long place = SealTableLayout.place(GEOMETRY, BLOCK, 1);
    SealTableLayout.readTag(table, place, tag, 0);
    fill();
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    MemorySegment.copy(stale, 0, frame, JAVA_BYTE, SUBBLOCK, SUBBLOCK);
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isFalse();
    SealTableLayout.tag(table, place, tag, 0);
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isFalse();
  }

  @Test
  void whatWasNeverSealedIsNotOpened() {
    assertThat(seals.open(BLOCK, 1, frame, SUBBLOCK)).isFalse();
    assertThat(bytes()).isEqualTo(plain);
  }

  @Test
  void anotherPagerOpensItAndSealsInALaterGeneration() {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    Seals successor = pager();
    assertThat(successor.open(BLOCK, 1, frame, SUBBLOCK)).isTrue();
    successor.seal(BLOCK, 1, frame, SUBBLOCK);
    long place = SealTableLayout.place(GEOMETRY, BLOCK, 1);
    assertThat(SealTableLayout.generation(table, place)).isEqualTo(2);
  }

  @Test
  void theGenerationIsInTheTableBeforeAnybodyGetsTheBytes() {
    long[] seen = new long[2];
    AesGcmSeals.Watch watch =
        (place, generation) -> {
          seen[0] = generation;
          seen[1] = SealTableLayout.generation(table, place);
        };
    new AesGcmSeals(table, GEOMETRY, watch).seal(BLOCK, 1, frame, SUBBLOCK);
    assertThat(seen).containsExactly(1, 1);
  }

  @Test
  void anotherKeyOpensNothing() {
    seals.seal(BLOCK, 1, frame, SUBBLOCK);
    SealTableLayout.format(table, GEOMETRY, 1, 2, 11, 22, 33, 45);
    assertThat(pager().open(BLOCK, 1, frame, SUBBLOCK)).isFalse();
  }

  @Test
  void stopsWhenASubblockHasUsedUpItsGenerations() {
    long place = SealTableLayout.place(GEOMETRY, BLOCK, 1);
    SealTableLayout.generation(table, place, SealTableLayout.GENERATIONS - 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> seals.seal(BLOCK, 1, frame, SUBBLOCK))
        .withMessageContaining("generations");
    assertThat(bytes()).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 65536, 2 << 20})
  void sealsSubblocksOfEverySize(int subblockBytes) {
    Geometry geometry = new Geometry(4 << 20, 2 << 20, subblockBytes);
    Seals large = new AesGcmSeals(table(geometry), geometry, (_, _) -> {});
    MemorySegment subblock = Arena.ofAuto().allocate(subblockBytes, 8);
    subblock.set(JAVA_BYTE, subblockBytes - 1, (byte) 7);
    byte[] before = subblock.toArray(JAVA_BYTE);
    large.seal(1, 0, subblock, 0);
    assertThat(Arrays.equals(subblock.toArray(JAVA_BYTE), before)).isFalse();
    assertThat(large.open(1, 0, subblock, 0)).isTrue();
    assertThat(subblock.toArray(JAVA_BYTE)).isEqualTo(before);
  }

  @Test
  void compressedMemoryOfThisMachineAloneIsNotSealed() {
    assertThat(seals.cover(Tier.COMPRESSED)).isFalse();
    assertThat(seals.cover(Tier.REMOTE)).isTrue();
    assertThat(seals.cover(Tier.SSD)).isTrue();
    assertThat(Seals.NONE.cover(Tier.REMOTE)).isFalse();
  }
}

package io.elasticmemory.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripesTest {
  private static final long MIB = 1L << 20;

  @Test
  void goInTurnToTheShards() {
    Stripes stripes = Stripes.of(330 * MIB, 3);

    assertThat(stripes.stripeBytes()).isEqualTo(64 * MIB);
    assertThat(stripes.count()).isEqualTo(6);
    assertThat(stripes.shardOf(0)).isZero();
    assertThat(stripes.shardOf(64 * MIB - 1)).isZero();
    assertThat(stripes.shardOf(64 * MIB)).isEqualTo(1);
    assertThat(stripes.shardOf(4 * 64 * MIB)).isEqualTo(1);
    assertThat(stripes.bytesOfStripe(5)).isEqualTo(10 * MIB);
    assertThat(stripes.bytesOf(0)).isEqualTo(128 * MIB);
    assertThat(stripes.bytesOf(1)).isEqualTo(128 * MIB);
    assertThat(stripes.bytesOf(2)).isEqualTo(74 * MIB);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2 << 20, 3 << 20, 1L << 40, (1L << 40) + (2 << 20)})
  void areOneWhereThereIsOneShard(long capacityBytes) {
    Stripes stripes = Stripes.one(capacityBytes);

    assertThat(stripes.count()).isEqualTo(1);
    assertThat(stripes.bytesOf(0)).isEqualTo(capacityBytes);
    assertThat(stripes.isOwn(0, 0, capacityBytes)).isTrue();
    assertThat(stripes.isOwn(0, 0, capacityBytes + 1)).isFalse();
    assertThat(Stripes.of(capacityBytes, 1)).isEqualTo(stripes);
  }

  @ParameterizedTest
  @CsvSource({"256, 64, 4096", "257, 128, 2056", "1024, 256, 4096", "8192, 2048, 4096"})
  void areLongerInASpaceThatWouldHaveTooMany(long capacityGib, long stripeMib, int count) {
    Stripes stripes = Stripes.of(capacityGib << 30, 4);

    assertThat(stripes.stripeBytes()).isEqualTo(stripeMib * MIB);
    assertThat(stripes.count()).isEqualTo(count);
  }

  @Test
  void areOwnWithinOneStripeOfTheShardOnly() {
    Stripes stripes = Stripes.of(330 * MIB, 3);

    assertThat(stripes.isOwn(1, 64 * MIB, 64 * MIB)).isTrue();
    assertThat(stripes.isOwn(0, 64 * MIB, 1)).isFalse();
    assertThat(stripes.isOwn(1, 64 * MIB, 64 * MIB + 1)).isFalse();
    assertThat(stripes.isOwn(1, 64 * MIB - 1, 2)).isFalse();
    assertThat(stripes.isOwn(0, 0, 0)).isFalse();
    assertThat(stripes.isOwn(0, -4096, 4096)).isFalse();
    assertThat(stripes.isOwn(2, 320 * MIB, 10 * MIB)).isTrue();
    assertThat(stripes.isOwn(2, 320 * MIB, 11 * MIB)).isFalse();
  }

  @Test
  void concernAShardIfOneByteIsItsOwn() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      Stripes stripes = new Stripes(1 + random.nextInt(400), 16, 1 + random.nextInt(5));
      long offset = random.nextLong(stripes.capacityBytes());
      long bytes = 1 + random.nextLong(stripes.capacityBytes() - offset);
      for (int shard = 0; shard < stripes.shards(); shard++) {
        boolean any = false;
        for (long at = offset; at < offset + bytes; at++) {
          any |= stripes.shardOf(at) == shard;
        }
        assertThat(stripes.concerns(shard, offset, bytes))
            .as(
                "seed %d round %d: shard %d, %d+%d of %s",
                seed, round, shard, offset, bytes, stripes)
            .isEqualTo(any);
      }
    }
  }

  @Test
  void refuseWhatDoesNotFitTogether() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Stripes(0, 64, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stripes(100, 48, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stripes(100, 64, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stripes(100, 64, 17));
    assertThatIllegalArgumentException().isThrownBy(() -> new Stripes(4097 * 64, 64, 2));
  }
}

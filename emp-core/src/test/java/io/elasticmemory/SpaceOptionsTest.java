package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.SpaceOptions.Encryption;
import io.elasticmemory.SpaceOptions.OnLoss;
import org.junit.jupiter.api.Test;

class SpaceOptionsTest {
  private static final SpaceOptions ORIGINAL =
      new SpaceOptions(
          1 << 20,
          8 << 10,
          3,
          0,
          OnLoss.HALT,
          false,
          1_234,
          true,
          true,
          true,
          false,
          Encryption.NONE);

  @Test
  void copyChangesWhatItIsAskedToAndNothingElse() {
    assertThat(ORIGINAL.withBlock(64 << 10, 4 << 10))
        .isEqualTo(
            new SpaceOptions(
                64 << 10,
                4 << 10,
                3,
                0,
                OnLoss.HALT,
                false,
                1_234,
                true,
                true,
                true,
                false,
                Encryption.NONE));
    assertThat(ORIGINAL.withShards(5)).isEqualTo(with(5, OnLoss.HALT, false, 1_234));
    assertThat(ORIGINAL.withMinMib(7).minMib()).isEqualTo(7);
    assertThat(ORIGINAL.withMinMib(7).withMinMib(0)).isEqualTo(ORIGINAL);
    assertThat(ORIGINAL.withOnLoss(OnLoss.POISON)).isEqualTo(with(3, OnLoss.POISON, false, 1_234));
    assertThat(ORIGINAL.withUsermode(true)).isEqualTo(with(3, OnLoss.HALT, true, 1_234));
    assertThat(ORIGINAL.withFaultTimeoutMillis(77)).isEqualTo(with(3, OnLoss.HALT, false, 77));
    assertThat(ORIGINAL.withPromote(false)).isEqualTo(with(false, true, true));
    assertThat(ORIGINAL.withElastic(false)).isEqualTo(with(true, false, true));
    assertThat(ORIGINAL.withSampling(false)).isEqualTo(with(true, true, false));
    assertThat(ORIGINAL.withStandby(true))
        .isEqualTo(
            new SpaceOptions(
                1 << 20,
                8 << 10,
                3,
                0,
                OnLoss.HALT,
                false,
                1_234,
                true,
                true,
                true,
                true,
                Encryption.NONE));
  }

  @Test
  void copyMayBeEncrypted() {
    SpaceOptions encrypted = ORIGINAL.withEncrypt(Encryption.AES_GCM);
    assertThat(encrypted.isEncrypted()).isTrue();
    assertThat(ORIGINAL.isEncrypted()).isFalse();
    assertThat(encrypted.withEncrypt(Encryption.NONE)).isEqualTo(ORIGINAL);
  }

  @Test
  void copyIsTakenBackByTheOppositeChange() {
    assertThat(ORIGINAL.withElastic(false).withElastic(true)).isEqualTo(ORIGINAL);
    assertThat(ORIGINAL).isEqualTo(with(true, true, true));
  }

  private static SpaceOptions with(int shards, OnLoss onLoss, boolean usermode, int millis) {
    return new SpaceOptions(
        1 << 20,
        8 << 10,
        shards,
        0,
        onLoss,
        usermode,
        millis,
        true,
        true,
        true,
        false,
        Encryption.NONE);
  }

  private static SpaceOptions with(boolean promote, boolean elastic, boolean sampling) {
    return new SpaceOptions(
        1 << 20,
        8 << 10,
        3,
        0,
        OnLoss.HALT,
        false,
        1_234,
        promote,
        elastic,
        sampling,
        false,
        Encryption.NONE);
  }
}

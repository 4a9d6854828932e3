package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandOverLayoutTest {

  private static final HandOver SAMPLE =
      new HandOver(
          0x1122334455667788L,
          -2,
          1L << 45,
          new Geometry(64L << 20, 65536, 4096),
          16L << 20,
          10_000_000_000L,
          0,
          true,
          false,
          true,
          true,
          true,
          Stripes.of(64L << 20, 2),
          List.of(
              new DonorPart(DonorKind.EXPORTER, 64L << 20, 0, 19675, "köln:64:0", "köln", true),
              new DonorPart(DonorKind.EXPORTER, 64L << 20, 0, 7, "bonn:64:7", "bonn", false, true),
              new DonorPart(DonorKind.SPILL_FILE, 64L << 20, 0, 0, "./spill", "", false),
              new DonorPart(
                  DonorKind.EXPORTER,
                  64L << 20,
                  0,
                  8,
                  "ulm:64:8",
                  "ulm",
                  true,
                  false,
                  Transport.RDMA,
                  "mlx5_0",
                  Engine.DISNI),
              new DonorPart(
                  DonorKind.SPILL_FILE, 64L << 20, 64L << 20, 0, "./spill", "", false, true),
              new DonorPart(
                  DonorKind.BLOCK_DEVICE, 128L << 20, 1L << 40, 0, "/dev/nvme0n1", "", false),
              new DonorPart(DonorKind.COMPRESSED, 96L << 20, 0, 0, "zdram:96", "", false)));

  private final MemorySegment space =
      Arena.ofAuto().allocate(HandOverLayout.MESSAGE_BYTES_MAX, 8).fill((byte) 0x5a);

  @Test
  void headerAndDonorsHaveTheirDrawnSize() {
    assertThat(HandOverLayout.HEADER_BYTES).isEqualTo(128);
    assertThat(HandOverLayout.DONOR_BYTES).isEqualTo(64);
    assertThat(HandOverLayout.write(SAMPLE, space))
        .isEqualTo(
            128
                + 7 * 64
                + textBytes(
                    "köln:64:0",
                    "köln",
                    "bonn:64:7",
                    "bonn",
                    "./spill",
                    "ulm:64:8",
                    "ulm",
                    "mlx5_0",
                    "./spill",
                    "/dev/nvme0n1",
                    "zdram:96"));
  }

  @Test
  void readsWhatItWrote() {
    assertThat(HandOverLayout.read(written(), SAMPLE.handles())).isEqualTo(SAMPLE);
    assertThat(SAMPLE.handles()).isEqualTo(HandOverLayout.FIXED_HANDLES + 2 * (2 + 4) + 1);
  }

  @Test
  void leavesNoByteOfEarlierMemoryInTheUnusedPlaces() {
    MemorySegment message = written();
    assertThat(message.asSlice(104, 24).toArray(JAVA_BYTE)).containsOnly(0);
    assertThat(message.asSlice(128 + 44, 4).toArray(JAVA_BYTE)).containsOnly(0);
  }

  @Test
  void refusesACopyOfWhatIsNoExporterOfItsSizeAlone() {
    for (int donor : new int[] {0, 2, 3, 5, 6}) {
      MemorySegment message = written();
      message.set(JAVA_INT, 128 + 64 * donor + 44, 1);
      assertThatIllegalArgumentException()
          .as("donor %d", donor)
          .isThrownBy(() -> HandOverLayout.read(message, SAMPLE.handles()))
          .withMessageContaining("no pair: donor " + donor);
    }
    MemorySegment larger = written();
    larger.set(JAVA_LONG, 128 + 64 + 8, 128L << 20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandOverLayout.read(larger, SAMPLE.handles()))
        .withMessageContaining("no pair: donor 1");
    MemorySegment compressed = written();
    compressed.set(JAVA_INT, 128 + 64 * 4 + 40, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandOverLayout.read(compressed, SAMPLE.handles()))
        .withMessageContaining("no pair: donor 4");
  }

  @Test
  void refusesAMessageCutAnywhere() {
    MemorySegment message = written();
    for (long bytes = 0; bytes < message.byteSize(); bytes++) {
      MemorySegment cut = message.asSlice(0, bytes);
      assertThatIllegalArgumentException()
          .as("cut to %d bytes", bytes)
          .isThrownBy(() -> HandOverLayout.read(cut, SAMPLE.handles()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, 12, 32, 48, 80, 84, 88, 92, 96, 128 + 40, 128 + 48})
  void refusesAMessageWithAFieldSpoilt(long at) {
    MemorySegment message = written();
    message.set(JAVA_INT, at, message.get(JAVA_INT, at) + 16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandOverLayout.read(message, SAMPLE.handles()));
  }

  @Test
  void refusesOtherDescriptorsThanWerePromised() {
    MemorySegment message = written();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HandOverLayout.read(message, SAMPLE.handles() - 1))
        .withMessageContaining("19: 18");
  }

  @Test
  void readsOrRefusesEveryDamagedMessageButNeverFailsOtherwise() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      MemorySegment message = written();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        long at = 16 + random.nextLong(message.byteSize() - 16);
        message.set(JAVA_BYTE, at, (byte) random.nextInt());
      }
      try {
        HandOverLayout.read(message, SAMPLE.handles());
      } catch (IllegalArgumentException refused) {
        assertThat(refused).as("seed %d round %d", seed, round).hasMessageMatching(".+");
      }
    }
  }

  private MemorySegment written() {
    return space.asSlice(0, HandOverLayout.write(SAMPLE, space));
  }

  private static int textBytes(String... texts) {
    int bytes = 0;
    for (String text : texts) {
      bytes += text.getBytes(UTF_8).length;
    }
    return bytes;
  }
}

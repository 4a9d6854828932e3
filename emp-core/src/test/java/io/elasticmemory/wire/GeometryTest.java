package io.elasticmemory.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeometryTest {
  @Test
  void countsBlocksAndSubblocks() {
    Geometry geometry = new Geometry(64L << 20, 65536, 4096);
    assertThat(geometry.blockCount()).isEqualTo(1024);
    assertThat(geometry.subblocks()).isEqualTo(16);
    assertThat(geometry.blockOf(65536)).isEqualTo(1);
    assertThat(geometry.subblockOf(65536 + 8191)).isEqualTo(1);
  }

  /** -2147483648 has one bit, as powers of two have. */
  @ParameterizedTest
  @CsvSource({
    "67108864, 65536, -2147483648",
    "4294967296, -2147483648, -2147483648",
    "67108864, 0, 0",
    "67108864, 65536, 0",
    "67108864, 65537, 4096",
    "67108864, 4096, 8192",
    "67108865, 65536, 4096",
    "0, 65536, 4096",
    "-65536, 65536, 4096",
    "8796093022208, 4096, 4096"
  })
  void refusesNumbersThatDoNotFitTogether(long capacity, int block, int subblock) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Geometry(capacity, block, subblock));
  }
}

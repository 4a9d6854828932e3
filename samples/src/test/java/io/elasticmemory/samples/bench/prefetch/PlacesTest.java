package io.elasticmemory.samples.bench.prefetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacesTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 8, 13, 16})
  void everyPlaceComesOnceBeforeAnyComesAgain(int bits) {
    Places places = new Places(bits);
    long count = 1L << bits;
    assertThat(LongStream.range(0, count).map(places::place).distinct().count()).isEqualTo(count);
    assertThat(LongStream.range(0, count).map(places::place).max()).hasValue(count - 1);
    assertThat(places.place(count + count / 2)).isEqualTo(places.place(count / 2));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 1", "3, 1", "4, 2", "524287, 18", "524288, 19"})
  void hasAPowerOfTwoOfThem(long count, int bits) {
    assertThat(Places.within(count)).isEqualTo(new Places(bits));
  }

  @Test
  void refusesNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> Places.within(0));
  }

  /** Otherwise it would be a stream, which is read ahead without being asked for. */
  @Test
  void noStrideComesTwiceInARow() {
    Places places = new Places(18);
    for (long i = 2; i < 10_000; i++) {
      long stride = places.place(i) - places.place(i - 1);
      assertThat(stride).isNotEqualTo(places.place(i - 1) - places.place(i - 2));
    }
  }
}

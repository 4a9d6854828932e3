package io.elasticmemory.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.index.Corpus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoSizesTest {
  @ParameterizedTest
  @ValueSource(longs = {1 << 16, 10 << 20, 213 << 20, 4L << 30})
  void fillsThreeTiersWithAnyAmountOfText(long bytes) {
    DemoSizes sizes = DemoSizes.of(new Corpus.Size(100, bytes));
    assertThat(sizes.dramMib() * 4).isLessThanOrEqualTo(sizes.textMib());
    assertThat(sizes.dramMib() + sizes.remoteMib()).isLessThan(sizes.textMib());
    assertThat(sizes.remoteMib() + sizes.ssdMib()).isGreaterThan(sizes.textMib() * 5 / 2);
    assertThat(sizes.remoteMib() % 64).isZero();
    assertThat(sizes.copies() * bytes).isGreaterThanOrEqualTo(192 << 20);
  }
}

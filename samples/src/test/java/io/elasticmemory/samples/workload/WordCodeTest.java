package io.elasticmemory.samples.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WordCodeTest {
  private static final long SEED = Seeds.choose("WordCodeTest");
  private final WordCode code = new WordCode(SEED);

  @Test
  void tellsFromAWordWhichWriteMadeIt() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 100_000; i++) {
      long index = random.nextLong(WordCode.INDEX_LIMIT);
      int version = 1 + random.nextInt(WordCode.VERSION_MAX);
      long word = code.word(index, version);
      assertThat(word).isNotZero();
      assertThat(code.isOurs(word)).isTrue();
      assertThat(code.indexOf(word)).isEqualTo(index);
      assertThat(code.versionOf(word)).isEqualTo(version);
    }
  }

  @Test
  void givesEveryWriteAValueOfItsOwn() {
    Set<Long> words = new HashSet<>();
    for (int index = 0; index < 300; index++) {
      for (int version = 1; version <= 300; version++) {
        assertThat(words.add(code.word(index, version))).isTrue();
      }
    }
  }

  @Test
  void knowsWordsOfAnotherRunFromItsOwn() {
    WordCode other = new WordCode(SEED + 1);
    long taken = 0;
    for (int index = 0; index < 100_000; index++) {
      taken += code.isOurs(other.word(index, 1)) ? 1 : 0;
    }
    // One of 256 by chance.
    assertThat(taken).isLessThan(1000);
  }

  @Test
  void expectsZeroWhereNothingWasWritten() {
    assertThat(code.word(7, 0)).isZero();
    assertThat(code.isOurs(0)).isFalse();
  }
}

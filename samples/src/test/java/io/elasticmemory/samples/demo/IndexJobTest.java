package io.elasticmemory.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.index.Corpus;
import io.elasticmemory.samples.index.TextIndex;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.Seeds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexJobTest {
  private static final long SEED = Seeds.choose("IndexJobTest");
  private static final int QUERIES = 200;

  @TempDir private Path directory;

  @BeforeEach
  void writeTexts() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int file = 0; file < 50; file++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 300; word++) {
        text.append("word").append(random.nextInt(1 << random.nextInt(12))).append(' ');
      }
      Files.writeString(directory.resolve("text" + file), text);
    }
  }

  @Test
  void findsTheSameWithAnyNumberOfThreads() throws IOException {
    assertThat(run(1, SEED, 1)).isEqualTo(run(1, SEED, 4));
  }

  @Test
  void findsSomethingElseWithAnotherSeedOrOtherTexts() throws IOException {
    long hash = run(1, SEED, 2);
    assertThat(run(1, SEED + 1, 2)).isNotEqualTo(hash);
    assertThat(run(2, SEED, 2)).isNotEqualTo(hash);
  }

  @Test
  void showsExamples() throws IOException {
    IndexJob job = new IndexJob(new Corpus(directory), 1, Progress.NONE);
    try (TextIndex index = job.build(Arena::ofShared, 1)) {
      assertThat(job.examples(index, SEED, 3))
          .hasSize(3)
          .allSatisfy(line -> assertThat(line).contains("->").contains("text"));
    }
  }

  private long run(int copies, long seed, int threads) throws IOException {
    IndexJob job = new IndexJob(new Corpus(directory), copies, Progress.NONE);
    try (TextIndex index = job.build(Arena::ofShared, 1)) {
      assertThat(index.documentCount()).isEqualTo(50 * copies);
      IndexJob.Answers answers = job.ask(index, seed, QUERIES, threads);
      assertThat(answers.hits()).isGreaterThanOrEqualTo(QUERIES);
      return answers.hash();
    }
  }
}

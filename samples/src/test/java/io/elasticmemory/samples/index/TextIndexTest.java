package io.elasticmemory.samples.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.samples.workload.Seeds;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TextIndexTest {
  private static final int ALL_DOCUMENTS = 10_000;
  private static final long SEED = Seeds.choose("TextIndexTest");

  /** Small batches, so that there are many runs to merge. */
  private static final int BATCH_TEXT_BYTES = 4096;

  private final TextIndexBuilder builder = new TextIndexBuilder(Arena::ofShared, BATCH_TEXT_BYTES);

  private final List<String> texts = new ArrayList<>();
  private @Nullable TextIndex built;

  @AfterEach
  void freeMemory() {
    builder.close();
    if (built != null) {
      built.close();
    }
  }

  @Test
  void findsDocumentsWithAllWords() {
    add("The quick brown fox", "the slow fox", "a Quick decision");
    assertThat(find(Query.Kind.ALL, "quick", "FOX")).containsExactly(0);
    assertThat(find(Query.Kind.ALL, "fox")).containsExactlyInAnyOrder(0, 1);
    assertThat(find(Query.Kind.ALL, "fox", "missing")).isEmpty();
  }

  @Test
  void findsDocumentsWithAnyWord() {
    add("alpha beta", "beta gamma", "delta");
    assertThat(find(Query.Kind.ANY, "alpha", "gamma", "missing")).containsExactlyInAnyOrder(0, 1);
    assertThat(find(Query.Kind.ANY, "missing")).isEmpty();
  }

  @Test
  void findsPhrasesOnlyInTheirOrder() {
    add("one two three", "two one three", "one two one two four", "one one two");
    assertThat(find(Query.Kind.PHRASE, "one", "two")).containsExactlyInAnyOrder(0, 2, 3);
    assertThat(find(Query.Kind.PHRASE, "one", "two", "four")).containsExactly(2);
    assertThat(find(Query.Kind.PHRASE, "one", "one")).containsExactly(3);
    assertThat(find(Query.Kind.PHRASE, "three", "one")).isEmpty();
  }

  @Test
  void ranksShortDocumentsWithManyOccurrencesFirst() {
    add("word " + "filler ".repeat(200), "word word word", "nothing");
    List<Hit> hits = new Search(index()).find(new Query(Query.Kind.ALL, List.of("word")), 10);
    assertThat(hits).extracting(Hit::document).containsExactly(1, 0);
    assertThat(hits.getFirst().score()).isGreaterThan(hits.getLast().score());
  }

  @Test
  void keepsTheBestOnly() {
    add(IntStream.range(0, 50).mapToObj(i -> "x ".repeat(i + 1) + "y").toArray(String[]::new));
    List<Hit> all = new Search(index()).find(new Query(Query.Kind.ALL, List.of("x")), 50);
    List<Hit> best = new Search(index()).find(new Query(Query.Kind.ALL, List.of("x")), 3);
    assertThat(best).isEqualTo(all.subList(0, 3));
  }

  @Test
  void agreesWithANaiveScan() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 400; i++) {
      add(randomText(random));
    }
    for (int i = 0; i < 500; i++) {
      Query query = randomQuery(random);
      assertThat(find(query)).as("%s", query).containsExactlyInAnyOrderElementsOf(scan(query));
    }
  }

  @Test
  void returnsTheTextAsItWasAdded() {
    add("Some TEXT, with (Signs) and Größe.");
    byte[] text = new byte[index().textBytes(0)];
    index().readText(0, text);
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(texts.getFirst());
    assertThat(index().name(0)).isEqualTo("document-0");
    assertThat(find(Query.Kind.ALL, "Größe")).containsExactly(0);
  }

  @Test
  void cutsVeryLongWordsAlikeInTextsAndQueries() {
    String longWord = "a".repeat(100);
    add("before " + longWord + " after");
    assertThat(find(Query.Kind.PHRASE, "before", longWord, "after")).containsExactly(0);
  }

  @Test
  void takesTextsUpToItsLimitAndNoLonger() {
    byte[] text = " tick".repeat(TextIndex.TEXT_BYTES_MAX / 5 + 1).getBytes(StandardCharsets.UTF_8);
    builder.add("largest", text, TextIndex.TEXT_BYTES_MAX);
    assertThatThrownBy(() -> builder.add("larger", text, TextIndex.TEXT_BYTES_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most");
    assertThat(find(Query.Kind.PHRASE, "tick", "tick")).containsExactly(0);
  }

  @Test
  void makesTheSameQueriesFromTheSameSeed() {
    SplittableRandom random = new SplittableRandom(SEED);
    add(IntStream.range(0, 50).mapToObj(i -> randomText(random)).toArray(String[]::new));
    for (int i = 0; i < 100; i++) {
      Query query = new QueryMaker(index()).make(SEED, i);
      assertThat(new QueryMaker(index()).make(SEED, i)).isEqualTo(query);
      assertThat(find(query)).isNotEmpty();
    }
  }

  @Test
  void keepsTextsWithoutAnyWord() {
    add("-".repeat(10_000), "", "one word", "+".repeat(10_000));
    assertThat(find(Query.Kind.ALL, "word")).containsExactly(2);
    assertThat(index().documentCount()).isEqualTo(4);
    assertThat(index().termCount()).isEqualTo(2);
    assertThat(index().wordCount()).isEqualTo(2);
  }

  @Test
  void findsNothingInAnEmptyIndex() {
    assertThat(find(Query.Kind.ANY, "word")).isEmpty();
  }

  @Test
  void cutsSnippetsAroundTheWord() {
    add("x".repeat(500) + "\n  needle\tin hay " + "y".repeat(500));
    assertThat(new Snippets(index()).of(0, List.of("needle")))
        .contains(" needle in hay ")
        .hasSizeLessThan(100);
  }

  /** The index of what has been added; after this nothing more can be. */
  private TextIndex index() {
    if (built == null) {
      built = builder.build();
    }
    return built;
  }

  private void add(String... more) {
    for (String text : more) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      builder.add("document-" + texts.size(), bytes, bytes.length);
      texts.add(text);
    }
  }

  private List<Integer> find(Query.Kind kind, String... words) {
    return find(new Query(kind, List.of(words)));
  }

  private List<Integer> find(Query query) {
    return new Search(index()).find(query, ALL_DOCUMENTS).stream().map(Hit::document).toList();
  }

  private List<Integer> scan(Query query) {
    return IntStream.range(0, texts.size()).filter(i -> fits(texts.get(i), query)).boxed().toList();
  }

  private static boolean fits(String text, Query query) {
    String spaced = ' ' + text.toLowerCase(Locale.ROOT) + ' ';
    return switch (query.kind()) {
      case ALL -> query.words().stream().allMatch(word -> spaced.contains(' ' + word + ' '));
      case ANY -> query.words().stream().anyMatch(word -> spaced.contains(' ' + word + ' '));
      case PHRASE -> spaced.contains(' ' + String.join(" ", query.words()) + ' ');
    };
  }

  private static String randomText(SplittableRandom random) {
    List<String> words = new ArrayList<>();
    int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 5000 : 50);
    for (int i = 0; i < length; i++) {
      words.add(randomWord(random));
    }
    return String.join(" ", words);
  }

  private static Query randomQuery(SplittableRandom random) {
    Query.Kind kind = Query.Kind.values()[random.nextInt(3)];
    List<String> words = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      words.add(randomWord(random));
    }
    return new Query(kind, words);
  }

  /** Few words are frequent, many are rare. */
  private static String randomWord(SplittableRandom random) {
    int spread = 1 << random.nextInt(13);
    return "word" + random.nextInt(spread);
  }
}

package io.elasticmemory.samples.index;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Makes queries from the texts themselves, so that they find something. For one thread. */
public final class QueryMaker {
  private static final int WORDS_LOOKED_AT_MAX = 2000;
  private static final int TERM_BYTES_MIN = 3;
  private static final int ATTEMPTS_MAX = 100;

  private final TextIndex index;
  private byte[] text = new byte[1 << 16];

  /** Makes queries for this index. */
  public QueryMaker(TextIndex index) {
    this.index = index;
  }

  /** Query number {@code number} of those that belong to a seed. */
  public Query make(long seed, int number) {
    SplittableRandom random = new SplittableRandom(seed + number * 0x9e3779b97f4a7c15L);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      List<String> words = wordsOf(random.nextInt(index.documentCount()));
      Optional<Query> query = choose(random, words);
      if (query.isPresent()) {
        return query.get();
      }
    }
    return new Query(Query.Kind.ANY, List.of("the"));
  }

  private static Optional<Query> choose(SplittableRandom random, List<String> words) {
    Query.Kind kind = Query.Kind.values()[random.nextInt(3)];
    int count = Math.min(2 + random.nextInt(2), words.size());
    int start = random.nextInt(words.size() - count + 1);
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean asPhrase = kind == Query.Kind.PHRASE;
      chosen.add(words.get(asPhrase ? start + i : random.nextInt(words.size())));
    }
    boolean isTelling =
        !chosen.isEmpty() && chosen.stream().allMatch(word -> word.length() >= TERM_BYTES_MIN);
    return isTelling ? Optional.of(new Query(kind, chosen)) : Optional.empty();
  }

  private List<String> wordsOf(int document) {
    int length = index.textBytes(document);
    if (text.length < length) {
      text = new byte[length];
    }
    index.readText(document, text);
    Tokens tokens = new Tokens(text, length);
    List<String> words = new ArrayList<>();
    while (words.size() < WORDS_LOOKED_AT_MAX && tokens.next()) {
      words.add(new String(text, tokens.start(), tokens.termBytes(), StandardCharsets.UTF_8));
    }
    return words;
  }
}

package io.elasticmemory.samples.demo;

import io.elasticmemory.samples.index.Corpus;
import io.elasticmemory.samples.index.Hit;
import io.elasticmemory.samples.index.Query;
import io.elasticmemory.samples.index.QueryMaker;
import io.elasticmemory.samples.index.Search;
import io.elasticmemory.samples.index.Snippets;
import io.elasticmemory.samples.index.TextIndex;
import io.elasticmemory.samples.index.TextIndexBuilder;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.WordCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The work of the demo: builds an index of all texts, then asks it, in several threads. The same
 * work gives the same hash in any memory.
 */
final class IndexJob {
  private static final int HITS_PER_QUERY = 10;
  private static final int SNIPPETS_PER_QUERY = 3;

  private final Corpus corpus;
  private final int copies;
  private final Progress progress;

  /** A job on a corpus, read so many times. */
  IndexJob(Corpus corpus, int copies, Progress progress) {
    this.corpus = corpus;
    this.copies = copies;
    this.progress = progress;
  }

  /**
   * What a series of queries has found.
   *
   * @param hits how many documents
   * @param hash of all of them with scores and snippets
   * @param seconds it took
   */
  record Answers(long hits, long hash, double seconds) {
    private Answers plus(Answers other) {
      return new Answers(hits + other.hits, hash + other.hash, seconds);
    }
  }

  /** Builds the index; {@code bytes} is what the texts will amount to. */
  TextIndex build(Supplier<? extends Arena> arenas, long bytes) throws IOException {
    try (TextIndexBuilder builder = new TextIndexBuilder(arenas)) {
      AtomicLong done = new AtomicLong();
      progress.begin("reading the texts", bytes, done::get);
      try {
        readAll(builder, done);
      } finally {
        progress.end();
      }
      progress.begin("merging", builder.bytesToMerge(), builder::mergedBytes);
      try {
        return builder.build();
      } finally {
        progress.end();
      }
    }
  }

  private void readAll(TextIndexBuilder builder, AtomicLong done) throws IOException {
    for (int copy = 0; copy < copies; copy++) {
      String suffix = copy == 0 ? "" : " (copy " + copy + ")";
      corpus.forEach(
          (name, text, length) -> {
            builder.add(name + suffix, text, length);
            done.addAndGet(length);
          });
    }
  }

  /** Asks so many queries that belong to a seed. */
  Answers ask(TextIndex index, long seed, int queries, int threads) {
    AtomicLong done = new AtomicLong();
    progress.begin("asking " + queries + " queries", queries, done::get);
    long start = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Answers>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int first = i;
        parts.add(pool.submit(() -> askEvery(index, seed, first, threads, queries, done)));
      }
      Answers sum = new Answers(0, 0, 0);
      for (Future<Answers> part : parts) {
        sum = sum.plus(get(part));
      }
      return new Answers(sum.hits, sum.hash, (System.nanoTime() - start) / 1e9);
    } finally {
      progress.end();
    }
  }

  /** A few queries with what they found, for people. */
  List<String> examples(TextIndex index, long seed, int count) {
    QueryMaker maker = new QueryMaker(index);
    Search search = new Search(index);
    Snippets snippets = new Snippets(index);
    List<String> examples = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      Query query = maker.make(seed, number);
      for (Hit hit : search.find(query, 1)) {
        examples.add(
            query
                + "  ->  "
                + index.name(hit.document())
                + ": …"
                + snippets.of(hit.document(), query.words())
                + "…");
      }
    }
    return examples;
  }

  private static Answers askEvery(
      TextIndex index, long seed, int first, int step, int queries, AtomicLong done) {
    QueryMaker maker = new QueryMaker(index);
    Search search = new Search(index);
    Snippets snippets = new Snippets(index);
    Answers sum = new Answers(0, 0, 0);
    for (int number = first; number < queries; number += step) {
      Query query = maker.make(seed, number);
      List<Hit> hits = search.find(query, HITS_PER_QUERY);
      sum = sum.plus(new Answers(hits.size(), hash(number, query, hits, snippets), 0));
      done.incrementAndGet();
    }
    return sum;
  }

  private static long hash(int number, Query query, List<Hit> hits, Snippets snippets) {
    long hash = WordCode.mix(number + 1L);
    for (int i = 0; i < hits.size(); i++) {
      Hit hit = hits.get(i);
      hash = WordCode.mix(hash ^ hit.document());
      hash = WordCode.mix(hash ^ Double.doubleToLongBits(hit.score()));
      if (i < SNIPPETS_PER_QUERY) {
        hash = WordCode.mix(hash ^ snippets.of(hit.document(), query.words()).hashCode());
      }
    }
    return hash;
  }

  private static Answers get(Future<Answers> part) {
    try {
      return part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a query failed: " + e.getCause(), e);
    }
  }
}

package io.elasticmemory.samples.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Finds documents in a {@link TextIndex}, the best ones first. For one thread. */
public final class Search {
  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final TextIndex index;
  private final double averageWords;
  private int[] positions = new int[64];
  private int[] candidates = new int[64];

  /** A search in an index that is complete. */
  public Search(TextIndex index) {
    this.index = index;
    this.averageWords = Math.max(1.0, (double) index.wordCount() / index.documentCount());
  }

  /** The best {@code count} documents, fewer if there are not as many. */
  public List<Hit> find(Query query, int count) {
    List<Postings> lists = new ArrayList<>();
    for (String word : query.words()) {
      Optional<Postings> postings = index.postings(Tokens.termOf(word));
      if (postings.isPresent()) {
        lists.add(postings.get());
      } else if (query.kind() != Query.Kind.ANY) {
        return List.of();
      }
    }
    Best best = new Best(count);
    switch (query.kind()) {
      case ANY -> findAny(lists, best);
      case ALL -> findAll(lists, best, false);
      case PHRASE -> findAll(lists, best, true);
    }
    return best.sorted();
  }

  private void findAny(List<Postings> lists, Best best) {
    lists.forEach(Postings::next);
    int document = smallest(lists);
    while (document != Postings.END) {
      double score = 0;
      for (Postings list : lists) {
        if (list.document() == document) {
          score += score(list);
          list.next();
        }
      }
      best.add(new Hit(document, score));
      document = smallest(lists);
    }
  }

  private static int smallest(List<Postings> lists) {
    int smallest = Postings.END;
    for (Postings list : lists) {
      smallest = Math.min(smallest, list.document());
    }
    return smallest;
  }

  /** The rarest word leads: the others are only asked about documents it occurs in. */
  private void findAll(List<Postings> lists, Best best, boolean asPhrase) {
    List<Postings> rarestFirst = new ArrayList<>(lists);
    rarestFirst.sort(Comparator.comparingInt(Postings::documents));
    Postings leader = rarestFirst.getFirst();
    int document = leader.next();
    while (document != Postings.END) {
      int next = advanceAll(rarestFirst, document);
      if (next == document) {
        addIfFits(lists, best, asPhrase);
        next = leader.next();
      } else if (next != Postings.END) {
        next = leader.advance(next);
      }
      document = next;
    }
  }

  /** Returns the document if all lists have it, else a later one that could be the next. */
  private static int advanceAll(List<Postings> lists, int document) {
    for (Postings list : lists) {
      int reached = list.advance(document);
      if (reached != document) {
        return reached;
      }
    }
    return document;
  }

  private void addIfFits(List<Postings> lists, Best best, boolean asPhrase) {
    double score = 0;
    for (Postings list : lists) {
      score += score(list);
    }
    if (!asPhrase || occursAsPhrase(lists)) {
      best.add(new Hit(lists.getFirst().document(), score));
    }
  }

  /**
   * Keeps the positions where a phrase could begin, and drops those that a further word excludes.
   */
  private boolean occursAsPhrase(List<Postings> lists) {
    Postings first = lists.getFirst();
    candidates = first.positions(candidates);
    int left = first.occurrences();
    for (int word = 1; word < lists.size() && left > 0; word++) {
      Postings list = lists.get(word);
      positions = list.positions(positions);
      left = keepFollowed(left, word, list.occurrences());
    }
    return left > 0;
  }

  private int keepFollowed(int candidateCount, int distance, int positionCount) {
    int kept = 0;
    int p = 0;
    for (int c = 0; c < candidateCount; c++) {
      int wanted = candidates[c] + distance;
      while (p < positionCount && positions[p] < wanted) {
        p++;
      }
      if (p < positionCount && positions[p] == wanted) {
        candidates[kept++] = candidates[c];
      }
    }
    return kept;
  }

  private double score(Postings list) {
    double documents = index.documentCount();
    double having = list.documents();
    double rarity = StrictMath.log(1 + (documents - having + 0.5) / (having + 0.5));
    double length = index.words(list.document()) / averageWords;
    double often = list.occurrences();
    return rarity * often * (K1 + 1) / (often + K1 * (1 - B + B * length));
  }

  /** The best hits so far: a heap with the worst of them on top. */
  private static final class Best {
    private final PriorityQueue<Hit> hits = new PriorityQueue<>(Comparator.reverseOrder());
    private final int count;

    Best(int count) {
      this.count = count;
    }

    void add(Hit hit) {
      hits.add(hit);
      if (hits.size() > count) {
        hits.remove();
      }
    }

    List<Hit> sorted() {
      return hits.stream().sorted().toList();
    }
  }
}

package io.elasticmemory.samples.index;

/**
 * A document that was found.
 *
 * @param document its number
 * @param score how well it fits (BM25); higher is better
 */
public record Hit(int document, double score) implements Comparable<Hit> {
  /** Best first; of equal ones the one that was added first. */
  @Override
  public int compareTo(Hit other) {
    int byScore = Double.compare(other.score, score);
    return byScore != 0 ? byScore : Integer.compare(document, other.document);
  }
}

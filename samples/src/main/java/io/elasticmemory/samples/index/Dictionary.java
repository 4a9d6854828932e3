package io.elasticmemory.samples.index;

/**
 * All terms, in the order of their hashes. Hashes are evenly spread, so the place of one can be
 * guessed, and a few guesses find it.
 *
 * <pre>
 *   entry, 32 bytes: u64 hash · u64 at · u64 documents · u64 bytes of the term
 *   at: the bytes of the term, then its postings
 * </pre>
 */
final class Dictionary {
  static final long NONE = -1;

  private static final int ENTRY_BYTES = 32;
  private static final int AT = 8;
  private static final int DOCUMENTS = 16;
  private static final int TERM_BYTES = 24;

  private final Chunks entries;
  private final Chunks postings;

  /** An empty dictionary of terms and postings in {@code postings}. */
  Dictionary(Chunks entries, Chunks postings) {
    this.entries = entries;
    this.postings = postings;
  }

  /** Adds a term; its hash is not less than those before. */
  void add(long hash, long at, int documents, int termBytes) {
    entries.appendLong(hash);
    entries.appendLong(at);
    entries.appendLong(documents);
    entries.appendLong(termBytes);
  }

  /** How many terms there are. */
  long size() {
    return entries.end() / ENTRY_BYTES;
  }

  /** The entry of a term, or {@link #NONE}. */
  long find(byte[] term) {
    long hash = Tokens.hash(term, 0, term.length);
    for (long entry = firstNotBefore(hash); entry < size() && hash(entry) == hash; entry++) {
      if (holds(entry, term)) {
        return entry;
      }
    }
    return NONE;
  }

  /** The postings of an entry. */
  Postings postings(long entry) {
    long at = field(entry, AT) + field(entry, TERM_BYTES);
    return new Postings(postings, at, (int) field(entry, DOCUMENTS));
  }

  /** The first entry whose hash is not less, by guessing within ever narrower limits. */
  private long firstNotBefore(long hash) {
    long low = 0;
    long high = size();
    double lowHash = 0;
    double highHash = Long.MAX_VALUE;
    while (low < high) {
      double part = (hash - lowHash) / Math.max(1, highHash - lowHash);
      long guess = low + (long) (part * (high - low));
      long middle = Math.clamp(guess, low, high - 1);
      if (hash(middle) < hash) {
        low = middle + 1;
        lowHash = hash(middle);
      } else {
        high = middle;
        highHash = hash(middle);
      }
    }
    return low;
  }

  private boolean holds(long entry, byte[] term) {
    if (field(entry, TERM_BYTES) != term.length) {
      return false;
    }
    long at = field(entry, AT);
    for (int i = 0; i < term.length; i++) {
      if (postings.getByte(at + i) != term[i]) {
        return false;
      }
    }
    return true;
  }

  private long hash(long entry) {
    return field(entry, 0);
  }

  private long field(long entry, int field) {
    return entries.getLong(entry * ENTRY_BYTES + field);
  }
}

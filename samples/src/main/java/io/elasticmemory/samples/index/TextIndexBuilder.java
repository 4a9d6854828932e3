package io.elasticmemory.samples.index;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Builds an index in two steps: documents are added, and their words become sorted runs of a few
 * megabytes; then the runs are merged. All large memory is written and read from one end to the
 * other. For one thread.
 */
public final class TextIndexBuilder implements AutoCloseable {
  private static final int BATCH_TEXT_BYTES = 8 << 20;
  private static final int COPY_BYTES = 64 << 10;

  private final Supplier<? extends Arena> arenas;
  private final TextIndex index;
  private final Batch batch;
  private final List<Run> runs = new ArrayList<>();
  private final AtomicLong merged = new AtomicLong();
  private boolean built;

  /**
   * A builder without documents.
   *
   * @param arenas give all memory; every thread that searches must have access
   */
  public TextIndexBuilder(Supplier<? extends Arena> arenas) {
    this(arenas, BATCH_TEXT_BYTES);
  }

  /** The same with batches of another size. */
  TextIndexBuilder(Supplier<? extends Arena> arenas, int batchTextBytes) {
    this.arenas = arenas;
    this.batch = new Batch(batchTextBytes);
    this.index = new TextIndex(arenas.get());
  }

  /**
   * Adds a document.
   *
   * @param name says which it is
   * @param bytes its text in the first {@code length} bytes, at most {@link
   *     TextIndex#TEXT_BYTES_MAX}
   */
  public void add(String name, byte[] bytes, int length) {
    if (length > TextIndex.TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          name
              + " has "
              + length
              + " bytes, at most "
              + TextIndex.TEXT_BYTES_MAX
              + " can be added");
    }
    if (batch.isFull()) {
      writeRun();
    }
    int words = batch.add(index.documentCount(), bytes, length);
    index.addDocument(name.getBytes(StandardCharsets.UTF_8), bytes, length, words);
  }

  /** Bytes of the runs that wait to be merged. */
  public long bytesToMerge() {
    return runs.stream().mapToLong(Run::bytes).sum();
  }

  /** Bytes that have been merged so far. For any thread. */
  public long mergedBytes() {
    return merged.get();
  }

  /** Merges everything; after this nothing can be added. The index is the caller's to close. */
  public TextIndex build() {
    if (!batch.isEmpty()) {
      writeRun();
    }
    merge();
    built = true;
    return index;
  }

  /** Gives back what is not part of the index; without {@link #build}, the index as well. */
  @Override
  public void close() {
    runs.forEach(Run::close);
    runs.clear();
    if (!built) {
      index.close();
    }
  }

  private void writeRun() {
    Run run = new Run(arenas.get());
    runs.add(run);
    batch.writeTo(run);
  }

  private void merge() {
    PriorityQueue<Run.Cursor> cursors = new PriorityQueue<>();
    for (int number = 0; number < runs.size(); number++) {
      Run.Cursor cursor = runs.get(number).cursor(number);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    TermMerge merge = new TermMerge();
    while (!cursors.isEmpty()) {
      merge.run(cursors);
    }
  }

  /** Takes one term from all runs that have it. */
  private final class TermMerge {
    private final ByteWriter scratch = new ByteWriter();
    private final byte[] buffer = new byte[COPY_BYTES];

    void run(PriorityQueue<Run.Cursor> cursors) {
      long hash = cursors.element().hash();
      byte[] term = cursors.element().term();
      long at = index.postings().append(term, 0, term.length);
      int documents = 0;
      int last = -1;
      while (!cursors.isEmpty() && cursors.element().isSameTerm(hash, term)) {
        Run.Cursor cursor = cursors.remove();
        cursor.appendPostings(index.postings(), last, scratch, buffer);
        documents += cursor.documents();
        last = cursor.lastDocument();
        if (cursor.next()) {
          cursors.add(cursor);
        }
      }
      index.dictionary().add(hash, at, documents, term.length);
      merged.set(index.postings().end());
    }
  }
}

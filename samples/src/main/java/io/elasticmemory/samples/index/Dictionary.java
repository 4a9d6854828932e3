package io.elasticmemory.samples.index;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * All terms, in a hash table with open addressing. Entries are found by their offset in the table,
 * which is good until the next {@link #findOrAdd}.
 *
 * <pre>
 *   entry, 64 bytes
 *    0 u64 hash           0 = free
 *    8 u64 termAt         position of the term's bytes
 *   16 u64 headAt         first slice of its postings
 *   24 u64 tailAt         where the next posting goes
 *   32 u32 termBytes
 *   36 u32 tailRoom       bytes left in the last slice
 *   40 u32 tailLevel      which slice of the list that is
 *   44 u32 documents      documents it occurs in
 *   48 u32 lastDocument
 * </pre>
 */
final class Dictionary implements AutoCloseable {
  static final int ENTRY_BYTES = 64;
  static final long NONE = -1;

  private static final long HASH = 0;
  private static final long TERM_AT = 8;
  private static final long HEAD_AT = 16;
  private static final long TAIL_AT = 24;
  private static final long TERM_BYTES = 32;
  private static final long TAIL_ROOM = 36;
  private static final long TAIL_LEVEL = 40;
  private static final long DOCUMENTS = 44;
  private static final long LAST_DOCUMENT = 48;

  private static final long CAPACITY_AT_START = 1 << 12;

  private final Supplier<? extends Arena> arenas;
  private final Chunks terms;
  private Arena tableArena;
  private MemorySegment table;
  private long capacity;
  private long size;

  /** An empty dictionary; each size of its table gets an arena of its own. */
  Dictionary(Supplier<? extends Arena> arenas, Chunks terms) {
    this.arenas = arenas;
    this.terms = terms;
    this.capacity = CAPACITY_AT_START;
    this.tableArena = arenas.get();
    this.table = tableArena.allocate(capacity * ENTRY_BYTES, ENTRY_BYTES);
  }

  /** The entry of a term, or {@link #NONE}. */
  long find(byte[] bytes, int from, int length) {
    long entry = slot(Tokens.hash(bytes, from, length), bytes, from, length);
    return hash(entry) == 0 ? NONE : entry;
  }

  /** The entry of a term, made if there was none. */
  long findOrAdd(long hash, byte[] bytes, int from, int length) {
    long entry = slot(hash, bytes, from, length);
    if (hash(entry) != 0) {
      return entry;
    }
    if ((size + 1) * 4 > capacity * 3) {
      grow();
      entry = slot(hash, bytes, from, length);
    }
    size++;
    table.set(JAVA_LONG, entry + HASH, hash);
    table.set(JAVA_LONG, entry + TERM_AT, terms.append(bytes, from, length));
    table.set(JAVA_INT, entry + TERM_BYTES, length);
    return entry;
  }

  /** How many terms there are. */
  long size() {
    return size;
  }

  /** Bytes of the table. */
  long bytes() {
    return table.byteSize();
  }

  long headAt(long entry) {
    return table.get(JAVA_LONG, entry + HEAD_AT);
  }

  void setHeadAt(long entry, long at) {
    table.set(JAVA_LONG, entry + HEAD_AT, at);
  }

  long tailAt(long entry) {
    return table.get(JAVA_LONG, entry + TAIL_AT);
  }

  int tailRoom(long entry) {
    return table.get(JAVA_INT, entry + TAIL_ROOM);
  }

  int tailLevel(long entry) {
    return table.get(JAVA_INT, entry + TAIL_LEVEL);
  }

  void setTail(long entry, long at, int room, int level) {
    table.set(JAVA_LONG, entry + TAIL_AT, at);
    table.set(JAVA_INT, entry + TAIL_ROOM, room);
    table.set(JAVA_INT, entry + TAIL_LEVEL, level);
  }

  int documents(long entry) {
    return table.get(JAVA_INT, entry + DOCUMENTS);
  }

  int lastDocument(long entry) {
    return table.get(JAVA_INT, entry + LAST_DOCUMENT);
  }

  void addDocument(long entry, int document) {
    table.set(JAVA_INT, entry + DOCUMENTS, documents(entry) + 1);
    table.set(JAVA_INT, entry + LAST_DOCUMENT, document);
  }

  @Override
  public void close() {
    tableArena.close();
  }

  private long hash(long entry) {
    return table.get(JAVA_LONG, entry + HASH);
  }

  /** The entry of this term, or the free one where it would be. */
  private long slot(long hash, byte[] bytes, int from, int length) {
    long mask = capacity - 1;
    long index = hash & mask;
    while (true) {
      long entry = index * ENTRY_BYTES;
      long there = hash(entry);
      if (there == 0 || there == hash && holds(entry, bytes, from, length)) {
        return entry;
      }
      index = index + 1 & mask;
    }
  }

  private boolean holds(long entry, byte[] bytes, int from, int length) {
    if (table.get(JAVA_INT, entry + TERM_BYTES) != length) {
      return false;
    }
    long at = table.get(JAVA_LONG, entry + TERM_AT);
    for (int i = 0; i < length; i++) {
      if (terms.getByte(at + i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    Arena oldArena = tableArena;
    MemorySegment old = table;
    capacity *= 2;
    tableArena = arenas.get();
    table = tableArena.allocate(capacity * ENTRY_BYTES, ENTRY_BYTES);
    for (long entry = 0; entry < old.byteSize(); entry += ENTRY_BYTES) {
      long hash = old.get(JAVA_LONG, entry + HASH);
      if (hash != 0) {
        MemorySegment.copy(old, entry, table, freeSlot(hash), ENTRY_BYTES);
      }
    }
    oldArena.close();
  }

  private long freeSlot(long hash) {
    long mask = capacity - 1;
    long index = hash & mask;
    while (hash(index * ENTRY_BYTES) != 0) {
      index = index + 1 & mask;
    }
    return index * ENTRY_BYTES;
  }
}

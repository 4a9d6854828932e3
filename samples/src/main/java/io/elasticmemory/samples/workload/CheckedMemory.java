package io.elasticmemory.samples.workload;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A segment of which every written word can be checked: the version of each cell is kept in other
 * memory, which must not be part of what is tested.
 *
 * <p>Cells are independent. A cell may be written by one thread at a time and must not be read by
 * others meanwhile; workloads see to that by giving every cell an owner, so there are no locks.
 */
public final class CheckedMemory {
  private final MemorySegment memory;
  private final CellShape shape;
  private final WordCode code;
  private final MemorySegment versions;
  private final long cellCount;

  /**
   * Memory that nobody has written yet.
   *
   * @param memory what is tested; zero
   * @param shape how it is cut
   * @param seed chooses the values
   * @param ordinary where the versions are kept: 2 bytes for every cell
   */
  public CheckedMemory(MemorySegment memory, CellShape shape, long seed, Arena ordinary) {
    if (memory.byteSize() / 8 > WordCode.INDEX_LIMIT) {
      throw new IllegalArgumentException(
          memory.byteSize() + " bytes, at most " + WordCode.INDEX_LIMIT * 8 + " can be checked");
    }
    this.memory = memory;
    this.shape = shape;
    this.code = new WordCode(seed);
    this.cellCount = shape.cellCount(memory.byteSize());
    this.versions = ordinary.allocate(JAVA_SHORT, cellCount);
  }

  /** How many cells there are. */
  public long cellCount() {
    return cellCount;
  }

  /** How the memory is cut. */
  public CellShape shape() {
    return shape;
  }

  /** The code of the words. */
  public WordCode code() {
    return code;
  }

  /** Gives every word of the cell a new value. */
  public void write(long cell, Tally tally) {
    int version = nextVersion(version(cell));
    store(cell, version);
    setVersion(cell, version);
    tally.addOperation();
  }

  /** Compares every word of the cell with what it must hold. */
  public void check(long cell, Tally tally) {
    int version = version(cell);
    long at = cell * shape.strideBytes();
    for (int word = 0; word < shape.words(); word++, at += 8) {
      long found = memory.get(JAVA_LONG, at);
      tally.addWord(found);
      if (found != code.word(at >>> 3, version)) {
        tally.addWrong(at >>> 3, version, found);
      }
    }
    tally.addOperation();
  }

  /** How often the cell has been written, modulo {@link WordCode#VERSION_MAX}. */
  int version(long cell) {
    return Short.toUnsignedInt(versions.getAtIndex(JAVA_SHORT, cell));
  }

  /** Only for planting defects: says the cell had been written, or not. */
  void setVersion(long cell, int version) {
    versions.setAtIndex(JAVA_SHORT, cell, (short) version);
  }

  /** Only for planting defects, otherwise part of a write: stores the words of a version. */
  void store(long cell, int version) {
    long at = cell * shape.strideBytes();
    for (int word = 0; word < shape.words(); word++, at += 8) {
      memory.set(JAVA_LONG, at, code.word(at >>> 3, version));
    }
  }

  /** Only for planting defects: copies the words of one cell over another's. */
  void copy(long from, long to) {
    MemorySegment.copy(
        memory, from * shape.strideBytes(), memory, to * shape.strideBytes(), shape.cellBytes());
  }

  static int nextVersion(int version) {
    return version == WordCode.VERSION_MAX ? 1 : version + 1;
  }
}

package io.elasticmemory.samples.workload;

import java.util.random.RandomGenerator;

/** What a broken pager could do to memory: planted to show that the workloads notice it. */
public enum Defect {
  /** Written words are zero. */
  ZERO {
    @Override
    void plant(CheckedMemory memory, long cell, long other) {
      memory.store(cell, 0);
    }
  },
  /** An old copy has come back after a newer one was written. */
  STALE {
    @Override
    void plant(CheckedMemory memory, long cell, long other) {
      int old = memory.version(cell);
      int newer = CheckedMemory.nextVersion(old);
      memory.store(cell, newer);
      memory.setVersion(cell, newer);
      memory.store(cell, old);
    }
  },
  /** Words are those of another place. */
  MISDIRECT {
    @Override
    void plant(CheckedMemory memory, long cell, long other) {
      memory.copy(other, cell);
    }
  },
  /** A write had no effect. */
  LOST {
    @Override
    void plant(CheckedMemory memory, long cell, long other) {
      memory.setVersion(cell, CheckedMemory.nextVersion(memory.version(cell)));
    }
  };

  /** Does it to one cell, which must have been written, with the help of another such cell. */
  abstract void plant(CheckedMemory memory, long cell, long other);

  /** Does it to one cell chosen at random; all cells must have been written. */
  void plant(CheckedMemory memory, RandomGenerator random) {
    if (memory.cellCount() < 2) {
      throw new IllegalArgumentException("a defect needs two cells, there is one");
    }
    long cell = random.nextLong(memory.cellCount());
    long other = (cell + 1 + random.nextLong(memory.cellCount() - 1)) % memory.cellCount();
    plant(memory, cell, other);
  }
}

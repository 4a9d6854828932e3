package io.elasticmemory.samples.bench.safepoint;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Ways to get at memory whose donor is slow. */
enum Access {
  /** Not at all: a thread sleeps for as long. */
  NONE {
    @Override
    long sum(Emp emp, MemorySegment segment, int lateMillis) {
      try {
        Thread.sleep(lateMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 0;
    }
  },
  /** A plain access waits. */
  PLAIN {
    @Override
    long sum(Emp emp, MemorySegment segment, int lateMillis) {
      return segment.get(JAVA_LONG, 0);
    }
  },
  /** {@link Emp#load} waits, then there is a plain access. */
  LOAD {
    @Override
    long sum(Emp emp, MemorySegment segment, int lateMillis) {
      emp.load(segment, 0, Long.BYTES);
      return segment.get(JAVA_LONG, 0);
    }
  },
  /** {@link Emp#scan} goes through all of it. */
  SCAN {
    @Override
    long sum(Emp emp, MemorySegment segment, int lateMillis) {
      long sum = 0;
      for (MemorySegment window : emp.scan(segment)) {
        for (long at = 0; at < window.byteSize(); at += Long.BYTES) {
          sum += window.get(JAVA_LONG, at);
        }
      }
      return sum;
    }
  };

  /** Reads, and waits for the donor if it is slow; returns what depends on what was read. */
  abstract long sum(Emp emp, MemorySegment segment, int lateMillis);

  /** The word for it in JSON. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

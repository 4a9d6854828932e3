package io.elasticmemory.samples.prove;

import io.elasticmemory.Emp;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.process.ProcessMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Opens the space with the path given, touches its first and last word, and prints as JSON how long
 * opening took and how much memory this process and the pager have then.
 */
public final class SpaceCostMain {
  private static final long KEPT_BYTES = 4L << 20;

  private SpaceCostMain() {}

  /** Runs it. */
  public static void main(String... arguments) {
    long start = System.nanoTime();
    try (Emp emp = Emp.open(arguments[0])) {
      double seconds = (System.nanoTime() - start) / 1e9;
      try (Arena arena = emp.ofConfined()) {
        MemorySegment memory = arena.allocate(emp.capacityBytes() - KEPT_BYTES, 8);
        long last = memory.byteSize() - 8;
        memory.set(ValueLayout.JAVA_LONG, 0, 1);
        memory.set(ValueLayout.JAVA_LONG, last, 2);
        System.gc();
        System.out.println(
            new JsonObject()
                .put("openSeconds", seconds)
                .put("capacityBytes", emp.capacityBytes())
                .put(
                    "sum",
                    memory.get(ValueLayout.JAVA_LONG, 0) + memory.get(ValueLayout.JAVA_LONG, last))
                .put("pssBytes", ProcessMemory.pssBytes(ProcessHandle.current().pid()))
                .put("pagerPssBytes", ProcessMemory.pssBytes(emp.pagerPid())));
      }
    }
  }
}

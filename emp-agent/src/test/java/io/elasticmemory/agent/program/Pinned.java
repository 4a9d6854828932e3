package io.elasticmemory.agent.program;

import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** Pins a part of its memory over JMX, with no class of EMP, and looks whether it stays. */
public final class Pinned {
  private static final int BYTES = 64 << 20;
  private static final int PINNED_BYTES = 8 << 20;
  private static final int PAGE_BYTES = 4096;
  private static final int ROUNDS_MAX = 20;

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
  private final long address = MemorySegment.ofBuffer(buffer).address();
  private final ObjectName space;

  private Pinned() throws Exception {
    space = Registered.space(server);
  }

  public static void main(String[] arguments) throws Exception {
    new Pinned().run();
  }

  private void run() throws Exception {
    for (int at = 0; at < BYTES; at += PAGE_BYTES) {
      buffer.putLong(at, at + 1L);
    }
    invoke("pin", address, PINNED_BYTES);
    read(PINNED_BYTES, BYTES);
    System.out.println("faults on what is pinned: " + faultsOfReading());
    invoke("unpin", address, PINNED_BYTES);
    System.out.println("faults on what is not: " + leaves());
    System.out.println(refusal("pin", 4096, 4096));
    System.out.println(refusal("pin", address, BYTES));
    System.out.println(refusal("unpin", address, PINNED_BYTES));
  }

  private void read(int from, int to) {
    for (int at = from; at < to; at += PAGE_BYTES) {
      if (buffer.getLong(at) != at + 1L) {
        throw new IllegalStateException("what was at " + at + " is lost");
      }
    }
  }

  /**
   * Which pages leave first is the pager's to say: one that was in use a moment ago may be last.
   */
  private boolean leaves() throws Exception {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      read(PINNED_BYTES, BYTES);
      if (faultsOfReading() > 0) {
        return true;
      }
    }
    return false;
  }

  private long faultsOfReading() throws Exception {
    long before = faults();
    read(0, PINNED_BYTES);
    return faults() - before;
  }

  /** All that are counted by now. */
  private long faults() throws Exception {
    // A fault is counted a moment after its thread goes on, and before the pager answers this.
    for (long at : new long[] {address, address + BYTES - PAGE_BYTES}) {
      invoke("pin", at, PAGE_BYTES);
      invoke("unpin", at, PAGE_BYTES);
    }
    long sum = 0;
    for (Object row : ((TabularData) server.getAttribute(space, "Counters")).values()) {
      CompositeData counter = (CompositeData) row;
      sum += counter.get("key").toString().startsWith("faults") ? (long) counter.get("value") : 0;
    }
    return sum;
  }

  private void invoke(String operation, long at, long bytes) throws JMException {
    server.invoke(space, operation, new Object[] {at, bytes}, new String[] {"long", "long"});
  }

  private String refusal(String operation, long at, long bytes) throws JMException {
    try {
      invoke(operation, at, bytes);
      return operation + " was not refused";
    } catch (RuntimeMBeanException e) {
      return e.getTargetException().toString();
    }
  }
}

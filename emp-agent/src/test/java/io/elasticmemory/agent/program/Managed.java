package io.elasticmemory.agent.program;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;

/** Looks at what the beans say of 16 MiB in direct buffers. */
public final class Managed {
  private static final int LOOKS_MAX = 6000;

  private Managed() {}

  public static void main(String[] arguments) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 20);
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName space = Registered.space(server);
    // The memory is there, and zero, but nobody has touched it.
    System.out.println("resident is small " + (resident(server, space) < 1 << 20));
    touch(buffer);
    System.out.println("resident when written " + awaitResident(server, space, 16 << 20));
    System.out.println("used " + server.getAttribute(space, "UsedBytes"));
    System.out.println("capacity " + server.getAttribute(space, "CapacityBytes"));
    System.out.println("allocations " + server.getAttribute(space, "Allocations"));
    System.out.println("fallbacks " + server.getAttribute(space, "Fallbacks"));
    TabularData counters = (TabularData) server.getAttribute(space, "Counters");
    System.out.println("budget " + counters.get(new Object[] {"budgetBytes"}).get("value"));
    ObjectName pool = new ObjectName("java.nio:type=BufferPool,name=emp");
    System.out.println("pool " + server.getAttribute(pool, "MemoryUsed"));
    for (BufferPoolMXBean jdk : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (jdk.getName().equals("direct")) {
        System.out.println("direct is small " + (jdk.getMemoryUsed() < 1 << 20));
      }
    }
    System.out.println("buffer " + buffer.capacity());
  }

  private static void touch(ByteBuffer buffer) {
    for (int at = 0; at < buffer.capacity(); at += 4096) {
      if (buffer.getLong(at) != 0) {
        throw new IllegalStateException("fresh memory is not zero at " + at);
      }
      buffer.putLong(at, 1);
    }
  }

  /** It is counted a moment after it was touched. */
  private static boolean awaitResident(MBeanServer server, ObjectName space, long bytes)
      throws Exception {
    for (int i = 0; i < LOOKS_MAX && resident(server, space) < bytes; i++) {
      Thread.sleep(10);
    }
    return resident(server, space) >= bytes;
  }

  private static long resident(MBeanServer server, ObjectName space) throws Exception {
    return (long) server.getAttribute(space, "ResidentBytes");
  }
}

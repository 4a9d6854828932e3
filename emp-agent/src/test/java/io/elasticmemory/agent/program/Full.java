package io.elasticmemory.agent.program;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import javax.management.MBeanServer;
import sun.misc.Unsafe;

/**
 * Fills a space, and asks for more: {@code Full MIB}. A direct buffer, a segment, memory of {@code
 * Unsafe}, and memory that grows.
 */
public final class Full {
  private static final int SMALL = 4 << 10;
  private static final int LARGE = 8 << 20;

  private static final Unsafe UNSAFE = unsafe();

  private Full() {}

  private interface Taking {
    void take();
  }

  public static void main(String[] arguments) throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    long small = UNSAFE.allocateMemory(SMALL);
    for (int i = 0; i < SMALL; i += 8) {
      UNSAFE.putLong(small + i, i + 1);
    }
    long space = UNSAFE.allocateMemory((long) Integer.parseInt(arguments[0]) << 20);
    System.out.println("filled: " + Where.is(space));
    show("buffer", () -> ByteBuffer.allocateDirect(LARGE));
    show("segment", () -> Arena.ofAuto().allocate(LARGE));
    show("unsafe", () -> UNSAFE.freeMemory(UNSAFE.allocateMemory(LARGE)));
    long[] grown = {small};
    show("growing", () -> grown[0] = UNSAFE.reallocateMemory(small, LARGE));
    for (int i = 0; i < SMALL; i += 8) {
      if (UNSAFE.getLong(grown[0] + i) != i + 1) {
        throw new IllegalStateException("what was to grow has lost what was at " + i);
      }
    }
    UNSAFE.freeMemory(grown[0]);
    System.out.println("fallbacks: " + server.getAttribute(Registered.space(server), "Fallbacks"));
    System.out.println("all is as written");
  }

  private static void show(String name, Taking taking) {
    try {
      taking.take();
      System.out.println(name + ": there");
    } catch (OutOfMemoryError e) {
      System.out.println(name + ": none");
    }
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}

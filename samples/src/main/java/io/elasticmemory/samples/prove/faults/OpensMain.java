package io.elasticmemory.samples.prove.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A program that opens spaces and closes them, one after the other, with all that belongs to one:
 * more is written than fits into DRAM, and compared. It says {@code warm} after the first ones and
 * {@code done} after the others, and waits each time for a line on standard input, so that somebody
 * can look at what it holds.
 */
public final class OpensMain {
  private static final int PAGE_BYTES = 4096;
  private static final int EXIT_WRONG = 3;
  private static final int SAY_EVERY = 100;

  private OpensMain() {}

  /** Runs it: {@code MIB WARM-UPS COUNT PATH…}; the paths take turns. */
  public static void main(String... arguments) throws IOException {
    long bytes = Long.parseLong(arguments[0]) << 20;
    int warmUps = Integer.parseInt(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    int paths = arguments.length - 3;
    for (int i = 0; i < warmUps; i++) {
      open(arguments[3 + i % paths], bytes);
    }
    rest("warm");
    for (int i = 0; i < count; i++) {
      open(arguments[3 + i % paths], bytes);
      if ((i + 1) % SAY_EVERY == 0) {
        System.out.println("opened " + (i + 1));
      }
    }
    rest("done");
  }

  private static void open(String path, long bytes) {
    try (Emp emp = Emp.open(path);
        EmpArena arena = emp.ofShared()) {
      MemorySegment memory = arena.allocate(bytes, PAGE_BYTES);
      for (long at = 0; at < bytes; at += PAGE_BYTES) {
        memory.set(JAVA_LONG, at, at + 1);
      }
      for (long at = 0; at < bytes; at += PAGE_BYTES) {
        compare(at, memory.get(JAVA_LONG, at), at + 1);
      }
    }
  }

  /** Ends the program with a line if they are not the same. */
  static void compare(long at, long found, long expected) {
    if (found != expected) {
      System.out.println("page at %d has %d instead of %d".formatted(at, found, expected));
      Runtime.getRuntime().halt(EXIT_WRONG);
    }
  }

  /** Says where it is and waits until it is told to go on. */
  static void rest(String what) throws IOException {
    System.gc();
    System.out.println(what);
    int _ = System.in.read();
  }
}

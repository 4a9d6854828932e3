package io.elasticmemory.samples.prove.chaos;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpArena;
import io.elasticmemory.samples.prove.faults.Writers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * The program to which all of it happens: its {@link Writers} are at work while it does what it is
 * told, a line each on standard input, and says {@code did} after each.
 *
 * <pre>
 *   resize MIB          changes the DRAM, and waits until that is so
 *   fork                starts a child process, and waits for its end
 *   arenas COUNT SEED   opens arenas, which must be zero; writes, compares and closes them
 *   end                 every page is read once more, then it says "whole"
 * </pre>
 */
public final class ChaosMain {
  private static final int PAGE_BYTES = 4096;
  private static final int ARENA_BYTES_MAX = 2 << 20;
  private static final int OPEN_AT_A_TIME = 4;

  private final Emp emp;

  private ChaosMain(Emp emp) {
    this.emp = emp;
  }

  /** Runs it: {@code PATH DATA-MIB TRUTH SEED}; pages and threads are those of the truth. */
  public static void main(String... arguments) throws Exception {
    try (Emp emp = Emp.open(arguments[0]);
        Arena arena = Arena.ofShared();
        FileChannel file =
            FileChannel.open(
                Path.of(arguments[2]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment truth = file.map(MapMode.READ_WRITE, 0, file.size(), arena);
      MemorySegment memory = emp.global().allocate(Long.parseLong(arguments[1]) << 20, PAGE_BYTES);
      Writers writers = new Writers(memory, truth);
      writers.start(Long.parseLong(arguments[3]));
      System.out.println("working");
      new ChaosMain(emp).obey();
      writers.end();
      System.out.println("whole");
    }
  }

  private void obey() throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine();
        line != null && !line.equals("end");
        line = input.readLine()) {
      obey(line.split(" "));
      System.out.println("did");
    }
  }

  private void obey(String... words) throws Exception {
    switch (words[0]) {
      case "resize" -> emp.resizeDram(Long.parseLong(words[1]) << 20).get();
      case "fork" -> fork();
      case "arenas" -> use(Integer.parseInt(words[1]), Long.parseLong(words[2]));
      default -> throw new IllegalArgumentException(words[0] + " is none of the commands");
    }
  }

  private static void fork() throws IOException, InterruptedException {
    int code = new ProcessBuilder("true").start().waitFor();
    if (code != 0) {
      throw new IOException("the child ended with " + code);
    }
  }

  private void use(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Deque<Used> open = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      open.add(new Used(emp.ofShared(), 1 + random.nextLong(ARENA_BYTES_MAX), random.nextLong()));
      if (open.size() > OPEN_AT_A_TIME) {
        open.remove().close();
      }
    }
    open.forEach(Used::close);
  }

  /** An arena with one segment, each word of which is one of its own. */
  private static final class Used implements AutoCloseable {
    private final EmpArena arena;
    private final MemorySegment memory;
    private final long value;

    Used(EmpArena arena, long bytes, long value) {
      this.arena = arena;
      this.value = value;
      memory = arena.allocate(Long.BYTES + bytes, Long.BYTES);
      for (long at = 0; at + Long.BYTES <= memory.byteSize(); at += Long.BYTES) {
        compare(at, 0);
        memory.set(JAVA_LONG, at, value ^ at);
      }
    }

    private void compare(long at, long expected) {
      long found = memory.get(JAVA_LONG, at);
      if (found != expected) {
        Writers.endWrong(
            "page of an arena, at %d of %d bytes, has %d instead of %d"
                .formatted(at, memory.byteSize(), found, expected));
      }
    }

    @Override
    public void close() {
      for (long at = 0; at + Long.BYTES <= memory.byteSize(); at += Long.BYTES) {
        compare(at, value ^ at);
      }
      arena.close();
    }
  }
}

package io.elasticmemory.samples.prove.flips;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.elasticmemory.Emp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A program whose bytes are damaged where they are kept and on their way: it writes pages whole and
 * compares every bit of them. What it is told, a line each, and what it answers:
 *
 * <pre>
 *   unload       unloaded      no page is in DRAM any more
 *   read SEED    read WRONG    all pages were read, in some order
 *   write SEED   written       all pages were written anew, in some order
 *   pages P…     page P RIGHT  for each, read by a thread of its own, as soon as it has come
 * </pre>
 */
public final class FlipsMain {
  private static final int THREADS = 4;

  private final Emp emp;
  private final MemorySegment memory;
  private final int[] versions;
  private final AtomicInteger wrong = new AtomicInteger();

  private FlipsMain(Emp emp, long mib) {
    this.emp = emp;
    memory = emp.global().allocate(mib << 20, Content.PAGE_BYTES);
    versions = new int[(int) (memory.byteSize() / Content.PAGE_BYTES)];
  }

  /** Runs it: {@code PATH MIB}. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    try (Emp emp = Emp.open(arguments[0])) {
      FlipsMain program = new FlipsMain(emp, Long.parseLong(arguments[1]));
      program.forAll(0, program::write);
      say("working");
      program.obey();
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }

  private void obey() throws IOException, InterruptedException {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "unload" -> unload();
        case "read" -> {
          wrong.set(0);
          forAll(Long.parseLong(words[1]), this::compare);
          say("read " + wrong.get());
        }
        case "write" -> {
          forAll(Long.parseLong(words[1]), this::write);
          say("written");
        }
        case "pages" -> readEach(words);
        default -> throw new IllegalArgumentException(line + " is none of the commands");
      }
    }
  }

  private void unload() {
    emp.unload(memory);
    say("unloaded");
  }

  private void readEach(String... words) {
    for (int i = 1; i < words.length; i++) {
      int page = Integer.parseInt(words[i]);
      Thread _ = Thread.ofPlatform().start(() -> say("page %d %b".formatted(page, isRight(page))));
    }
  }

  /** Each page once, by several threads, in an order that follows from the seed. */
  private void forAll(long seed, IntConsumer action) throws InterruptedException {
    int[] order = order(seed);
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().start(() -> work(order, next, action)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void work(int[] order, AtomicInteger next, IntConsumer action) {
    for (int at = next.getAndIncrement(); at < order.length; at = next.getAndIncrement()) {
      action.accept(order[at]);
    }
  }

  private int[] order(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[versions.length];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private void write(int page) {
    int version = ++versions[page];
    long start = (long) page * Content.PAGE_BYTES;
    for (int word = 0; word < Content.WORDS; word++) {
      memory.set(JAVA_LONG, start + (long) word * Long.BYTES, Content.word(page, version, word));
    }
  }

  private void compare(int page) {
    if (!isRight(page)) {
      wrong.incrementAndGet();
    }
  }

  private boolean isRight(int page) {
    long start = (long) page * Content.PAGE_BYTES;
    for (int word = 0; word < Content.WORDS; word++) {
      long found = memory.get(JAVA_LONG, start + (long) word * Long.BYTES);
      if (found != Content.word(page, versions[page], word)) {
        return false;
      }
    }
    return true;
  }
}

package io.elasticmemory.agent.program;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Writes and reads at random places of 128 MiB until its input has a line, says when it has been to
 * many of them, starts two child processes in the middle, and checks every word in the end.
 */
public final class Observed {
  private static final int BYTES = 128 << 20;
  private static final int LOOK = 1000;

  /** Half as many as there are pages. */
  private static final int MANY = BYTES / 4096 / 2;

  private Observed() {}

  public static void main(String[] arguments) throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    int[] versions = new int[BYTES / 4096];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i % LOOK != 0 || System.in.available() == 0; i++) {
      int page = random.nextInt(versions.length);
      require(buffer, versions, page);
      buffer.putInt(page * 4096, ++versions[page]);
      if (i == MANY) {
        System.out.println("at work");
      }
    }
    Process child = new ProcessBuilder("sh", "-c", "echo 42").start();
    System.out.println("child says " + child.inputReader().readLine());
    Process other = Runtime.getRuntime().exec(new String[] {"echo", "43"});
    System.out.println("the other says " + other.inputReader().readLine());
    for (int page = 0; page < versions.length; page++) {
      require(buffer, versions, page);
    }
    System.out.println("all words are as written");
  }

  private static void require(ByteBuffer buffer, int[] versions, int page) {
    if (buffer.getInt(page * 4096) != versions[page]) {
      throw new IllegalStateException("page " + page + " has lost what was written");
    }
  }
}

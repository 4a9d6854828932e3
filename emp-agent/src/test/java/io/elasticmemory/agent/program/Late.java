package io.elasticmemory.agent.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Allocates until its standard input has something, and says where the last buffer is. */
public final class Late {
  private static final int BUFFER_BYTES = 2 << 20;
  private static final int PAUSE_MILLIS = 20;

  private Late() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("ready");
    while (System.in.available() == 0) {
      ByteBuffer.allocateDirect(BUFFER_BYTES).putLong(0, 1);
      Thread.sleep(PAUSE_MILLIS);
    }
    ByteBuffer last = ByteBuffer.allocateDirect(BUFFER_BYTES);
    System.out.println(Where.is(MemorySegment.ofBuffer(last).address()));
  }
}

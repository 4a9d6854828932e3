package io.elasticmemory.samples;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Says who it is, what it was given and whether 128 KiB lie in a space; ends with 7. */
public final class RunMain {
  private static final int BYTES = 128 << 10;
  private static final int EXIT = 7;

  private RunMain() {}

  public static void main(String[] arguments) throws Exception {
    System.out.println("process " + ProcessHandle.current().pid());
    for (String argument : arguments) {
      System.out.println("[" + argument + "]");
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    long address = MemorySegment.ofBuffer(buffer).address();
    System.out.println("in a space: " + LingeringMain.isInSpace(address));
    System.exit(EXIT);
  }
}

package io.elasticmemory.samples;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Waits for a line, then allocates, and says whether that lies in a space. */
public final class LingeringMain {
  private static final int BYTES = 8 << 20;

  private LingeringMain() {}

  public static void main(String[] arguments) throws IOException {
    System.out.println("ready");
    int read = System.in.read();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    buffer.put(0, (byte) read);
    System.out.println("8 MiB in a space: " + isInSpace(MemorySegment.ofBuffer(buffer).address()));
  }

  static boolean isInSpace(long address) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("emp-space"))
          .map(line -> line.substring(0, line.indexOf(' ')).split("-"))
          .anyMatch(
              range ->
                  Long.parseLong(range[0], 16) <= address
                      && address < Long.parseLong(range[1], 16));
    }
  }
}

package io.elasticmemory.agent.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells by the kernel's list of mappings what an address is. */
final class Where {
  private Where() {}

  static String is(long address) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        if (Long.parseUnsignedLong(range[0], 16) <= address
            && address < Long.parseUnsignedLong(range[1], 16)) {
          return line.contains("emp-space") ? "space" : "ordinary";
        }
      }
      return "nowhere";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

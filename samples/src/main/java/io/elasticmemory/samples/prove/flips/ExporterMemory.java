package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the memory that an exporter of this machine lends. */
final class ExporterMemory {
  /** What can be written and belongs to no file. */
  private static final Pattern ANONYMOUS =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) rw\\S+ 0+ 00:00 0\\s*(\\[anon:.*)?");

  private static final int HEX = 16;

  private ExporterMemory() {}

  /**
   * The places of pages in it.
   *
   * @throws IOException if there are none, or it may not be looked at
   */
  static Places of(LocalExporter exporter, long mib) throws IOException {
    Path maps = Path.of("/proc", Long.toString(exporter.pid()), "maps");
    for (String line : Files.readAllLines(maps)) {
      Matcher mapping = ANONYMOUS.matcher(line);
      if (mapping.matches()) {
        long from = Long.parseLong(mapping.group(1), HEX);
        long to = Long.parseLong(mapping.group(2), HEX);
        if (to - from >= mib << 20) {
          Places places = Places.ofMemory(exporter.pid(), from, to);
          if (!places.all().isEmpty()) {
            return places;
          }
          places.close();
        }
      }
    }
    throw new IOException("the memory of exporter " + exporter.port() + " has no page in it");
  }
}

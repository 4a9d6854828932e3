package io.elasticmemory.samples;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Donor;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens the space of a path as a program would and closes it, so that whatever refuses a space
 * refuses it here too, in the same words. Nothing is written to a device; a spill file is made but
 * not reserved, because that could take the last of a disk from others: its size is compared with
 * what is free instead.
 */
final class SpaceTrial {
  private static final long MIB = 1L << 20;

  /** The command in "start one with: bin/emp exporter …" belongs to the remedy. */
  private static final List<Pattern> REFUSALS =
      List.of(Pattern.compile("(.*); (.*)"), Pattern.compile("(.*)(?<!with): (.*)"));

  private final MemPath path;

  /** A trial of a path that is supported. */
  SpaceTrial(MemPath path) {
    this.path = path;
  }

  /** What was found. */
  List<Check> checks() throws IOException {
    List<Check> checks = new ArrayList<>(roomChecks());
    checks.add(opening());
    return checks;
  }

  // Room for what is reserved at the start.

  private List<Check> roomChecks() throws IOException {
    Map<FileStore, Long> reserved = new LinkedHashMap<>();
    for (SpillFile file : path.entries(SpillFile.class)) {
      Path directory = directoryOf(file);
      if (file.reserve() == Reserve.FULL && Files.isDirectory(directory)) {
        reserved.merge(Files.getFileStore(directory), wholeSlabs(file), Long::sum);
      }
    }
    List<Check> checks = new ArrayList<>();
    for (Map.Entry<FileStore, Long> each : reserved.entrySet()) {
      checks.add(room(each.getKey(), each.getValue()));
    }
    return checks;
  }

  private static Check room(FileStore store, long bytes) throws IOException {
    String name = "room on " + store.name();
    long free = store.getUsableSpace();
    String found =
        "%d MiB free, %d MiB to reserve for spill files".formatted(free / MIB, bytes / MIB);
    return free >= bytes
        ? Check.ok(name, found)
        : Check.failed(name, found, "free space, ask for less, or add ?reserve=lazy to the entry");
  }

  private static long wholeSlabs(SpillFile file) {
    return file.mib() * MIB / Donor.SLAB_BYTES * Donor.SLAB_BYTES;
  }

  /** Where a spill file will be. */
  static Path directoryOf(MemPath.Disk file) {
    Path absolute = Path.of(file.path()).toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    return directory == null ? absolute : directory;
  }

  // The space itself.

  private Check opening() {
    MemPath unreserved = new MemPath(path.entries().stream().map(SpaceTrial::unreserved).toList());
    long start = System.nanoTime();
    try (Emp emp = Emp.open(unreserved)) {
      return Check.ok(
          "space",
          "opened in %d ms: capacity %d MiB, at most %d MiB of it in DRAM"
              .formatted(
                  (System.nanoTime() - start) / 1_000_000,
                  emp.capacityBytes() / MIB,
                  emp.dramBytes() / MIB));
    } catch (EmpException e) {
      return refused(e.getMessage());
    }
  }

  private static Entry unreserved(Entry entry) {
    return entry instanceof SpillFile file
        ? new SpillFile(file.path(), file.mib(), Reserve.LAZY, file.compress())
        : entry;
  }

  /** A refusal is "reason; remedy", that of an exporter "reason: remedy". */
  static Check refused(String message) {
    return REFUSALS.stream()
        .map(form -> form.matcher(message))
        .filter(Matcher::matches)
        .findFirst()
        .map(parts -> Check.failed("space", parts.group(1), parts.group(2)))
        .orElseGet(() -> Check.failed("space", message, "correct the path, or what it names"));
  }
}

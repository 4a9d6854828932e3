package io.elasticmemory.ffm.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether memory has huge pages. Of shared memory a pinned one is zeroed and kept where a hole
 * should be punched, so a space must not have any. Private memory that a device is given should
 * have them: a device keeps an entry for each page.
 */
public final class HugePages {
  private static final Path SETTINGS = Path.of("/sys/kernel/mm/transparent_hugepage");
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final String IN_HUGE_PAGES = "AnonHugePages:";
  private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern KIB = Pattern.compile("\\D+(\\d+) kB");

  private HugePages() {}

  /**
   * One setting.
   *
   * @param file where it is
   * @param value what is chosen there
   */
  public record Setting(Path file, String value) {}

  /**
   * The settings for shared memory, of all sizes of pages; none if the kernel has no huge pages.
   */
  public static List<Setting> ofSharedMemory() {
    List<Setting> settings = new ArrayList<>();
    add(settings, SETTINGS.resolve("shmem_enabled"));
    try (DirectoryStream<Path> sizes = Files.newDirectoryStream(SETTINGS, "hugepages-*")) {
      sizes.forEach(size -> add(settings, size.resolve("shmem_enabled")));
    } catch (IOException e) {
      // Older kernels have one size, or none.
    }
    return settings;
  }

  /** Whether private memory for which that is advised can be in huge pages. */
  public static boolean areForWhoAsks() {
    return areForWhoAsks(SETTINGS.resolve("enabled"));
  }

  static boolean areForWhoAsks(Path file) {
    List<Setting> settings = new ArrayList<>();
    add(settings, file);
    return settings.stream().anyMatch(setting -> !setting.value().equals("never"));
  }

  /**
   * How many bytes of a range of this process' private memory are in huge pages, counted for whole
   * mappings; 0 if the system does not say.
   */
  public static long ofPrivateMemory(long address, long bytes) {
    try {
      return ofPrivateMemory(Files.readAllLines(MAPPINGS), address, bytes);
    } catch (IOException e) {
      return 0;
    }
  }

  static long ofPrivateMemory(List<String> mappings, long address, long bytes) {
    long found = 0;
    boolean isInside = false;
    for (String line : mappings) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        long from = Long.parseUnsignedLong(mapping.group(1), 16);
        long to = Long.parseUnsignedLong(mapping.group(2), 16);
        isInside = from < address + bytes && address < to;
      } else if (isInside && line.startsWith(IN_HUGE_PAGES)) {
        Matcher kib = KIB.matcher(line);
        found += kib.matches() ? Long.parseLong(kib.group(1)) * 1024 : 0;
      }
    }
    return Math.min(found, bytes);
  }

  private static void add(List<Setting> settings, Path file) {
    try {
      Matcher chosen = CHOSEN.matcher(Files.readString(file));
      if (chosen.find()) {
        settings.add(new Setting(file, chosen.group(1)));
      }
    } catch (IOException e) {
      // Not there: nothing is enabled by it.
    }
  }
}

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
 * Whether shared memory is given huge pages. A pinned one is zeroed and kept where a hole should be
 * punched, so a space must not have any.
 */
public final class HugePages {
  private static final Path SETTINGS = Path.of("/sys/kernel/mm/transparent_hugepage");
  private static final Pattern CHOSEN = Pattern.compile("\\[(\\w+)]");

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

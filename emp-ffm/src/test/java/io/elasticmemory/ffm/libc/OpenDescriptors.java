package io.elasticmemory.ffm.libc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The descriptors of this process, as the kernel lists them. A test that leaks none asks that those
 * afterwards are a subset of those before: their number would also count what threads of earlier
 * tests close in the meantime.
 */
public final class OpenDescriptors {
  private OpenDescriptors() {}

  /** Each as {@code number -> what it is open on}. */
  public static Set<String> now() throws IOException {
    Set<String> all = new TreeSet<>();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      for (Path link : (Iterable<Path>) links::iterator) {
        try {
          all.add(link.getFileName() + " -> " + Files.readSymbolicLink(link));
        } catch (NoSuchFileException e) {
          // Closed since: the stream's own, or by another thread.
          continue;
        }
      }
    }
    all.removeIf(descriptor -> descriptor.endsWith("/fd"));
    return all;
  }
}

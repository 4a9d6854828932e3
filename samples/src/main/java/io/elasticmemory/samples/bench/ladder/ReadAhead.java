package io.elasticmemory.samples.bench.ladder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How much the kernel reads ahead of a mapped file: a setting of the disk below it. */
final class ReadAhead {
  private static final Path DEVICES = Path.of("/sys/class/block");
  private static final String SETTING = "queue/read_ahead_kb";

  private ReadAhead() {}

  /** The setting of the disk that a directory is on; empty if it is on none. */
  static Optional<Path> of(Path directory) throws IOException {
    Path device = Path.of(Files.getFileStore(directory).name()).getFileName();
    if (device == null || !Files.exists(DEVICES.resolve(device))) {
      return Optional.empty();
    }
    Path real = DEVICES.resolve(device).toRealPath();
    Path whole = real.getParent();
    if (Files.exists(real.resolve(SETTING))) {
      return Optional.of(real.resolve(SETTING));
    }
    // A partition has no queue of its own.
    return whole != null && Files.exists(whole.resolve(SETTING))
        ? Optional.of(whole.resolve(SETTING))
        : Optional.empty();
  }
}

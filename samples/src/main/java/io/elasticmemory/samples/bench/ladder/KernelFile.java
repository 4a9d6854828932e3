package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A setting of the machine, in {@code /proc/sys} or {@code /sys}, that has its old value again in
 * the end.
 */
final class KernelFile implements Workplace.Change {
  private final Path file;
  private final String value;
  private String old = "";

  KernelFile(Path file, String value) {
    this.file = file;
    this.value = value;
  }

  @Override
  public void make() throws IOException {
    old = Files.readString(file).strip();
    Files.writeString(file, value);
  }

  @Override
  public void undo() throws IOException {
    if (!old.isEmpty()) {
      Files.writeString(file, old);
    }
  }
}

package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A device of compressed memory that nobody else uses; empty again in the end. */
final class ZramDevice implements Workplace.Change {
  private static final Path DEVICES = Path.of("/sys/block");
  private static final String ALGORITHM = "lz4";

  private final Path settings;
  private final long bytes;
  private String oldAlgorithm = "";

  private ZramDevice(Path settings, long bytes) {
    this.settings = settings;
    this.bytes = bytes;
  }

  /** One that has no size yet, with this size. */
  static Optional<ZramDevice> find(long bytes) throws IOException {
    try (Stream<Path> devices = Files.list(DEVICES)) {
      return devices
          .filter(device -> device.getFileName().toString().startsWith("zram"))
          .filter(ZramDevice::isFree)
          .sorted()
          .findFirst()
          .map(device -> new ZramDevice(device, bytes));
    }
  }

  private static boolean isFree(Path device) {
    try {
      return Files.readString(device.resolve("disksize")).strip().equals("0")
          && Files.readString(device.resolve("comp_algorithm")).contains(ALGORITHM);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void make() throws IOException {
    oldAlgorithm = chosen(Files.readString(settings.resolve("comp_algorithm")));
    Files.writeString(settings.resolve("comp_algorithm"), ALGORITHM);
    Files.writeString(settings.resolve("disksize"), Long.toString(bytes));
  }

  @Override
  public void undo() throws IOException {
    if (!oldAlgorithm.isEmpty()) {
      Files.writeString(settings.resolve("reset"), "1");
      Files.writeString(settings.resolve("comp_algorithm"), oldAlgorithm);
    }
  }

  /** The algorithm in brackets. */
  static String chosen(String algorithms) {
    return algorithms.strip().replaceAll(".*\\[(.*)\\].*", "$1");
  }

  /** The device file. */
  Path device() {
    return Path.of("/dev").resolve(settings.getFileName());
  }

  /** What it holds now. */
  Usage usage() throws IOException {
    return Usage.parse(Files.readString(settings.resolve("mm_stat")));
  }

  /**
   * What a device holds.
   *
   * @param dataBytes before compression
   * @param usedBytes memory taken for it, with what it wastes
   */
  record Usage(long dataBytes, long usedBytes) {
    /** Reads {@code mm_stat}: data, compressed, memory used, and more. */
    static Usage parse(String stat) {
      String[] words = stat.strip().split("\\s+");
      return new Usage(Long.parseLong(words[0]), Long.parseLong(words[2]));
    }
  }
}

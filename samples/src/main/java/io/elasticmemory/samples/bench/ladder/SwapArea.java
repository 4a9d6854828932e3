package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A file or device that all of the machine swaps to while it is on. */
final class SwapArea implements Workplace.Change {
  private static final Path SWAPS = Path.of("/proc/swaps");

  /** Taking a full area back in takes as long as reading it. */
  private static final int COMMAND_SECONDS_MAX = 600;

  private final Path place;

  /** An area of this file, which has no holes, or this device. */
  SwapArea(Path place) {
    this.place = place;
  }

  @Override
  public void make() throws IOException {
    run("mkswap", place.toString());
    run("swapon", place.toString());
  }

  @Override
  public void undo() throws IOException {
    if (areas().contains(place.toString())) {
      run("swapoff", place.toString());
    }
  }

  /** Files and devices that are swapped to now. */
  static List<String> areas() throws IOException {
    return Files.readAllLines(SWAPS).stream().skip(1).map(line -> line.split("\\s+")[0]).toList();
  }

  /** Runs a program of the system, wherever it is. */
  static void run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .merge("PATH", "/usr/sbin:/sbin:/usr/bin:/bin", (path, more) -> path + ":" + more);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException(command[0] + " has not ended in " + COMMAND_SECONDS_MAX + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + output.replace('\n', ' '));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command[0] + " was not waited for", e);
    } finally {
      process.destroy();
    }
  }
}

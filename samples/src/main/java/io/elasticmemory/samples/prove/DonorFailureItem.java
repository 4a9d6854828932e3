package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Item 7, last part: a donor fails. The application may end with the reason or run on; it may not
 * see a wrong word, and it may not hang.
 */
final class DonorFailureItem implements Item {
  private static final int FAULT_TIMEOUT_MILLIS = 3000;
  private static final int KILLED = 128 + 9;
  private static final String WORK = "rewrite at random";

  /** Runs a program on a disk of its own that is soon full. */
  private static final String ON_SMALL_DISK =
      "mount -t tmpfs -o size=\"$1\"m none \"$2\" && shift 2 && exec \"$@\"";

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "the exporter killed and stopped, EIO and ENOSPC of the disk";
  }

  @Override
  public void show(Stage stage) throws IOException {
    signalExporter(stage, "KILL");
    signalExporter(stage, "STOP");
    if (!isRoot(stage)) {
      stage.say("        EIO and ENOSPC are made with mounts and loop devices: run as root");
      return;
    }
    fillDisk(stage);
    breakDisk(stage);
  }

  private static void signalExporter(Stage stage, String signal) throws IOException {
    LocalExporter exporter = BusyProgram.startExporter(stage);
    String path = BusyProgram.path(stage, exporter, options());
    BusyProgram program =
        BusyProgram.start(stage, BusyProgram.memcheck(stage, path).with("--json", "-").command());
    if (!program.awaitPhase(WORK)) {
      stage.check(false, "SIG" + signal + ": " + program.child().await(Duration.ZERO).describe());
      return;
    }
    long pid = exporter.process().pid();
    stage.run(List.of("kill", "-" + signal, Long.toString(pid)));
    judge(stage, "exporter, SIG" + signal, program.child().await(stage.limit()));
    exporter.process().destroyForcibly();
  }

  private static void fillDisk(Stage stage) throws IOException {
    Path directory = Files.createDirectory(stage.workplace().directory().resolve("small"));
    long smallMib = Scale.QUICK.sizeMib() / 4;
    String path =
        "dram:%d%s|%s:%d:0?reserve=lazy"
            .formatted(
                Scale.QUICK.dramMib() / 2,
                options(),
                directory.resolve("spill"),
                Scale.QUICK.ssdMib());
    List<String> command =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-c", ON_SMALL_DISK, "sh"));
    command.addAll(List.of(Long.toString(smallMib), directory.toString()));
    command.addAll(BusyProgram.memcheck(stage, path).with("--json", "-").command());
    judge(stage, "ENOSPC", BusyProgram.start(stage, command).child().await(stage.limit()));
  }

  /**
   * Behind a loop device is a file; when that becomes shorter, reading beyond its end is an EIO.
   */
  private static void breakDisk(Stage stage) throws IOException {
    Path file = stage.workplace().directory().resolve("backing");
    long bytes = Scale.QUICK.ssdMib() << 20;
    stage.run(List.of("truncate", "-s", Long.toString(bytes), file.toString()));
    Child.Ended made = stage.run(List.of("losetup", "--find", "--show", file.toString()));
    if (made.exitCode() != 0) {
      stage.say("        EIO: there is no loop device here, " + made.describe());
      return;
    }
    String device = made.out().strip();
    try {
      String path =
          "dram:%d%s|%s:%d:0"
              .formatted(Scale.QUICK.dramMib() / 2, options(), device, Scale.QUICK.ssdMib());
      BusyProgram program =
          BusyProgram.start(stage, BusyProgram.memcheck(stage, path).with("--json", "-").command());
      if (program.awaitPhase(WORK)) {
        stage.run(List.of("truncate", "-s", "0", file.toString()));
      }
      judge(stage, "EIO", program.child().await(stage.limit()));
    } finally {
      stage.run(List.of("losetup", "--detach", device));
    }
  }

  private static String options() {
    return "?faultTimeoutMillis=" + FAULT_TIMEOUT_MILLIS;
  }

  private static void judge(Stage stage, String name, Child.Ended ended) {
    if (ended.exitCode() == 0) {
      Map<String, String> json = JsonObject.readFlat(ended.out());
      stage.check(
          "0".equals(json.get("wrongWords")),
          name + ": ran on, " + json.get("wrongWords") + " wrong words");
      return;
    }
    boolean saysWhy = ended.err().stream().anyMatch(line -> line.startsWith("emp: "));
    stage.check(ended.exitCode() == KILLED && saysWhy, name + ": " + ended.describe());
  }

  private static boolean isRoot(Stage stage) throws IOException {
    return stage.run(List.of("id", "-u")).out().strip().equals("0");
  }
}

package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.apps.BuiltApps;
import io.elasticmemory.samples.process.AgentJar;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Item 7: the same as item 5 as a user who is nobody, with and without the right to all faults. */
final class UnprivilegedItem implements Item {
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  /** Runs a program that may open the device of userfaultfd, as an administrator can grant it. */
  private static final String WITH_DEVICE =
      "mount -t tmpfs none \"$1\" && cp -a /dev/userfaultfd \"$1\"/device"
          + " && chmod 666 \"$1\"/device && mount --bind \"$1\"/device /dev/userfaultfd"
          + " && shift && exec \"$@\"";

  private final AgentScale scale;

  UnprivilegedItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 7;
  }

  @Override
  public String title() {
    return "the same as nobody, with user-mode faults alone, and with access to /dev/userfaultfd";
  }

  @Override
  public void show(Stage stage) throws IOException {
    if (!stage.run(List.of("id", "-u")).out().strip().equals("0")) {
      stage.say("        only root can become nobody: run as root");
      return;
    }
    Path open = openDirectory(stage);
    copy(BuiltApps.find().classes(), open);
    copy(AgentJar.find(), open);
    new ChurnRun(stage, "without the right, usermode=true", scale.allocations())
        .in(open)
        .before(AS_NOBODY)
        .withAgent("&usermode=true");
    if (!Files.exists(Path.of("/dev/userfaultfd"))) {
      stage.say("        there is no /dev/userfaultfd here: the right is the sysctl's alone");
      return;
    }
    Path device = Files.createDirectory(stage.workplace().directory().resolve("device"));
    List<String> words =
        new ArrayList<>(List.of("unshare", "-m", "sh", "-c", WITH_DEVICE, "sh", device.toString()));
    words.addAll(AS_NOBODY);
    new ChurnRun(stage, "with the right", scale.allocations()).in(open).before(words).withAgent("");
  }

  /** Where nobody may read and write. */
  private static Path openDirectory(Stage stage) throws IOException {
    Path workplace = stage.workplace().directory();
    Files.setPosixFilePermissions(workplace, PosixFilePermissions.fromString("rwx--x--x"));
    Path open = Files.createDirectory(workplace.resolve("nobody"));
    return Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private static void copy(Path from, Path directory) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(from.resolveSibling("").relativize(file).toString()));
      }
    }
  }
}

package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.ClassPath;
import io.elasticmemory.samples.process.LocalExporter;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Item 8: what cannot work is refused in one line, with the remedy, before anything starts. A
 * kernel that is too old, or forbids userfaultfd altogether, cannot be staged here; the tests of
 * emp-ffm show what is said then.
 */
final class BadInputItem implements Item {
  private static final int REFUSED = 2;

  /** Runs a program with a small disk of its own, mounted as told. */
  private static final String WITH_SMALL_DISK =
      "mount -t tmpfs -o size=64m,\"$1\" none \"$2\" && shift 2 && exec \"$@\"";

  /** Runs a program that finds no device to open userfaultfd with. */
  private static final String WITHOUT_DEVICE =
      "mount --bind /dev/null /dev/userfaultfd && exec \"$@\"";

  @Override
  public int number() {
    return 8;
  }

  @Override
  public String title() {
    return "bad input is refused in one line with a remedy, exit code 2";
  }

  @Override
  public void show(Stage stage) throws IOException {
    refusePaths(stage);
    refuseDonors(stage);
    refuseMachines(stage);
    refuseOldJava(stage);
  }

  private static void refusePaths(Stage stage) throws IOException {
    refuse(stage, "malformed path", "dram:64|/var/tmp/x");
    refuse(stage, "no DRAM", "/var/tmp/x:256:0");
    refuse(stage, "relative file name without ./", "dram:64|spill:256:0");
    refuse(stage, "subblock larger than block", "dram:64?block=4k&subblock=64k|/var/tmp/x:256:0");
    refuse(stage, "block no power of two", "dram:64?block=5000|/var/tmp/x:256:0");
    refuse(stage, "unknown option", "dram:64?blocks=4k|/var/tmp/x:256:0");
  }

  private static void refuseDonors(Stage stage) throws IOException {
    Path directory = stage.workplace().directory();
    refuse(stage, "unknown device", "dram:64|/dev/nvme99n1:256:0");
    refuse(stage, "no such directory", "dram:64|" + directory + "/missing/spill:256:0");
    refuse(stage, "no exporter there", "dram:64|127.0.0.1:256:" + freePort());
    LocalExporter small = LocalExporter.start(stage.workplace(), 64);
    refuse(stage, "exporter too small", "dram:64|" + small.entry(256));
  }

  /** What only root can stage, in a mount namespace of its own. */
  private static void refuseMachines(Stage stage) throws IOException {
    if (!stage.run(List.of("id", "-u")).out().strip().equals("0")) {
      stage.say("        a full disk, a read-only one and a restricted userfaultfd: run as root");
      return;
    }
    refuseDisk(stage, "spill directory full", "rw");
    refuseDisk(stage, "spill directory read-only", "ro");
    refuse(
        stage,
        "userfaultfd for user mode only",
        List.of(
            "unshare",
            "-m",
            "setpriv",
            "--bounding-set=-sys_ptrace",
            "sh",
            "-c",
            WITHOUT_DEVICE,
            "sh"),
        "dram:64|" + stage.newSpill() + ":256:0");
  }

  private static void refuseDisk(Stage stage, String name, String mounted) throws IOException {
    Path directory = Files.createDirectory(stage.workplace().directory().resolve(mounted));
    List<String> prefix =
        List.of("unshare", "-m", "sh", "-c", WITH_SMALL_DISK, "sh", mounted, directory.toString());
    refuse(stage, name, prefix, "dram:64|" + directory + "/spill:256:0");
  }

  private static void refuseOldJava(Stage stage) throws IOException {
    Optional<Path> command = commandOfCheckout();
    Optional<Path> old = oldJava();
    if (command.isEmpty() || old.isEmpty()) {
      stage.say("        JDK too old: needs bin/emp of a checkout and an older JDK");
      return;
    }
    List<String> words =
        List.of("env", "EMP_JAVA_HOME=" + old.get(), command.get().toString(), "--version");
    judge(stage, "JDK too old", stage.run(words));
  }

  private static void refuse(Stage stage, String name, String path) throws IOException {
    refuse(stage, name, List.of(), path);
  }

  private static void refuse(Stage stage, String name, List<String> prefix, String path)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        stage.emp("bench", "touch", "--quiet", "--size-mib", "64", "--path", path).command());
    judge(stage, name, stage.run(command));
  }

  private static void judge(Stage stage, String name, Child.Ended ended) {
    stage.check(
        ended.exitCode() == REFUSED && ended.err().size() == 1 && ended.out().isEmpty(),
        name
            + ": exit code "
            + ended.exitCode()
            + ", "
            + ended.err().size()
            + " lines: "
            + String.join(" / ", ended.err()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Optional<Path> commandOfCheckout() {
    for (String entry : ClassPath.current().split(File.pathSeparator)) {
      for (Path at = Path.of(entry).toAbsolutePath(); at != null; at = at.getParent()) {
        Path command = at.resolve("bin/emp");
        if (Files.isExecutable(command)) {
          return Optional.of(command);
        }
      }
    }
    return Optional.empty();
  }

  /** JDKs are kept beside each other. */
  private static Optional<Path> oldJava() throws IOException {
    Path running = Path.of(System.getProperty("java.home"));
    try (var homes = Files.list(running.resolveSibling(""))) {
      return homes.filter(BadInputItem::isOld).findFirst();
    }
  }

  private static boolean isOld(Path home) {
    Path release = home.resolve("release");
    try {
      return Files.isReadable(release)
          && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1\\.8|11|17|21)\\b.*");
    } catch (IOException e) {
      return false;
    }
  }
}

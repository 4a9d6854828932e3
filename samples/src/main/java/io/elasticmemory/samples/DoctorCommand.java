package io.elasticmemory.samples;

import io.elasticmemory.MemPath;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Check.Verdict;
import io.elasticmemory.port.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code emp doctor}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "doctor",
    description = {
      "Looks whether this machine can run a space, and how well: kernel, rights, limits, disks,"
          + " links.",
      "With a path it opens its space and closes it again, as a program would.",
      "Without --path it looks at the path of EMP_PMEM_PATH, if there is one."
    },
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if a space can run, 1 if not, 2 if the path is wrong.",
      "",
      "Examples:",
      "  emp doctor",
      "  emp doctor --path 'dram:1024|10.0.0.7:4096:19675|/var/tmp/spill:8192:0'"
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--path",
      paramLabel = "PATH",
      description =
          "Look at the exporters, directories and devices of this memory path too, and open it.")
  private @Nullable String path;

  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    json.check();
    Optional<MemPath> memPath = memPath();
    memPath.ifPresent(MemPath::requireSupported);
    List<Check> checks = checks(memPath);
    print(checks, json.people());
    json.write(toJson(checks));
    return isWell(checks) ? 0 : EmpMain.EXIT_FAILED;
  }

  private static List<Check> checks(Optional<MemPath> path) throws IOException {
    List<Check> checks =
        new ArrayList<>(
            Platform.find()
                .examine(
                    path.map(memPath -> memPath.options().usermode()).orElse(false),
                    path.map(DoctorCommand::spills).orElse(List.of()),
                    path.map(DoctorCommand::exporters).orElse(List.of())));
    if (path.isPresent()) {
      checks.addAll(new SpaceTrial(path.get()).checks());
    }
    return checks;
  }

  private Optional<MemPath> memPath() {
    if (path != null) {
      return Optional.of(MemPath.parse(path));
    }
    Map<String, String> environment = System.getenv();
    boolean isSet =
        environment.containsKey("EMP_PMEM_PATH") || environment.containsKey("EMP_MEM_PATH");
    return isSet ? Optional.of(MemPath.fromEnvironment(environment)) : Optional.empty();
  }

  /** The directories of spill files, and the devices. */
  static List<Path> spills(MemPath path) {
    return path.entries(MemPath.Disk.class).stream()
        .map(
            disk ->
                disk instanceof MemPath.SpillFile
                    ? SpaceTrial.directoryOf(disk)
                    : Path.of(disk.path()))
        .distinct()
        .toList();
  }

  /** Where the exporters are expected; names are looked up. */
  static List<InetSocketAddress> exporters(MemPath path) {
    return path.entries(MemPath.Exporter.class).stream()
        .map(exporter -> new InetSocketAddress(exporter.host(), exporter.port()))
        .toList();
  }

  static void print(List<Check> checks, PrintWriter out) {
    int nameWidth = checks.stream().mapToInt(check -> check.name().length()).max().orElse(1);
    for (Check check : checks) {
      out.printf("%-8s %-" + nameWidth + "s  %s%n", label(check), check.name(), check.detail());
      if (!check.remedy().isEmpty()) {
        out.printf("%-8s %-" + nameWidth + "s  -> %s%n", "", "", check.remedy());
      }
    }
    out.println();
    out.println(isWell(checks) ? "A space can run here." : "A space cannot run here yet.");
    out.flush();
  }

  private static JsonObject toJson(List<Check> checks) {
    return new JsonObject()
        .put("ok", isWell(checks))
        .putObjects("checks", checks.stream().map(DoctorCommand::toJson).toList());
  }

  private static JsonObject toJson(Check check) {
    return new JsonObject()
        .put("name", check.name())
        .put("verdict", label(check))
        .put("detail", check.detail())
        .put("remedy", check.remedy());
  }

  private static boolean isWell(List<Check> checks) {
    return checks.stream().noneMatch(check -> check.verdict() == Verdict.FAILED);
  }

  private static String label(Check check) {
    return check.verdict().name().toLowerCase(Locale.ROOT);
  }
}

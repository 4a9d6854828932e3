package io.elasticmemory.samples;

import io.elasticmemory.samples.upgrade.Installation;
import io.elasticmemory.samples.upgrade.OfferedPager;
import io.elasticmemory.samples.upgrade.Upgrade;
import io.elasticmemory.samples.upgrade.Upgrade.Change;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code emp upgrade}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "upgrade",
    description = {
      "Has the pager of another build of EMP take over the spaces of a running program, which goes",
      "on meanwhile: its threads wait for their pages as when a pager has died, and nothing is"
          + " lost."
    },
    sortOptions = false,
    footer = {
      "",
      "The next pager runs on the JDK that this command runs on, with its EMP_PAGER_… settings.",
      "If the other build does not get to serve, or fails within a minute, the build before goes"
          + " on.",
      "",
      "Exit code: 0 if a pager of that build serves; 1 if it did not come to that, and one of the",
      "build before does; 2 if nothing was done: there is no such process or build, it may not be",
      "looked at, or that build cannot take over.",
      "",
      "Examples:",
      "  emp upgrade 4711",
      "  emp upgrade 4711 --to /opt/emp-0.2"
    })
final class UpgradeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "The process id of the program.")
  private long pid;

  @Option(
      names = "--to",
      paramLabel = "HOME",
      description =
          "The directory of the other build, or one with its jars. Default: this command's own.")
  private @Nullable Path home;

  @Override
  public Integer call() {
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      throw new ParameterException(
          spec.commandLine(),
          "'%d' is no process id; give that of a Java program, see jps".formatted(pid));
    }
    Installation installation = home == null ? Installation.own() : Installation.in(home);
    try (Upgrade upgrade = Upgrade.of(pid)) {
      OfferedPager offered = installation.ask();
      upgrade.require(offered);
      List<Change> changes = upgrade.run(offered);
      changes.forEach(change -> say(change, offered));
      return changes.stream().allMatch(Change::isDone) ? 0 : EmpMain.EXIT_FAILED;
    }
  }

  private void say(Change change, OfferedPager offered) {
    String build = offered.build().version();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (change.isDone()) {
      out.printf(
          "process %d: pager %d of build %s serves, %d ms after pager %d was ended%n",
          pid, change.pager(), build, change.millis(), change.pagerBefore());
      out.flush();
    } else if (ProcessHandle.of(pid).isEmpty()) {
      err.printf("emp upgrade: process %d has ended meanwhile%n", pid);
    } else {
      err.printf(
          "emp upgrade: no pager of build %s got to serve process %d, which goes on with the build"
              + " before; why is in the program's log, from io.elasticmemory.pager%n",
          build, pid);
    }
  }
}

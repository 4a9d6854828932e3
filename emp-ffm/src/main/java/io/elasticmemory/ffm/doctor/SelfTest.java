package io.elasticmemory.ffm.doctor;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.host.HugePages;
import io.elasticmemory.ffm.host.Kernel;
import io.elasticmemory.ffm.userfaultfd.Features;
import io.elasticmemory.ffm.userfaultfd.Userfaultfd;
import io.elasticmemory.port.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Replays the kernel facts that safety depends on: a kernel on which one of them does not hold
 * would lose data, so no space starts on it. Runs before every space and takes a few milliseconds.
 */
public final class SelfTest {
  private static final String DRIFT_REMEDY =
      "this kernel does not keep what it promises: use another Linux 6.6 or newer, and report this";

  private final boolean acceptUserMode;
  private final List<Check> checks = new ArrayList<>();

  private SelfTest(boolean acceptUserMode) {
    this.acceptUserMode = acceptUserMode;
  }

  /** One fact, tried. */
  @FunctionalInterface
  private interface Fact {
    void hold() throws Trial.Drift;
  }

  /**
   * Looks at everything, or up to the first thing that forbids a space.
   *
   * @param acceptUserMode a userfaultfd that traps user-mode accesses only will do
   */
  public static List<Check> run(boolean acceptUserMode) {
    SelfTest test = new SelfTest(acceptUserMode);
    boolean _ = test.kernelIsNewEnough() && test.faultsAreAllowed() && test.factsHold();
    test.hugePagesAreOff();
    return List.copyOf(test.checks);
  }

  private boolean kernelIsNewEnough() {
    String release = Kernel.release();
    if (Kernel.isNewEnough(release)) {
      return add(Check.ok("kernel", "Linux " + release));
    }
    return add(
        Check.failed(
            "kernel",
            "Linux " + release + " is older than " + Kernel.FLOOR,
            "use Linux " + Kernel.FLOOR + " or newer"));
  }

  private boolean faultsAreAllowed() {
    try {
      Userfaultfd.Kind kind = Userfaultfd.kind(acceptUserMode);
      String missing = Features.missingFrom(Userfaultfd.probeFeatures());
      add(
          missing.isEmpty()
              ? Check.ok("fault features", "all there")
              : Check.failed(
                  "fault features",
                  "missing: " + missing,
                  "use Linux " + Kernel.FLOOR + " or newer"));
      return add(describe(kind)) && missing.isEmpty();
    } catch (EmpException e) {
      return add(failure("userfaultfd", e));
    }
  }

  private static Check describe(Userfaultfd.Kind kind) {
    return switch (kind) {
      case DEVICE -> Check.ok("userfaultfd", "all accesses, through /dev/userfaultfd");
      case SYSTEM_CALL -> Check.ok("userfaultfd", "all accesses, through the system call");
      case USER_MODE ->
          Check.warning(
              "userfaultfd",
              "user-mode accesses only, which usermode=true accepts: system calls on absent memory"
                  + " of a space fail with EFAULT, so pin (Emp.pin, or pin of the agent's MXBean)"
                  + " what the kernel is to read or write; channels in a program with the agent"
                  + " need no pin",
              Userfaultfd.REMEDY);
    };
  }

  /** The message of a refusal has what is wrong and, behind the last semicolon, the remedy. */
  private static Check failure(String name, EmpException refusal) {
    String message = refusal.getMessage();
    int remedyAt = message.lastIndexOf("; ");
    return remedyAt < 0
        ? Check.failed(name, message, "see docs/CLI.md")
        : Check.failed(name, message.substring(0, remedyAt), message.substring(remedyAt + 2));
  }

  private boolean factsHold() {
    try (Trial trial = Trial.open(acceptUserMode)) {
      return holds("memory seals", "size of the memory file is fixed", trial::sealsHold)
          && holds("fault and copy", "an absent page waits for its bytes", trial::copyInstalls)
          && holds("write protection", "kept by COPY, reports writes", trial::copyProtects)
          && holds("punching", "leaves a hole, a waiting writer returns", trial::punchLeavesAHole)
          && holds("mapping", "CONTINUE keeps write protection", trial::mapProtects)
          && kernelAccessTraps(trial)
          && holds("frame count", "exact", () -> trial.framesAreCounted(pagesTouched()));
    } catch (EmpException e) {
      return add(failure("trial space", e));
    }
  }

  private boolean kernelAccessTraps(Trial trial) {
    return isUserModeOnly()
        || holds("kernel accesses", "wait for absent pages too", trial::kernelAccessTraps);
  }

  private boolean isUserModeOnly() {
    return checks.stream()
        .anyMatch(c -> c.name().equals("userfaultfd") && c.verdict() == Check.Verdict.WARNING);
  }

  private int pagesTouched() {
    return isUserModeOnly() ? 1 : 2;
  }

  private boolean holds(String name, String meaning, Fact fact) {
    try {
      fact.hold();
      return add(Check.ok(name, meaning));
    } catch (Trial.Drift | RuntimeException e) {
      String what = Optional.ofNullable(e.getMessage()).orElse(e.toString());
      return add(Check.failed(name, what, DRIFT_REMEDY));
    }
  }

  private void hugePagesAreOff() {
    for (HugePages.Setting setting : HugePages.ofSharedMemory()) {
      if (setting.value().equals("force")) {
        add(
            Check.failed(
                "huge pages",
                setting.file() + " is force: every page of a space would be huge",
                "echo advise > " + setting.file()));
        return;
      }
      if (setting.value().equals("always")) {
        add(
            Check.warning(
                "huge pages",
                setting.file()
                    + " is always; spaces ask for small pages, repairs may get huge ones",
                "echo advise > " + setting.file()));
        return;
      }
    }
    add(Check.ok("huge pages", "off for shared memory unless asked for"));
  }

  private boolean add(Check check) {
    checks.add(check);
    return check.verdict() != Check.Verdict.FAILED;
  }
}

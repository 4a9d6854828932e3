package io.elasticmemory.ffm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticmemory.EmpException;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SpaceMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * As a user who may have a userfaultfd for user-mode accesses only. Needs root, to become such a
 * user, and the settings that most systems have.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnprivilegedTest {
  private static final String NOBODY = "65534";
  private static final Path SYSCTL = Path.of("/proc/sys/vm/unprivileged_userfaultfd");

  private List<String> lines = List.of();

  @BeforeAll
  void runAsNobody() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs root to become another user");
    assumeTrue(Files.readString(SYSCTL).strip().equals("0"), "every user may have a full one here");
    String probe = String.join(" ", asNobody(List.of("test", "-r", "target/test-classes")));
    assumeTrue(
        run(List.of("sh", "-c", probe + " && echo yes")).equals(List.of("yes")),
        "nobody may not read the classes of this test");
    lines = run(asNobody(ChildJvm.command(UnprivilegedMain.class)));
  }

  private static List<String> asNobody(List<String> command) {
    List<String> as =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    as.addAll(command);
    return as;
  }

  private static List<String> run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.lines().toList();
  }

  @Test
  void theSelfTestRefusesWithTheRemedy() {
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("strict userfaultfd FAILED")
                    .contains("user-mode accesses only")
                    .contains("/dev/userfaultfd")
                    .contains("sysctl vm.unprivileged_userfaultfd=1")
                    .contains("usermode=true"));
  }

  @Test
  void theSelfTestHoldsWhereUserModeIsAccepted() {
    Stream<String> lenient = lines.stream().filter(line -> line.startsWith("lenient "));
    assertThat(lenient)
        .noneMatch(line -> line.contains("FAILED"))
        .anyMatch(line -> line.startsWith("lenient userfaultfd WARNING"))
        .anyMatch(line -> line.startsWith("lenient punching OK"))
        .noneMatch(line -> line.startsWith("lenient kernel accesses"));
  }

  @Test
  void aSpaceIsRefusedInOneLineWithTheRemedy() {
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith("strict space PLATFORM userfaultfd is allowed for user-mode")
                    && line.contains("/dev/userfaultfd"));
  }

  @Test
  void aSpaceThatTrapsUserModeOnlyCannotLoadAhead() {
    assertThat(lines).contains("lenient space made");
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith("lenient load PLATFORM") && line.contains("user-mode accesses"));
  }

  /** What nobody runs. */
  static final class UnprivilegedMain {
    public static void main(String[] arguments) {
      Platform platform = Platform.find();
      print("strict ", platform.selfTest(false));
      print("lenient ", platform.selfTest(true));
      try {
        platform.memories().createSpace(2L << 20).close();
        System.out.println("strict space made");
      } catch (EmpException e) {
        System.out.println("strict space " + e.kind() + " " + e.getMessage());
      }
      try (SpaceMemory space = platform.memories().createSpace(2L << 20, true)) {
        System.out.println("lenient space made");
        space.load(0, 4096);
        System.out.println("lenient load done");
      } catch (EmpException e) {
        System.out.println("lenient load " + e.kind() + " " + e.getMessage());
      }
    }

    private static void print(String prefix, List<Check> checks) {
      for (Check check : checks) {
        System.out.println(
            prefix
                + String.join(
                    " ", check.name(), check.verdict().toString(), check.detail(), check.remedy()));
      }
    }
  }
}

package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A space of a program without the right to handle the kernel's faults, with a real pager. Needs
 * root, to become such a user, and the settings that most systems have.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class UserModeTest {
  private static final String NOBODY = "65534";
  private static final Path SYSCTL = Path.of("/proc/sys/vm/unprivileged_userfaultfd");
  private static final String FAILS = "java.io.IOException: Bad address";
  private static final String READ = "1048576 bytes true";

  @TempDir Path directory;

  private final Map<String, String> found = new LinkedHashMap<>();
  private List<String> errors = List.of();

  @ParameterizedTest
  @ValueSource(strings = {"?usermode=true", "?usermode=true&shards=2&block=16k&elastic=off"})
  void doesWithUserModeFaultsAloneWhatASpaceDoes(String options) throws Exception {
    assumeNobodyHasNoRights();
    run(asNobody(), options);

    assertSpaceWorks();
    assertThat(found)
        .containsEntry("user mode only", "true")
        .containsEntry("read into absent", FAILS)
        .containsEntry("write of absent", FAILS);
    assertThat(errors).filteredOn(line -> line.contains("usermode=true")).hasSize(1);
    assertThat(errors.getFirst())
        .contains("EFAULT", "Emp.pin", "/dev/userfaultfd", "vm.unprivileged_userfaultfd=1");
    assertThat(errors).hasSize(1);
  }

  @Test
  void takesMoreIfItIsAllowedAndSaysNothing() throws Exception {
    assumeRoot();
    run(List.of(), "?usermode=true");

    assertSpaceWorks();
    assertThat(found)
        .containsEntry("user mode only", "false")
        .containsEntry("read into absent", READ)
        .containsEntry("write of absent", "1048576 bytes");
    assertThat(errors).isEmpty();
  }

  @Test
  void isRefusedWithTheRemedyWhereUserModeIsNotAccepted() throws Exception {
    assumeNobodyHasNoRights();
    run(asNobody(), "");

    assertThat(found.get("refused"))
        .startsWith("PLATFORM userfaultfd")
        .contains("/dev/userfaultfd", "dram:<MiB>?usermode=true");
    assertThat(found).containsKey("opened again");
  }

  private void assertSpaceWorks() {
    assertThat(found)
        .containsEntry("written and read", "true")
        .containsEntry("scanned", "true")
        .containsEntry("loaded", "true")
        .containsEntry("discarded", "true")
        .containsEntry("reused cells are zero", "true")
        .containsEntry("write of loaded", "1048576 bytes")
        .containsEntry("read into pinned", READ + ", left true, again true")
        .containsEntry("pinned stays", "true " + READ + ", again true, others true")
        .containsEntry("direct I/O into pinned", "true")
        .containsKey("opened again");
    assertThat(found.get("too much pinned"))
        .startsWith("CAPACITY ")
        .contains("4194304 of a DRAM budget of 8388608");
    assertThat(found.get("resized below")).contains("5242880", "3145728", "unpin");
  }

  private static void assumeRoot() {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs root to become another user");
  }

  private static void assumeNobodyHasNoRights() throws IOException {
    assumeRoot();
    assumeTrue(Files.readString(SYSCTL).strip().equals("0"), "every user may have a full one here");
  }

  private static List<String> asNobody() {
    return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
  }

  private void run(List<String> through, String options) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> words =
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            ChildJvm.joined(readableByAll(ChildJvm.places(UserModeProgram.class))),
            UserModeProgram.class.getName(),
            directory.toString(),
            options);
    try (ChildJvm child = ChildJvm.startWith(through, words)) {
      while (!found.containsKey("opened again")) {
        String[] parts = child.readLine().split(": ", 2);
        found.put(parts[0], parts.length == 1 ? "" : parts[1]);
      }
      assertThat(child.exitCode()).isZero();
      errors = child.errors();
    }
  }

  /** Repositories of builds are often readable for their owner alone. */
  private List<Path> readableByAll(List<Path> places) throws IOException {
    List<Path> readable = new ArrayList<>();
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        assumeTrue(isReadableByAll(place), () -> "nobody may not read " + place);
        readable.add(place);
      } else {
        readable.add(Files.copy(place, directory.resolve(place.getFileName())));
      }
    }
    return readable;
  }

  private static boolean isReadableByAll(Path folder) throws IOException {
    for (Path at = folder; at != null; at = at.getParent()) {
      if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(at)).endsWith("x")) {
        return false;
      }
    }
    return true;
  }
}

package io.elasticmemory.ffm.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.Emp;
import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.ffm.libc.OpenDescriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A space that cannot be opened says why in one line and leaves nothing behind. */
class SpaceRefusalTest {
  private final Map<String, String> settings = new HashMap<>();

  @TempDir Path directory;

  private Set<String> before;

  @BeforeEach
  void look() throws Exception {
    openOnce();
    before = leftovers();
  }

  /** What a process opens once and keeps. */
  private void openOnce() {
    Emp.open("dram:4").close();
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    settings.keySet().forEach(System::clearProperty);
    assertThat(leftovers()).isSubsetOf(before);
  }

  private static Set<String> leftovers() throws Exception {
    Set<String> all = new TreeSet<>();
    ProcessHandle.current().children().map(child -> "process " + child.pid()).forEach(all::add);
    all.addAll(OpenDescriptors.now());
    return all;
  }

  private void set(String name, String value) {
    settings.put(name, value);
    System.setProperty(name, value);
  }

  private static void refused(String path, Kind kind, String messagePattern) {
    try {
      Emp.open(path).close();
    } catch (EmpException e) {
      assertThat(e.getMessage()).matches(messagePattern).doesNotContain("\n");
      assertThat(e.kind()).isEqualTo(kind);
      return;
    }
    throw new AssertionError(path + " was not refused");
  }

  @Test
  void aDirectoryThatIsNotThere() {
    refused("dram:4|" + directory + "/none/spill:128:0", Kind.DONOR, ".*/none/spill.*; .*");
  }

  @Test
  void aSpillFileThatIsThereAlready() throws Exception {
    Path file = Files.writeString(directory.resolve("mine"), "precious");

    refused("dram:4|" + file + ":128:0", Kind.DONOR, ".*/mine.*exists.*; .*");
    assertThat(file).hasContent("precious");
  }

  @Test
  void aDirectoryWithoutRoom() {
    refused("dram:4|" + directory + "/spill:1048576:0", Kind.DONOR, ".*/spill.*; .*");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDeviceThatIsNotThere() {
    refused("dram:4|/dev/nvme77n1:128:0", Kind.DONOR, ".*/dev/nvme77n1.*; .*");
  }

  @Test
  void aBudgetThatIsTooSmall() {
    refused(
        "dram:4?block=2m|" + directory + "/spill:128:0",
        Kind.PATH,
        "a DRAM budget of 4096 KiB is less than the \\d+ KiB .* raise dram: or lower block=");
  }

  @Test
  void aJavaThatIsNone() {
    set("emp.pager.java", "/no/java");
    refused(
        "dram:4",
        Kind.PAGER,
        "the pager did not start: exit code 127: .*/no/java: .*; .*emp.pager.java='/no/java'");
  }

  @Test
  void aJavaThatFails() {
    set("emp.pager.java", "/bin/false");
    refused(
        "dram:4",
        Kind.PAGER,
        "the pager did not start: exit code 1; .*emp.pager.java='/bin/false'");
  }

  @Test
  void anOptionTheJvmDoesNotKnow() {
    set("emp.pager.options", "-XX:NoSuchOption");
    refused(
        "dram:4",
        Kind.PAGER,
        "the pager did not start: exit code 1: .*emp.pager.options='-XX:NoSuchOption'");
  }

  @Test
  void aPagerWithoutItsClasses() {
    set("emp.pager.classPath", directory.toString());
    refused(
        "dram:4",
        Kind.PAGER,
        "the pager did not start: exit code 1: .*PagerMain.*emp.pager.classPath='.*'");
  }

  @Test
  void partsOfThePathThatAreNotThereYet() {
    refused("dram:4|pool:64:zk|" + directory + "/spill:128:0", Kind.PATH, ".*pool:64:zk.*");
  }

  @Test
  void compressedMemoryWithNothingBelowIt() {
    refused("dram:4|zdram:64", Kind.PATH, ".*'zdram:64' needs a tier below it.*");
  }

  @Test
  void compressionWithoutItsLibrary() {
    String jars =
        System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path");
    set("emp.pager.classPath", jars.replaceAll("[^:]*lz4-java[^:]*", ""));
    refused(
        "dram:4|zdram:64|" + directory + "/spill:128:0",
        Kind.PAGER,
        "compression needs lz4-java, .*add at.yawk.lz4:lz4-java.*");
  }
}

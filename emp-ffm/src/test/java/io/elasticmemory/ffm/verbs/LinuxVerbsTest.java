package io.elasticmemory.ffm.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticmemory.EmpException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is to be said where there is no RDMA, which is most places. */
class LinuxVerbsTest {
  @Test
  void loadsNothingBeforeItIsUsed() throws Exception {
    // Another test of this JVM may have used it already.
    boolean isLoadedBefore = isLoaded();
    LinuxVerbs verbs = new LinuxVerbs();
    assertThat(verbs).isNotNull();
    assertThat(isLoaded()).isEqualTo(isLoadedBefore);
  }

  private static boolean isLoaded() throws Exception {
    return Files.readString(Path.of("/proc/self/maps")).contains("librdmacm");
  }

  @Test
  void saysWhatIsMissing() {
    assumeTrue(!Files.exists(Path.of("/sys/class/infiniband")), "there is no RDMA here");
    LinuxVerbs verbs = new LinuxVerbs();
    assertThatThrownBy(verbs::openChannel)
        .isInstanceOfSatisfying(
            EmpException.class, e -> assertThat(e.kind()).isEqualTo(EmpException.Kind.PLATFORM))
        .message()
        .containsAnyOf("install the packages libibverbs1", "load the kernel's rdma_ucm");
  }
}

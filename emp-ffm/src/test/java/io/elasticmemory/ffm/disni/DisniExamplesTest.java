package io.elasticmemory.ffm.disni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DiSNI's own examples run on EMP's verbs as they are; the virtual machine has them on a device.
 */
class DisniExamplesTest {
  @Test
  void runAsTheyArePublished(@TempDir Path folder) throws Exception {
    assertThat(ClassPathJvm.run(folder, DisniExamples.class))
        .contains("VerbsServer::done", "Bidirectional average latency");
  }
}

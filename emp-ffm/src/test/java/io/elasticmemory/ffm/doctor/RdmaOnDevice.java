package io.elasticmemory.ffm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.Check;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What is said where there is a device. Wanted with {@code -Demp.rdma.address=}, an address of it.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaOnDevice {
  @Test
  void namesTheDevices() {
    Check check = Rdma.examine(Path.of("/sys/class/infiniband"));
    assertThat(check.verdict()).isEqualTo(Check.Verdict.OK);
    assertThat(check.detail()).doesNotContain("no device").isNotBlank();
  }
}

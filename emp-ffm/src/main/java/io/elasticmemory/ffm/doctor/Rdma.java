package io.elasticmemory.ffm.doctor;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.verbs.LinuxVerbs;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.verbs.VerbsDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Whether exporters can be reached by RDMA. Its libraries are loaded only if there is a device. */
final class Rdma {
  private static final String NAME = "RDMA";
  private static final String NONE =
      "no device; only transport=rdma and exporters with -d need one";

  private Rdma() {}

  /**
   * Looks.
   *
   * @param devices where the kernel lists its devices
   */
  static Check examine(Path devices) {
    if (!Files.isDirectory(devices)) {
      return Check.ok(NAME, NONE);
    }
    try {
      List<VerbsDevice> found = new LinuxVerbs().devices();
      return Check.ok(
          NAME,
          found.isEmpty()
              ? NONE
              : found.stream().map(Rdma::describe).collect(Collectors.joining(", ")));
    } catch (EmpException e) {
      return Check.warning(
          NAME,
          "there are devices, and they cannot be used: " + e.getMessage(),
          "apt-get install libibverbs1 librdmacm1 ibverbs-providers");
    }
  }

  private static String describe(VerbsDevice device) {
    return device.name() + (device.atomics() ? "" : " (without atomic operations)");
  }
}

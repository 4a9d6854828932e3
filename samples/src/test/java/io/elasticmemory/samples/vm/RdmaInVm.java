package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * RDMA on a device, which is one of software in a virtual machine: {@code mvn -Prdma-vm verify}.
 * The machine is emulated, so nothing here says how fast anything is.
 */
@EnabledIfSystemProperty(
    named = "emp.rdmaVm",
    matches = "true",
    disabledReason = "run with the profile rdma-vm")
class RdmaInVm {
  private static final int SECONDS_MAX = 280;
  private static final String EMP = "io.elasticmemory.samples.EmpMain";
  private static final String DISNI_TESTS =
      "io.elasticmemory.ffm.disni.DisniProviderOnDevice"
          + " io.elasticmemory.ffm.disni.engine.DisniVerbsOnDevice";
  private static final String DISNI_EXAMPLES = "io.elasticmemory.ffm.disni.DisniExamples";

  @BeforeAll
  static void build() throws Exception {
    VirtualMachine.build();
  }

  @Test
  void theContractsHoldOnADevice() throws Exception {
    run(
        "contracts",
        "io.elasticmemory.ffm.verbs.LinuxVerbsOnDevice",
        "io.elasticmemory.ffm.doctor.RdmaOnDevice",
        "io.elasticmemory.samples.remote.RdmaLinkOnDevice");
  }

  @Test
  void disniProgramsRunOnADevice() throws Exception {
    String tests = TestsMain.class.getName() + " " + DISNI_TESTS;
    String examples = DISNI_EXAMPLES + " " + VirtualMachine.ADDRESS;
    VirtualMachine.run(
        "disni", SECONDS_MAX, VirtualMachine.java(tests) + " && " + VirtualMachine.java(examples));
  }

  @Test
  void failuresAreNoticedAndNoWordIsWrong() throws Exception {
    run("failures", "io.elasticmemory.samples.remote.RdmaFailuresOnDevice");
  }

  @Test
  void roundTripsAreMeasuredBesideTheSameInC() throws Exception {
    String bench = EMP + " bench rdma --address " + VirtualMachine.ADDRESS;
    String said =
        VirtualMachine.run(
            "bench", SECONDS_MAX, VirtualMachine.java(bench + " --round-trips 50 --rounds 1"));
    assertThat(said).contains("read 4 KiB", "write 4 KiB", "compare-and-swap");
  }

  private static void run(String name, String... tests) throws Exception {
    String[] arguments = new String[tests.length + 1];
    arguments[0] = TestsMain.class.getName();
    System.arraycopy(tests, 0, arguments, 1, tests.length);
    VirtualMachine.run(name, SECONDS_MAX, VirtualMachine.java(arguments));
  }
}

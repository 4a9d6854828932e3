package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.vm.VirtualMachine.Running;
import java.nio.file.Path;
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
  /** Each takes about a minute on a machine with two CPUs that has nothing else to do. */
  private static final int SECONDS_MAX = 600;

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
    run(
        "failures",
        "io.elasticmemory.samples.remote.RdmaFailuresOnDevice",
        "io.elasticmemory.samples.remote.RdmaCostOnDevice");
  }

  @Test
  void roundTripsAreMeasuredBesideTheSameInC() throws Exception {
    String bench = EMP + " bench rdma --address " + VirtualMachine.ADDRESS;
    String said =
        VirtualMachine.run(
            "bench", SECONDS_MAX, VirtualMachine.java(bench + " --round-trips 50 --rounds 1"));
    assertThat(said).contains("read 4 KiB", "write 4 KiB", "compare-and-swap");
  }

  @Test
  void everyWordOfAProgramIsRight() throws Exception {
    run("program", "io.elasticmemory.samples.vm.RdmaProgramOnDevice");
  }

  @Test
  void aTransferAllocatesNothingAndFaultsAreMeasured() throws Exception {
    String test =
        TestsMain.class.getName() + " io.elasticmemory.samples.remote.RdmaAllocationOnDevice";
    String bench =
        EMP
            + " bench fault --tier exporter --transport rdma --no-floor"
            + " --rounds 1 --faults 200 --warm-up 200 --json - --address "
            + VirtualMachine.ADDRESS;
    // Beside other work its exporter may be too slow with the first answer: once more, then.
    String benchOnceMore = "(%1$s || %1$s)".formatted(VirtualMachine.java(bench));
    String said =
        VirtualMachine.run(
            "allocation", SECONDS_MAX, VirtualMachine.compiled(test) + " && " + benchOnceMore);
    assertThat(said).contains("\"transport\": \"rdma\"").contains("bytes go by RDMA");
  }

  @Test
  void anExporterWhoseMachineVanishesIsNoticed() throws Exception {
    Path wire = VirtualMachine.newFile("wire");
    String exporter =
        VirtualMachine.java(
            "io.elasticmemory.exporter.ExporterMain -m 64 -b 10.0.0.2 -p 19675 -d rxe0");
    String client =
        VirtualMachine.java(
            TestsMain.class.getName(), "io.elasticmemory.samples.remote.RdmaFarExporterOnDevice");
    try (Running far = VirtualMachine.start("far", SECONDS_MAX, exporter, onWire(wire, 2))) {
      far.awaitFile(wire);
      try (Running near = VirtualMachine.start("near", SECONDS_MAX, client, onWire(wire, 1))) {
        near.awaitWords("stop it now");
        far.send(Signal.STOP);
        near.awaitWords("continue it now");
        far.send(Signal.CONT);
        near.awaitWords("kill it now");
        far.close();
        near.awaitSuccess();
      }
    }
  }

  /** The first to come waits for the other. */
  private static String[] onWire(Path wire, int number) {
    String server = number == 2 ? "on" : "off";
    String netdev = "stream,server=%s,addr.type=unix,addr.path=%s".formatted(server, wire);
    return new String[] {"-n", netdev, "-a", "" + number, "-m", "1536"};
  }

  private static void run(String name, String... tests) throws Exception {
    String[] arguments = new String[tests.length + 1];
    arguments[0] = TestsMain.class.getName();
    System.arraycopy(tests, 0, arguments, 1, tests.length);
    VirtualMachine.run(name, SECONDS_MAX, VirtualMachine.java(arguments));
  }
}

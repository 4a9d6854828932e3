package io.elasticmemory.samples.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.process.Signal;
import io.elasticmemory.samples.vm.VirtualMachine.Running;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * RDMA on a device, which is one of software in a virtual machine: {@code mvn -Prdma-vm verify}.
 * The machine is emulated, so nothing here says how fast anything is.
 */
@EnabledIfSystemProperty(
    named = "emp.rdmaVm",
    matches = "true",
    disabledReason = "run with the profile rdma-vm")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the longest first
@Execution(ExecutionMode.CONCURRENT) // although there is an order
class RdmaInVm {
  /** Each takes one to three minutes on a machine with two CPUs that has nothing else to do. */
  private static final int SECONDS_MAX = 600;

  private static final String DISNI_EXAMPLES = "io.elasticmemory.ffm.disni.DisniExamples";

  @BeforeAll
  static void build() throws Exception {
    VirtualMachine.build();
  }

  @Test
  @Order(1)
  void failuresAreNoticedAndCostsAreMeasured() throws Exception {
    String tests =
        tests(
            "io.elasticmemory.samples.remote.RdmaFailuresOnDevice",
            "io.elasticmemory.samples.remote.RdmaCostOnDevice",
            "io.elasticmemory.samples.RdmaBenchOnDevice");
    String said = VirtualMachine.run("failures", SECONDS_MAX, VirtualMachine.java(tests));
    assertThat(said).as("of the faults").containsPattern("10.0.0.1:[0-9]+: bytes go by RDMA");
  }

  @Test
  @Order(2)
  void everyWordOfAProgramIsRight() throws Exception {
    String test = tests("io.elasticmemory.samples.vm.RdmaProgramOnDevice");
    VirtualMachine.run("program", SECONDS_MAX, VirtualMachine.java(test));
  }

  @Test
  @Order(3)
  void contractsHold() throws Exception {
    String tests =
        tests(
            "io.elasticmemory.ffm.verbs.LinuxVerbsOnDevice",
            "io.elasticmemory.ffm.disni.DisniProviderOnDevice",
            "io.elasticmemory.ffm.disni.engine.DisniVerbsOnDevice",
            "io.elasticmemory.ffm.doctor.RdmaOnDevice",
            "io.elasticmemory.samples.remote.RdmaLinkOnDevice",
            "io.elasticmemory.samples.remote.WordsOnDevice",
            "io.elasticmemory.samples.remote.RdmaLeftoversOnDevice",
            // The last: no connection can be made to a device of software after it.
            "io.elasticmemory.samples.remote.RdmaPortOnDevice");
    VirtualMachine.run("contracts", SECONDS_MAX, VirtualMachine.java(tests));
  }

  @Test
  @Order(4)
  void disniProgramsRunAndATransferAllocatesNothing() throws Exception {
    String examples = DISNI_EXAMPLES + " " + VirtualMachine.ADDRESS;
    String test = tests("io.elasticmemory.samples.remote.RdmaAllocationOnDevice");
    VirtualMachine.run(
        "allocation",
        SECONDS_MAX,
        VirtualMachine.java(examples) + " && " + VirtualMachine.compiled(test));
  }

  @Test
  @Order(5)
  void anExporterWhoseMachineVanishesIsNoticed() throws Exception {
    Path wire = VirtualMachine.newFile("wire");
    String exporter =
        VirtualMachine.java(
            "io.elasticmemory.exporter.ExporterMain -m 64 -b 10.0.0.2 -p 19675 -d rxe0");
    String test = tests("io.elasticmemory.samples.remote.RdmaFarExporterOnDevice");
    String client = VirtualMachine.java(test);
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

  private static String tests(String... classes) {
    return TestsMain.class.getName() + " " + String.join(" ", classes);
  }
}

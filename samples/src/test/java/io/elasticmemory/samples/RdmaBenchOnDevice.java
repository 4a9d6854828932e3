package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What is measured on a device. What it says goes to standard output, too. Wanted with {@code
 * -Demp.rdma.address=}, an address of a device.
 */
@EnabledIfSystemProperty(named = "emp.rdma.address", matches = ".+")
class RdmaBenchOnDevice {
  private static final String ADDRESS = System.getProperty("emp.rdma.address", "");

  private final Cli emp = new Cli();

  private int bench(String... arguments) {
    String[] line = new String[arguments.length + 3];
    line[0] = "bench";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    line[line.length - 2] = "--address";
    line[line.length - 1] = ADDRESS;
    int code = emp.run(line);
    System.out.println(emp.out());
    return code;
  }

  @Test
  void measuresRoundTripsBesideTheSameInC() {
    assertThat(bench("rdma", "--round-trips", "50", "--rounds", "1")).as(emp.err()).isZero();
    assertThat(emp.out()).contains("read 4 KiB", "write 4 KiB", "compare-and-swap");
  }

  /** Beside other work its exporter may be too slow with the first answer: once more, then. */
  @Test
  void measuresFaults() {
    int code = faults();
    assertThat(code == 0 ? code : faults()).as(emp.err()).isZero();
    assertThat(emp.out()).contains("\"transport\": \"rdma\"");
  }

  private int faults() {
    return bench(
        "fault",
        "--tier",
        "exporter",
        "--transport",
        "rdma",
        "--no-floor",
        "--no-larger-blocks",
        "--rounds",
        "1",
        "--faults",
        "50",
        "--warm-up",
        "50",
        "--json",
        "-");
  }
}

package io.elasticmemory.samples;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.bench.rdma.RdmaBench;
import io.elasticmemory.samples.bench.rdma.RdmaPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench rdma}. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "rdma",
    description = "Measures round trips by RDMA, beside the same in C.",
    sortOptions = false,
    footer = {
      "",
      "Both ends are in one process, on one device. The C program needs gcc, libibverbs-dev and",
      "librdmacm-dev.",
      "Exit code: 0 if it was measured, 1 if it failed, 2 if the run was refused.",
      "",
      "Example:",
      "  emp bench rdma --address 10.0.0.1 --rounds 10"
    })
final class RdmaCommand implements Callable<Integer> {
  /** As many as the C program takes. */
  private static final int ROUND_TRIPS_MAX = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      required = true,
      description = "IPv4 address of an RDMA device of this machine.")
  private InetAddress address;

  @Option(
      names = "--round-trips",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Of each kind in a round (default: ${DEFAULT-VALUE}).")
  private int roundTrips;

  @Mixin private final RoundsOption rounds = new RoundsOption(10);
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    new Limits(spec).require("--round-trips", roundTrips, 1, ROUND_TRIPS_MAX);
    RdmaPlan plan = new RdmaPlan(address, roundTrips, rounds.count());
    return BenchRunner.runAt(
        json,
        workplace -> new RdmaBench(plan, Platform.find().verbs(Engine.VERBS), workplace).run());
  }
}

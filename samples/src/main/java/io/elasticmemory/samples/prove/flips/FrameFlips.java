package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.samples.chaos.Direction;
import io.elasticmemory.samples.chaos.FaultProxy;
import io.elasticmemory.samples.chaos.Kind;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Bits of messages between pager and exporter, both ways. What is damaged is sent again, so that a
 * program that compares every bit finds all as it was.
 */
final class FrameFlips {
  private static final int LENT_MIB = 128;
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final double OF_PAYLOADS = 0.3;

  /** Each costs a connection. */
  private static final double OF_HEADERS = 0.01;

  /** So many times fewer pages, because each takes longer. */
  private static final int FEWER = 8;

  private final Stage stage;
  private final int mib;

  FrameFlips(Stage stage, int mib) {
    this.stage = stage;
    this.mib = mib;
  }

  /** Payloads, as they are or compressed. */
  FlipCount ofPayloads(String compression, long count) throws IOException {
    return inject(Kind.FLIP_PAYLOAD, OF_PAYLOADS, compression, mib, count);
  }

  /** Headers, which are refused before anything is made of them. */
  FlipCount ofHeaders(long count) throws IOException {
    return inject(Kind.FLIP_HEADER, OF_HEADERS, "none", Math.ceilDiv(mib, FEWER), count);
  }

  private FlipCount inject(Kind kind, double toxicity, String compression, int data, long count)
      throws IOException {
    LocalExporter exporter = LocalExporter.start(stage.workplace(), LENT_MIB);
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), exporter.port());
    try (FaultProxy proxy = FaultProxy.start(address, stage.seed());
        FlippedProgram program =
            FlippedProgram.start(stage, path(proxy.port(), compression), data)) {
      proxy.inject(kind, toxicity, Direction.values());
      int wrong = 0;
      while (wrong == 0 && proxy.injected() < count) {
        program.write();
        program.unload();
        wrong += program.read();
      }
      proxy.heal();
      wrong += program.read();
      Child.Ended ended = program.end();
      stage.check(
          ended.exitCode() == 0, kind + ", compress=" + compression + ": the program goes on");
      return new FlipCount(proxy.injected(), proxy.injected() - wrong, wrong);
    } finally {
      exporter.process().destroy();
    }
  }

  private static String path(int port, String compression) {
    return "dram:8?block=4k&shards=1&faultTimeoutMillis=%d|127.0.0.1:%d:%d?compress=%s"
        .formatted(TIMEOUT_MILLIS, LENT_MIB, port, compression);
  }
}

package io.elasticmemory.ffm.doctor;

import io.elasticmemory.ffm.socket.LinuxSockets;
import io.elasticmemory.port.Check;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Stream;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * How far away an exporter is: the time to make a connection, which is one round trip of the
 * kernels without any program at the other end in it.
 */
final class Link {
  private static final int CONNECTIONS = 20;
  private static final long PATIENCE_NANOS = 2_000_000_000;

  /** Slower than this, a disk at hand serves a fault sooner. */
  private static final double SLOW_MICROS = 2000;

  private Link() {}

  static Check examine(InetSocketAddress exporter) {
    String name = "link " + exporter.getHostString() + ":" + exporter.getPort();
    Latencies latencies = new Latencies(CONNECTIONS);
    try (Poller poller = new LinuxSockets().openPoller()) {
      for (int i = 0; i < CONNECTIONS; i++) {
        latencies.add(connectNanos(poller, exporter));
      }
    } catch (IOException e) {
      return Check.failed(
          name,
          String.valueOf(e.getMessage()),
          "start the exporter, or open the port between here and there");
    }
    String found = "connection made in " + latencies;
    return latencies.micros(0.5) > SLOW_MICROS
        ? Check.warning(name, found, "use an exporter on the same network")
        : Check.ok(name, found);
  }

  private static long connectNanos(Poller poller, InetSocketAddress exporter) throws IOException {
    long start = System.nanoTime();
    try (Stream stream = new LinuxSockets().connect(exporter)) {
      poller.watch(stream, Poller.WRITE, _ -> {});
      try {
        while (!stream.finishConnect()) {
          long leftNanos = PATIENCE_NANOS - (System.nanoTime() - start);
          if (leftNanos <= 0) {
            throw new IOException("no answer within " + PATIENCE_NANOS / 1_000_000 + " ms");
          }
          poller.await(leftNanos);
        }
        return System.nanoTime() - start;
      } finally {
        poller.forget(stream);
      }
    }
  }
}

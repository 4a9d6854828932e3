package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Poller;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Donors for tests. */
final class TestDonors {
  static final long TIMEOUT_MILLIS = 2_000;
  static final List<String> notices = new ArrayList<>();

  private TestDonors() {}

  static Borrowing borrowing(int slabs) {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 19675);
    return new Borrowing("127.0.0.1:19675", address, slabs, 1, 2, 0, 1);
  }

  /** All of the exporter's memory. */
  static TcpDonor connect(FakeExporter exporter, Poller poller) {
    return connect(exporter, poller, borrowing(exporter.slabs));
  }

  static TcpDonor connect(FakeExporter exporter, Poller poller, Borrowing borrowing) {
    return TcpDonor.connect(
        borrowing, exporter, poller, exporter.clock(), notices::add, TIMEOUT_MILLIS);
  }
}

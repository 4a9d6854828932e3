package io.elasticmemory.tiering.store;

import io.elasticmemory.codec.Lz4Library;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.port.Poller;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  static ExporterDonor connect(FakeExporter exporter, Poller poller) {
    return connect(exporter, poller, borrowing(exporter.slabs));
  }

  static ExporterDonor connect(FakeExporter exporter, Poller poller, Borrowing borrowing) {
    return connect(exporter, poller, borrowing, null);
  }

  static ExporterDonor connect(
      FakeExporter exporter,
      Poller poller,
      Borrowing borrowing,
      @Nullable WireCompression compression) {
    return ExporterDonor.connect(
        borrowing, exporter, poller, exporter.clock(), notices::add, TIMEOUT_MILLIS, compression);
  }

  /** Bytes travel compressed. */
  static WireCompression compression() {
    return new WireCompression(Lz4Library.open(notices::add), counters());
  }

  static Counters counters() {
    return new Counters(MemorySegment.ofArray(new long[(int) CountersLayout.PAGE_BYTES / 8]));
  }
}

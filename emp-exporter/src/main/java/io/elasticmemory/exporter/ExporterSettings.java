package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;

import io.elasticmemory.EmpException;
import io.elasticmemory.wire.WordsLayout;
import java.net.InetSocketAddress;

/**
 * How an exporter is to run.
 *
 * @param lentBytes memory to lend, at least a slab; what goes beyond whole slabs is not lent
 * @param address where to listen; port 0 takes a free one
 * @param connectionsMax connections at a time; every pager holds two
 * @param reserve take the memory at the start, so that a touch later cannot fail; otherwise pages
 *     are taken when a client first writes them
 * @param leaseMillis how long a lease lasts without a request of its holder
 * @param device RDMA device by which slabs can be reached, too, empty for none; memory is then
 *     taken at the start
 * @param words words of 8 bytes that clients change together, 0 for none
 * @param wordsOverTcp whether these are served over TCP also where the device could serve them
 */
public record ExporterSettings(
    long lentBytes,
    InetSocketAddress address,
    int connectionsMax,
    boolean reserve,
    int leaseMillis,
    String device,
    int words,
    boolean wordsOverTcp) {
  /** Connections unless told otherwise: 64 spaces. */
  public static final int DEFAULT_CONNECTIONS_MAX = 128;

  /** How long a lease outlives its client unless told otherwise. */
  public static final int DEFAULT_LEASE_MILLIS = 30_000;

  /** Most connections that can be asked for. */
  public static final int CONNECTIONS_LIMIT = 10_000;

  /** The shortest lease: a client that polls once a second must be able to keep it. */
  public static final int SHORTEST_LEASE_MILLIS = 3_000;

  private static final int LONGEST_LEASE_MILLIS = 3_600_000;

  public ExporterSettings {
    require(
        lentBytes >= SLAB_BYTES,
        "memory to lend is %d bytes; at least one slab of %d is needed",
        lentBytes,
        SLAB_BYTES);
    require(
        connectionsMax >= 2 && connectionsMax <= CONNECTIONS_LIMIT,
        "%d connections; choose 2 to %d, a pager holds two",
        connectionsMax,
        CONNECTIONS_LIMIT);
    require(
        leaseMillis >= SHORTEST_LEASE_MILLIS && leaseMillis <= LONGEST_LEASE_MILLIS,
        "leases of %d ms; choose %d to %d",
        leaseMillis,
        SHORTEST_LEASE_MILLIS,
        LONGEST_LEASE_MILLIS);
    require(
        words >= 0 && words <= WordsLayout.WORDS_MAX,
        "%d words; choose 0 to %d",
        words,
        WordsLayout.WORDS_MAX);
    require(!address.isUnresolved(), "address %s is unknown; give a numeric one", address);
  }

  /** An exporter on loopback, on a free port, with everything else as it is by default. */
  public static ExporterSettings lending(long bytes) {
    return new ExporterSettings(
        bytes,
        new InetSocketAddress("127.0.0.1", 0),
        DEFAULT_CONNECTIONS_MAX,
        false,
        DEFAULT_LEASE_MILLIS,
        "",
        0,
        false);
  }

  /** The same at another address. */
  public ExporterSettings withAddress(InetSocketAddress other) {
    return new ExporterSettings(
        lentBytes, other, connectionsMax, reserve, leaseMillis, device, words, wordsOverTcp);
  }

  /** The same with another limit on connections. */
  public ExporterSettings withConnectionsMax(int other) {
    return new ExporterSettings(
        lentBytes, address, other, reserve, leaseMillis, device, words, wordsOverTcp);
  }

  /** The same, memory taken at once or lazily. */
  public ExporterSettings withReserve(boolean other) {
    return new ExporterSettings(
        lentBytes, address, connectionsMax, other, leaseMillis, device, words, wordsOverTcp);
  }

  /** The same with leases of another length. */
  public ExporterSettings withLeaseMillis(int other) {
    return new ExporterSettings(
        lentBytes, address, connectionsMax, reserve, other, device, words, wordsOverTcp);
  }

  /** The same with an RDMA device, or with none. */
  public ExporterSettings withDevice(String other) {
    return new ExporterSettings(
        lentBytes, address, connectionsMax, reserve, leaseMillis, other, words, wordsOverTcp);
  }

  /** The same with so many words, by the device where there is one that can. */
  public ExporterSettings withWords(int other) {
    return new ExporterSettings(
        lentBytes, address, connectionsMax, reserve, leaseMillis, device, other, wordsOverTcp);
  }

  /** The same with words over TCP in any case, or where there is no device that can. */
  public ExporterSettings withWordsOverTcp(boolean other) {
    return new ExporterSettings(
        lentBytes, address, connectionsMax, reserve, leaseMillis, device, words, other);
  }

  /** Whole slabs in what is lent. */
  public int slabs() {
    return Math.toIntExact(lentBytes / SLAB_BYTES);
  }

  private static void require(boolean condition, String message, Object... values) {
    if (!condition) {
      throw new EmpException(EmpException.Kind.DONOR, message.formatted(values));
    }
  }
}

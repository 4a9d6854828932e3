package io.elasticmemory.wire;

import io.elasticmemory.MemPath.Engine;
import io.elasticmemory.MemPath.Transport;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.Stripes;
import java.util.List;
import java.util.Objects;

/**
 * What an application tells its pager about a space, beside the descriptors; {@link HandOverLayout}
 * says how it travels.
 *
 * @param spaceIdHigh identity of the space, part of every checksum
 * @param spaceIdLow identity of the space
 * @param base first address of the space in the application
 * @param geometry how the space is cut
 * @param budgetBytes how much of it may be present
 * @param faultTimeoutNanos how long a fault may wait for its bytes
 * @param spinNanos how long the pager's loop looks again before it sleeps, or {@link
 *     #SPIN_BY_PLACEMENT}
 * @param promote whether blocks fetched repeatedly from SSD move up to REMOTE
 * @param elastic whether the unit of fetching adapts to what the program does
 * @param sampling whether blocks are unmapped to see whether they are in use
 * @param poison whether the application goes on when something is lost
 * @param encrypted whether bytes are sealed before donors get them; the seal table comes along
 * @param stripes how it is divided among shards
 * @param donors in the order of the memory path
 */
public record HandOver(
    long spaceIdHigh,
    long spaceIdLow,
    long base,
    Geometry geometry,
    long budgetBytes,
    long faultTimeoutNanos,
    long spinNanos,
    boolean promote,
    boolean elastic,
    boolean sampling,
    boolean poison,
    boolean encrypted,
    Stripes stripes,
    List<DonorPart> donors) {

  /** What a donor is. */
  public enum DonorKind {
    /** An exporter; {@code text} is its host. */
    EXPORTER,
    /** A spill file; its descriptor comes along. */
    SPILL_FILE,
    /** A block device; its descriptor comes along. */
    BLOCK_DEVICE,
    /** Compressed blocks; the memory file comes along. */
    COMPRESSED
  }

  /**
   * One donor.
   *
   * @param kind what it is
   * @param bytes what it shall give, whole slabs; of compressed blocks the size of their memory
   * @param baseBytes where its range begins in a device or a file, else 0
   * @param port of an exporter, else 0
   * @param name how the user wrote it, for messages: host and port, or a path
   * @param host of an exporter, else empty
   * @param compresses whether its bytes are to be compressed on their way
   * @param isCopy whether it has the same bytes as the exporter before it: another exporter, or a
   *     part of a file or device; it has no slots of its own
   * @param transport how bytes travel to an exporter, else TCP
   * @param device the local RDMA device they travel through, empty for any
   * @param engine by what that device is used
   */
  public record DonorPart(
      DonorKind kind,
      long bytes,
      long baseBytes,
      int port,
      String name,
      String host,
      boolean compresses,
      boolean isCopy,
      Transport transport,
      String device,
      Engine engine) {
    /** One to which bytes travel over TCP, or not at all. */
    public DonorPart(
        DonorKind kind,
        long bytes,
        long baseBytes,
        int port,
        String name,
        String host,
        boolean compresses,
        boolean isCopy) {
      this(
          kind,
          bytes,
          baseBytes,
          port,
          name,
          host,
          compresses,
          isCopy,
          Transport.TCP,
          "",
          Engine.VERBS);
    }

    /** One that has its bytes alone. */
    public DonorPart(
        DonorKind kind,
        long bytes,
        long baseBytes,
        int port,
        String name,
        String host,
        boolean compresses) {
      this(kind, bytes, baseBytes, port, name, host, compresses, false);
    }

    /** Checked only for what cannot be written down. */
    public DonorPart {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(host, "host");
      Objects.requireNonNull(transport, "transport");
      Objects.requireNonNull(device, "device");
      Objects.requireNonNull(engine, "engine");
    }

    /**
     * Slabs whose slots it gives: compressed memory promises none, and a copy has none of its own.
     */
    public int slabs() {
      boolean hasNone = kind == DonorKind.COMPRESSED || isCopy;
      return hasNone ? 0 : (int) (bytes / Donor.SLAB_BYTES);
    }

    /** Whether a descriptor comes along for it. */
    public boolean hasHandle() {
      return kind != DonorKind.EXPORTER;
    }

    /** Whether it is one of {@link io.elasticmemory.port.Files}. */
    public boolean isDisk() {
      return kind == DonorKind.SPILL_FILE || kind == DonorKind.BLOCK_DEVICE;
    }
  }

  /** A copy nobody else can change. */

  /** The pager chooses a CPU, and how long it looks again there. */
  public static final long SPIN_BY_PLACEMENT = -1;

  public HandOver {
    Objects.requireNonNull(geometry, "geometry");
    Objects.requireNonNull(stripes, "stripes");
    donors = List.copyOf(donors);
  }

  /** Shards of the space. */
  public int shards() {
    return stripes.shards();
  }

  /** Slabs of all donors together. */
  public int slabs() {
    return donors.stream().mapToInt(DonorPart::slabs).sum();
  }

  /** Donors that come with a descriptor for each shard. */
  public int donorHandles() {
    return (int) donors.stream().filter(DonorPart::hasHandle).count();
  }

  /** All descriptors that come along. */
  public int handles() {
    return HandOverLayout.FIXED_HANDLES + shards() * (2 + donorHandles()) + (encrypted ? 1 : 0);
  }
}

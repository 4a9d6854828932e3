package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A memory path: which memory a space is made of. In text, entries separated by {@code |}, sizes in
 * MiB, options after {@code ?}, the whole optionally in quotes:
 *
 * <pre>
 *   dram:1024?block=64k | 10.0.0.1:4096:19675 | ./spill:8192:0?reserve=lazy
 * </pre>
 *
 * <table>
 * <caption>Entries</caption>
 * <tr><td>{@code dram:<MiB>}</td><td>the DRAM budget, -1 for what the cgroup leaves</td></tr>
 * <tr><td>{@code dram:auto}</td><td>the same at first, then as much as memory pressure allows</td></tr>
 * <tr><td>{@code zdram:<MiB>}</td><td>compressed blocks in DRAM</td></tr>
 * <tr><td>{@code <host>:<MiB>:<port>}</td><td>an exporter, port 0 for 19675</td></tr>
 * <tr><td>{@code pool:<MiB>:<connect string>}</td><td>exporters from the directory</td></tr>
 * <tr><td>{@code /dev/…:<MiB>:<base MiB>}</td><td>a block device from that offset</td></tr>
 * <tr><td>{@code /file:<MiB>:0}, {@code ./file:<MiB>:0}</td><td>a spill file</td></tr>
 * </table>
 *
 * <p>Immutable and checked when made, parsed or in code alike; {@link #parse} of {@link #toString}
 * gives an equal path. Whether hosts, files and devices exist is for whoever opens the space. Every
 * mistake is an {@link EmpException} of kind PATH with entry, reason and remedy in one line.
 *
 * @param entries in the order written; exactly one is {@link Dram}
 */
public record MemPath(List<Entry> entries) {

  /** Most entries below DRAM in one path. */
  public static final int DONORS_MAX = 126;

  /** The port an exporter listens on unless told otherwise. */
  public static final int EXPORTER_PORT = 19_675;

  /** Largest size of an entry and of all entries below DRAM together: 128 TiB. */
  public static final long MIB_MAX = 1L << 27;

  /** The size of a {@link Dram} that takes what the cgroup leaves. */
  public static final long DRAM_AUTO = -1;

  /** The size of a {@link Dram} that takes what the cgroup leaves, and follows memory pressure. */
  public static final long DRAM_FOLLOWING = -2;

  /** Most copies of a block. */
  public static final int REPLICAS_MAX = 8;

  /**
   * A path that is checked.
   *
   * @throws EmpException of kind PATH when the entries do not fit together
   */
  public MemPath {
    entries = List.copyOf(entries);
    EntryRules.require(entries);
  }

  /** A path of these entries. */
  public static MemPath of(Entry... entries) {
    return new MemPath(List.of(entries));
  }

  /**
   * Reads a path from its text.
   *
   * @throws EmpException of kind PATH, with the entry, the reason and the remedy
   */
  public static MemPath parse(String text) {
    return MemPathParser.parse(text);
  }

  /**
   * Reads the path from {@code EMP_PMEM_PATH}, or else {@code EMP_MEM_PATH}; an empty variable
   * counts as unset.
   *
   * @param environment such as {@link System#getenv()}
   * @throws EmpException of kind PATH, also when neither is set or both are and differ
   */
  public static MemPath fromEnvironment(Map<String, String> environment) {
    return PathVariables.read(environment);
  }

  /** The local DRAM. */
  public Dram dram() {
    return entries(Dram.class).getFirst();
  }

  /** The options of the whole space. */
  public SpaceOptions options() {
    return dram().options();
  }

  /** The entries of one kind, in the order written. */
  public <E extends Entry> List<E> entries(Class<E> kind) {
    return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * The MiB of all entries in a tier, before copies and reserves; {@link #DRAM_AUTO} and {@link
   * #DRAM_FOLLOWING} are kept.
   */
  public long mib(Tier tier) {
    return entries.stream().filter(entry -> entry.tier() == tier).mapToLong(Entry::mib).sum();
  }

  /**
   * The parts of this path that are legal but not yet available in this version, each as a line of
   * its own with the remedy. Empty for a path that can be opened.
   */
  public List<String> unsupported() {
    return UnsupportedParts.of(entries);
  }

  /**
   * Refuses a path with parts that are not yet available.
   *
   * @throws EmpException of kind PATH that names them all
   */
  public void requireSupported() {
    List<String> parts = unsupported();
    if (!parts.isEmpty()) {
      throw mistake("memory path " + String.join("; ", parts));
    }
  }

  /** The path as text, with every default left out; {@link #parse} reads it back. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner("|");
    entries.forEach(entry -> text.add(entry.toString()));
    return text.toString();
  }

  // What one entry can be.

  /** One entry of a path; its text is its {@code toString}. */
  public sealed interface Entry permits Dram, Compressed, Exporter, Pool, Disk {

    /** Its size in MiB, positive; {@link #DRAM_AUTO} and {@link #DRAM_FOLLOWING} excepted. */
    long mib();

    /** The tier it gives memory to. */
    Tier tier();
  }

  /** A file or a block device: an entry of the tier SSD. */
  public sealed interface Disk extends Entry permits SpillFile, BlockDevice {

    /** Its name in the file system: absolute, or beginning with {@code ./}. */
    String path();

    /** Where its range begins, in MiB; 0 for a file. */
    long baseMib();

    /** Whether subblocks are kept compressed in their places there. */
    Compression compress();

    @Override
    default Tier tier() {
      return Tier.SSD;
    }
  }

  /**
   * Local DRAM, and the options of the space.
   *
   * @param mib the budget, {@link #DRAM_AUTO} or {@link #DRAM_FOLLOWING}
   * @param options of the whole space
   */
  public record Dram(long mib, SpaceOptions options) implements Entry {

    /** A checked entry. */
    public Dram {
      if (mib != DRAM_AUTO && mib != DRAM_FOLLOWING) {
        PathRules.requireSize(mib);
      }
      Objects.requireNonNull(options, "options");
      if (options.minMib() != SpaceOptions.MIN_MIB_AUTO && mib != DRAM_FOLLOWING) {
        throw mistake(
            "min=%d is for DRAM that is given back; write dram:auto, or remove it"
                .formatted(options.minMib()));
      }
    }

    /** DRAM of a space with default options. */
    public Dram(long mib) {
      this(mib, SpaceOptions.DEFAULTS);
    }

    /** Whether the budget is what the cgroup leaves, at least at first. */
    public boolean isAuto() {
      return mib == DRAM_AUTO || isFollowing();
    }

    /** Whether the budget follows memory pressure. */
    public boolean isFollowing() {
      return mib == DRAM_FOLLOWING;
    }

    @Override
    public Tier tier() {
      return Tier.DRAM;
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /**
   * Compressed blocks in local DRAM.
   *
   * @param mib of compressed bytes
   */
  public record Compressed(long mib) implements Entry {

    /** A checked entry. */
    public Compressed {
      PathRules.requireSize(mib);
    }

    @Override
    public Tier tier() {
      return Tier.COMPRESSED;
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /** How bytes travel to and from an exporter. */
  public enum Transport {
    /** Ordinary sockets. */
    TCP,
    /** One-sided operations of an RDMA device. */
    RDMA
  }

  /** By what RDMA devices of the program's machine are used. */
  public enum Engine {
    /** The system's own libraries. */
    VERBS,
    /** DiSNI, where its native half is installed. */
    DISNI
  }

  /** Whether what leaves DRAM is compressed on its way. */
  public enum Compression {
    /** Bytes stay as they are. */
    NONE,
    /** LZ4, where it makes them fewer. */
    LZ4
  }

  /** Whether another device keeps a copy of what an exporter has. */
  public enum Backup {
    /** None does. */
    NONE,
    /** A file or a block device of the same path, a little later than the exporter. */
    SSD
  }

  /**
   * The options of an entry whose bytes travel over a network.
   *
   * @param transport how bytes travel
   * @param device the local RDMA device, empty for the first that reaches the exporter
   * @param replicas copies of each block, 1 to {@link #REPLICAS_MAX}
   * @param compress whether they travel compressed; the exporter keeps them as they are
   * @param backup whether a disk of the path keeps a copy; not together with replicas
   * @param engine by what the RDMA device is used
   */
  public record LinkOptions(
      Transport transport,
      String device,
      int replicas,
      Compression compress,
      Backup backup,
      Engine engine) {

    /** TCP, one copy, nothing compressed. */
    public static final LinkOptions DEFAULTS =
        new LinkOptions(Transport.TCP, "", 1, Compression.NONE, Backup.NONE);

    /** Options with nothing compressed. */
    public LinkOptions(Transport transport, String device, int replicas) {
      this(transport, device, replicas, Compression.NONE);
    }

    /** Options without a copy on a disk. */
    public LinkOptions(Transport transport, String device, int replicas, Compression compress) {
      this(transport, device, replicas, compress, Backup.NONE);
    }

    /** Options with the system's own libraries. */
    public LinkOptions(
        Transport transport, String device, int replicas, Compression compress, Backup backup) {
      this(transport, device, replicas, compress, backup, Engine.VERBS);
    }

    /** Checked options. */
    public LinkOptions {
      Objects.requireNonNull(transport, "transport");
      PathRules.requireDevice(device);
      if (!device.isEmpty() && transport != Transport.RDMA) {
        throw mistake("device=%s needs transport=rdma; add that or remove it".formatted(device));
      }
      PathRules.requireBetween("replicas", replicas, 1, REPLICAS_MAX);
      Objects.requireNonNull(compress, "compress");
      Objects.requireNonNull(backup, "backup");
      Objects.requireNonNull(engine, "engine");
      if (engine != Engine.VERBS && transport != Transport.RDMA) {
        throw mistake("engine=disni needs transport=rdma; add that or remove it");
      }
      if (engine == Engine.DISNI && !device.isEmpty()) {
        throw mistake(
            "engine=disni does not say what devices are called; remove device=%s"
                .formatted(device));
      }
      if (backup != Backup.NONE && replicas > 1) {
        throw mistake(
            "replicas=%d and backup=ssd are two ways to keep another copy; remove one of them"
                .formatted(replicas));
      }
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /**
   * An exporter on another machine (or on this one).
   *
   * @param host a name, an IPv4 or an IPv6 address, in lower case and without brackets
   * @param mib of its DRAM
   * @param port 1 to 65535; 0 becomes {@link #EXPORTER_PORT}
   * @param link how to reach it
   */
  public record Exporter(String host, long mib, int port, LinkOptions link) implements Entry {

    /** A checked entry. */
    public Exporter {
      host = PathRules.requireHost(host);
      PathRules.requireSize(mib);
      PathRules.requirePort(port);
      port = port == 0 ? EXPORTER_PORT : port;
      Objects.requireNonNull(link, "link");
    }

    /** An exporter reached over TCP. */
    public Exporter(String host, long mib, int port) {
      this(host, mib, port, LinkOptions.DEFAULTS);
    }

    /** Host and port as in a URL: IPv6 in brackets. */
    public String address() {
      return PathText.host(host) + ":" + port;
    }

    @Override
    public Tier tier() {
      return Tier.REMOTE;
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /**
   * As many exporters as it takes, found through the directory.
   *
   * @param mib of their DRAM in all
   * @param connectString of the directory, such as {@code zk1:2181,zk2:2181/emp}
   * @param link how to reach the exporters
   */
  public record Pool(long mib, String connectString, LinkOptions link) implements Entry {

    /** A checked entry. */
    public Pool {
      PathRules.requireSize(mib);
      PathRules.requireConnectString(connectString);
      Objects.requireNonNull(link, "link");
    }

    /** A pool whose exporters are reached over TCP. */
    public Pool(long mib, String connectString) {
      this(mib, connectString, LinkOptions.DEFAULTS);
    }

    @Override
    public Tier tier() {
      return Tier.REMOTE;
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /** When the bytes of a spill file are taken from its file system. */
  public enum Reserve {
    /** All at the start, so that none can be missing later. */
    FULL,
    /** As they are written; counts only for what it has granted. */
    LAZY
  }

  /**
   * A file that exists as long as the space.
   *
   * @param path absolute, or beginning with {@code ./}; not under /dev
   * @param mib its size
   * @param reserve when its bytes are taken
   * @param compress whether subblocks are kept compressed in their places
   */
  public record SpillFile(String path, long mib, Reserve reserve, Compression compress)
      implements Disk {

    /** A checked entry. */
    public SpillFile {
      PathRules.requireSpillFile(path);
      PathRules.requireSize(mib);
      Objects.requireNonNull(reserve, "reserve");
      Objects.requireNonNull(compress, "compress");
    }

    /** A spill file in which nothing is compressed. */
    public SpillFile(String path, long mib, Reserve reserve) {
      this(path, mib, reserve, Compression.NONE);
    }

    /** A spill file reserved in full. */
    public SpillFile(String path, long mib) {
      this(path, mib, Reserve.FULL);
    }

    @Override
    public long baseMib() {
      return 0;
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }

  /**
   * A range of a block device, whose contents are overwritten.
   *
   * @param path under /dev
   * @param mib size of the range
   * @param baseMib where the range begins
   * @param compress whether subblocks are kept compressed in their places
   */
  public record BlockDevice(String path, long mib, long baseMib, Compression compress)
      implements Disk {

    /** A range in which nothing is compressed. */
    public BlockDevice(String path, long mib, long baseMib) {
      this(path, mib, baseMib, Compression.NONE);
    }

    /** A checked entry. */
    public BlockDevice {
      PathRules.requireBlockDevice(path);
      PathRules.requireSize(mib);
      PathRules.requireBase(baseMib);
      Objects.requireNonNull(compress, "compress");
    }

    @Override
    public String toString() {
      return PathText.of(this);
    }
  }
}

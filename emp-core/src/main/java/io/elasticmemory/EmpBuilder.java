package io.elasticmemory;

import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Says in code what a {@link MemPath} says in text.
 *
 * {@snippet :
 * Emp emp =
 *     Emp.builder()
 *         .dram(1024)
 *         .exporter("10.0.0.7", 4096, 19675)
 *         .spillFile("/var/tmp/spill", 8192)
 *         .open();
 * }
 *
 * <p>Used by one thread.
 */
public final class EmpBuilder {
  private long dramMib = MemPath.DRAM_AUTO;
  private SpaceOptions options = SpaceOptions.DEFAULTS;
  private final List<Entry> donors = new ArrayList<>();

  EmpBuilder() {}

  /**
   * The DRAM budget; what the cgroup leaves unless it is set.
   *
   * @param mib in MiB, {@link MemPath#DRAM_AUTO} or {@link MemPath#DRAM_FOLLOWING}
   */
  public EmpBuilder dram(long mib) {
    dramMib = mib;
    return this;
  }

  /** The options of the space. */
  public EmpBuilder options(SpaceOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    return this;
  }

  /** Block and subblock, both at once because each limits the other. */
  public EmpBuilder block(int blockBytes, int subblockBytes) {
    return options(options.withBlock(blockBytes, subblockBytes));
  }

  /** Adds memory in which blocks are kept compressed. */
  public EmpBuilder compressed(long mib) {
    return donor(new MemPath.Compressed(mib));
  }

  /** DRAM of an exporter, in MiB. */
  public EmpBuilder exporter(String host, long mib, int port) {
    return donor(new Exporter(host, mib, port));
  }

  /** A spill file, reserved in full, in MiB. */
  public EmpBuilder spillFile(String path, long mib) {
    return donor(new SpillFile(path, mib));
  }

  /** A spill file, in MiB. */
  public EmpBuilder spillFile(String path, long mib, Reserve reserve) {
    return donor(new SpillFile(path, mib, reserve));
  }

  /** A range of a block device, in MiB. Its contents are overwritten. */
  public EmpBuilder blockDevice(String path, long mib, long baseMib) {
    return donor(new BlockDevice(path, mib, baseMib));
  }

  /** Any other entry below DRAM. */
  public EmpBuilder donor(Entry entry) {
    donors.add(Objects.requireNonNull(entry, "entry"));
    return this;
  }

  /**
   * The path said so far.
   *
   * @throws EmpException of kind PATH if its entries do not fit together
   */
  public MemPath path() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Dram(dramMib, options));
    entries.addAll(donors);
    return new MemPath(entries);
  }

  /**
   * Opens a space.
   *
   * @throws EmpException if the path is wrong, or this machine, a donor or the pager refuses
   */
  public Emp open() {
    return Emp.open(path());
  }
}

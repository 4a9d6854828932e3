package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.SpaceOptions;
import io.elasticmemory.Tier;
import io.elasticmemory.port.Donor;
import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.wire.BlockTableLayout;
import io.elasticmemory.wire.BlockWord;
import io.elasticmemory.wire.CompressedLayout;
import io.elasticmemory.wire.Geometry;
import io.elasticmemory.wire.PagerRecords;
import io.elasticmemory.wire.SealTableLayout;
import org.jspecify.annotations.Nullable;

/**
 * What a memory path comes to on this machine: how long the space is and how much of it may be
 * present. Capacity is the whole slabs of REMOTE and SSD less a reserve of one slab per shard; DRAM
 * alone if there is no lower tier. A pair of exporters counts once, as the smaller of the two; what
 * a disk keeps as copies of exporters does not count. COMPRESSED adds nothing: how much fits in it
 * depends on what the blocks hold, so each block has a place in a lower tier too.
 *
 * @param geometry how the space is cut
 * @param stripes how it is divided among the pager's shards
 * @param budgetBytes how much may be present at first
 * @param range within which that follows memory pressure; null if it stays
 * @param lazy whether some tier takes its bytes only when they are written, so that the table must
 *     not be reserved in full either
 */
public record SpacePlan(
    Geometry geometry, Stripes stripes, long budgetBytes, @Nullable DramRange range, boolean lazy) {
  /**
   * The bounds of a budget that follows memory pressure.
   *
   * @param leastBytes never less
   * @param mostBytes never more
   */
  public record DramRange(long leastBytes, long mostBytes) {}

  /** What one pager needs beside tables: its heap, code and threads. */
  public static final long PAGER_BYTES = 96L << 20;

  /** What a JVM needs beside its heap: classes, code, stacks. */
  public static final long JVM_BYTES = 128L << 20;

  /** A space needs page tables and bookkeeping of this part of its capacity. */
  private static final int OVERHEAD_DIVISOR = 512;

  /** CPUs for which there is one shard, if nobody says how many there shall be. */
  private static final int CPUS_PER_SHARD = 2;

  /** Without being told, shards keep no more of the slabs in reserve than one in so many. */
  private static final int SLABS_PER_SHARD_MIN = 16;

  /** Unless it is said, such a part of the most is never given back. */
  private static final int LEAST_DIVISOR = 8;

  private static final long MIB = 1L << 20;
  private static final long CAPACITY_UNIT_BYTES = 2 * MIB;

  /**
   * Plans a space.
   *
   * @param heapBytes the largest heap of this JVM
   * @param cpus how many CPUs this process may use
   * @throws EmpException of kind PATH if it cannot fit
   */
  public static SpacePlan of(MemPath path, MemoryLimits limits, long heapBytes, int cpus) {
    requireCompressed(path, limits);
    path.entries().stream()
        .filter(SpacePlan::isReserved)
        .forEach(donor -> requireSlots(donor, path.options()));
    if (path.entries().size() == 1) {
      return ofDramAlone(path, limits, heapBytes, cpus);
    }
    long donorBytes = donorBytes(path);
    int shards = shards(path, donorBytes, cpus);
    requireParts(path, shards);
    if (donorBytes < 2L * shards * Donor.SLAB_BYTES) {
      throw tooLittleBelow(donorBytes, shards);
    }
    Geometry geometry = geometry(donorBytes - shards * Donor.SLAB_BYTES, path.options());
    DramRange range = path.dram().isFollowing() ? range(path, geometry, limits, heapBytes) : null;
    long budget = budget(path, geometry, limits, heapBytes);
    return new SpacePlan(
        geometry,
        Stripes.of(geometry.capacityBytes(), shards),
        range == null ? budget : Math.clamp(budget, range.leastBytes, range.mostBytes),
        range,
        path.entries(SpillFile.class).stream().anyMatch(SpacePlan::isLazy));
  }

  private static SpacePlan ofDramAlone(
      MemPath path, MemoryLimits limits, long heapBytes, int cpus) {
    long budget = dramAloneBudget(path, limits, heapBytes);
    int shards = shards(path, budget, cpus);
    if (shards > 1 && budget < shards * Stripes.STRIPE_BYTES_MIN) {
      throw new EmpException(
          Kind.PATH,
          "%d shards need a space of %d MiB, %d for each, and dram: gives %d; lower shards="
              .formatted(
                  shards,
                  shards * Stripes.STRIPE_BYTES_MIN / MIB,
                  Stripes.STRIPE_BYTES_MIN / MIB,
                  budget / MIB));
    }
    Geometry geometry = geometry(budget, path.options());
    return new SpacePlan(geometry, Stripes.of(budget, shards), budget, null, false);
  }

  /** As many as asked for; else one per two CPUs, but few in a space that is small. */
  private static int shards(MemPath path, long bytes, int cpus) {
    if (path.options().shards() != SpaceOptions.SHARDS_AUTO) {
      return path.options().shards();
    }
    long most = bytes / Donor.SLAB_BYTES / SLABS_PER_SHARD_MIN;
    if (!path.dram().isAuto()) {
      most = Math.min(most, path.dram().mib() * MIB / Donor.SLAB_BYTES);
    }
    long wanted = Math.min(cpus / CPUS_PER_SHARD, Stripes.SHARDS_MAX);
    return (int) Math.max(1, Math.min(wanted, most));
  }

  private static boolean isLazy(SpillFile file) {
    return file.reserve() == Reserve.LAZY;
  }

  /** Whether what the entry gives is promised from the start. */
  private static boolean isReserved(Entry entry) {
    return entry.tier().isBelow(Tier.COMPRESSED);
  }

  private static void requireCompressed(MemPath path, MemoryLimits limits) {
    long zdram = path.mib(Tier.COMPRESSED);
    if (zdram == 0) {
      return;
    }
    if (path.entries().stream().noneMatch(SpacePlan::isReserved)) {
      throw new EmpException(
          Kind.PATH,
          ("memory path entry 'zdram:%d' needs a tier below it for blocks that do not compress; add"
                  + " an exporter, a file or a device, or use dram alone")
              .formatted(zdram));
    }
    long most = Math.min(limits.machineBytes(), limits.cgroupLimitBytes()) / MIB;
    most = Math.min(most, CompressedLayout.PART_BYTES_MAX / MIB);
    long dram = path.dram().isAuto() ? 0 : path.dram().mib();
    if (zdram > most - dram && dram <= most) {
      throw new EmpException(
          Kind.PATH,
          ("memory path entry 'zdram:%d' is more than what is left of %d MiB beside %d MiB of dram;"
                  + " lower one of them")
              .formatted(zdram, most, dram));
    }
  }

  private static void requireParts(MemPath path, int shards) {
    long zdram = path.mib(Tier.COMPRESSED);
    if (zdram > 0 && zdram < shards) {
      throw new EmpException(
          Kind.PATH,
          "memory path entry 'zdram:%d' is less than 1 MiB for each of %d shards; raise its size"
              .formatted(zdram, shards));
    }
  }

  private static long donorBytes(MemPath path) {
    Replicas replicas = Replicas.of(path.entries());
    Backups backups = Backups.of(path.entries());
    return path.entries().stream()
        .filter(SpacePlan::isReserved)
        .filter(entry -> !replicas.isCopy(entry))
        .mapToLong(entry -> replicas.bytes(entry) - backups.bytesIn(entry))
        .sum();
  }

  /** Bytes of the whole slabs of a donor, at least one. */
  static long wholeSlabs(Entry donor) {
    long slabs = donor.mib() * MIB / Donor.SLAB_BYTES;
    if (slabs == 0) {
      throw new EmpException(
          Kind.PATH,
          "memory path entry '%s' is smaller than a slab of %d MiB; raise its size"
              .formatted(donor, Donor.SLAB_BYTES / MIB));
    }
    return slabs * Donor.SLAB_BYTES;
  }

  /** What has no slot could be allocated, but never leave DRAM. */
  private static void requireSlots(Entry donor, SpaceOptions options) {
    long most = (long) BlockWord.SLOTS_MAX * options.blockBytes();
    if (wholeSlabs(donor) > most) {
      throw new EmpException(
          Kind.PATH,
          ("memory path entry '%s' is more than the %d MiB an entry can have with blocks of %d KiB;"
                  + " choose larger blocks, or a smaller size")
              .formatted(donor, most / MIB, options.blockBytes() >> 10));
    }
  }

  private static EmpException tooLittleBelow(long donorBytes, int shards) {
    return new EmpException(
        Kind.PATH,
        ("the entries below dram have %d MiB in whole slabs, and a space%s needs at least %d "
                + "(%d of them in reserve); raise their sizes%s")
            .formatted(
                donorBytes / MIB,
                shards > 1 ? " of " + shards + " shards" : "",
                2 * shards * Donor.SLAB_BYTES / MIB,
                shards * Donor.SLAB_BYTES / MIB,
                shards > 1 ? ", or lower shards=" : ""));
  }

  private static Geometry geometry(long capacityBytes, SpaceOptions options) {
    try {
      return new Geometry(capacityBytes, options.blockBytes(), options.subblockBytes());
    } catch (IllegalArgumentException e) {
      throw new EmpException(Kind.PATH, "memory path: " + e.getMessage(), e);
    }
  }

  // How much may be present.

  private static long dramAloneBudget(MemPath path, MemoryLimits limits, long heapBytes) {
    if (!path.dram().isAuto()) {
      long budget = requireWithinMachine(path.dram().mib() * MIB, limits);
      return budget / CAPACITY_UNIT_BYTES * CAPACITY_UNIT_BYTES;
    }
    long left = usable(limits) - heapBytes - JVM_BYTES - 2 * PAGER_BYTES;
    Geometry largest = geometry(roundDown(Math.max(left, CAPACITY_UNIT_BYTES)), path.options());
    long overhead = overhead(largest, path.options());
    return requirePositive(roundDown(left - overhead), usable(limits), heapBytes, overhead);
  }

  private static long budget(MemPath path, Geometry geometry, MemoryLimits limits, long heapBytes) {
    if (!path.dram().isAuto()) {
      return requireWithinMachine(path.dram().mib() * MIB, limits);
    }
    return left(path, geometry, usable(limits), heapBytes);
  }

  private static long left(MemPath path, Geometry geometry, long usable, long heapBytes) {
    long zdram = path.mib(Tier.COMPRESSED) * MIB;
    long tables = overhead(geometry, path.options()) + zdram;
    long left = usable - heapBytes - JVM_BYTES - 2 * PAGER_BYTES - tables;
    return requirePositive(roundDown(left), usable, heapBytes, tables);
  }

  /** At most what there would be if nobody else used any. */
  private static DramRange range(
      MemPath path, Geometry geometry, MemoryLimits limits, long heapBytes) {
    long all = Math.min(limits.machineBytes(), limits.cgroupLimitBytes());
    long most = left(path, geometry, all, heapBytes);
    int minMib = path.options().minMib();
    long least = minMib == SpaceOptions.MIN_MIB_AUTO ? most / LEAST_DIVISOR : minMib * MIB;
    if (least > most) {
      throw new EmpException(
          Kind.PATH,
          ("min=%d is more than the %d MiB that dram:auto can have here (of %d MiB the heap (-Xmx)"
               + " takes %d, then come the JVM, pagers and tables); lower one of them, or raise the"
               + " limit")
              .formatted(minMib, most / MIB, all / MIB, heapBytes / MIB));
    }
    return new DramRange(least, most);
  }

  /** The block table, that of seals, page tables and bookkeeping, also that of a standby. */
  private static long overhead(Geometry geometry, SpaceOptions options) {
    long standby =
        options.standby()
            ? Math.min(PagerRecords.bytes(geometry), PagerRecords.STANDBY_BYTES_MAX)
            : 0;
    return standby
        + BlockTableLayout.tableBytes(geometry)
        + (options.isEncrypted() ? SealTableLayout.tableBytes(geometry) : 0)
        + geometry.capacityBytes() / OVERHEAD_DIVISOR;
  }

  /** What this process and its pagers may use: the cgroup's limit, or what is available. */
  private static long usable(MemoryLimits limits) {
    return limits.cgroupLimitBytes() < limits.machineBytes()
        ? limits.cgroupLimitBytes()
        : limits.availableBytes();
  }

  private static long requireWithinMachine(long budget, MemoryLimits limits) {
    long most = Math.min(limits.machineBytes(), limits.cgroupLimitBytes());
    if (budget > most) {
      throw new EmpException(
          Kind.PATH,
          ("memory path entry 'dram:%d' is more than the %d MiB of the machine or its cgroup; "
                  + "lower it or use dram:-1")
              .formatted(budget / MIB, most / MIB));
    }
    return budget;
  }

  private static long requirePositive(long budget, long usable, long heapBytes, long overhead) {
    if (budget > 0) {
      return budget;
    }
    throw new EmpException(
        Kind.PATH,
        ("dram:-1 or dram:auto leaves nothing: of %d MiB the heap (-Xmx) takes %d, the JVM beside"
                + " it %d, pagers %d, tables and zdram %d; lower -Xmx, raise the limit or say"
                + " dram:<MiB>")
            .formatted(
                usable / MIB,
                heapBytes / MIB,
                JVM_BYTES / MIB,
                2 * PAGER_BYTES / MIB,
                overhead / MIB));
  }

  private static long roundDown(long bytes) {
    return bytes / CAPACITY_UNIT_BYTES * CAPACITY_UNIT_BYTES;
  }
}

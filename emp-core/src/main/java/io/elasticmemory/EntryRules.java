package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;

import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.Pool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the entries of a memory path must keep together; each is checked already. */
final class EntryRules {

  private EntryRules() {}

  static void require(List<Entry> entries) {
    requireOneDram(entries);
    requireDistinctDonors(entries);
    requirePairs(entries);
    requireDisksForBackups(entries);
    requireSomewhereToGiveTo(entries);
    requireSizeBelow(entries);
    requireSectorsToSave(entries);
    requireNothingEncryptedToCompress(entries);
  }

  private static void requireOneDram(List<Entry> entries) {
    List<Entry> drams = entries.stream().filter(Dram.class::isInstance).toList();
    if (drams.isEmpty()) {
      throw mistake("memory path has no dram entry; add one, for example dram:1024|…");
    }
    if (drams.size() > 1) {
      throw mistake(
          "memory path has %d dram entries ('%s' and '%s'); keep one of them"
              .formatted(drams.size(), drams.get(0), drams.get(1)));
    }
  }

  private static void requireDistinctDonors(List<Entry> entries) {
    if (entries.size() - 1 > MemPath.DONORS_MAX) {
      throw mistake(
          "memory path has %d entries below dram, more than %d; use fewer and larger ones"
              .formatted(entries.size() - 1, MemPath.DONORS_MAX));
    }
    Set<Object> seen = new HashSet<>();
    Map<String, List<BlockDevice>> ranges = new HashMap<>();
    for (Entry entry : entries) {
      boolean isNew =
          entry instanceof BlockDevice device
              ? isDisjoint(
                  device, ranges.computeIfAbsent(plainPath(device), name -> new ArrayList<>()))
              : seen.add(identity(entry));
      if (!isNew) {
        throw mistake(
            "memory path entry '%s': the same memory is in another entry; remove one of them"
                .formatted(PathRules.shown(entry.toString())));
      }
    }
  }

  private static boolean isDisjoint(BlockDevice device, List<BlockDevice> others) {
    boolean disjoint = others.stream().noneMatch(other -> overlap(device, other));
    others.add(device);
    return disjoint;
  }

  private static boolean overlap(BlockDevice one, BlockDevice other) {
    return one.baseMib() < other.baseMib() + other.mib()
        && other.baseMib() < one.baseMib() + one.mib();
  }

  private static Object identity(Entry entry) {
    return switch (entry) {
      case Dram _ -> Tier.DRAM;
      case Compressed _ -> Tier.COMPRESSED;
      case Exporter exporter -> List.of(PathRules.canonicalHost(exporter.host()), exporter.port());
      case Pool pool -> List.of(pool.connectString());
      case Disk disk -> plainPath(disk);
    };
  }

  private static String plainPath(Disk disk) {
    return PathRules.plainName(disk.path());
  }

  /** Exporters with two copies of each block are used two by two. */
  private static void requirePairs(List<Entry> entries) {
    List<Entry> paired =
        entries.stream()
            .filter(entry -> entry instanceof Exporter exporter && exporter.link().replicas() == 2)
            .toList();
    if (paired.size() % 2 != 0) {
      throw mistake(
          "memory path entry '%s': exporters with replicas=2 keep each block two by two, and this one"
                  .formatted(PathRules.shown(paired.getLast().toString()))
              + " is left over of %d; add another, or remove replicas=2 here"
                  .formatted(paired.size()));
    }
  }

  /** Whether they are large enough depends on the slabs; that is for whoever opens the space. */
  private static void requireDisksForBackups(List<Entry> entries) {
    List<Entry> backed = entries.stream().filter(EntryRules::hasBackup).toList();
    if (backed.isEmpty()) {
      return;
    }
    if (entries.stream().noneMatch(Disk.class::isInstance)) {
      throw mistake(
          "memory path entry '%s': backup=ssd keeps its copy in a file or a block device of the path"
                  .formatted(PathRules.shown(backed.getFirst().toString()))
              + ", and there is none; add one of at least %d MiB, or remove backup=ssd"
                  .formatted(backed.getFirst().mib()));
    }
    int donors = entries.size() - 1 + backed.size();
    if (donors > MemPath.DONORS_MAX) {
      throw mistake(
          "memory path has %d entries below dram and %d copies on disks, together more than %d; "
                  .formatted(entries.size() - 1, backed.size(), MemPath.DONORS_MAX)
              + "use fewer and larger entries");
    }
  }

  /** Who gives DRAM back needs another place for what was in it. */
  private static void requireSomewhereToGiveTo(List<Entry> entries) {
    boolean isFollowing =
        entries.stream().anyMatch(entry -> entry instanceof Dram dram && dram.isFollowing());
    if (isFollowing && entries.stream().noneMatch(EntryRules::isRoomOfItsOwn)) {
      throw mistake(
          "memory path entry 'dram:auto' gives DRAM back, and what was in it has nowhere to go; add"
              + " an exporter, a file or a device, or write dram:-1");
    }
  }

  private static boolean isRoomOfItsOwn(Entry entry) {
    return entry.tier().isBelow(Tier.COMPRESSED);
  }

  private static boolean hasBackup(Entry entry) {
    return entry instanceof Exporter exporter && exporter.link().backup() != Backup.NONE;
  }

  private static void requireSizeBelow(List<Entry> entries) {
    long mib =
        entries.stream()
            .filter(entry -> entry.tier().isBelow(Tier.DRAM))
            .mapToLong(Entry::mib)
            .sum();
    if (mib > MemPath.MIB_MAX) {
      throw mistake(
          "memory path has %d MiB below dram, more than %d MiB (128 TiB); lower the sizes"
              .formatted(mib, MemPath.MIB_MAX));
    }
  }

  /** Encrypted bytes are like noise: compression would cost time and save nothing. */
  private static void requireNothingEncryptedToCompress(List<Entry> entries) {
    Dram dram = (Dram) entries.stream().filter(Dram.class::isInstance).findFirst().orElseThrow();
    if (!dram.options().isEncrypted()) {
      return;
    }
    for (Entry entry : entries) {
      if (compression(entry) != Compression.NONE) {
        throw mistake(
            "memory path entry '%s': what is encrypted does not compress; remove compress= here, or"
                    .formatted(PathRules.shown(entry.toString()))
                + " encrypt= after dram");
      }
    }
  }

  private static Compression compression(Entry entry) {
    return switch (entry) {
      case Exporter exporter -> exporter.link().compress();
      case Pool pool -> pool.link().compress();
      case Disk disk -> disk.compress();
      case Dram _, Compressed _ -> Compression.NONE;
    };
  }

  /** A disk moves whole sectors: of a subblock that is one, compression saves nothing. */
  private static void requireSectorsToSave(List<Entry> entries) {
    Dram dram = (Dram) entries.stream().filter(Dram.class::isInstance).findFirst().orElseThrow();
    if (dram.options().subblockBytes() > SpaceOptions.BLOCK_BYTES_MIN) {
      return;
    }
    for (Entry entry : entries) {
      if (entry instanceof Disk disk && disk.compress() != Compression.NONE) {
        throw mistake(
            "memory path entry '%s': a disk moves at least 4k, the size of a subblock here, so that"
                    .formatted(PathRules.shown(entry.toString()))
                + " compress saves nothing; write subblock=16k or more after dram, or remove it");
      }
    }
  }
}

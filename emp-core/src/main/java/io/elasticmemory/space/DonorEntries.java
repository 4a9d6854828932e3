package io.elasticmemory.space;

import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.Tier;
import io.elasticmemory.port.Files;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Memories;
import io.elasticmemory.port.Platform;
import io.elasticmemory.port.SharedMemory;
import io.elasticmemory.wire.CompressedLayout;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a path below DRAM in the order in which the pager knows them: fastest tier first,
 * within a tier as written, but behind each exporter what has the same bytes.
 */
final class DonorEntries {
  private final Replicas replicas;
  private final Backups backups;
  private final List<Entry> entries;

  DonorEntries(MemPath path) {
    replicas = Replicas.of(path.entries());
    backups = Backups.of(path.entries());
    entries =
        replicas.inPairs(
            path.entries().stream()
                .filter(entry -> entry.tier().isBelow(Tier.DRAM))
                .sorted(Comparator.comparing(Entry::tier))
                .toList());
  }

  /**
   * Opens files and devices for the pager, and makes the memory of compressed blocks; exporters are
   * the pager's own business. Gives a handle for each of the parts that has one.
   */
  List<Handle> openLocal(
      Platform platform, SpacePlan plan, long spaceIdHigh, long spaceIdLow, Undo undo) {
    List<Handle> handles = new ArrayList<>();
    Map<Disk, Handle> disks = new HashMap<>();
    for (Entry entry : entries) {
      Backups.Place backup = backups.of(entry);
      if (entry instanceof Compressed compressed) {
        // The application keeps it: whoever serves the space after a pager finds the blocks.
        SharedMemory memory = undo.add(create(platform.memories(), compressed));
        format(memory.segment(), plan, spaceIdHigh, spaceIdLow);
        handles.add(memory.handle());
      } else if (backup != null) {
        handles.add(handle(platform.files(), backup.disk(), disks, undo));
      } else if (entry instanceof Disk disk && ownBytes(disk) > 0) {
        handles.add(handle(platform.files(), disk, disks, undo));
      }
    }
    return handles;
  }

  /** Each is opened once. */
  private static Handle handle(Files files, Disk disk, Map<Disk, Handle> disks, Undo undo) {
    Handle handle = disks.get(disk);
    if (handle == null) {
      handle =
          undo.add(
              switch (disk) {
                case SpillFile file -> create(files, file);
                case BlockDevice device -> open(files, device);
              });
      disks.put(disk, handle);
    }
    return handle;
  }

  /** Each shard gets a part. */
  private static void format(
      MemorySegment memory, SpacePlan plan, long spaceIdHigh, long spaceIdLow) {
    int shards = plan.stripes().shards();
    int pieceBytes = CompressedLayout.pieceBytes(plan.geometry());
    for (int shard = 0; shard < shards; shard++) {
      long at = CompressedLayout.partAt(memory.byteSize(), shards, shard);
      long bytes = CompressedLayout.partBytes(memory.byteSize(), shards, shard);
      CompressedLayout.format(memory.asSlice(at, bytes), pieceBytes, spaceIdHigh, spaceIdLow);
    }
  }

  private static SharedMemory create(Memories memories, Compressed compressed) {
    return memories.createShared("emp-zdram", compressed.mib() << 20, false);
  }

  private static Handle create(Files files, SpillFile file) {
    boolean reserve = file.reserve() == Reserve.FULL;
    return files.createSpillFile(Path.of(file.path()), SpacePlan.wholeSlabs(file), reserve);
  }

  private static Handle open(Files files, BlockDevice device) {
    long baseBytes = device.baseMib() << 20;
    return files.openBlockDevice(Path.of(device.path()), baseBytes, SpacePlan.wholeSlabs(device));
  }

  /** What the pager is told of them. */
  List<DonorPart> parts() {
    List<DonorPart> parts = new ArrayList<>();
    for (Entry entry : entries) {
      switch (entry) {
        case Compressed compressed -> parts.add(part(compressed));
        case Exporter exporter -> {
          parts.add(part(exporter));
          Backups.Place backup = backups.of(exporter);
          if (backup != null) {
            long bytes = replicas.bytes(exporter);
            parts.add(part(backup.disk(), backup.baseBytes(), bytes, false, true));
          }
        }
        case Disk disk -> {
          if (ownBytes(disk) > 0) {
            boolean compresses = disk.compress() == Compression.LZ4;
            parts.add(part(disk, 0, ownBytes(disk), compresses, false));
          }
        }
        default -> throw new IllegalArgumentException("no donor: " + entry);
      }
    }
    return parts;
  }

  /** What copies of exporters leave of it. */
  private long ownBytes(Disk disk) {
    return replicas.bytes(disk) - backups.bytesIn(disk);
  }

  private static DonorPart part(Compressed compressed) {
    return new DonorPart(
        DonorKind.COMPRESSED, compressed.mib() << 20, 0, 0, compressed.toString(), "", false);
  }

  private DonorPart part(Exporter exporter) {
    return new DonorPart(
        DonorKind.EXPORTER,
        replicas.bytes(exporter),
        0,
        exporter.port(),
        exporter.address(),
        exporter.host(),
        exporter.link().compress() == Compression.LZ4,
        replicas.isCopy(exporter),
        exporter.link().transport(),
        exporter.link().device(),
        exporter.link().engine());
  }

  private static DonorPart part(
      Disk disk, long baseBytes, long bytes, boolean compresses, boolean isCopy) {
    DonorKind kind =
        switch (disk) {
          case SpillFile _ -> DonorKind.SPILL_FILE;
          case BlockDevice _ -> DonorKind.BLOCK_DEVICE;
        };
    long at = (disk.baseMib() << 20) + baseBytes;
    return new DonorPart(kind, bytes, at, 0, disk.path(), "", compresses, isCopy);
  }
}

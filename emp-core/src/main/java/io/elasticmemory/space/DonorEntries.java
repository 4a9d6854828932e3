package io.elasticmemory.space;

import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Compression;
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
import java.util.List;

/**
 * The entries of a path below DRAM in the order in which the pager knows them: fastest tier first,
 * within a tier as written, but the two of a pair one after the other.
 */
final class DonorEntries {
  private final Replicas replicas;
  private final List<Entry> entries;

  DonorEntries(MemPath path) {
    replicas = Replicas.of(path.entries());
    entries =
        replicas.inPairs(
            path.entries().stream()
                .filter(entry -> entry.tier().isBelow(Tier.DRAM))
                .sorted(Comparator.comparing(Entry::tier))
                .toList());
  }

  /**
   * Opens files and devices for the pager, and makes the memory of compressed blocks; exporters are
   * the pager's own business.
   */
  List<Handle> openLocal(
      Platform platform, SpacePlan plan, long spaceIdHigh, long spaceIdLow, Undo undo) {
    List<Handle> handles = new ArrayList<>();
    Files files = platform.files();
    for (Entry entry : entries) {
      switch (entry) {
        case SpillFile file -> handles.add(undo.add(create(files, file)));
        case BlockDevice device -> handles.add(undo.add(open(files, device)));
        case Compressed compressed -> {
          // The application keeps it: whoever serves the space after a pager finds the blocks.
          SharedMemory memory = undo.add(create(platform.memories(), compressed));
          format(memory.segment(), plan, spaceIdHigh, spaceIdLow);
          handles.add(memory.handle());
        }
        default -> {}
      }
    }
    return handles;
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
    return entries.stream().map(this::part).toList();
  }

  private DonorPart part(Entry entry) {
    if (entry instanceof Compressed compressed) {
      return new DonorPart(
          DonorKind.COMPRESSED, compressed.mib() << 20, 0, 0, compressed.toString(), "", false);
    }
    long bytes = replicas.bytes(entry);
    return switch (entry) {
      case Exporter exporter ->
          new DonorPart(
              DonorKind.EXPORTER,
              bytes,
              0,
              exporter.port(),
              exporter.address(),
              exporter.host(),
              exporter.link().compress() == Compression.LZ4,
              replicas.isCopy(exporter));
      case SpillFile file ->
          new DonorPart(
              DonorKind.SPILL_FILE,
              bytes,
              0,
              0,
              file.path(),
              "",
              file.compress() == Compression.LZ4);
      case BlockDevice device ->
          new DonorPart(
              DonorKind.BLOCK_DEVICE,
              bytes,
              device.baseMib() << 20,
              0,
              device.path(),
              "",
              device.compress() == Compression.LZ4);
      default -> throw new IllegalArgumentException("no donor: " + entry);
    };
  }
}

package io.elasticmemory.space;

import io.elasticmemory.MemPath;
import io.elasticmemory.MemPath.BlockDevice;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.Reserve;
import io.elasticmemory.MemPath.SpillFile;
import io.elasticmemory.Tier;
import io.elasticmemory.port.Files;
import io.elasticmemory.port.Handle;
import io.elasticmemory.wire.HandOver.DonorKind;
import io.elasticmemory.wire.HandOver.DonorPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The entries of a path below DRAM in the order in which the pager knows them: fastest tier first,
 * within a tier as written.
 */
final class DonorEntries {
  private final List<Entry> entries;

  DonorEntries(MemPath path) {
    entries =
        path.entries().stream()
            .filter(entry -> entry.tier().isBelow(Tier.DRAM))
            .sorted(Comparator.comparing(Entry::tier))
            .toList();
  }

  /** Opens files and devices, for the pager; exporters are the pager's own business. */
  List<Handle> openDisks(Files files, Undo undo) {
    List<Handle> handles = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof SpillFile file) {
        handles.add(undo.add(create(files, file)));
      } else if (entry instanceof BlockDevice device) {
        handles.add(undo.add(open(files, device)));
      }
    }
    return handles;
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
    return entries.stream().map(DonorEntries::part).toList();
  }

  private static DonorPart part(Entry entry) {
    long bytes = SpacePlan.wholeSlabs(entry);
    return switch (entry) {
      case Exporter exporter ->
          new DonorPart(
              DonorKind.EXPORTER, bytes, 0, exporter.port(), exporter.address(), exporter.host());
      case SpillFile file -> new DonorPart(DonorKind.SPILL_FILE, bytes, 0, 0, file.path(), "");
      case BlockDevice device ->
          new DonorPart(
              DonorKind.BLOCK_DEVICE, bytes, device.baseMib() << 20, 0, device.path(), "");
      default -> throw new IllegalArgumentException("no donor: " + entry);
    };
  }
}

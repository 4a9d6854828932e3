package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.port.Donor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in files and devices the copies of exporters with {@code backup=ssd} are: each as a whole
 * at the end of the first that has room for it, before those placed there earlier.
 */
final class Backups {
  private static final long MIB = 1L << 20;

  /**
   * Where a copy is.
   *
   * @param baseBytes from the beginning of the disk's range
   */
  record Place(Disk disk, long baseBytes) {}

  private final Map<Entry, Place> places = new HashMap<>();
  private final Map<Entry, Long> bytes = new HashMap<>();

  private Backups() {}

  /**
   * Places them all.
   *
   * @throws EmpException of kind PATH if one does not fit
   */
  static Backups of(List<Entry> entries) {
    Backups backups = new Backups();
    List<Disk> disks =
        entries.stream().filter(Disk.class::isInstance).map(Disk.class::cast).toList();
    for (Entry entry : entries) {
      if (entry instanceof Exporter exporter && exporter.link().backup() != Backup.NONE) {
        backups.place(exporter, disks);
      }
    }
    return backups;
  }

  private void place(Exporter exporter, List<Disk> disks) {
    long wanted = SpacePlan.wholeSlabs(exporter);
    long most = 0;
    for (Disk disk : disks) {
      long free = SpacePlan.wholeSlabs(disk) - bytesIn(disk);
      most = Math.max(most, free);
      if (free >= wanted) {
        bytes.merge(disk, wanted, Long::sum);
        places.put(exporter, new Place(disk, free - wanted));
        return;
      }
    }
    throw new EmpException(
        Kind.PATH,
        ("memory path entry '%s': its copy takes %d MiB of one file or device, in slabs of %d, and"
                + " no more than %d are free in any; raise the size of one, lower that of the"
                + " exporter, or remove backup=ssd")
            .formatted(exporter, wanted / MIB, Donor.SLAB_BYTES / MIB, most / MIB));
  }

  /** Where the copy of an entry is, or null if it has none. */
  @Nullable Place of(Entry entry) {
    return places.get(entry);
  }

  /** Bytes of an entry that are set aside for copies of others. */
  long bytesIn(Entry entry) {
    return bytes.getOrDefault(entry, 0L);
  }
}

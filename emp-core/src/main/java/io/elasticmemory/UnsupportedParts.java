package io.elasticmemory;

import io.elasticmemory.MemPath.Backup;
import io.elasticmemory.MemPath.Compressed;
import io.elasticmemory.MemPath.Disk;
import io.elasticmemory.MemPath.Dram;
import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import io.elasticmemory.MemPath.LinkOptions;
import io.elasticmemory.MemPath.Pool;
import io.elasticmemory.MemPath.Transport;
import java.util.ArrayList;
import java.util.List;

/** What of a memory path is legal but not there yet, in lines for its user. */
final class UnsupportedParts {

  private final List<String> lines = new ArrayList<>();

  private UnsupportedParts() {}

  static List<String> of(List<Entry> entries) {
    UnsupportedParts parts = new UnsupportedParts();
    entries.forEach(parts::add);
    return List.copyOf(parts.lines);
  }

  private void add(Entry entry) {
    switch (entry) {
      case Exporter exporter -> add(entry, exporter.link());
      case Pool pool -> {
        add(entry, "a pool of exporters");
        add(entry, pool.link());
      }
      case Dram _, Compressed _, Disk _ -> {}
    }
  }

  private void add(Entry entry, LinkOptions link) {
    if (link.transport() == Transport.RDMA && !(entry instanceof Exporter)) {
      add(entry, "transport=rdma");
    }
    if (link.backup() != Backup.NONE && !(entry instanceof Exporter)) {
      add(entry, "backup=ssd");
    }
    boolean isPair = entry instanceof Exporter && link.replicas() == 2;
    if (link.replicas() > 1 && !isPair) {
      add(entry, "replicas=" + link.replicas());
    }
  }

  private void add(Entry entry, String what) {
    lines.add(
        "entry '%s': %s is not yet available in this version; remove it"
            .formatted(PathRules.shown(entry.toString()), what));
  }
}

package io.elasticmemory.space;

import io.elasticmemory.MemPath.Entry;
import io.elasticmemory.MemPath.Exporter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which exporters have the same bytes: those with {@code replicas=2}, two by two in the order
 * written. Each of a pair gives as much as the smaller of them has.
 */
final class Replicas {
  private final Map<Entry, Exporter> copies = new HashMap<>();
  private final Map<Entry, Exporter> firsts = new HashMap<>();

  private Replicas() {}

  static Replicas of(List<Entry> entries) {
    Replicas replicas = new Replicas();
    Exporter first = null;
    for (Entry entry : entries) {
      if (entry instanceof Exporter exporter && exporter.link().replicas() == 2) {
        if (first == null) {
          first = exporter;
        } else {
          replicas.copies.put(first, exporter);
          replicas.firsts.put(exporter, first);
          first = null;
        }
      }
    }
    return replicas;
  }

  /** Whether it is the second of a pair. */
  boolean isCopy(Entry entry) {
    return firsts.containsKey(entry);
  }

  /** The same entries, each second of a pair right behind its first. */
  List<Entry> inPairs(List<Entry> entries) {
    List<Entry> ordered = new ArrayList<>();
    for (Entry entry : entries) {
      if (!isCopy(entry)) {
        ordered.add(entry);
        Exporter copy = copies.get(entry);
        if (copy != null) {
          ordered.add(copy);
        }
      }
    }
    return ordered;
  }

  /** Bytes that are used of an entry: whole slabs, of a pair as many as both have. */
  long bytes(Entry entry) {
    long bytes = SpacePlan.wholeSlabs(entry);
    @Nullable Exporter other = copies.getOrDefault(entry, firsts.get(entry));
    return other == null ? bytes : Math.min(bytes, SpacePlan.wholeSlabs(other));
  }
}

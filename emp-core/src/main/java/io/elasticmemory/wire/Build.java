package io.elasticmemory.wire;

import io.elasticmemory.EmpVersion;
import io.elasticmemory.counters.CountersLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A build of EMP as others see it: what it calls itself, and the version of each layout that the
 * pagers of a space share with each other, with the program, and with exporters. A pager can take a
 * space over from one of another build if these versions are the same.
 *
 * <p>As text it is one line, {@code 0.1.0 hand-over=9 block-table=7 …}.
 *
 * @param version without blanks
 * @param layouts names and versions, in the order of the text
 */
public record Build(String version, Map<String, Integer> layouts) {
  /** This build. */
  public static Build current() {
    Map<String, Integer> layouts = new LinkedHashMap<>();
    layouts.put("hand-over", HandOverLayout.VERSION);
    layouts.put("block-table", BlockTableLayout.VERSION);
    layouts.put("seal-table", SealTableLayout.VERSION);
    layouts.put("compressed-memory", CompressedLayout.VERSION);
    layouts.put("packed-pieces", PackedPieceLayout.VERSION);
    layouts.put("command-ring", CommandRingLayout.VERSION);
    layouts.put("fault-samples", FaultSampleLayout.VERSION);
    layouts.put("counters", CountersLayout.VERSION);
    layouts.put("protocol", MessageLayout.VERSION);
    layouts.put("rdma", RdmaLayout.VERSION);
    return new Build(EmpVersion.current(), layouts);
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static Build parse(String text) {
    String[] words = text.strip().split(" ");
    Map<String, Integer> layouts = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'%s' is no layout's version".formatted(words[i]));
      }
      layouts.put(words[i].substring(0, equals), Integer.parseInt(words[i].substring(equals + 1)));
    }
    if (words[0].isEmpty() || layouts.isEmpty()) {
      throw new IllegalArgumentException("'%s' names no build".formatted(text));
    }
    return new Build(words[0], layouts);
  }

  /** One line. */
  public String text() {
    StringBuilder text = new StringBuilder(version);
    layouts.forEach((name, number) -> text.append(' ').append(name).append('=').append(number));
    return text.toString();
  }

  /**
   * What another build has in another version, such as {@code block-table 8 instead of 7}, or has
   * not; empty if its pagers can follow pagers of this one.
   */
  public List<String> differences(Build other) {
    List<String> all = new ArrayList<>();
    layouts.forEach(
        (name, number) -> {
          Integer there = other.layouts.get(name);
          if (there == null) {
            all.add("no " + name);
          } else if (!there.equals(number)) {
            all.add("%s %d instead of %d".formatted(name, there, number));
          }
        });
    other.layouts.forEach(
        (name, number) -> {
          if (!layouts.containsKey(name)) {
            all.add("%s %d instead of none".formatted(name, number));
          }
        });
    return all;
  }
}

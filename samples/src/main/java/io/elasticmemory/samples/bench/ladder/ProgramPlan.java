package io.elasticmemory.samples.bench.ladder;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one run of {@link LadderMain} does; handed over as arguments {@code name=value}.
 *
 * @param memory what it works on: see {@link TestedMemory#open}
 * @param workload which pages
 * @param writesPercent so many of a hundred accesses write, 0 to 100
 * @param stridePages of {@link Workload#STRIDE}
 * @param data what the pages hold
 * @param sizeMib memory
 * @param localPercent so much of it has room in local memory
 * @param seconds how long it is measured
 * @param seed chooses data and pages
 * @param exporterPids whose CPU time is counted too
 */
record ProgramPlan(
    String memory,
    Workload workload,
    int writesPercent,
    int stridePages,
    DataKind data,
    long sizeMib,
    int localPercent,
    double seconds,
    long seed,
    List<Long> exporterPids) {
  ProgramPlan {
    exporterPids = List.copyOf(exporterPids);
  }

  int pages() {
    return Math.toIntExact((sizeMib << 20) / Content.PAGE_BYTES);
  }

  int localPages() {
    return (int) ((long) pages() * localPercent / 100);
  }

  KeyStream keys(int pages) {
    return workload.keys(pages, stridePages, seed);
  }

  List<String> toArguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("memory=" + memory);
    arguments.add("workload=" + workload.name());
    arguments.add("writesPercent=" + writesPercent);
    arguments.add("stridePages=" + stridePages);
    arguments.add("data=" + data.name());
    arguments.add("sizeMib=" + sizeMib);
    arguments.add("localPercent=" + localPercent);
    arguments.add("seconds=" + seconds);
    arguments.add("seed=" + seed);
    arguments.add(
        "exporterPids=" + exporterPids.stream().map(String::valueOf).collect(joining(",")));
    return arguments;
  }

  static ProgramPlan parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int split = argument.indexOf('=');
      values.put(argument.substring(0, split), argument.substring(split + 1));
    }
    return new ProgramPlan(
        value(values, "memory"),
        Workload.valueOf(value(values, "workload")),
        Integer.parseInt(value(values, "writesPercent")),
        Integer.parseInt(value(values, "stridePages")),
        DataKind.valueOf(value(values, "data")),
        Long.parseLong(value(values, "sizeMib")),
        Integer.parseInt(value(values, "localPercent")),
        Double.parseDouble(value(values, "seconds")),
        Long.parseLong(value(values, "seed")),
        Stream.of(value(values, "exporterPids").split(","))
            .filter(pid -> !pid.isEmpty())
            .map(Long::valueOf)
            .toList());
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("argument " + name + "=… is missing");
    }
    return value;
  }
}

package io.elasticmemory.samples;

import io.elasticmemory.SpaceOptions;
import io.elasticmemory.samples.bench.ladder.DataKind;
import io.elasticmemory.samples.bench.ladder.KernelTuning;
import io.elasticmemory.samples.bench.ladder.Ladder;
import io.elasticmemory.samples.bench.ladder.LadderRequest;
import io.elasticmemory.samples.bench.ladder.LadderResult;
import io.elasticmemory.samples.bench.ladder.Pinning;
import io.elasticmemory.samples.bench.ladder.Subject;
import io.elasticmemory.samples.bench.ladder.Workload;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code emp bench ladder}. Set by picocli. */
@SuppressWarnings("NullAway.Init")
@Command(
    name = "ladder",
    description =
        "Runs one workload with ever less local memory, on our tiers and on what else there is.",
    sortOptions = false,
    footer = {
      "",
      "Mapped files and swap need root; without it they are left out with a word.",
      "Exit code: 0 if it was measured, 1 if something failed, 2 if the run was refused.",
      "",
      "Examples:",
      "  emp bench ladder --pattern random --ratios 25 --subjects plain,remote,swap",
      "  emp bench ladder --pattern zipf --writes 20 --data half --size-mib 1024 --json -"
    })
final class LadderCommand implements Callable<Integer> {
  private static final long SIZE_MIB_MAX = 1 << 22;

  @Spec private CommandSpec spec;

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      defaultValue = "random",
      description = "random, zipf, scan, stride or hotset (default: ${DEFAULT-VALUE}).")
  private String pattern;

  @Option(
      names = "--writes",
      paramLabel = "PERCENT",
      defaultValue = "0",
      description = "So many of a hundred accesses write (default: ${DEFAULT-VALUE}).")
  private int writesPercent;

  @Option(
      names = "--subjects",
      paramLabel = "NAME,…",
      split = ",",
      description =
          "plain, remote, ssd, compressed, mmap, mmap-128k, mmap-random, swap, zram, tcp-floor"
              + " (default: all of these); what more safety costs: remote-encrypted,"
              + " remote-replicas, remote-backup, ssd-encrypted.")
  private @Nullable List<String> subjects;

  @Option(
      names = "--ratios",
      paramLabel = "PERCENT,…",
      split = ",",
      description = "Shares of the memory that have room locally (default: 100,75,50,25,10).")
  private @Nullable List<Integer> ratios;

  @Option(
      names = "--size-mib",
      paramLabel = "MIB",
      defaultValue = "4096",
      description = "Memory to work on (default: ${DEFAULT-VALUE}).")
  private long sizeMib;

  @Option(
      names = "--data",
      paramLabel = "KIND",
      defaultValue = "random",
      description =
          "What pages hold: random (nothing can be compressed), half, text (default:"
              + " ${DEFAULT-VALUE}).")
  private String data;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "How long a cell is measured (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--pin",
      paramLabel = "one|none",
      defaultValue = "one",
      description =
          "Application, pager and exporter on one CPU, or nothing pinned (default:"
              + " ${DEFAULT-VALUE}).")
  private String pin;

  @Option(
      names = "--stride",
      paramLabel = "PAGES",
      defaultValue = "16",
      description = "Of the pattern stride (default: ${DEFAULT-VALUE}).")
  private int stridePages;

  @Option(
      names = "--block",
      paramLabel = "SIZE",
      converter = BytesConverter.class,
      description = "Block of our spaces, 4k to 2m (default: that of every space).")
  private @Nullable Integer blockBytes;

  @Option(
      names = "--subblock",
      paramLabel = "SIZE",
      converter = BytesConverter.class,
      description = "Subblock of our spaces, 4k up to the block.")
  private @Nullable Integer subblockBytes;

  @Option(
      names = "--page-cluster",
      paramLabel = "N",
      description = "vm.page-cluster for swap (default: the better of 0 and 3, tried at first).")
  private @Nullable Integer pageCluster;

  @Option(
      names = "--read-ahead-kib",
      paramLabel = "KIB",
      description = "What is read ahead of a mapped file (default: as the disk has it).")
  private @Nullable Integer readAheadKib;

  @Option(names = "--quiet", description = "Do not show progress.")
  private boolean quiet;

  @Mixin private final RoundsOption rounds = new RoundsOption(3);
  @Mixin private SeedOption seed;
  @Mixin private JsonTarget json;

  @Override
  public Integer call() throws IOException {
    LadderRequest request = request();
    return BenchRunner.runAt(
        json,
        workplace -> {
          Progress progress = quiet ? Progress.NONE : ConsoleProgress.onStandardError();
          return new LadderResult(request, new Ladder(workplace, progress).run(request));
        });
  }

  private LadderRequest request() {
    Limits limits = new Limits(spec);
    limits.require("--writes", writesPercent, 0, 100);
    limits.require("--size-mib", sizeMib, 64, SIZE_MIB_MAX);
    limits.require("--stride", stridePages, 1, 1 << 20);
    ratios().forEach(ratio -> limits.require("--ratios", ratio, 1, 100));
    if (pageCluster != null) {
      limits.require("--page-cluster", pageCluster, 0, 10);
    }
    if (readAheadKib != null) {
      limits.require("--read-ahead-kib", readAheadKib, 0, 1 << 20);
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new Limits(spec)
          .mistake("--seconds is " + seconds + "; give more than 0 and at most 3600");
    }
    requireBlocks();
    return new LadderRequest(
        one("--pattern", pattern, Workload::find, Workload.values(), Workload::label),
        writesPercent,
        stridePages,
        one("--data", data, DataKind::find, DataKind.values(), DataKind::label),
        sizeMib,
        ratios(),
        subjects(),
        seconds,
        rounds.count(),
        one("--pin", pin, Pinning::find, Pinning.values(), Pinning::label),
        blockBytes == null ? 0 : blockBytes,
        subblockBytes == null ? 0 : subblockBytes,
        new KernelTuning(optional(pageCluster), optional(readAheadKib)),
        seed.value());
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private void requireBlocks() {
    if ((blockBytes == null) != (subblockBytes == null)) {
      throw new Limits(spec).mistake("--block and --subblock limit each other; give both");
    }
    if (blockBytes != null && subblockBytes != null) {
      SpaceOptions.DEFAULTS.withBlock(blockBytes, subblockBytes);
    }
  }

  private List<Integer> ratios() {
    return ratios == null ? LadderRequest.RATIOS_PERCENT : ratios.stream().distinct().toList();
  }

  private List<Subject> subjects() {
    if (subjects == null) {
      return Stream.of(Subject.values()).filter(subject -> !subject.isGuarded()).toList();
    }
    return subjects.stream()
        .map(one -> one("--subjects", one, Subject::find, Subject.values(), Subject::label))
        .distinct()
        .toList();
  }

  private <T> T one(
      String option,
      String label,
      Function<String, Optional<T>> find,
      T[] all,
      Function<T, String> labelOf) {
    return find.apply(label)
        .orElseThrow(
            () ->
                new Limits(spec)
                    .mistake(
                        "%s %s is none of %s; give one of them"
                            .formatted(
                                option,
                                label,
                                Arrays.stream(all)
                                    .map(labelOf)
                                    .collect(Collectors.joining(", ")))));
  }
}

package io.elasticmemory.samples;

import io.elasticmemory.EmpException;
import io.elasticmemory.MemPath;
import io.elasticmemory.SpaceOptions;
import io.elasticmemory.port.MemoryLimits;
import io.elasticmemory.port.Platform;
import io.elasticmemory.samples.bench.BenchRequest.Resize;
import io.elasticmemory.samples.bench.Ground;
import io.elasticmemory.samples.bench.OrdinaryMemory;
import io.elasticmemory.samples.bench.SpaceMemory;
import io.elasticmemory.samples.workload.Defect;
import io.elasticmemory.samples.workload.Mode;
import io.elasticmemory.samples.workload.Plan;
import io.elasticmemory.samples.workload.Progress;
import io.elasticmemory.samples.workload.Skew;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** The options that all workloads have. Set by picocli. */
@SuppressWarnings("NullAway.Init")
final class BenchOptions {
  private static final long SEED_LIMIT = 1_000_000_000_000L;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--path",
      paramLabel = "PATH",
      description = "The memory path; without it that of EMP_PMEM_PATH.")
  private @Nullable String path;

  @Option(names = "--local", description = "Run in ordinary memory instead, to compare.")
  private boolean local;

  @Option(
      names = "--size-mib",
      paramLabel = "MIB",
      defaultValue = "256",
      description = "Memory to work on (default: ${DEFAULT-VALUE}).")
  private long sizeMib;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "4",
      description = "Threads that work (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--block",
      paramLabel = "SIZE",
      converter = BytesConverter.class,
      description = "Block, 4k to 2m; instead of what the path says.")
  private @Nullable Integer blockBytes;

  @Option(
      names = "--subblock",
      paramLabel = "SIZE",
      converter = BytesConverter.class,
      description = "Subblock, 4k up to the block; instead of what the path says.")
  private @Nullable Integer subblockBytes;

  @Option(names = "--seed", paramLabel = "N", description = "Chooses values and places.")
  private @Nullable Long seed;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0",
      description = "Go on for at least so long (default: one round).")
  private int seconds;

  @Option(
      names = "--resize-min-mib",
      paramLabel = "MIB",
      defaultValue = "0",
      description =
          "Move the DRAM budget to and fro between this size and that of the next option.")
  private long resizeMinMib;

  @Option(names = "--resize-max-mib", paramLabel = "MIB", defaultValue = "0")
  private long resizeMaxMib;

  @Option(names = "--gc-loop", description = "Call System.gc() all the time meanwhile.")
  private boolean gcLoop;

  @Option(
      names = "--break",
      hidden = true,
      converter = DefectConverter.class,
      description = "Plant a defect before the last check: zero, stale, misdirect or lost.")
  private @Nullable Defect defect;

  @Option(names = "--quiet", description = "Do not show progress.")
  private boolean quiet;

  @Option(
      names = "--announce",
      hidden = true,
      description = "Say the pager's process id and each phase on standard output.")
  private boolean announce;

  /** Refuses what does not fit together. */
  void check() {
    requirePositive("--size-mib", sizeMib);
    if (sizeMib > MemPath.MIB_MAX) {
      throw mistake(
          "--size-mib is %d, more than the %d MiB (128 TiB) that a process can address; lower it"
              .formatted(sizeMib, MemPath.MIB_MAX));
    }
    requirePositive("--threads", threads);
    if (seconds < 0) {
      throw mistake("--seconds is " + seconds + "; give 0 or more");
    }
    boolean neither = resizeMinMib == 0 && resizeMaxMib == 0;
    if (!neither && (resizeMinMib < 1 || resizeMinMib > resizeMaxMib)) {
      throw mistake(
          "--resize-min-mib "
              + resizeMinMib
              + " and --resize-max-mib "
              + resizeMaxMib
              + " do not fit; give both, the smaller one first");
    }
    if (resizeMaxMib > 0) {
      requireWithinMachine("--resize-min-mib", resizeMinMib);
      requireWithinMachine("--resize-max-mib", resizeMaxMib);
    }
    if (local && (path != null || resizeMaxMib > 0)) {
      throw mistake("--local has no path and no budget; leave them out, or --local");
    }
  }

  /** Opens the memory to work on. */
  Ground openGround() {
    return local ? new OrdinaryMemory() : new SpaceMemory(memPath());
  }

  /** The path with the sizes of the command line in it. */
  MemPath memPath() {
    MemPath given = path == null ? pathOfEnvironment() : MemPath.parse(path);
    SpaceOptions changed = changed(given.options());
    return new MemPath(given.entries().stream().map(entry -> withOptions(entry, changed)).toList());
  }

  private MemPath pathOfEnvironment() {
    Map<String, String> environment = System.getenv();
    String text = environment.get("EMP_PMEM_PATH");
    if ((text == null || text.isBlank())
        && environment.getOrDefault("EMP_MEM_PATH", "").isBlank()) {
      throw mistake(
          "there is no memory path, EMP_PMEM_PATH is %s; give --path PATH, or --local for ordinary memory"
              .formatted(text == null ? "not set" : "empty"));
    }
    return MemPath.fromEnvironment(environment);
  }

  private SpaceOptions changed(SpaceOptions options) {
    if (blockBytes == null && subblockBytes == null) {
      return options;
    }
    try {
      return options.withBlock(
          blockBytes == null ? options.blockBytes() : blockBytes,
          subblockBytes == null ? options.subblockBytes() : subblockBytes);
    } catch (EmpException e) {
      String given =
          Stream.of(blockBytes == null ? "" : "--block", subblockBytes == null ? "" : "--subblock")
              .filter(name -> !name.isEmpty())
              .collect(Collectors.joining(", "));
      String inWordsOfOptions =
          e.getMessage().replace("subblock=", "--subblock").replace(" block=", " --block");
      throw mistake(given + ": " + inWordsOfOptions);
    }
  }

  /** How progress is shown. */
  Progress progress(Ground ground) {
    if (announce) {
      return new AnnouncedProgress(spec.commandLine().getOut(), ground.pagerPid());
    }
    return quiet ? Progress.NONE : ConsoleProgress.onStandardError();
  }

  Plan plan(Mode mode, long operations, Skew skew) {
    return new Plan(
        mode,
        operations,
        skew,
        seed == null ? Math.floorMod(System.nanoTime(), SEED_LIMIT) : seed,
        Duration.ofSeconds(seconds),
        Optional.ofNullable(defect));
  }

  long sizeMib() {
    return sizeMib;
  }

  int threads() {
    return threads;
  }

  Resize resize() {
    return new Resize(resizeMinMib, resizeMaxMib);
  }

  boolean gcLoop() {
    return gcLoop;
  }

  private static MemPath.Entry withOptions(MemPath.Entry entry, SpaceOptions options) {
    return entry instanceof MemPath.Dram dram ? new MemPath.Dram(dram.mib(), options) : entry;
  }

  private void requirePositive(String name, long value) {
    if (value < 1) {
      throw mistake(name + " is " + value + "; give 1 or more");
    }
  }

  private void requireWithinMachine(String name, long mib) {
    MemoryLimits limits = Platform.find().memories().limits();
    long mostMib = Math.min(limits.machineBytes(), limits.cgroupLimitBytes()) >> 20;
    if (mib > mostMib) {
      throw mistake(
          "%s is %d, more than the %d MiB of the machine or its cgroup; lower it"
              .formatted(name, mib, mostMib));
    }
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Reads a defect by its name in lower case. */
  static final class DefectConverter implements ITypeConverter<Defect> {
    @Override
    public Defect convert(String text) {
      return EnumNames.parse(Defect.class, text);
    }
  }

  /** Reads a mode by its name in lower case. */
  static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      return EnumNames.parse(Mode.class, text);
    }
  }

  /** Reads a skew. */
  static final class SkewConverter implements ITypeConverter<Skew> {
    @Override
    public Skew convert(String text) {
      try {
        return Skew.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Constants by their names in lower case. */
  private static final class EnumNames {
    static <E extends Enum<E>> E parse(Class<E> type, String text) {
      List<E> constants = List.of(type.getEnumConstants());
      List<String> names =
          constants.stream().map(constant -> constant.name().toLowerCase(Locale.ROOT)).toList();
      int index = names.indexOf(text);
      if (index < 0) {
        throw new TypeConversionException(
            "'" + text + "' is none of " + String.join(", ", names) + "; give one of them");
      }
      return constants.get(index);
    }
  }
}

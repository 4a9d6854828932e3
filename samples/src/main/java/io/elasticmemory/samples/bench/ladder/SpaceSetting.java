package io.elasticmemory.samples.bench.ladder;

import static java.util.stream.Collectors.joining;

import io.elasticmemory.MemPath;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A space with a budget, over an exporter of its own or a spill file. */
final class SpaceSetting implements Setting {
  /** For each shard a slab in reserve, and one for what is rounded up. */
  private static final long SHARD_MIB_MORE = 128;

  private final long localMib;
  private final String path;
  private final List<LocalExporter> exporters;

  private SpaceSetting(long localMib, String path, List<LocalExporter> exporters) {
    this.localMib = localMib;
    this.path = path;
    this.exporters = exporters;
  }

  /** One whose blocks are those of the request. */
  static SpaceSetting create(
      Workplace workplace, LadderRequest request, Subject subject, int ratioPercent)
      throws IOException {
    return create(workplace, request, subject, ratioPercent, blocks(request));
  }

  /** One with these options, as they are written after {@code dram:…?}. */
  static SpaceSetting create(
      Workplace workplace, LadderRequest request, Subject subject, int ratioPercent, String options)
      throws IOException {
    long localMib = request.localMib(ratioPercent);
    long shardsMax = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    long donorMib = request.sizeMib() + SHARD_MIB_MORE * shardsMax;
    List<LocalExporter> exporters = new ArrayList<>();
    for (int i = 0; i < exporters(subject); i++) {
      exporters.add(LocalExporter.start(workplace, donorMib));
    }
    Stream<String> donors = exporters.stream().map(one -> one.entry(donorMib) + link(subject));
    if (subject.usesSpillFile()) {
      donors = Stream.concat(donors, Stream.of(spill(workplace, donorMib)));
    }
    String path =
        dram(localMib, guarded(options, subject))
            + compressed(request, subject)
            + donors.collect(joining("|", "|", ""));
    return new SpaceSetting(localMib, path, List.copyOf(exporters));
  }

  private static int exporters(Subject subject) {
    if (subject == Subject.REMOTE_REPLICAS) {
      return 2;
    }
    return subject.usesExporter() ? 1 : 0;
  }

  private static String link(Subject subject) {
    return switch (subject) {
      case REMOTE_REPLICAS -> "?replicas=2";
      case REMOTE_BACKUP -> "?backup=ssd";
      default -> "";
    };
  }

  private static String guarded(String options, Subject subject) {
    boolean isSealed = subject == Subject.REMOTE_ENCRYPTED || subject == Subject.SSD_ENCRYPTED;
    return Stream.of(options, isSealed ? "encrypt=aes-gcm" : "")
        .filter(option -> !option.isEmpty())
        .collect(joining("&"));
  }

  private static String dram(long localMib, String options) {
    return "dram:" + localMib + (options.isEmpty() ? "" : "?" + options);
  }

  private static String blocks(LadderRequest request) {
    String block = request.blockBytes() == 0 ? "" : "block=" + kib(request.blockBytes());
    String subblock =
        request.subblockBytes() == 0 ? "" : "subblock=" + kib(request.subblockBytes());
    String separator = block.isEmpty() || subblock.isEmpty() ? "" : "&";
    return block + separator + subblock;
  }

  private static String kib(int bytes) {
    return (bytes >> 10) + "k";
  }

  private static String compressed(LadderRequest request, Subject subject) {
    return subject == Subject.COMPRESSED ? "|zdram:" + request.sizeMib() : "";
  }

  private static String spill(Workplace workplace, long mib) {
    return workplace.directory().resolve("spill") + ":" + mib + ":0";
  }

  /** Why this version has no such space; empty if it has. */
  static Optional<String> obstacle(Subject subject) {
    if (subject != Subject.COMPRESSED) {
      return Optional.empty();
    }
    boolean isMissing = !MemPath.parse("dram:64|zdram:64|./spill:128:0").unsupported().isEmpty();
    return isMissing ? Optional.of("zdram: is not in this version") : Optional.empty();
  }

  @Override
  public String memory() {
    return TestedMemory.SPACE + path;
  }

  @Override
  public List<Long> exporterPids() {
    return exporters.stream().map(LocalExporter::pid).toList();
  }

  @Override
  public Map<Figure, Double> observe() {
    return Map.of(Figure.localBytes, (double) (localMib << 20));
  }

  @Override
  public void close() {
    exporters.forEach(running -> Workplace.end(running.process()));
  }
}

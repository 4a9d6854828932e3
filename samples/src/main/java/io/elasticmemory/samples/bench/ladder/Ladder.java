package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.process.MemoryCgroup;
import io.elasticmemory.samples.process.Workplace;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a workload on several subjects at several ratios. Within a round the subjects take turns, so
 * that what happens to the machine meanwhile happens to all of them; every run is a program of its
 * own. Used by one thread.
 */
public final class Ladder {
  /** Tried for swap unless one is given: a page at a time, or the kernel's default. */
  private static final List<Integer> PAGE_CLUSTERS = List.of(0, 3);

  private static final int NO_PAGE_CLUSTER = -1;
  private static final int REPEATS_MAX = 2;

  private final Workplace workplace;
  private final Progress progress;

  /**
   * A ladder.
   *
   * @param workplace on the disk that spill files, swap and mapped files are compared on
   */
  public Ladder(Workplace workplace, Progress progress) {
    this.workplace = workplace;
    this.progress = progress;
  }

  /** A subject at a ratio. */
  private record Place(Subject subject, int ratioPercent) {}

  /** What has been measured at a place so far. */
  private static final class Found {
    private final List<Run> runs = new ArrayList<>();
    private String failure = "";
    private int pageCluster = NO_PAGE_CLUSTER;
  }

  /**
   * Runs it.
   *
   * @return a cell for each subject at each ratio; one for those that no limit concerns
   * @throws EmpException of kind CAPACITY if disk or memory is too small, of kind INTERNAL if
   *     subjects have read different things
   */
  public List<Cell> run(LadderRequest request) throws IOException {
    Map<Subject, String> obstacles = obstacles(request);
    new Room(request, workplace.directory()).check(obstacles.keySet());
    Map<Place, Found> found = new LinkedHashMap<>();
    places(request).forEach(place -> found.put(place, new Found()));
    AtomicLong done = new AtomicLong();
    progress.begin(request.workload().label(), (long) request.rounds() * found.size(), done::get);
    try {
      for (int round = 0; round < request.rounds(); round++) {
        for (Map.Entry<Place, Found> entry : found.entrySet()) {
          if (!obstacles.containsKey(entry.getKey().subject)) {
            measure(request, entry.getKey(), entry.getValue());
          }
          done.incrementAndGet();
        }
      }
    } finally {
      progress.end();
    }
    requireSameReads(found);
    return cells(found, obstacles);
  }

  private static Map<Subject, String> obstacles(LadderRequest request) throws IOException {
    Map<Subject, String> obstacles = new EnumMap<>(Subject.class);
    for (Subject subject : request.subjects()) {
      obstacle(subject, request.workload()).ifPresent(word -> obstacles.put(subject, word));
    }
    return obstacles;
  }

  private static Optional<String> obstacle(Subject subject, Workload workload) throws IOException {
    if (subject == Subject.TCP_FLOOR) {
      return StreamFloor.obstacle(workload);
    }
    return subject.isPeer() ? PeerSetting.obstacle(subject) : SpaceSetting.obstacle(subject);
  }

  private static List<Place> places(LadderRequest request) {
    List<Place> places = new ArrayList<>();
    for (int ratio : request.ratiosPercent()) {
      for (Subject subject : request.subjects()) {
        Place place = new Place(subject, subject.isUnlimited() ? 100 : ratio);
        if (!places.contains(place)) {
          places.add(place);
        }
      }
    }
    return places;
  }

  private void measure(LadderRequest request, Place place, Found found) {
    try {
      if (place.subject.usesSwap()
          && found.runs.isEmpty()
          && request.kernel().pageCluster().isEmpty()) {
        found.runs.add(bestOf(request, place, found));
      } else {
        int cluster = request.kernel().pageCluster().orElse(found.pageCluster);
        found.runs.add(run(request, place, place.subject.usesSwap() ? cluster : NO_PAGE_CLUSTER));
      }
    } catch (IOException | EmpException e) {
      if (found.failure.isEmpty()) {
        found.failure = String.valueOf(e.getMessage());
      }
    }
  }

  /** The faster one, whose setting the next rounds keep. */
  private Run bestOf(LadderRequest request, Place place, Found found) throws IOException {
    Optional<Run> best = Optional.empty();
    for (int cluster : PAGE_CLUSTERS) {
      Run run = run(request, place, cluster);
      if (best.isEmpty() || rate(run) > rate(best.get())) {
        best = Optional.of(run);
        found.pageCluster = cluster;
      }
    }
    return best.orElseThrow();
  }

  private static double rate(Run run) {
    return run.get(Figure.accessesPerSecond);
  }

  private Run run(LadderRequest request, Place place, int pageCluster) throws IOException {
    for (int repeats = 0; ; repeats++) {
      try {
        return runOnce(request, place, pageCluster).with(Figure.repeats, repeats);
      } catch (LadderRun.KilledException e) {
        // The kernel has found nothing to reclaim in a full cgroup, with swap left: a peer's bad
        // luck, which is counted but not its speed.
        if (!place.subject.isPeer() || repeats == REPEATS_MAX) {
          throw e;
        }
      }
    }
  }

  private Run runOnce(LadderRequest request, Place place, int pageCluster) throws IOException {
    if (place.subject == Subject.TCP_FLOOR) {
      return StreamFloor.compiledIn(workplace).run(request);
    }
    try (Setting setting = setting(request, place, pageCluster)) {
      return new LadderRun(workplace, request, setting).run(place.ratioPercent);
    }
  }

  private Setting setting(LadderRequest request, Place place, int pageCluster) throws IOException {
    if (place.subject.isSpace()) {
      return SpaceSetting.create(workplace, request, place.subject, place.ratioPercent);
    }
    if (place.subject == Subject.PLAIN) {
      return () -> TestedMemory.ANONYMOUS;
    }
    return PeerSetting.create(
        workplace,
        request,
        place.subject,
        place.ratioPercent,
        pageCluster,
        MemoryCgroup.Hierarchy.find().orElseThrow());
  }

  /** Whoever has read something else has lost something, or done less. */
  private static void requireSameReads(Map<Place, Found> found) {
    Map<String, Place> hashes = new LinkedHashMap<>();
    found.forEach(
        (place, one) -> {
          if (place.subject != Subject.TCP_FLOOR) {
            one.runs.forEach(run -> hashes.putIfAbsent(run.resultHash(), place));
          }
        });
    if (hashes.size() > 1) {
      throw new EmpException(
          Kind.INTERNAL,
          "subjects have read different data: " + hashes + "; keep this line and report a bug");
    }
  }

  private static List<Cell> cells(Map<Place, Found> found, Map<Subject, String> obstacles) {
    double plainRate =
        found.entrySet().stream()
            .filter(entry -> entry.getKey().subject == Subject.PLAIN)
            .filter(entry -> !entry.getValue().runs.isEmpty())
            .mapToDouble(entry -> rate(Run.median(entry.getValue().runs)))
            .findFirst()
            .orElse(0);
    List<Cell> cells = new ArrayList<>();
    found.forEach((place, one) -> cells.add(cell(place, one, plainRate, obstacles)));
    return cells;
  }

  private static Cell cell(
      Place place, Found found, double plainRate, Map<Subject, String> obstacles) {
    String obstacle = obstacles.get(place.subject);
    if (obstacle != null) {
      return Cell.without(place.subject, place.ratioPercent, obstacle, false);
    }
    if (found.runs.isEmpty()) {
      return Cell.without(place.subject, place.ratioPercent, found.failure, true);
    }
    double plain = place.subject == Subject.TCP_FLOOR ? 0 : plainRate;
    return Cell.of(place.subject, place.ratioPercent, found.runs, plain, found.failure);
  }
}

package io.elasticmemory.samples.bench.ladder;

import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.util.Set;

/** Runs on spaces whose options are given, each in a program of its own. Used by one thread. */
public final class SpaceRuns {
  private final Workplace workplace;
  private final LadderRequest request;

  /**
   * Runs that differ in the options of the space only.
   *
   * @param request of one tier of ours at one ratio
   * @throws io.elasticmemory.EmpException of kind CAPACITY if disk or memory is too small
   */
  public SpaceRuns(Workplace workplace, LadderRequest request) throws IOException {
    this.workplace = workplace;
    this.request = request;
    new Room(request, workplace.directory()).check(Set.of());
  }

  /** The workload of the request, with options as they are written after {@code dram:…?}. */
  public Run workload(String options) throws IOException {
    return run(options, LadderMain.class);
  }

  /** The mode {@code elastic} of memcheck instead; one pass, however long it takes. */
  public Run memcheck(String options) throws IOException {
    return run(options, MemcheckMain.class);
  }

  private Run run(String options, Class<?> main) throws IOException {
    int ratioPercent = request.ratiosPercent().getFirst();
    Subject tier = request.subjects().getFirst();
    try (Setting setting = SpaceSetting.create(workplace, request, tier, ratioPercent, options)) {
      return new LadderRun(workplace, request, setting, main).run(ratioPercent);
    }
  }
}

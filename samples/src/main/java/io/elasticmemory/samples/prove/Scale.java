package io.elasticmemory.samples.prove;

/**
 * How large everything is.
 *
 * @param isQuick whether this is the short version that runs with the tests
 * @param sizeMib memory a workload uses
 * @param dramMib the budget
 * @param remoteMib lent by the exporter
 * @param ssdMib of the spill file
 * @param threads that work
 * @param operations random accesses of a run
 * @param resizeMinMib smaller size of a changing budget
 * @param resizeMaxMib larger size of a changing budget
 * @param deaths how often the pager is killed
 * @param limitSeconds when a run is taken to hang
 */
public record Scale(
    boolean isQuick,
    long sizeMib,
    long dramMib,
    long remoteMib,
    long ssdMib,
    int threads,
    long operations,
    long resizeMinMib,
    long resizeMaxMib,
    int deaths,
    int limitSeconds) {
  /** As promised. */
  public static final Scale FULL =
      new Scale(false, 4096, 1024, 2048, 4096, 4, 1_000_000, 256, 2048, 200, 3600);

  /** For runs that are slow for another reason than their size, when there is little time. */
  public static final Scale TINY = new Scale(true, 96, 24, 64, 128, 4, 2_000, 16, 48, 1, 240);

  /** For tests: as small as blocks of 2 MiB allow. */
  public static final Scale SMALL = new Scale(true, 128, 32, 64, 128, 4, 5_000, 32, 64, 1, 240);

  /** A sixteenth of what is promised. */
  public static final Scale QUICK = new Scale(true, 256, 64, 128, 256, 4, 10_000, 32, 128, 3, 240);

  /** Whether some of all combinations are enough, and one run where others take a median. */
  boolean isForTests() {
    return equals(SMALL);
  }
}

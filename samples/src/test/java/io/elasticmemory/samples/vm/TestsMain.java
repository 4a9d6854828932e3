package io.elasticmemory.samples.vm;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs the test classes that are named as arguments, where there is no Maven: a line for each test,
 * and what failed with its trace. Ends with 0 if at least one test was run and none has failed.
 */
final class TestsMain {
  private TestsMain() {}

  public static void main(String[] classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(DiscoverySelectors::selectClass).toList())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(request, listener, new Lines());
    TestExecutionSummary summary = listener.getSummary();
    PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
    summary.printFailuresTo(out, 20);
    long skipped = summary.getTestsSkippedCount() + summary.getTestsAbortedCount();
    out.printf(
        "%d tests, %d failed, %d skipped%n",
        summary.getTestsFoundCount(), summary.getTotalFailureCount(), skipped);
    boolean good = summary.getTestsSucceededCount() > 0 && summary.getTotalFailureCount() == 0;
    System.exit(good ? 0 : 1);
  }

  /** Says what each test took. */
  private static final class Lines implements TestExecutionListener {
    private long since;

    @Override
    public void executionStarted(TestIdentifier test) {
      since = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        System.out.printf(
            "%-10s %6d ms  %s%n", result.getStatus(), took.toMillis(), test.getDisplayName());
      }
    }
  }
}

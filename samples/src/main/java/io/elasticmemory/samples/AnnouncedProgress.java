package io.elasticmemory.samples;

import io.elasticmemory.samples.workload.Progress;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/** Says on standard output, for the program that has started this one, what begins. */
final class AnnouncedProgress implements Progress {
  private final PrintWriter out;

  AnnouncedProgress(PrintWriter out, long pagerPid) {
    this.out = out;
    say("pager " + pagerPid);
  }

  @Override
  public void begin(String phase, long total, LongSupplier done) {
    say("phase " + phase);
  }

  @Override
  public void end() {}

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}

package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Rounds of a minute, each with a program in a space of another kind, to which everything happens
 * that may: until the time is over, or something is not as it must be.
 */
public final class Chaos {
  private static final double ROUND_SECONDS = 60;

  /** A round needs some to begin. */
  private static final double ROUND_SECONDS_MIN = 20;

  private static final long PROGRESS_SECONDS = 10;
  private static final double SECONDS_PER_MINUTE = 60;

  private final double minutes;
  private final long seed;
  private final PrintWriter out;
  private final PrintWriter progress;
  private final ChaosTally tally = new ChaosTally();
  private final StoppedProcesses stopped = new StoppedProcesses();

  /**
   * None has begun.
   *
   * @param minutes for which things happen; beginning and ending rounds takes longer
   * @param seed of all that happens
   * @param out for people
   * @param progress for who waits
   */
  public Chaos(double minutes, long seed, PrintWriter out, PrintWriter progress) {
    this.minutes = minutes;
    this.seed = seed;
    this.out = out;
    this.progress = progress;
  }

  /** Runs it. Says whether all was as it must be. */
  public boolean run() throws IOException {
    out.println("seed " + seed);
    SplittableRandom seeds = new SplittableRandom(seed);
    double left = minutes * SECONDS_PER_MINUTE;
    Thread teller = Thread.ofPlatform().daemon().name("chaos-progress").start(this::tell);
    try {
      boolean isGood = true;
      for (int number = 1; isGood && left > 0; number++) {
        double seconds = left < ROUND_SECONDS + ROUND_SECONDS_MIN ? left : ROUND_SECONDS;
        left -= seconds;
        Round round = new Round(seeds.nextLong(), tally, stopped);
        say("round %d: %s".formatted(number, round.setting()));
        isGood = round.run(seconds);
        tally.endedRound();
      }
    } finally {
      teller.interrupt();
    }
    return tally.isGood();
  }

  private void tell() {
    try {
      for (long seconds = PROGRESS_SECONDS; ; seconds += PROGRESS_SECONDS) {
        TimeUnit.SECONDS.sleep(PROGRESS_SECONDS);
        say("%d s: %s".formatted(seconds, tally.describe()));
      }
    } catch (InterruptedException e) {
      // It is over.
    }
  }

  private void say(String line) {
    progress.println("chaos: " + line);
    progress.flush();
  }

  /** It is ended from outside. Lets all go on that is stopped here, so that it can end, too. */
  public void end() {
    tally.end();
    stopped.close();
  }

  /** Says what was done and found until now. */
  public void sumUp() {
    tally.table().forEach(line -> out.println("  " + line));
    out.println(tally.describe());
    for (String failure : tally.failures()) {
      out.println("FAILED  " + failure);
      out.println("        to repeat what was done: " + command());
    }
    out.flush();
  }

  /** Repeats the schedule; how it meets the program is another matter. */
  private String command() {
    String time = minutes == Math.rint(minutes) ? "" + (long) minutes : "" + minutes;
    return "bin/emp chaos --minutes %s --seed %d".formatted(time, seed);
  }

  /** The same for programs. */
  public JsonObject toJson() {
    return tally.into(
        new JsonObject().put("minutes", minutes).put("seed", seed).put("command", command()));
  }
}

package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.process.Child;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Has the program itself do what programs do. */
final class ProgramLane extends Lane {
  private static final int DRAWS = 1_000;
  private static final int ARENAS_MAX = 20;

  private static final long LOOK_MILLIS = 20;

  private final Child program;
  private int asked;

  ProgramLane(Scene scene, Schedule schedule, Child program) {
    super(scene, schedule, "program");
    this.program = program;
  }

  @Override
  void strike(Blow blow) {
    Scene.tell(
        program,
        switch (blow.harm()) {
          case RESIZE -> "resize " + mib(blow.draw());
          case FORK -> "fork";
          case OPEN_ARENAS -> "arenas " + (1 + blow.draw() % ARENAS_MAX) + " " + blow.draw();
          default -> throw new IllegalStateException(blow + " is nothing that a program does");
        });
    scene().tally().did(blow.harm());
    asked++;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS);
    while (!program.awaitLines("did"::equals, asked, Duration.ZERO)) {
      if (scene().pause(LOOK_MILLIS)) {
        return;
      }
      if (System.nanoTime() - end >= 0) {
        scene().fail("the program does not end to " + blow.harm().label());
        return;
      }
    }
  }

  private static int mib(int draw) {
    int least = RoundSetting.dramMibMin();
    return least + (RoundSetting.dramMibMax() - least) * draw / DRAWS;
  }
}

package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** A thread that does one thing after the other, as its schedule has it, until it is over. */
abstract class Lane {
  /** What takes longer than this to happen does not happen. */
  static final long HANG_MILLIS = 120_000;

  private static final long ACCESSES_ENOUGH = 20;
  private static final long LOOK_MILLIS = 2;

  private final Scene scene;
  private final Schedule schedule;
  private final Thread thread;

  Lane(Scene scene, Schedule schedule, String name) {
    this.scene = scene;
    this.schedule = schedule;
    thread = Thread.ofPlatform().daemon().name("chaos-" + name).unstarted(this::run);
  }

  final Scene scene() {
    return scene;
  }

  final void start() {
    if (!schedule.isEmpty()) {
      thread.start();
    }
  }

  /** Waits until what was done is undone. */
  final void join() {
    try {
      thread.join(HANG_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (Blow blow = schedule.next(); !scene.pause(blow.pauseMillis()); blow = schedule.next()) {
        strike(blow);
      }
    } catch (IOException | UncheckedIOException e) {
      if (!scene.isOver()) {
        scene.fail("what was to be done could not be done: " + e);
      }
    }
  }

  /** Something that is done. */
  interface Deed {
    void run() throws IOException;
  }

  /** Does it while nothing else is done that may cost anybody what he has, if that must be so. */
  final void strikeAlone(boolean mustBeAlone, Deed deed) throws IOException {
    if (!mustBeAlone) {
      deed.run();
      return;
    }
    if (!scene.whole().hold(scene)) {
      return;
    }
    try {
      deed.run();
    } finally {
      scene.whole().letGo();
    }
  }

  /** Does it, for as long as it lasts, and undoes it. */
  abstract void strike(Blow blow) throws IOException;

  /** Waits until each thread of the program has done something; fails the round if it has not. */
  final boolean goesOn(String after) {
    long enough = scene.accesses() + ACCESSES_ENOUGH;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HANG_MILLIS);
    while (scene.accesses() < enough) {
      if (scene.pause(LOOK_MILLIS)) {
        return false;
      }
      if (System.nanoTime() - end >= 0) {
        scene.fail("the program does not go on after " + after);
        return false;
      }
    }
    return true;
  }
}

package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;

/** Kills, restarts and stops exporters, never one while the other has not all. */
final class ExporterLane extends Lane {
  ExporterLane(Scene scene, Schedule schedule) {
    super(scene, schedule, "exporters");
  }

  @Override
  void strike(Blow blow) throws IOException {
    strikeAlone(true, () -> end(blow));
    boolean _ = goesOn(blow.harm().label());
  }

  private void end(Blow blow) throws IOException {
    switch (blow.harm()) {
      case KILL_EXPORTER, RESTART_EXPORTER -> kill(blow.side(), blow.lastMillis());
      case STOP_EXPORTER -> stop(blow.side(), blow.lastMillis());
      default -> throw new IllegalStateException(blow + " is nothing that is done to exporters");
    }
    scene().tally().did(blow.harm());
  }

  private void kill(int side, long millis) throws IOException {
    scene().whole().lose();
    Process process = scene().exporter(side).process().destroyForcibly();
    scene().tally().killedExporter();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean _ = scene().pause(millis);
    scene().startExporter(side);
  }

  private void stop(int side, long millis) throws IOException {
    ProcessHandle process = scene().exporter(side).process().toHandle();
    scene().stopped().stop(process);
    try {
      boolean _ = scene().pause(millis);
    } finally {
      scene().stopped().goOn(process);
    }
  }
}

package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;

/** Has the disk of the spill file be full, or fail, for a while. */
final class DiskLane extends Lane {
  DiskLane(Scene scene, Schedule schedule) {
    super(scene, schedule, "disk");
  }

  @Override
  void strike(Blow blow) throws IOException {
    strikeAlone(scene().setting().isOneAtATime(), () -> harm(blow));
  }

  private void harm(Blow blow) throws IOException {
    scene().disk().harm(blow.harm());
    try {
      boolean _ = scene().pause(blow.lastMillis());
    } finally {
      scene().disk().heal();
    }
    scene().tally().did(blow.harm());
  }
}

package io.elasticmemory.samples.prove.chaos;

import java.io.IOException;

/** Fills the disk of the spill file for a while. */
final class DiskLane extends Lane {
  DiskLane(Scene scene, Schedule schedule) {
    super(scene, schedule, "disk");
  }

  @Override
  void strike(Blow blow) throws IOException {
    scene().disk().fill();
    try {
      boolean _ = scene().pause(blow.lastMillis());
    } finally {
      scene().disk().clear();
    }
    scene().tally().did(blow.harm());
  }
}

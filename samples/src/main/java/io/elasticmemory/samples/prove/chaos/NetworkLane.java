package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.chaos.Direction;
import io.elasticmemory.samples.chaos.FaultProxy;
import io.elasticmemory.samples.chaos.Kind;
import java.io.IOException;

/** Has the proxy before one of the exporters do mischief. */
final class NetworkLane extends Lane {
  private static final double TOXICITY = 0.05;

  /** In so many of a thousand cases greetings meet it, too. */
  private static final int GREETINGS_IN_1000 = 300;

  NetworkLane(Scene scene, Schedule schedule) {
    super(scene, schedule, "network");
  }

  @Override
  void strike(Blow blow) throws IOException {
    strikeAlone(blow.harm().mayCostASide(), () -> inject(blow));
  }

  private void inject(Blow blow) {
    FaultProxy proxy = scene().proxy(blow.side());
    Kind mischief = blow.harm().mischief();
    scene().tally().did(blow.harm());
    if (mischief == null) {
      proxy.cut();
      return;
    }
    proxy.inject(mischief, TOXICITY, directions(blow.draw()));
    if (blow.draw() < GREETINGS_IN_1000) {
      proxy.cut();
    }
    boolean _ = scene().pause(blow.lastMillis());
    proxy.heal();
    if (blow.harm().mayCostASide()) {
      // What was lost on the way is not waited for.
      proxy.cut();
    }
  }

  private static Direction[] directions(int draw) {
    return switch (draw % 3) {
      case 0 -> new Direction[] {Direction.REQUESTS};
      case 1 -> new Direction[] {Direction.ANSWERS};
      default -> Direction.values();
    };
  }
}

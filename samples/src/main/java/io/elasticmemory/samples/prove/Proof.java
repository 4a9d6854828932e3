package io.elasticmemory.samples.prove;

import io.elasticmemory.samples.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs items one after the other and sums up. */
public final class Proof {
  private final String subject;
  private final List<Item> items;
  private final Scale scale;
  private final long seed;
  private final PrintWriter out;
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * A proof that has not begun.
   *
   * @param subject of what something is shown
   * @param items what is shown, in order
   * @param scale how large everything is
   * @param seed of every run
   * @param out for people
   */
  public Proof(String subject, List<Item> items, Scale scale, long seed, PrintWriter out) {
    this.subject = subject;
    this.items = List.copyOf(items);
    this.scale = scale;
    this.seed = seed;
    this.out = out;
  }

  private record Outcome(
      Item item,
      boolean isGood,
      List<String> failures,
      Map<String, Long> figures,
      double seconds) {}

  /** The numbers of all items. */
  public List<Integer> numbers() {
    return items.stream().map(Item::number).distinct().toList();
  }

  /** Runs the items with these numbers. Returns whether all went well. */
  public boolean run(List<Integer> numbers) throws IOException {
    out.println("seed " + seed + (scale.isQuick() ? ", quick" : ""));
    for (Item item : items) {
      if (numbers.contains(item.number())) {
        run(item);
      }
    }
    out.println();
    outcomes.forEach(this::print);
    out.flush();
    return outcomes.stream().allMatch(Outcome::isGood);
  }

  /** The same for programs. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("subject", subject)
        .put("quick", scale.isQuick())
        .put("seed", seed)
        .put("ok", outcomes.stream().allMatch(Outcome::isGood))
        .putObjects("items", outcomes.stream().map(Proof::toJson).toList());
  }

  private void run(Item item) throws IOException {
    out.println();
    out.println(item.number() + " " + item.title());
    out.flush();
    long start = System.nanoTime();
    try (Stage stage = new Stage(scale, seed, out)) {
      try {
        item.show(stage);
      } catch (Exception e) {
        stage.check(false, "the item itself failed: " + e);
      }
      outcomes.add(
          new Outcome(
              item,
              stage.isGood(),
              stage.failures(),
              stage.figures(),
              (System.nanoTime() - start) / 1e9));
    }
  }

  private void print(Outcome outcome) {
    out.printf(
        "%s  %d %s (%.0f s)%n",
        outcome.isGood() ? "PASS" : "FAIL",
        outcome.item().number(),
        outcome.item().title(),
        outcome.seconds());
  }

  private static JsonObject toJson(Outcome outcome) {
    JsonObject json = new JsonObject();
    json.put("number", outcome.item().number())
        .put("title", outcome.item().title())
        .put("ok", outcome.isGood())
        .put("seconds", outcome.seconds())
        .put("failures", outcome.failures());
    outcome.figures().forEach((name, value) -> json.put(name, value.longValue()));
    return json;
  }
}

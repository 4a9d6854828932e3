package io.elasticmemory.samples.prove.faults;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.samples.JsonObject;
import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of all kinds of kills, and what was seen of other items, kept in a file between runs
 * if one is given. Runs at the same time may have the same file if they are of different kinds.
 */
final class KillLedger {
  private static final String EMPTY = "{\"kinds\": []}";

  private final @Nullable Path file;
  private final Map<String, KillTally> tallies = new LinkedHashMap<>();

  /** What the file is known to say of each. */
  private final Map<String, String> kept = new HashMap<>();

  /** What was seen of items that have been shown. */
  private final Map<String, List<String>> seen = new LinkedHashMap<>();

  private KillLedger(@Nullable Path file) {
    this.file = file;
  }

  /**
   * One that goes on from a file, which need not be there yet; null for one that is not kept.
   *
   * @throws EmpException of kind PATH if the file is something else
   */
  static KillLedger open(@Nullable Path file) throws IOException {
    KillLedger ledger = new KillLedger(file);
    if (file != null && Files.exists(file)) {
      JsonTree json = parse(file);
      ledger.tallies.putAll(tallies(file, json));
      ledger.seen.putAll(seen(file, json));
      ledger.tallies.forEach((kind, tally) -> ledger.kept.put(kind, text(kind, tally)));
    }
    return ledger;
  }

  private static String text(String kind, KillTally tally) {
    return tally.toJson(kind).toString();
  }

  private static JsonTree parse(Path from) throws IOException {
    try {
      return JsonTree.parse(Files.readString(from));
    } catch (IllegalArgumentException e) {
      throw isSomethingElse(from, e);
    }
  }

  private static Map<String, KillTally> tallies(Path from, JsonTree json) {
    Map<String, KillTally> tallies = new LinkedHashMap<>();
    try {
      for (JsonTree each : json.get("kinds").each()) {
        tallies.put(each.text("name"), KillTally.from(each));
      }
      return tallies;
    } catch (IllegalArgumentException e) {
      throw isSomethingElse(from, e);
    }
  }

  private static Map<String, List<String>> seen(Path from, JsonTree json) {
    Map<String, List<String>> seen = new LinkedHashMap<>();
    try {
      for (JsonTree each : json.find("items").map(JsonTree::each).orElse(List.of())) {
        seen.put(each.text("name"), each.get("seen").each().stream().map(JsonTree::text).toList());
      }
      return seen;
    } catch (IllegalArgumentException e) {
      throw isSomethingElse(from, e);
    }
  }

  private static EmpException isSomethingElse(Path file, IllegalArgumentException why) {
    return new EmpException(
        Kind.PATH,
        "--resume %s is not what this command has written (%s); name another file"
            .formatted(file, why.getMessage()),
        why);
  }

  /** What was seen of an item in a run before; nothing if it has not been shown. */
  List<String> seen(String item) {
    return seen.getOrDefault(item, List.of());
  }

  /** An item has been shown. */
  void saw(String item, List<String> lines) {
    seen.put(item, List.copyOf(lines));
  }

  /** That of a kind, which may have none yet. */
  KillTally of(String kind) {
    return tallies.computeIfAbsent(kind, _ -> new KillTally());
  }

  /** Whoever is interrupted loses nothing of what was saved. */
  void save() throws IOException {
    if (file == null) {
      return;
    }
    Path whole = file.toAbsolutePath();
    try (FileChannel guard =
            FileChannel.open(
                whole.resolveSibling(whole.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = guard.lock()) {
      takeWhatOthersHaveSaved(whole);
      Path next = whole.resolveSibling(whole.getFileName() + ".new");
      Files.writeString(next, text());
      Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Of the kinds of which nothing has been added here. */
  private void takeWhatOthersHaveSaved(Path whole) throws IOException {
    JsonTree json = Files.exists(whole) ? parse(whole) : JsonTree.parse(EMPTY);
    seen(whole, json).forEach(seen::putIfAbsent);
    tallies(whole, json)
        .forEach(
            (kind, tally) -> {
              String before = kept.getOrDefault(kind, text(kind, new KillTally()));
              if (text(kind, of(kind)).equals(before) && !text(kind, tally).equals(before)) {
                tallies.put(kind, tally);
              }
            });
    tallies.forEach((kind, tally) -> kept.put(kind, text(kind, tally)));
  }

  private String text() {
    return new JsonObject()
        .putObjects(
            "kinds",
            tallies.entrySet().stream().map(each -> each.getValue().toJson(each.getKey())).toList())
        .putObjects(
            "items",
            seen.entrySet().stream()
                .map(
                    each ->
                        new JsonObject().put("name", each.getKey()).put("seen", each.getValue()))
                .toList())
        .toString();
  }
}

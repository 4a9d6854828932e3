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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tallies of all kinds of kills, kept in a file between runs if one is given. Runs at the same
 * time may have the same file if they are of different kinds.
 */
final class KillLedger {
  private final @Nullable Path file;
  private final Map<String, KillTally> tallies = new LinkedHashMap<>();

  /** What the file is known to say of each. */
  private final Map<String, String> kept = new HashMap<>();

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
      ledger.tallies.putAll(read(file));
      ledger.tallies.forEach((kind, tally) -> ledger.kept.put(kind, text(kind, tally)));
    }
    return ledger;
  }

  private static String text(String kind, KillTally tally) {
    return tally.toJson(kind).toString();
  }

  private static Map<String, KillTally> read(Path from) throws IOException {
    Map<String, KillTally> tallies = new LinkedHashMap<>();
    try {
      JsonTree json = JsonTree.parse(Files.readString(from));
      for (JsonTree each : json.get("kinds").each()) {
        tallies.put(each.text("name"), KillTally.from(each));
      }
      return tallies;
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH,
          "--resume %s is not what this command has written (%s); name another file"
              .formatted(from, e.getMessage()),
          e);
    }
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
    Map<String, KillTally> saved = Files.exists(whole) ? read(whole) : Map.of();
    saved.forEach(
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
        .toString();
  }
}

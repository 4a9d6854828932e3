package io.elasticmemory.samples.prove.flips;

import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Bits of slots in a spill file, of which there is one copy. Threads that read such pages wait, and
 * the pager reads again and again, until the bits are turned back; then each must have what was
 * written. If they are not turned back the program is ended with the reason.
 */
final class SlotFlips {
  private static final int SPILL_MIB = 256;
  private static final int AT_A_TIME = 48;
  private static final int BITS_MAX = 64;
  private static final int KILLED = 128 + 9;
  private static final int NEVER_TURNED_BACK_MILLIS = 2_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final long NOTICE_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  private final Stage stage;
  private final int mib;
  private final SplittableRandom random;

  SlotFlips(Stage stage, int mib) {
    this.stage = stage;
    this.mib = mib;
    random = new SplittableRandom(stage.seed());
  }

  private String path(Path spill, int timeoutMillis) {
    return "dram:8?block=4k&shards=1&faultTimeoutMillis=%d|%s:%d:0"
        .formatted(timeoutMillis, spill, SPILL_MIB);
  }

  /** Damages so many, some at a time. */
  FlipCount inject(long count) throws IOException {
    Path spill = stage.newSpill();
    try (FlippedProgram program = FlippedProgram.start(stage, path(spill, 120_000), mib)) {
      program.unload();
      try (Places places = Places.ofFile(fileOf(program.pagerPid(), spill))) {
        FlipCount sum = FlipCount.NONE;
        while (sum.injected() < count && sum.wrongWords() == 0) {
          sum = sum.plus(all(program, places, count - sum.injected()));
          program.unload();
        }
        return sum;
      }
    }
  }

  /** A file that has no name any more, by the descriptor of who has it open. */
  private static Path fileOf(long pid, Path spill) throws IOException {
    try (DirectoryStream<Path> links =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path link : links) {
        try {
          if (Files.readSymbolicLink(link).toString().startsWith(spill.toString())) {
            return link;
          }
        } catch (NoSuchFileException e) {
          // Closed since it was listed.
        }
      }
    }
    throw new IOException("the pager does not have " + spill + " open");
  }

  /** Each page once, or so many. */
  private FlipCount all(FlippedProgram program, Places places, long count) throws IOException {
    List<Places.Place> order = new ArrayList<>(places.all());
    Collections.shuffle(order, random);
    FlipCount sum = FlipCount.NONE;
    for (int from = 0; from + AT_A_TIME <= order.size() && sum.injected() < count; ) {
      sum = sum.plus(some(program, places, order.subList(from, from + AT_A_TIME)));
      from += AT_A_TIME;
    }
    return sum;
  }

  private FlipCount some(FlippedProgram program, Places places, List<Places.Place> chosen)
      throws IOException {
    List<Places.Flip> flips = new ArrayList<>();
    StringBuilder pages = new StringBuilder("pages");
    for (Places.Place place : chosen) {
      flips.add(places.flip(place, 1 + random.nextInt(BITS_MAX), random));
      pages.append(' ').append(place.page());
    }
    long before = program.noticed();
    program.tell(pages.toString());
    awaitNoticed(program, before + chosen.size());
    for (Places.Flip flip : flips) {
      flip.turn();
    }
    return program.awaitPages(chosen.size(), LIMIT);
  }

  private static void awaitNoticed(FlippedProgram program, long wanted) {
    long end = System.nanoTime() + NOTICE_NANOS_MAX;
    while (program.noticed() < wanted && System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  /** One that is not turned back: says whether the program is ended with the reason. */
  boolean endsTheProgram() throws IOException {
    Path spill = stage.newSpill();
    String path = path(spill, NEVER_TURNED_BACK_MILLIS);
    try (FlippedProgram program = FlippedProgram.start(stage, path, mib)) {
      program.unload();
      try (Places places = Places.ofFile(fileOf(program.pagerPid(), spill))) {
        Places.Place place = places.all().getFirst();
        Places.Flip _ = places.flip(place, 1, random);
        program.tell("pages " + place.page());
        Child.Ended ended = program.child().await(LIMIT);
        return ended.exitCode() == KILLED
            && ended.err().stream().anyMatch(line -> line.contains("is lost"))
            && ended.out().lines().noneMatch(line -> line.startsWith("page "));
      }
    }
  }
}

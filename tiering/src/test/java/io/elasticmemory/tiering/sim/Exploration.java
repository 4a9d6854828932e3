package io.elasticmemory.tiering.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Tries all sequences of acts in a tiny space from one situation on, the short ones first, and
 * kills the pager at each of its steps. A step that finds everything as a step before it has found
 * it, with the same acts to follow, is not tried again: what a pager knew by itself dies with it.
 * While a successor adopts, it is killed in the same way.
 */
final class Exploration implements Callable<Coverage> {
  private final Plot begun;
  private final Defect defect;
  private final boolean asserting;
  private final int length;
  private final int lengthTwice;
  private final Set<Long> seen = new HashSet<>();
  private final Coverage coverage = new Coverage();

  private Exploration(Plot begun, Defect defect, boolean asserting, int length, int lengthTwice) {
    this.begun = begun;
    this.defect = defect;
    this.asserting = asserting;
    this.length = length;
    this.lengthTwice = lengthTwice;
  }

  /**
   * The explorations of a space, one for each situation, with transfers that end at once and late.
   *
   * @param length acts that a sequence has at most
   * @param lengthTwice up to this length successors are killed as well
   */
  static List<Exploration> of(
      TinySpace space, Defect defect, boolean asserting, int length, int lengthTwice) {
    List<Exploration> explorations = new ArrayList<>();
    for (String situation : space.situations()) {
      for (boolean late : new boolean[] {false, true}) {
        Plot begun = Plot.begin(space, late, Act.parse(situation));
        explorations.add(new Exploration(begun, defect, asserting, length, lengthTwice));
      }
    }
    return explorations;
  }

  /** Throws the {@link SimFailure} of the first plot that goes wrong. */
  @Override
  public Coverage call() {
    for (int count = 1; count <= length; count++) {
      for (List<Act> acts : sequences(count)) {
        coverage.sequence();
        crash(begun.with(acts), count <= lengthTwice ? 2 : 1);
      }
    }
    return coverage;
  }

  /** Plays it, and then with so many crashes more. */
  private void crash(Plot plot, int crashes) {
    List<Long> news = new ArrayList<>();
    Play play = new Play(plot, defect, asserting);
    if (crashes > 0) {
      play.watch(step -> look(play, step, news));
    }
    play.run();
    coverage.played(plot, play.world());
    for (long step : news) {
      crash(plot.killed(step), crashes - 1);
    }
  }

  private void look(Play play, long step, List<Long> news) {
    if (play.isFirstOrAdopting()) {
      coverage.step(play.world());
      if (seen.add(play.fingerprint())) {
        coverage.news(play.world());
        news.add(step);
      }
    }
  }

  /** All of a length. The first block is named first: the two are alike. */
  private List<List<Act>> sequences(int count) {
    List<List<Act>> sequences = List.of(List.of());
    for (int at = 0; at < count; at++) {
      List<Act> nexts = acts(at == 0 ? 1 : TinySpace.BLOCKS, at == count - 1);
      List<List<Act>> longer = new ArrayList<>();
      for (List<Act> acts : sequences) {
        for (Act next : nexts) {
          List<Act> more = new ArrayList<>(acts);
          more.add(next);
          longer.add(more);
        }
      }
      sequences = longer;
    }
    return sequences;
  }

  /** After the last everything comes to rest anyway. */
  private List<Act> acts(int blocks, boolean last) {
    List<Act> acts = new ArrayList<>();
    for (Act.Kind kind : begun.space().kinds()) {
      for (int block = 0; block < blocks; block++) {
        acts.add(new Act(kind, block, false));
        if (!last) {
          acts.add(new Act(kind, block, true));
        }
      }
    }
    return acts;
  }
}

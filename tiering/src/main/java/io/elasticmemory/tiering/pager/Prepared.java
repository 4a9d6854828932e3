package io.elasticmemory.tiering.pager;

import io.elasticmemory.tiering.store.EarlyGreetings;
import java.util.concurrent.Executor;

/**
 * What a pager has done before its turn came, as far as it got.
 *
 * @param greetings exporters that have been greeted
 * @param provision memory for records
 * @param watchdogThread has a thread, started before there is anything to do: where all CPUs are
 *     busy one runs only some milliseconds after that, and who starts it waits until it does
 */
record Prepared(EarlyGreetings greetings, Provision provision, Executor watchdogThread) {
  /** What a rehearsal has, which is watched by nobody. */
  static final Prepared NOTHING = new Prepared(EarlyGreetings.NONE, Provision.NONE, _ -> {});
}

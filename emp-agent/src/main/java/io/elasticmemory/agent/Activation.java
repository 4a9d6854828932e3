package io.elasticmemory.agent;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.agent.sight.Gift;
import io.elasticmemory.agent.sight.Sight;
import io.elasticmemory.space.Space;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Brings the hooks and the space together, which are made ready beside each other. */
final class Activation implements SpaceOpener.Outcome {
  private final AgentOptions options;
  private final OrdinaryMemory ordinary;
  private final long startNanos = System.nanoTime();
  private final CompletableFuture<@Nullable Installed> installed = new CompletableFuture<>();
  private volatile boolean refused;

  /** Nothing is there yet. */
  Activation(AgentOptions options, OrdinaryMemory ordinary) {
    this.options = options;
    this.ordinary = ordinary;
  }

  /** Both halves of what the JDK calls. */
  private record Installed(Hooks hooks, Answers answers, int millis) {}

  /** The hooks are in place: allocations wait for the space from now on. */
  void begin(Hooks hooks, Answers answers, SpaceOpener opener) {
    answers.redirector().awaitSpaceOf(opener);
    hooks.redirect(answers, 0, 0);
    boolean _ = installed.complete(new Installed(hooks, answers, millis()));
    sayIfVerbose("hooks are in place after %d ms".formatted(millis()));
  }

  /** There will be no hooks if there are none by now. */
  void end() {
    boolean _ = installed.complete(null);
  }

  /** Whether there is a space, or hope for one. */
  boolean isHopeful() {
    return !refused;
  }

  @Override
  public void opened(Space space) {
    Installed ready = installed.join();
    if (ready == null || refused) {
      space.close();
      return;
    }
    try {
      ready.hooks.redirect(ready.answers, space.heap().base(), space.heap().capacityBytes());
      requireUse(ready.answers.redirector(), space);
      space.keepForGood();
    } catch (RuntimeException | Error e) {
      // Nobody has memory of it yet.
      ready.hooks.retire(ready.answers);
      space.close();
      throw e;
    }
    // Only now: whoever is given memory must find hooks that know it when he frees it.
    ready.answers.redirector().use(space);
    sayIfVerbose(
        "the space of %d MiB is open after %d ms"
            .formatted(space.geometry().capacityBytes() >> 20, millis()));
    show(space, ready);
  }

  private void requireUse(Redirector redirector, Space space) {
    long capacityBytes = space.heap().capacityBytes();
    if (options.minBytes() > capacityBytes) {
      throw new EmpException(
          Kind.PATH,
          "min is %d bytes, more than the space of %d; lower it, or enlarge an entry of the path"
              .formatted(options.minBytes(), capacityBytes));
    }
    if (!redirector.isAtWork(ordinary, space)) {
      throw new EmpException(
          Kind.PLATFORM,
          "this JDK allocates by ways that are not known; report it with its version");
    }
  }

  /** What fails here leaves the space at work. */
  private void show(Space space, Installed ready) {
    Allocations allocations = ready.answers.redirector().allocations();
    Gift gift =
        new Gift(
            space,
            allocations::count,
            allocations::takenBackCount,
            allocations::usedBytes,
            allocations::refusedCount,
            options.minBytes(),
            ready.millis,
            millis());
    try {
      ready.answers.management().opened(gift);
      Sight.open(gift, AgentLog::say);
    } catch (RuntimeException | Error e) {
      AgentLog.say("what the agent does is not shown: " + e);
    }
  }

  private int millis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private void sayIfVerbose(String line) {
    if (options.verbose()) {
      AgentLog.say(line);
    }
  }

  @Override
  public void refused(String reason) {
    Installed ready = installed.join();
    if (ready != null) {
      ready.hooks.retire(ready.answers);
      AgentLog.sayInactive(reason);
    }
    refused = true;
  }
}

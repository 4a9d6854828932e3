package io.elasticmemory.exporter;

import io.elasticmemory.port.RemoteWords.ServedBy;
import io.elasticmemory.port.verbs.MemoryRegion;
import io.elasticmemory.port.verbs.ProtectionDomain;
import io.elasticmemory.wire.RdmaLayout;
import io.elasticmemory.wire.WordsLayout;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Words that the device serves, for one client: it may change them atomically and not otherwise.
 */
final class WordsSession extends RdmaSession {
  private final Grant grant;

  private WordsSession(
      ProtectionDomain domain, SharedWords words, long instance, Consumer<RdmaSession> forget) {
    super(domain, instance, forget);
    MemoryRegion region = register(words.memory(), ProtectionDomain.REMOTE_ATOMIC);
    grant =
        new Grant(
            ServedBy.DEVICE, words.count(), region.remoteAddress(), region.remoteKey(), token());
  }

  /**
   * Registers the words.
   *
   * @param domain of the session alone; closed with it, or if this fails
   * @param forget told when the session has ended
   * @throws io.elasticmemory.EmpException if they cannot be registered
   */
  static WordsSession open(
      ProtectionDomain domain, SharedWords words, long instance, Consumer<RdmaSession> forget) {
    try {
      return new WordsSession(domain, words, instance, forget);
    } catch (RuntimeException e) {
      domain.close();
      throw e;
    }
  }

  /** What the client is told. */
  Grant grant() {
    return grant;
  }

  @Override
  boolean isOurs(RdmaLayout.Request request) {
    return request.role() == WordsLayout.ROLE;
  }

  @Override
  int answer(MemorySegment into) {
    return 0;
  }

  @Override
  void ended() {}
}

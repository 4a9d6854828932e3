package io.elasticmemory.port.verbs.contract;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.port.verbs.ConnectionEvent.Kind;
import io.elasticmemory.port.verbs.WorkStatus;
import io.elasticmemory.port.verbs.contract.VerbsPair.Message;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** What binds implementers that have messages, too. */
public abstract class MessageContract extends AtomicContract {
  private static final long ROOM = 100;

  private void connectForMessages() {
    pair.hasMessages = true;
    connect();
  }

  private void giveRoom(long mark, long offset, int bytes) {
    assertThat(pair.messagesThere.receive(mark, pair.there, offset, bytes)).isTrue();
  }

  private void send(long mark, long offset, int bytes) {
    pair.messages.send(mark, true, pair.here, offset, bytes);
    assertThat(pair.messages.post()).isTrue();
  }

  @Test
  void bringsMessagesInOrderIntoTheRoomThatWasGiven() {
    connectForMessages();
    assertThat(pair.messages.receives()).isEqualTo(VerbsPair.RECEIVES);
    giveRoom(ROOM, 0, 4096);
    giveRoom(ROOM + 1, 8192, 4096);
    pair.fill(0, 4096, 5);
    send(1, 0, 4096);
    send(2, 8, 16);
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.awaitThere(ROOM)).isEqualTo(new Message(WorkStatus.SUCCESS, 4096));
    assertThat(pair.awaitThere(ROOM + 1)).isEqualTo(new Message(WorkStatus.SUCCESS, 16));
    assertThat(pair.there.memory().get(JAVA_LONG, 4088)).isEqualTo(5 + 4088);
    assertThat(pair.there.memory().get(JAVA_LONG, 8192)).isEqualTo(5 + 8);
  }

  @Test
  void hasAMessageWaitForRoom() {
    connectForMessages();
    pair.fill(0, 64, 9);
    send(1, 0, 64);
    giveRoom(ROOM, 0, 64);
    assertThat(pair.awaitThere(ROOM)).isEqualTo(new Message(WorkStatus.SUCCESS, 64));
    assertThat(pair.await(1)).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.there.memory().get(JAVA_LONG, 56)).isEqualTo(9 + 56);
  }

  @Test
  void goesOnForeverWithinItsRoom() {
    connectForMessages();
    for (int i = 0; i < 10 * VerbsPair.RECEIVES; i++) {
      giveRoom(ROOM + i, 0, 4096);
      pair.fill(0, 4096, i);
      send(i, 0, 4096);
      assertThat(pair.await(i)).isEqualTo(WorkStatus.SUCCESS);
      assertThat(pair.awaitThere(ROOM + i)).isEqualTo(new Message(WorkStatus.SUCCESS, 4096));
      assertThat(pair.there.memory().get(JAVA_LONG, 0)).isEqualTo(i);
    }
  }

  @Test
  void hasWritesLandBeforeTheMessageBehindThem() {
    connectForMessages();
    giveRoom(ROOM, 0, 64);
    pair.fill(4096, 4096, 3);
    pair.write(1, false, 4096, 4096, 4096);
    send(2, 0, 64);
    assertThat(pair.awaitThere(ROOM).status()).isEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.there.memory().get(JAVA_LONG, 8184)).isEqualTo(3 + 4088);
    assertThat(pair.await(2)).isEqualTo(WorkStatus.SUCCESS);
  }

  @Test
  void failsBothSidesIfTheRoomIsTooSmall() {
    connectForMessages();
    giveRoom(ROOM, 0, 8);
    send(1, 0, 64);
    assertThat(pair.await(1)).isNotEqualTo(WorkStatus.SUCCESS);
    assertThat(pair.awaitThere(ROOM).status()).isNotEqualTo(WorkStatus.SUCCESS);
  }

  @Test
  void endsRoomWithItsQueuePair() {
    connectForMessages();
    giveRoom(ROOM, 0, 64);
    pair.messagesThere.fail();
    assertThat(pair.awaitThere(ROOM).status()).isEqualTo(WorkStatus.FLUSHED);
  }

  @Test
  void disconnectsBothSidesAndReportsWhatWasUnderWay() {
    connectForMessages();
    giveRoom(ROOM, 0, 64);
    pair.server.disconnect();
    assertThat(pair.awaitEvent(here, there, pair.client)).isEqualTo(Kind.DISCONNECTED);
    assertThat(pair.awaitThere(ROOM).status()).isEqualTo(WorkStatus.FLUSHED);
    pair.client.disconnect();
    assertThat(pair.awaitEvent(here, there, pair.server)).isEqualTo(Kind.DISCONNECTED);
  }

  @Test
  void isRejectedByWhoListensAndDoesNotAnswer() {
    pair.ignores = true;
    assertThat(pair.ask(here, there, new InetSocketAddress(address(), listener.port()), 1))
        .isEqualTo(Kind.REJECTED);
  }
}

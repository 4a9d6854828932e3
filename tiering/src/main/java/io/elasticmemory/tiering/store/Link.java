package io.elasticmemory.tiering.store;

import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.port.Stream;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an exporter: makes it, greets, keeps it alive, and makes it again. Requests are
 * pipelined, and their answers may come in any order. While the connection stands nothing is
 * allocated. Used by one thread, that of its poller.
 *
 * <pre>
 *   LOST ──time to try──▶ CONNECTING ──connected──▶ GREETING ──welcome──▶ READY
 *    ▲                        │                         │                   │
 *    └──── failure, silence ──┴─────────────────────────┴───────────────────┘
 *
 *   any ──close──▶ CLOSED
 * </pre>
 */
final class Link {
  /** Who decides about exporters. */
  interface Host {
    /** Why the exporter is not to be used; null if it is the one with our bytes. */
    @Nullable String objection(Welcome welcome);

    /** The connection was lost, or could not be made. */
    void lost(Link link, Trouble trouble, String why);

    /** The connection stands. */
    void made(Link link);
  }

  private enum State {
    LOST,
    CONNECTING,
    GREETING,
    READY,
    CLOSED
  }

  /** To connect, and again to be welcomed. */
  static final long GREETING_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  /** After so long without a byte the exporter is asked for a sign of life. */
  static final long HEARTBEAT_NANOS = Duration.ofSeconds(1).toNanos();

  /** An exporter that owes an answer and moves no byte for so long is taken for lost. */
  static final long SILENCE_NANOS_MAX = Duration.ofSeconds(4).toNanos();

  /** The same two while an exporter is watched closely: together less than three seconds. */
  static final long CLOSE_HEARTBEAT_NANOS = Duration.ofMillis(500).toNanos();

  static final long CLOSE_SILENCE_NANOS_MAX = Duration.ofSeconds(2).toNanos();

  /** What is in doubt is taken for lost after so long without a byte from there. */
  static final long DOUBT_NANOS_MAX = Duration.ofSeconds(1).toNanos();

  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LAST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** Bytes moved each way in one turn, so that a turn stays short. */
  private static final long TURN_BYTES_MAX = 1 << 20;

  private final Borrowing borrowing;
  private final int role;
  private final Sockets sockets;
  private final Host host;
  private final Flights flights = new Flights();
  private final Control control = new Control();
  private final Sender sender;
  private final Receiver receiver;
  private final Poller.Ready ready = this::ready;

  private State state = State.LOST;
  private Poller poller;
  private @Nullable Stream stream;
  private int events;
  private boolean waitsToSend;
  private long connections;
  private long now;

  /** When to try again, or until when the next state must be reached. */
  private long deadlineNanos;

  private long pauseNanos = FIRST_PAUSE_NANOS;

  /** When a byte last moved. */
  private long movedAtNanos;

  private boolean isWatchedClosely;

  /** It is not sure that the exporter lives, and since when. */
  private boolean isInDoubt;

  private long inDoubtSinceNanos;

  /** When answers that later ones have overtaken were last looked for. */
  private long answersCheckedAtNanos;

  /** The oldest of them, 0 if there was none, and since when it was the oldest. */
  private long overtaken;

  private long overtakenSinceNanos;

  Link(
      Borrowing borrowing,
      int role,
      Sockets sockets,
      Poller poller,
      Host host,
      long nowNanos,
      @Nullable WireCompression compression) {
    this.borrowing = borrowing;
    this.role = role;
    this.sockets = sockets;
    this.poller = poller;
    this.host = host;
    sender = new Sender(borrowing, flights, control, compression);
    receiver = new Receiver(flights, control, sender, compression);
    deadlineNanos = nowNanos;
    connections = borrowing.firstConnection();
  }

  boolean isReady() {
    return state == State.READY;
  }

  Flights flights() {
    return flights;
  }

  Control control() {
    return control;
  }

  /** The last transfer that was refused, in words; empty if none was. */
  String refusal() {
    return receiver.refusal();
  }

  /**
   * The exporter and the lease that requests are made under from now on.
   *
   * @param compresses whether payloads travel compressed
   */
  void use(long instance, long lease, boolean compresses) {
    sender.use(instance, lease, compresses);
  }

  /** Begins a request about the lease or the connection; false if one is under way. */
  boolean ask(int operation, long offset) {
    if (state != State.READY || control.isOpen()) {
      return false;
    }
    control.ask(operation, flights.nextNumber(Control.PLACE), offset);
    return true;
  }

  /** True if there is something to send, and what was sent before has gone. */
  boolean hasUnsent() {
    boolean isAsked = control.isUnsent() || flights.hasQueued();
    return state == State.READY && isAsked && !sender.isUnsent();
  }

  /**
   * Sets whether nothing but these signs of life says that the exporter is there, because bytes go
   * another way.
   */
  void watchClosely(boolean isWatchedClosely) {
    this.isWatchedClosely = isWatchedClosely;
  }

  /** Has the exporter give a sign of life soon: there is reason to believe that it is dead. */
  void doubt(long nowNanos) {
    if (!isInDoubt) {
      isInDoubt = true;
      inDoubtSinceNanos = nowNanos;
    }
  }

  private void ready(int happened) {
    events |= happened;
  }

  /** Does what is to be done now: connects, receives, sends. */
  void turn(long nowNanos) {
    now = nowNanos;
    try {
      switch (state) {
        case LOST -> tryAgain();
        case CONNECTING -> connect();
        case GREETING -> greet();
        case READY -> converse();
        case CLOSED -> {}
      }
    } catch (LinkFailure e) {
      lose(e.trouble(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      lose(Trouble.BROKEN, LinkFailure.reason(e));
    }
    if (state != State.READY) {
      flights.loseQueued();
    }
  }

  /** How long until something is to be done even if no event happens. */
  long nanosToNextEvent(long nowNanos) {
    long at =
        switch (state) {
          case CLOSED -> nowNanos + LAST_PAUSE_NANOS;
          case LOST, CONNECTING, GREETING -> deadlineNanos;
          case READY -> receiver.isOwed() ? silentAt() : heartbeatAt();
        };
    return Math.max(0, at - nowNanos);
  }

  /** When it is taken for lost, unless a byte moves before. */
  private long silentAt() {
    long silent = movedAtNanos + (isWatchedClosely ? CLOSE_SILENCE_NANOS_MAX : SILENCE_NANOS_MAX);
    long doubted = inDoubtSinceNanos + DOUBT_NANOS_MAX;
    return isInDoubt && doubted - silent < 0 ? doubted : silent;
  }

  /** When it is asked for a sign of life, unless a byte moves before. */
  private long heartbeatAt() {
    long pause = isWatchedClosely ? CLOSE_HEARTBEAT_NANOS : HEARTBEAT_NANOS;
    return isInDoubt ? inDoubtSinceNanos : movedAtNanos + pause;
  }

  /** Has another poller watch the connection. */
  void moveTo(Poller other) {
    if (stream != null) {
      poller.forget(stream);
      other.watch(stream, interest(), ready);
    }
    poller = other;
  }

  /** Ends the connection for good. Every transfer ends: only call when none can land any more. */
  void close() {
    disconnect();
    state = State.CLOSED;
    flights.lose();
    flights.letGo();
  }

  // ---- making the connection

  private void tryAgain() throws IOException {
    if (now - deadlineNanos < 0) {
      return;
    }
    deadlineNanos = now + GREETING_NANOS_MAX;
    Stream made = sockets.connect(borrowing.address());
    stream = made;
    waitsToSend = true;
    poller.watch(made, interest(), ready);
    state = State.CONNECTING;
  }

  private void connect() throws IOException {
    if (events != 0 && stream().finishConnect()) {
      deadlineNanos = now + GREETING_NANOS_MAX;
      sender.hello(role, ++connections);
      state = State.GREETING;
      greet();
    } else {
      requireInTime();
    }
  }

  private void greet() throws IOException {
    boolean readable = takeReadable();
    sender.send(stream(), false, TURN_BYTES_MAX);
    waitToSend(sender.isUnsent());
    Welcome welcome = readable ? receiver.receiveWelcome(stream()) : null;
    if (welcome == null) {
      requireInTime();
      return;
    }
    String objection = host.objection(welcome);
    if (objection != null) {
      throw new LinkFailure(Trouble.GONE, objection);
    }
    state = State.READY;
    movedAtNanos = now;
    answersCheckedAtNanos = now;
    overtaken = 0;
    isInDoubt = false;
    pauseNanos = FIRST_PAUSE_NANOS;
    // The exporter welcomes a connection only when our older ones have ended.
    flights.letGo();
    host.made(this);
  }

  private void requireInTime() throws LinkFailure {
    if (now - deadlineNanos >= 0) {
      throw new LinkFailure(Trouble.SILENT, "no answer within 2 s");
    }
  }

  private void lose(Trouble trouble, String why) {
    disconnect();
    state = State.LOST;
    deadlineNanos = now + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LAST_PAUSE_NANOS);
    flights.lose();
    host.lost(this, trouble, why);
  }

  private void disconnect() {
    if (stream != null) {
      poller.forget(stream);
      stream.close();
      stream = null;
    }
    events = 0;
    control.forget();
    sender.reset();
    receiver.reset();
  }

  private Stream stream() {
    return requireNonNull(stream);
  }

  // ---- talking

  private void converse() throws IOException {
    boolean silent = receiver.isOwed() && now - silentAt() >= 0;
    // When silence is over because we were the ones who slept, there is something to receive.
    if (takeReadable() || silent) {
      receive();
    }
    if (silent && now - silentAt() >= 0) {
      long seconds =
          Duration.ofNanos(now - (isInDoubt ? inDoubtSinceNanos : movedAtNanos)).toSeconds();
      throw new LinkFailure(Trouble.SILENT, "silent for " + seconds + " s");
    }
    if (!receiver.isOwed() && now - heartbeatAt() >= 0) {
      ask(MessageLayout.PING, 0);
    }
    requireAnswers();
    if (sender.send(stream(), true, TURN_BYTES_MAX) > 0) {
      movedAtNanos = now;
    }
    waitToSend(sender.isUnsent());
  }

  /** An answer that never comes is not to be waited for as long as others do come. */
  private void requireAnswers() throws LinkFailure {
    if (now - answersCheckedAtNanos < HEARTBEAT_NANOS) {
      return;
    }
    answersCheckedAtNanos = now;
    long oldest = flights.overtaken();
    if (oldest == 0 || oldest != overtaken) {
      overtaken = oldest;
      overtakenSinceNanos = now;
    } else if (now - overtakenSinceNanos >= SILENCE_NANOS_MAX) {
      throw new LinkFailure(Trouble.SILENT, "one answer is missing for 4 s");
    }
  }

  private void receive() throws IOException {
    if (!receiver.isOwed()) {
      receiver.receiveNothing(stream());
    } else if (receiver.receive(stream(), TURN_BYTES_MAX) > 0) {
      movedAtNanos = now;
      isInDoubt = false;
    }
  }

  private boolean takeReadable() {
    boolean readable = (events & ~Poller.WRITE) != 0;
    events = 0;
    return readable;
  }

  private void waitToSend(boolean wait) {
    if (wait != waitsToSend) {
      waitsToSend = wait;
      poller.interest(stream(), interest());
    }
  }

  private int interest() {
    return waitsToSend ? Poller.READ | Poller.WRITE : Poller.READ;
  }
}

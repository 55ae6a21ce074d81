package dev.ordem.tiny.simulator;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A Tiny ERP API on a local port, with accounts that live, fail and keep their quota like real
 * ones.
 *
 * <pre>{@code
 * try (TinySimulator tiny = new TinySimulator(SimulatorSettings.inProcess()).start()) {
 *   client = connect(tiny.apiUrl(), tiny.authUrl(), tiny.account().refreshToken());
 *   tiny.account().failNext(Fault.status(503), 3);
 *   …
 *   assertThat(tiny.account().rejected()).isZero();
 * }
 * }</pre>
 *
 * <p>The package's documentation says what is simulated and how to drive it from another process.
 * All methods may be called from any thread, and all but {@link #apiUrl} and {@link #authUrl} also
 * before {@link #start}.
 */
public final class TinySimulator implements AutoCloseable {
  private final Map<String, SimulatedAccount> accounts = new LinkedHashMap<>();
  private final SimulatorServer server;

  /** A simulator on the system's clock. Makes the data, opens nothing. */
  public TinySimulator(SimulatorSettings settings) {
    this(settings, InstantSource.system());
  }

  /**
   * A simulator on a clock of the caller's.
   *
   * @param clock tells quota windows, tokens, arrivals and transitions the time, and the data which
   *     day it is
   */
  public TinySimulator(SimulatorSettings settings, InstantSource clock) {
    this(settings, clock, new ResponseWriter(duration -> Thread.sleep(duration.toMillis())));
  }

  TinySimulator(SimulatorSettings settings, InstantSource clock, ResponseWriter wire) {
    Realm realm = new Realm(settings.tokens(), clock, settings.seed());
    for (int number = 0; number < settings.clients().size(); number++) {
      SimulatedAccount account = new SimulatedAccount(settings, number, clock, realm);
      accounts.put(account.clientId(), account);
      realm.register(settings.clients().get(number), account, account.grants);
    }
    server = new SimulatorServer(settings, clock, wire, realm, this);
  }

  /**
   * Starts to listen.
   *
   * @throws java.io.UncheckedIOException if the address is taken; it says which setting to change
   */
  public TinySimulator start() {
    server.start();
    return this;
  }

  /** Stops listening and living. A stopped simulator cannot be started again. */
  @Override
  public void close() {
    server.close();
  }

  /** Up to and including {@code /public-api/v3}. */
  public URI apiUrl() {
    return server.url(ApiHandler.PATH);
  }

  /** Up to and including {@code /protocol/openid-connect}. */
  public URI authUrl() {
    return server.url(OAuthHandler.PATH);
  }

  /** The root of the control interface, {@code /_simulator}. */
  public URI controlUrl() {
    return server.url(ControlHandler.PATH);
  }

  /** The first account. */
  public SimulatedAccount account() {
    return accounts.values().iterator().next();
  }

  /**
   * The account of this client.
   *
   * @throws NoSuchElementException if no client has this id
   */
  public SimulatedAccount account(String clientId) {
    SimulatedAccount account = accounts.get(clientId);
    if (account == null) {
      throw new NoSuchElementException(
          "no account " + clientId + "; there are " + String.join(", ", accounts.keySet()));
    }
    return account;
  }

  /** All accounts, the default one first. */
  public List<SimulatedAccount> accounts() {
    return List.copyOf(accounts.values());
  }

  /** From now on, every account changes this often by itself; 0: only when told to. */
  public void live(double changesPerMinute) {
    server.live(changesPerMinute);
  }

  /** What a call is for. */
  public enum Endpoint {
    /** The list. */
    LIST,
    /** One order. */
    DETAIL,
    /** The markers of one order. */
    MARKERS,
    /** The change of a situação. */
    SITUACAO,
    /** The exchange of a code or a refresh token: no account's quota. */
    TOKEN,
    /** Anything else. */
    OTHER
  }

  /**
   * One call that arrived for an account.
   *
   * @param at by the simulator's clock
   * @param orderId 0 where there is none
   * @param status that was answered; 0: the connection was cut instead
   */
  public record Arrival(Instant at, Endpoint endpoint, long orderId, int status) {}

  /**
   * One change of a situação, as it truly happened.
   *
   * @param sequence from 1, per order
   */
  public record Transition(int sequence, int from, int to, Instant at) {}

  /**
   * What is true of one order now.
   *
   * @param deleted if so, header and detail are the last ones
   * @param header JSON, as the list gives it
   * @param detail JSON, as the detail gives it
   * @param lastSerial the last {@code equipamentoSerie} that was not empty, or ""
   * @param transitions all since the start, in order
   */
  public record OrderTruth(
      long id,
      int situacao,
      boolean deleted,
      String header,
      String detail,
      String lastSerial,
      List<Transition> transitions) {}

  /**
   * Something that goes wrong with a call. Without {@link #on} and {@link #ofOrder} it hits any
   * call to the API, never one for tokens.
   *
   * @param number the status, or the megabytes of a huge body
   */
  public record Fault(Kind kind, int number, Duration duration, List<Endpoint> only, long order) {
    static final Fault NONE = new Fault(Kind.NONE);

    /** How it goes wrong. */
    public enum Kind {
      /** Not at all. */
      NONE,
      /** An error status, with the body the API gives with it. The call has no effect. */
      STATUS,
      /** The right answer, late. */
      DELAY,
      /** Cut before the call is looked at. It has no effect. */
      DROP_CONNECTION,
      /** Cut in the middle of the body. The call has its effect: a refresh token is dead. */
      DROP_MID_BODY,
      /** Half of the JSON in a complete answer. */
      TRUNCATED_BODY,
      /** Something that is not JSON. */
      MALFORMED_BODY,
      /** A maintenance page with status 200. */
      HTML_WITH_200,
      /** The right body, called text/plain. */
      WRONG_CONTENT_TYPE,
      /** The right body, in drops. */
      SLOW_BODY,
      /** A JSON object of many megabytes. */
      HUGE_BODY
    }

    private Fault(Kind kind) {
      this(kind, 200, Duration.ZERO, List.of(), 0);
    }

    /** An error status, from 400 to 599. */
    public static Fault status(int status) {
      return new Fault(Kind.STATUS, status, Duration.ZERO, List.of(), 0);
    }

    /** The right answer after a while. */
    public static Fault delay(Duration duration) {
      return new Fault(Kind.DELAY, 200, duration, List.of(), 0);
    }

    /** The right answer, its body spread over a while. */
    public static Fault slowBody(Duration duration) {
      return new Fault(Kind.SLOW_BODY, 200, duration, List.of(), 0);
    }

    /** A body of this many megabytes. */
    public static Fault hugeBody(int megabytes) {
      return new Fault(Kind.HUGE_BODY, megabytes, Duration.ZERO, List.of(), 0);
    }

    /** Cut before an answer. */
    public static Fault dropConnection() {
      return new Fault(Kind.DROP_CONNECTION);
    }

    /** Cut inside an answer. */
    public static Fault dropMidBody() {
      return new Fault(Kind.DROP_MID_BODY);
    }

    /** Half of an answer. */
    public static Fault truncateBody() {
      return new Fault(Kind.TRUNCATED_BODY);
    }

    /** No JSON. */
    public static Fault malformedBody() {
      return new Fault(Kind.MALFORMED_BODY);
    }

    /** A page for people. */
    public static Fault htmlWith200() {
      return new Fault(Kind.HTML_WITH_200);
    }

    /** Called something else. */
    public static Fault wrongContentType() {
      return new Fault(Kind.WRONG_CONTENT_TYPE);
    }

    /** Only for these calls. */
    public Fault on(Endpoint... endpoints) {
      return new Fault(kind, number, duration, List.of(endpoints), order);
    }

    /** Only for calls that name this order. */
    public Fault ofOrder(long id) {
      return new Fault(kind, number, duration, only, id);
    }

    boolean hits(Endpoint endpoint, long orderId) {
      boolean called = only.isEmpty() ? endpoint != Endpoint.TOKEN : only.contains(endpoint);
      return called && (order == 0 || order == orderId);
    }

    boolean isInstead() {
      return kind == Kind.STATUS || kind == Kind.DROP_CONNECTION;
    }
  }
}

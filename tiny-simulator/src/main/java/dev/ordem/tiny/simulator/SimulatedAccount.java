package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.ChangeJournal.Deed;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import dev.ordem.tiny.simulator.TinySimulator.Fault;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One account of a {@link TinySimulator}: what people and the weather do to it, and what was done
 * with it. Thread safe.
 *
 * <p>Verbs that name an order throw {@link java.util.NoSuchElementException} when there is none.
 */
public final class SimulatedAccount {
  final OrderBook book;
  final OrderActivity life;
  final ChangeJournal diary;
  final RateLimit quota;
  final ArrivalLog arrivals = new ArrivalLog();
  final FaultPlan skies;
  final TokenGrants grants = new TokenGrants();
  private final Client client;
  private final InstantSource clock;
  private final Realm realm;
  private final Optional<Path> file;
  private final long seed;
  private final int orders;
  private volatile boolean out;
  private volatile String person = LoginPage.USER;
  private volatile boolean opaque;

  SimulatedAccount(SimulatorSettings settings, int number, InstantSource clock, Realm realm) {
    long seed = settings.seed() + number;
    this.client = settings.clients().get(number);
    this.clock = clock;
    this.realm = realm;
    RememberingClock time = new RememberingClock(clock);
    this.book = new OrderBook(time);
    this.life = new OrderActivity(book, new OrderSeed(seed, number), seed ^ 0x11FE, time);
    this.diary = new ChangeJournal(book, life, time);
    Optional<Path> state = settings.state();
    this.file = state.map(directory -> directory.resolve(client.id() + ".jsonl"));
    this.seed = seed;
    this.orders = settings.orders();
    if (file.isEmpty()) {
      life.begin(orders, LocalDate.ofInstant(clock.instant(), OrderActivity.ZONE));
    }
    this.quota = new RateLimit(settings.limits());
    this.skies = new FaultPlan(settings.weather(), seed ^ 0x5C1E5);
  }

  /** Makes the account again as its diary says, if it keeps one. */
  void open() {
    file.ifPresent(path -> diary.open(path, seed, orders));
  }

  void close() {
    diary.close();
  }

  /** Also the name of the account. */
  public String clientId() {
    return client.id();
  }

  /** What the application proves itself with. */
  public String clientSecret() {
    return client.secret();
  }

  /** The refresh token that is good for one exchange. */
  public String refreshToken() {
    return client.refreshToken();
  }

  /**
   * Makes another application inside of this account: the same orders and the same quota, tokens of
   * its own.
   */
  public void addApplication(Client application) {
    realm.register(application, this, new TokenGrants());
  }

  /** Who logs in from now on: {@code preferred_username} of the tokens, and part of {@code sub}. */
  public void person(String username) {
    person = username;
  }

  String person() {
    return person;
  }

  /** Whether tokens tell nothing from now on: no JWT, and no id token. */
  public void opaqueTokens(boolean on) {
    opaque = on;
  }

  boolean isOpaque() {
    return opaque;
  }

  /** A new access token, without the detour over OAuth. */
  public String accessToken() {
    return realm.accessToken(this);
  }

  /** The orders that are, in ascending order of id. */
  public List<Long> orderIds() {
    return book.ids();
  }

  /** Every order that is, by id, and after those every order that was deleted. */
  public List<OrderTruth> truth() {
    return book.truth();
  }

  /** Lives for a number of changes, drawn from the seed. */
  public void advance(int steps) {
    for (int i = 0; i < steps; i++) {
      diary.perform(Deed.STEP, 0, List.of());
    }
  }

  /** Opens an order of today and returns its id, which is the highest. */
  public long createOrder() {
    return diary.perform(Deed.CREATE, 0, List.of());
  }

  /**
   * Moves an order, as a person at the screen would.
   *
   * @param situacao 0 to 7; any transition is allowed
   */
  public void setSituacao(long id, int situacao) {
    if (situacao < 0 || situacao > 7) {
      throw new IllegalArgumentException("situacao must be 0 to 7, not " + situacao);
    }
    diary.perform(Deed.SITUACAO, id, List.of(Integer.toString(situacao)));
  }

  /** Changes {@code observacoes}, which only the detail shows. */
  public void setObservacoes(long id, String text) {
    diary.perform(Deed.OBSERVACOES, id, List.of(text));
  }

  /** Changes what only the header shows. */
  public void setMarcadores(long id, List<String> marcadores) {
    diary.perform(Deed.MARCADORES, id, marcadores);
  }

  /** Changes the telephone of this order's customer, and so the header of all their orders. */
  public void setTelefone(long id, String telefone) {
    diary.perform(Deed.TELEFONE, id, List.of(telefone));
  }

  /** Changes when the order is promised for, which header and detail show. */
  public void setDataPrevista(long id, String dataPrevista) {
    diary.perform(Deed.DATA_PREVISTA, id, List.of(dataPrevista));
  }

  /** From now on the API answers an empty {@code equipamentoSerie} for this order. */
  public void forgetSerial(long id) {
    diary.perform(Deed.FORGET_SERIAL, id, List.of());
  }

  /** Takes an order away: it leaves the list, and its detail answers 404. */
  public void deleteOrder(long id) {
    diary.perform(Deed.DELETE, id, List.of());
  }

  /** Spoils the next calls that the fault is for; what was ordered first comes first. */
  public void failNext(Fault fault, int times) {
    skies.order(fault, times);
  }

  /** Forgets every fault that {@link #failNext} still has in store. */
  public void clearFaults() {
    skies.clear();
  }

  /** Changes what goes wrong by chance, from the next call on. */
  public void weather(Weather weather) {
    skies.change(weather);
  }

  /** While out, every call that the quota admits is answered 503. */
  public void outage(boolean on) {
    out = on;
  }

  boolean isOut() {
    return out;
  }

  /** Changes the quota from now on; what was used of the current window stays used. */
  public void limits(Limits limits) {
    quota.limits(limits);
  }

  /**
   * Another application calls now.
   *
   * @return how many of its calls were admitted
   */
  public int foreignCalls(int calls) {
    return quota.takeForeign(calls, clock.instant());
  }

  /**
   * Another application keeps calling.
   *
   * @param share of each window that it takes, from 0 (stops) to 1, evenly over the window
   */
  public void foreignShare(double share) {
    quota.foreignShare(share, false);
  }

  /** As {@link #foreignShare}, but all of it as soon as a window begins. */
  public void foreignShareAtStart(double share) {
    quota.foreignShare(share, true);
  }

  /** Ends all sessions: access tokens get 401, refresh tokens 400. A person must log in again. */
  public void revokeTokens() {
    grants.revokeAll();
  }

  /** All access tokens get 401 from now on; refresh tokens stay good. */
  public void expireAccessTokens() {
    grants.revokeAccess();
  }

  /** The newest arrivals, a million at most, in about the order of their arrival. */
  public List<Arrival> arrivals() {
    return arrivals.all();
  }

  /** The most arrivals, refused ones included, in any interval of this length. */
  public int mostArrivalsIn(Duration window) {
    return arrivals.most(window);
  }

  /** How many calls arrived, refused ones included. */
  public long requests() {
    return arrivals.count();
  }

  /** How many calls arrived for this endpoint, refused ones included. */
  public long requests(Endpoint endpoint) {
    return arrivals.byEndpoint().getOrDefault(endpoint, 0L);
  }

  /** How many calls were answered 429. */
  public long rejected() {
    return arrivals.byStatus().getOrDefault(429, 0L);
  }

  /** How often this detail was asked for, 429 not counted. */
  public int detailReads(long id) {
    return arrivals.detailReads().getOrDefault(id, 0);
  }

  /** How many refresh tokens were exchanged. */
  public long refreshes() {
    return grants.exchanged();
  }

  /** How often a refresh token was offered that had been exchanged before. */
  public long refreshTokensReused() {
    return grants.reused();
  }

  /** Forgets all arrivals and their counts. */
  public void forgetArrivals() {
    arrivals.clear();
  }
}

package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OrderActivityTest {
  private static final String NOON = "2026-03-02T12:00:00Z";

  @Property(tries = 20)
  void theSameSeedAndStepsMakeTheSameAccount(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int orders,
      @ForAll @IntRange(max = 300) int steps) {
    SimulatedAccount one = account(seed, orders);
    SimulatedAccount other = account(seed, orders);
    one.advance(steps);
    other.advance(steps);
    assertThat(one.truth()).isEqualTo(other.truth());
  }

  @Test
  void anotherSeedMakesAnotherAccount() {
    assertThat(account(1, 50).truth()).isNotEqualTo(account(2, 50).truth());
  }

  @Property(tries = 20)
  void theLogOfTransitionsLeadsFromTheFirstSituacaoToTheLast(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 500) int steps) {
    SimulatedAccount account = account(seed, 60);
    Map<Long, Integer> first = new HashMap<>();
    account.truth().forEach(order -> first.put(order.id(), order.situacao()));
    account.advance(steps);
    for (OrderTruth order : account.truth()) {
      int situacao = first.getOrDefault(order.id(), 0);
      int sequence = 1;
      for (Transition transition : order.transitions()) {
        assertThat(transition.sequence()).isEqualTo(sequence++);
        assertThat(transition.from()).isEqualTo(situacao).isNotEqualTo(transition.to());
        situacao = transition.to();
      }
      assertThat(situacao).isEqualTo(order.situacao());
    }
  }

  @Test
  void aTransitionHasTheTimeOfTheClock() {
    SettableClock clock = new SettableClock(NOON);
    SimulatedAccount account = new TinySimulator(settings(3, 10), clock).account();
    long id = account.orderIds().get(0);
    account.setSituacao(id, 0);
    clock.go(Duration.ofHours(2));
    account.setSituacao(id, 5);
    account.setSituacao(id, 5);
    List<Transition> log = account.truth().get(0).transitions();
    assertThat(log.get(log.size() - 1))
        .isEqualTo(new Transition(log.size(), 0, 5, clock.instant()));
  }

  @Test
  void lifeMovesOpensEditsUnseenChangesHeadersAndDeletes() throws Exception {
    SimulatedAccount account = account(11, 500);
    Map<Long, OrderTruth> before = new HashMap<>();
    account.truth().forEach(order -> before.put(order.id(), order));
    account.advance(600);
    int opened = 0;
    int moved = 0;
    int onlyInTheDetail = 0;
    int onlyTheTelephone = 0;
    int onlyMarkers = 0;
    int deleted = 0;
    for (OrderTruth order : account.truth()) {
      OrderTruth was = before.get(order.id());
      opened += was == null ? 1 : 0;
      deleted += order.deleted() ? 1 : 0;
      moved += order.transitions().isEmpty() ? 0 : 1;
      if (was != null && order.transitions().isEmpty()) {
        boolean sameHeader = order.header().equals(was.header());
        onlyInTheDetail += sameHeader && !order.detail().equals(was.detail()) ? 1 : 0;
        onlyMarkers +=
            !sameHeader && without(order, "marcadores").equals(without(was, "marcadores")) ? 1 : 0;
        onlyTheTelephone +=
            !sameHeader && without(order, "cliente").equals(without(was, "cliente")) ? 1 : 0;
      }
    }
    assertThat(List.of(opened, moved, onlyInTheDetail, onlyTheTelephone, onlyMarkers, deleted))
        .allMatch(count -> count >= 5);
  }

  @Test
  void oneCustomersTelephoneShowsInTheHeadersOfAllTheirOrders() throws Exception {
    SimulatedAccount account = account(5, 200);
    JsonNode any = Caller.json(account.truth().get(100).header());
    account.setTelefone(any.path("id").asLong(), "(47) 98888-7777");
    int theirs = 0;
    for (OrderTruth order : account.truth()) {
      JsonNode customer = Caller.json(order.header()).path("cliente");
      if (customer.path("id").equals(any.at("/cliente/id"))) {
        theirs++;
        assertThat(customer.path("telefone").asText()).isEqualTo("(47) 98888-7777");
        assertThat(Caller.json(order.detail()).path("contato")).isEqualTo(customer);
      } else {
        assertThat(customer.path("telefone").asText()).isNotEqualTo("(47) 98888-7777");
      }
    }
    assertThat(theirs).isGreaterThan(1);
  }

  @Test
  void editsOfEachKindShowWhereTheyShould() throws Exception {
    SimulatedAccount account = account(5, 20);
    OrderTruth before = account.truth().get(7);
    account.setObservacoes(before.id(), "só no detalhe");
    assertThat(account.truth().get(7).header()).isEqualTo(before.header());
    assertThat(account.truth().get(7).detail()).contains("só no detalhe");
    account.setMarcadores(before.id(), List.of("um", "dois"));
    assertThat(account.truth().get(7).header()).contains("\"um\"", "\"dois\"");
    assertThat(account.truth().get(7).detail()).doesNotContain("\"dois\"");
  }

  @Test
  void accountsLiveApartUnderOneRoof() throws Exception {
    SimulatorSettings settings =
        settings(1, 30).withClients(Client.named("loja-a"), new Client("loja-b", "s3", "r3"));
    try (TinySimulator tiny = new TinySimulator(settings).start()) {
      SimulatedAccount a = tiny.account("loja-a");
      SimulatedAccount b = tiny.account("loja-b");
      assertThat(a).isSameAs(tiny.account());
      assertThat(a.truth()).isNotEqualTo(b.truth());
      List<OrderTruth> untouched = b.truth();
      a.advance(50);
      a.outage(true);
      Caller caller = new Caller(tiny);
      assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(503);
      caller.use(b.accessToken());
      assertThat(caller.get("/ordem-servico").statusCode()).isEqualTo(200);
      assertThat(b.truth()).isEqualTo(untouched);
      assertThat(a.requests()).isEqualTo(1);
      assertThat(b.requests()).isEqualTo(1);
      assertThat(b.clientSecret()).isEqualTo("s3");
    }
  }

  @Test
  void aStartedSimulatorLivesByItselfAtTheRateGiven() {
    try (TinySimulator tiny = new TinySimulator(settings(1, 30)).start()) {
      assertThat(tiny.account().life.steps()).isZero();
      tiny.live(6_000);
      await().until(() -> tiny.account().life.steps() > 20);
      tiny.live(0);
      long stopped = tiny.account().life.steps();
      tiny.account().advance(5);
      assertThat(tiny.account().life.steps()).isBetween(stopped + 5, stopped + 6);
    }
  }

  private static ObjectNode without(OrderTruth order, String field) throws Exception {
    return ((ObjectNode) Caller.json(order.header())).without(field);
  }

  private static SimulatedAccount account(long seed, int orders) {
    return new TinySimulator(settings(seed, orders), new SettableClock(NOON)).account();
  }

  private static SimulatorSettings settings(long seed, int orders) {
    return SimulatorSettings.inProcess().withSeed(seed).withOrders(orders);
  }
}

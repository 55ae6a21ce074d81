package dev.ordem.tiny.simulator;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes customers and orders out of a seed: the same seed, day and number of orders make the same
 * account, byte for byte.
 *
 * <p>Ids rise with gaps. Emission dates rise with them from three years ago to today, except that
 * one in twelve is dated back by up to ninety days. Recent orders are mostly open, older ones
 * mostly final. Not thread safe.
 */
final class OrderSeed {
  private static final DateTimeFormatter WITH_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final int DAYS = 3 * 365;

  /** Of one account; more than a bench ever makes. */
  private static final long IDS = 20_000_000;

  private static final int[] FINAL = {3, 3, 3, 3, 3, 3, 3, 2, 4, 7};
  private static final int[] OPEN = {0, 0, 1, 5, 6, 6, 2};

  private final RandomGenerator random;
  private final long firstCustomerId;
  private long lastOrderId;
  private int lastNumero;

  /**
   * @param number of the account: no two have an order or a customer with the same id
   */
  OrderSeed(long seed, int number) {
    this.random = new SplittableRandom(seed);
    this.firstCustomerId = 500_000_000 + number * IDS;
    this.lastOrderId = 800_000_000 + number * IDS;
  }

  void fill(OrderBook book, int orders, LocalDate today) {
    int customerCount = Math.max(5, orders / 8);
    List<Long> customers = new ArrayList<>();
    for (int i = 0; i < customerCount; i++) {
      Customer customer = customer(firstCustomerId + i * 7L, i);
      customers.add(customer.id());
      book.add(customer);
    }
    for (int i = 0; i < orders; i++) {
      double age = 1 - (i + 1.0) / orders;
      book.create(order(pick(customers), emission(today, age), situacao(age)));
    }
  }

  /** A new order of today, in situação 0. */
  Order next(List<Long> customers, LocalDate today) {
    return order(pick(customers), emission(today, 0), 0);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** The API's three ways to say when an order was concluded, whatever its situação. */
  String conclusion(LocalDate day) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "0000-00-00";
      default -> day.toString();
    };
  }

  String due(LocalDate day) {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "0000-00-00 00:00:00";
      default ->
          LocalDateTime.of(
                  day.plusDays(random.nextInt(1, 15)), LocalTime.of(random.nextInt(8, 18), 30))
              .format(WITH_TIME);
    };
  }

  Order.Totals totals() {
    long services = random.nextInt(4) == 0 ? 0 : random.nextLong(50_00, 900_00);
    long parts = random.nextInt(3) == 0 ? random.nextLong(10_00, 2000_00) / 10 * 10 : 0;
    return new Order.Totals(services, parts, pick(Vocabulary.DESCONTOS));
  }

  List<String> markers() {
    List<String> markers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      String marker = pick(Vocabulary.MARCADORES);
      if (!markers.contains(marker)) {
        markers.add(marker);
      }
    }
    return markers;
  }

  String phone() {
    return "(%02d) 9%04d-%04d"
        .formatted(random.nextInt(11, 99), random.nextInt(10_000), random.nextInt(10_000));
  }

  private Order order(long customer, LocalDate data, int situacao) {
    lastOrderId += random.nextInt(1, 9);
    lastNumero++;
    boolean closed = situacao == 2 || situacao == 3;
    String serie = random.nextInt(4) == 0 ? "" : "SN-" + random.nextInt(100_000, 999_999);
    return new Order(
        lastOrderId,
        random.nextInt(200) == 0 ? lastNumero + "\n" : Integer.toString(lastNumero),
        data,
        customer,
        pick(Vocabulary.TECNICOS),
        random.nextInt(),
        new Order.Progress(
            situacao,
            due(data),
            closed ? conclusion(data.plusDays(3)) : random.nextBoolean() ? "" : "0000-00-00",
            markers()),
        new Order.Device(pick(Vocabulary.EQUIPAMENTOS), serie, serie),
        new Order.Notes(
            pick(Vocabulary.PROBLEMAS),
            random.nextBoolean() ? "" : pick(Vocabulary.OBSERVACOES),
            "",
            random.nextInt(3) == 0 ? "Só para a equipe: \"ok\"\tlinha 2" : ""),
        totals());
  }

  private LocalDate emission(LocalDate today, double age) {
    LocalDate day = today.minusDays(Math.round(age * DAYS));
    return random.nextInt(12) == 0 ? day.minusDays(random.nextInt(1, 90)) : day;
  }

  private int situacao(double age) {
    boolean open = random.nextDouble() < (age < 0.05 ? 0.8 : 0.04);
    int[] choices = open ? OPEN : FINAL;
    return choices[random.nextInt(choices.length)];
  }

  private Customer customer(long id, int number) {
    boolean company = random.nextBoolean();
    return new Customer(
        id,
        pick(Vocabulary.NOMES) + " " + (number + 1),
        random.nextInt(3) == 0 ? "" : "C" + number,
        company ? "Fantasia " + number : "",
        switch (random.nextInt(12)) {
          case 0 -> "";
          case 1 -> "E";
          case 2 -> "X";
          default -> company ? "J" : "F";
        },
        company ? digits(14) : digits(11),
        company ? "ISENTO" : "",
        company ? "" : digits(9),
        random.nextInt(4) == 0 ? "" : phone(),
        random.nextInt(2) == 0 ? "" : phone(),
        random.nextInt(3) == 0 ? "" : "cliente" + number + "@example.com",
        random.nextInt(6) == 0 ? null : address());
  }

  private Customer.Address address() {
    String cep = digits(8);
    return new Customer.Address(
        pick(Vocabulary.RUAS),
        random.nextInt(8) == 0 ? "S/N" : Integer.toString(random.nextInt(1, 4000)),
        random.nextInt(3) == 0 ? "Bloco B\nSala 2" : "",
        "Centro",
        pick(Vocabulary.CIDADES),
        switch (random.nextInt(3)) {
          case 0 -> cep;
          case 1 -> cep.substring(0, 5) + "-" + cep.substring(5);
          default -> cep.substring(0, 2) + "." + cep.substring(2, 5) + "-" + cep.substring(5);
        },
        pick(Vocabulary.UFS),
        random.nextBoolean() ? "Brasil" : "");
  }

  private String digits(int count) {
    StringBuilder digits = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }
}

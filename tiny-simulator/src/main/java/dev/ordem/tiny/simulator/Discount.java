package dev.ordem.tiny.simulator;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** What is left of the sums after a discount given as "0,00", "0", "50", "100%" or "999,99". */
final class Discount {
  private Discount() {}

  /** In cents, never below zero. */
  static long apply(Order.Totals totals) {
    BigDecimal sum = BigDecimal.valueOf(totals.servicos() + totals.pecas());
    return sum.subtract(of(sum, totals.desconto())).max(BigDecimal.ZERO).longValue();
  }

  private static BigDecimal of(BigDecimal sum, String desconto) {
    String number = desconto.replace(',', '.');
    if (number.endsWith("%")) {
      BigDecimal percent = new BigDecimal(number.substring(0, number.length() - 1));
      return sum.multiply(percent).divide(BigDecimal.valueOf(100), 0, RoundingMode.HALF_UP);
    }
    return new BigDecimal(number).movePointRight(2);
  }
}

package dev.ordem.tiny.simulator;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The parameters of the list, read or refused. */
sealed interface ListQuery {

  record Invalid(List<ApiResponse.Detail> details) implements ListQuery {}

  record Valid(Filter filter, boolean ascending, int limit, int offset) implements ListQuery {}

  /** Absent means: whatever. {@code marcadores} asks for orders that have any of them. */
  record Filter(
      @Nullable String nomeCliente,
      OptionalInt situacao,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      @Nullable String numero,
      List<String> marcadores,
      OptionalLong idContato) {
    boolean hasDates() {
      return from != null || to != null;
    }
  }

  int MAX_LIMIT = 100;

  static ListQuery parse(Form form) {
    return new Reader(form).read();
  }

  /** Collects what is wrong with every parameter before refusing. */
  final class Reader {
    private final Form form;
    private final List<ApiResponse.Detail> problems = new ArrayList<>();

    private Reader(Form form) {
      this.form = form;
    }

    private ListQuery read() {
      OptionalLong situacao = number("situacao", 0, 7);
      List<String> marcadores = new ArrayList<>(form.all("marcadores[]"));
      marcadores.addAll(form.all("marcadores"));
      Filter filter =
          new Filter(
              form.get("nomeCliente"),
              situacao.isPresent()
                  ? OptionalInt.of((int) situacao.getAsLong())
                  : OptionalInt.empty(),
              date("dataInicialEmissao"),
              date("dataFinalEmissao"),
              form.get("numeroOrdemServico"),
              List.copyOf(marcadores),
              number("idContato", 0, Long.MAX_VALUE));
      boolean ascending = ascending();
      int limit = (int) number("limit", 1, MAX_LIMIT).orElse(MAX_LIMIT);
      int offset = (int) number("offset", 0, Integer.MAX_VALUE).orElse(0);
      return problems.isEmpty()
          ? new Valid(filter, ascending, limit, offset)
          : new Invalid(List.copyOf(problems));
    }

    private boolean ascending() {
      String orderBy = form.get("orderBy");
      if (orderBy != null && !orderBy.equals("asc") && !orderBy.equals("desc")) {
        problems.add(new ApiResponse.Detail("orderBy", "Valor deve ser asc ou desc"));
      }
      return "asc".equals(orderBy);
    }

    private OptionalLong number(String name, long min, long max) {
      String text = form.get(name);
      if (text == null) {
        return OptionalLong.empty();
      }
      try {
        long value = Long.parseLong(text);
        if (value >= min && value <= max) {
          return OptionalLong.of(value);
        }
        problems.add(new ApiResponse.Detail(name, "Valor deve estar entre " + min + " e " + max));
      } catch (NumberFormatException e) {
        problems.add(new ApiResponse.Detail(name, "Valor deve ser um número inteiro"));
      }
      return OptionalLong.empty();
    }

    private @Nullable LocalDate date(String name) {
      String text = form.get(name);
      if (text == null) {
        return null;
      }
      try {
        return LocalDate.parse(text);
      } catch (DateTimeParseException e) {
        problems.add(new ApiResponse.Detail(name, "Data deve estar no formato AAAA-MM-DD"));
        return null;
      }
    }
  }
}

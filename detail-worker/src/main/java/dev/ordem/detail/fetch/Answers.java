package dev.ordem.detail.fetch;

import dev.ordem.contract.Detail;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Failure;
import dev.ordem.contract.RecordLimits;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.StorableJson;
import java.time.Instant;
import java.util.Locale;

/** Tiny's answers in the words of the pipeline. */
final class Answers {
  /** Of an answer's value: the ledger has no use for more than it can keep, which is the same. */
  static final int MOST_BYTES = RecordLimits.VALUE;

  private Answers() {}

  static DetailResult result(DetailRequest request, Answer<OrderDetail> answer, Instant now) {
    if (answer instanceof Answer.Ok<OrderDetail> ok) {
      long bytes = StorableJson.bytes(ok.value().raw());
      if (bytes > MOST_BYTES) {
        return tooLarge(request, bytes, now);
      }
      return new DetailResult.Fetched(
          request, detail(ok.value()), ok.at().asked(), ok.at().answered());
    }
    if (answer instanceof Answer.NotFound<OrderDetail> none) {
      return new DetailResult.Gone(request, none.at().asked(), none.at().answered());
    }
    if (answer instanceof Answer.Later<OrderDetail> later) {
      // What failed is an attempt, though it could not be repeated at once: else orders that always
      // fail would keep an open breaker open, and be asked for without end.
      TinyError error = later.failure();
      if (error != null) {
        return new DetailResult.Failed(request, failure(error), now);
      }
      return new DetailResult.Deferred(request, later.until(), later.reason().label(), now);
    }
    if (answer instanceof Answer.Failed<OrderDetail> failed) {
      return new DetailResult.Failed(request, failure(failed.error()), now);
    }
    Answer.Rejected<OrderDetail> rejected = (Answer.Rejected<OrderDetail>) answer;
    return new DetailResult.Rejected(request, failure(rejected.error()), now);
  }

  /** What was read makes a record that Kafka does not take. */
  static DetailResult tooLarge(DetailRequest request, long bytes, Instant now) {
    String message =
        "GET /ordem-servico/"
            + request.osId()
            + ": a detail of "
            + bytes
            + " bytes, of at most "
            + MOST_BYTES;
    return new DetailResult.Rejected(request, new Failure("too-large", message, null), now);
  }

  private static Failure failure(TinyError error) {
    String kind = error.cause().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String cause = error.status() == null ? kind : kind + "-" + error.status();
    return new Failure(cause, error.message(), error.excerpt());
  }

  private static Detail detail(OrderDetail read) {
    return new Detail(
        read.id(),
        read.situacao(),
        read.data(),
        read.dataPrevista(),
        read.dataConclusao(),
        read.numeroOrdemServico(),
        read.contatoId(),
        read.contatoNome(),
        read.tecnico(),
        read.equipamento(),
        read.equipamentoSerie(),
        read.totalServicos(),
        read.totalPecas(),
        read.totalOrdemServico(),
        read.raw());
  }
}

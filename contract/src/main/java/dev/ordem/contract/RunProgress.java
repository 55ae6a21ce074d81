package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a run in one partition. Counts are of orders. Each order whose detail
 * the run wants is a <em>claim</em>, and each claim is open, parked, dropped or settled.
 *
 * @param partition the partition of {@code os-headers}
 * @param ended whether the end-of-headers marker of {@code reading} was passed and every marker
 *     before it is worked off
 * @param seen orders whose header was seen: {@code fresh + changed + unchanged}
 * @param fresh orders never seen before
 * @param changed orders whose header changed
 * @param unchanged orders whose header did not change
 * @param requested claims ever made: {@code open + parked + dropped + settled}
 * @param settled claims that were dealt with
 * @param parked claims that wait for a person
 * @param endedAt {@link HeaderEvent.EndOfHeaders#endedAt} of the newest end passed; null: none was
 * @param reading the newest reading of the run that was met here; null before schema 2
 * @param open claims that are still to come; null before schema 2
 * @param dropped claims of a cancelled run; null before schema 2
 * @param skipped headers that came before the account's baseline and were not taken: the run must
 *     be read again; null before schema 2
 * @param certificateVersion {@link AccountCertificate#version} from which on this partition holds
 *     all that the run asked for; null while it does not
 * @param known orders that were listed before a whole read ended here; null: no whole read has
 * @param absent of those, the ones that it did not show; null: no whole read has ended
 * @param absencesCounted whether {@link HeaderEvent.AbsencesConfirmed} was worked off; null before
 *     schema 2
 * @param suspects absent orders whose detail is gone too, so far not believed to be removed; null
 *     before schema 2
 * @param detailsLeft whether orders miss their detail, or have an outdated one, that {@link
 *     HeaderEvent.DetailsMissing#max} kept the run from asking for; null: it did not look
 * @param refused headers, markers and orders of the run that the ledger could decide nothing about,
 *     and put into the DLQ: they are missing; null: an older ledger did not count them
 */
public record RunProgress(
    UUID runId,
    String account,
    int partition,
    boolean ended,
    long seen,
    long fresh,
    long changed,
    long unchanged,
    long requested,
    long settled,
    long parked,
    Instant updatedAt,
    @Nullable Instant endedAt,
    @Nullable Long reading,
    @Nullable Long open,
    @Nullable Long dropped,
    @Nullable Long skipped,
    @Nullable Long certificateVersion,
    @Nullable Long known,
    @Nullable Long absent,
    @Nullable Boolean absencesCounted,
    @Nullable Long suspects,
    @Nullable Boolean detailsLeft,
    @Nullable Long refused)
    implements LedgerReport {

  /** The record's key: run id and partition. */
  @Override
  @JsonIgnore
  public String key() {
    return key(runId, partition);
  }

  /** The key of a run's progress in a partition. */
  public static String key(UUID runId, int partition) {
    return runId + ":" + partition;
  }

  @Override
  @JsonIgnore
  public String subject() {
    return runId.toString();
  }
}

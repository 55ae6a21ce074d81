package dev.ordem.producer.certificate;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger says it holds of an account in one partition: a row of {@code
 * account_certificate}; see {@link dev.ordem.contract.AccountCertificate}.
 *
 * @param numbers as the ledger told them
 */
public record LedgerCertificate(
    int partition,
    @Nullable UUID generation,
    long version,
    PartitionDigest numbers,
    Map<Integer, Long> bySituacao,
    long suspects) {}

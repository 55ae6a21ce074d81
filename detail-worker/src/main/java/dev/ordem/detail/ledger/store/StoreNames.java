package dev.ordem.detail.ledger.store;

import dev.ordem.contract.ConsumerGroups;

/** What the ledger is called in Kafka, and its stores in it; the changelogs are named by both. */
public final class StoreNames {
  /** Names the consumer group, the changelogs and the transactions. */
  public static final String APPLICATION = ConsumerGroups.LEDGER;

  public static final String CONTENTS = "contents";
  public static final String STANDINGS = "standings";
  public static final String CLAIMS = "claims";
  public static final String RUNS = "runs";
  public static final String ACCOUNTS = "accounts";
  public static final String PENDING = "pending";

  private StoreNames() {}
}

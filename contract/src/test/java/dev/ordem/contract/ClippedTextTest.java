package dev.ordem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClippedTextTest {
  private static final int MOST = RecordLimits.ERROR_TEXT;

  @Test
  void aTextIsKeptUpToTheLimitAndCutBeyondIt() {
    assertThat(RecordLimits.clipped("x".repeat(MOST - 1), MOST)).hasSize(MOST - 1);
    assertThat(RecordLimits.clipped("x".repeat(MOST), MOST)).hasSize(MOST);
    assertThat(RecordLimits.clipped("x".repeat(MOST + 1), MOST)).hasSize(MOST);
  }

  @Test
  void aCutLeavesNoHalfOfACharacter() {
    String smile = "\ud83d\ude00";
    assertThat(RecordLimits.clipped("x".repeat(MOST - 1) + smile, MOST)).hasSize(MOST - 1);
    assertThat(RecordLimits.clipped("x".repeat(MOST - 2) + smile, MOST)).endsWith(smile);
  }
}

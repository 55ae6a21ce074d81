package dev.ordem.tiny.account.application;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Encrypts what is stored (AES-256-GCM, bound to its account and column). The first key encrypts,
 * all decrypt. A key that is the Base64 of 32 bytes is taken as it is; anything else is a
 * passphrase, and stretched. The salt is a constant, because every process must come to the same
 * key from {@code ORDEM_SECRET_KEY} alone.
 */
public final class Secrets {
  private static final byte[] SALT = "ordem:tiny:1".getBytes(StandardCharsets.UTF_8);
  private static final int ROUNDS = 210_000;

  private final Aead aead;

  private Secrets(Aead aead) {
    this.aead = aead;
  }

  public static Secrets of(List<String> keys) {
    try {
      AeadConfig.register();
      KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
      for (int i = 0; i < keys.size(); i++) {
        AesGcmKey key = key(keys.get(i));
        KeysetHandle.Builder.Entry entry =
            KeysetHandle.importKey(key).withFixedId(key.getIdRequirementOrNull());
        keyset.addEntry(i == 0 ? entry.makePrimary() : entry);
      }
      return new Secrets(keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ORDEM_SECRET_KEY cannot be used as a list of keys", e);
    }
  }

  public byte[] encrypt(String secret, String account, String column) {
    try {
      return aead.encrypt(secret.getBytes(StandardCharsets.UTF_8), context(account, column));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot encrypt a token of account " + account, e);
    }
  }

  /**
   * Decrypts.
   *
   * @throws GeneralSecurityException if none of the keys is the one that encrypted
   */
  public String decrypt(byte[] stored, String account, String column)
      throws GeneralSecurityException {
    return new String(aead.decrypt(stored, context(account, column)), StandardCharsets.UTF_8);
  }

  /** A one-way fingerprint, to recognise a token without keeping it. */
  public static byte[] fingerprint(String secret) {
    return sha256(("ordem fingerprint " + secret).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] context(String account, String column) {
    return (account + "/" + column).getBytes(StandardCharsets.UTF_8);
  }

  @AccessesPartialKey
  private static AesGcmKey key(String text) throws GeneralSecurityException {
    byte[] bytes = keyBytes(text);
    AesGcmParameters parameters =
        AesGcmParameters.builder()
            .setKeySizeBytes(32)
            .setIvSizeBytes(12)
            .setTagSizeBytes(16)
            .setVariant(AesGcmParameters.Variant.TINK)
            .build();
    return AesGcmKey.builder()
        .setParameters(parameters)
        .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
        .setIdRequirement(ByteBuffer.wrap(sha256(bytes)).getInt())
        .build();
  }

  private static byte[] keyBytes(String text) throws GeneralSecurityException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == 32) {
        return bytes;
      }
    } catch (IllegalArgumentException e) { // no Base64: a passphrase
    }
    PBEKeySpec spec = new PBEKeySpec(text.toCharArray(), SALT, ROUNDS, 256);
    return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

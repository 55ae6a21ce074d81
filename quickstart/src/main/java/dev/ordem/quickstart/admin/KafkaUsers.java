package dev.ordem.quickstart.admin;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/**
 * Users that log in by SCRAM-SHA-512, and their rights. Every failure is a {@link KafkaException},
 * whose cause is what the brokers said.
 *
 * <p>None is ever removed: a broker of 4.2.2 that reads in its log, when it starts, of one that was
 * may drop all others with it (its {@code ScramDelta.apply}), and its next snapshot does so for
 * good.
 */
final class KafkaUsers {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_512;
  private static final ScramCredentialInfo STRENGTH = new ScramCredentialInfo(MECHANISM, 8_192);

  private final Admin admin;

  KafkaUsers(Admin admin) {
    this.admin = admin;
  }

  /** Those whose names begin so. */
  Set<String> names(String prefix) throws InterruptedException {
    Set<String> names = new TreeSet<>(await(admin.describeUserScramCredentials().users()));
    names.removeIf(name -> !name.startsWith(prefix));
    return names;
  }

  /** Makes the user, or gives it this password. */
  void let(String user, String password) throws InterruptedException {
    await(
        admin
            .alterUserScramCredentials(
                List.of(new UserScramCredentialUpsertion(user, STRENGTH, password)))
            .all());
  }

  /** What the user may do. */
  Set<AclBinding> rights(String user) throws InterruptedException {
    return new HashSet<>(await(admin.describeAcls(all(user)).values()));
  }

  /** Gives the user these rights and takes all others away. */
  void permit(String user, Collection<AclBinding> wanted) throws InterruptedException {
    Set<AclBinding> surplus = rights(user);
    surplus.removeAll(wanted);
    await(admin.createAcls(wanted).all());
    await(admin.deleteAcls(surplus.stream().map(AclBinding::toFilter).toList()).all());
  }

  private static AclBindingFilter all(String user) {
    return new AclBindingFilter(
        ResourcePatternFilter.ANY,
        new AccessControlEntryFilter(
            "User:" + user, null, AclOperation.ANY, AclPermissionType.ANY));
  }

  private static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new KafkaException(String.valueOf(cause.getMessage()), cause);
    }
  }
}

package dev.ordem.quickstart;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may import whom. A failure names the class, the line and the way out. */
class LayersTest {
  /** {@code dev.ordem.tiny.simulator} is a module of its own. */
  private static final String[] TINY_CLIENT = {
    "dev.ordem.tiny",
    "dev.ordem.tiny.account..",
    "dev.ordem.tiny.http..",
    "dev.ordem.tiny.order..",
    "dev.ordem.tiny.quota.."
  };

  private static final Map<String, String[]> MODULES =
      Map.of(
          "contract", new String[] {"dev.ordem.contract.."},
          "runtime", new String[] {"dev.ordem.runtime.."},
          "tiny-client", TINY_CLIENT,
          "tiny-simulator", new String[] {"dev.ordem.tiny.simulator.."},
          "producer", new String[] {"dev.ordem.producer.."},
          "detail-worker", new String[] {"dev.ordem.detail.."},
          "sink", new String[] {"dev.ordem.sink.."},
          "quickstart", new String[] {"dev.ordem.quickstart.."},
          "bench", new String[] {"dev.ordem.bench.."});
  private static final Map<String, List<String>> ALLOWED =
      Map.of(
          "contract", List.of(),
          "runtime", List.of(),
          "tiny-client", List.of("runtime"),
          "tiny-simulator", List.of(),
          "producer", List.of("contract", "runtime", "tiny-client"),
          "detail-worker", List.of("contract", "runtime", "tiny-client"),
          "sink", List.of("contract", "runtime"));

  private static final String[] SPEAKING_SQL = {
    "dev.ordem.runtime..",
    "dev.ordem.sink..",
    "dev.ordem.tiny.account..",
    "dev.ordem.tiny.quota..",
    "dev.ordem.producer.api..",
    "dev.ordem.producer.baseline..",
    "dev.ordem.producer.certificate..",
    "dev.ordem.producer.looking..",
    "dev.ordem.producer.runs..",
    "dev.ordem.producer.verdict..",
    "dev.ordem.quickstart..",
    "dev.ordem.bench.."
  };

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.ordem");
  }

  @Test
  void everyModuleIsLookedAt() {
    for (String module : List.of("contract", "runtime", "tiny-client", "tiny-simulator")) {
      assertThat(ours.that(resideInAnyPackage(MODULES.get(module)))).as(module).isNotEmpty();
    }
    for (String module : List.of("producer", "detail-worker", "sink", "quickstart")) {
      assertThat(ours.that(resideInAnyPackage(MODULES.get(module)))).as(module).isNotEmpty();
    }
  }

  @TestFactory
  Stream<DynamicTest> aModuleImportsOnlyWhatItMay() {
    return ALLOWED.keySet().stream().map(m -> DynamicTest.dynamicTest(m, () -> imports(m)));
  }

  private static void imports(String module) {
    String[] forbidden =
        MODULES.keySet().stream()
            .filter(
                other ->
                    !other.equals(module)
                        && !ALLOWED.getOrDefault(module, List.of()).contains(other))
            .map(MODULES::get)
            .flatMap(Stream::of)
            .toArray(String[]::new);
    noClasses()
        .that(resideInAnyPackage(MODULES.get(module)))
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .because("services meet in topics, leaves know nobody: move it, or send an event")
        .check(ours);
  }

  @Test
  void librariesStayWhereTheyBelong() {
    only("org.apache.kafka.streams..", "dev.ordem.detail..", "dev.ordem.quickstart..");
    only("retrofit2..", append(TINY_CLIENT, "dev.ordem.bench.."));
    only("okhttp3..", append(TINY_CLIENT, "dev.ordem.bench.."));
    for (String part : List.of("retry", "circuitbreaker", "micrometer", "ratelimiter")) {
      only("io.github.resilience4j." + part + "..", append(TINY_CLIENT, "dev.ordem.bench.."));
    } // its core has the pauses that grow, for everybody
    only("io.debezium..", "dev.ordem.sink..");
    only("com.github.kagkarlsson..", "dev.ordem.producer.runs..");
    only("com.cronutils..", "dev.ordem.producer.runs..");
    only("org.flywaydb..", "dev.ordem.runtime..");
    only("java.sql..", append(SPEAKING_SQL, "dev.ordem.producer", "dev.ordem.producer.reading"));
  }

  /** Who has something done in Postgres may be told that it failed; it writes no statements. */
  @Test
  void statementsStandWhereTheyAreLookedFor() {
    noClasses()
        .that()
        .resideOutsideOfPackages(SPEAKING_SQL)
        .should()
        .dependOnClassesThat(resideInAPackage("java.sql..").and(not(type(SQLException.class))))
        .because("SQL belongs in " + String.join(", ", SPEAKING_SQL))
        .check(ours);
  }

  private static String[] append(String[] homes, String... more) {
    return Stream.concat(Stream.of(homes), Stream.of(more)).toArray(String[]::new);
  }

  private static void only(String library, String... homes) {
    noClasses()
        .that()
        .resideOutsideOfPackages(homes)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(library + " belongs in " + String.join(", ", homes))
        .check(ours);
  }

  /** The graph of the producer knows its parts; none of them knows it. */
  @Test
  void nothingDependsOnTheRootOfTheProducer() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.ordem.producer.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.ordem.producer")
        .because("the root puts the parts together: hand it in as a parameter")
        .check(ours);
  }

  @Test
  void pagingIsPure() {
    noClasses()
        .that()
        .resideInAPackage("dev.ordem.producer.paging..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javax.sql..", "java.sql..", "org.apache.kafka..", "java.net..")
        .because("which page is next is decided without asking anybody")
        .check(ours);
  }

  @Test
  void decisionsArePure() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.ordem.detail.ledger.order..", "dev.ordem.detail.ledger.decision..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.kafka..", "io.micrometer..", "java.net..", "java.nio..")
                .or(type(Clock.class)))
        .because("what an event leads to is a function of entry, event and time")
        .check(ours);
  }

  /**
   * The simulator and the measurements stand for others and import nothing of ours or measure it
   * from outside.
   */
  @Test
  void everyThreadIsALoopOrAWorker() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.ordem.runtime..", "dev.ordem.tiny.simulator..", "dev.ordem.bench..")
        .should()
        .callConstructorWhere(target(owner(assignableTo(Thread.class))))
        .orShould()
        .dependOnClassesThat(
            belongToAnyOf(Executors.class, ThreadFactory.class, ForkJoinPool.class, Timer.class))
        .orShould()
        .dependOnClassesThat(assignableTo(ThreadPoolExecutor.class))
        .orShould()
        .callMethodWhere(
            target(nameMatching("(run|supply)Async|parallel|parallelStream|startVirtualThread")))
        .because("the death of a thread must end its process: use Loop or Workers of runtime")
        .check(ours);
  }

  @Test
  void packagesHaveNoCircles() {
    slices().matching("dev.ordem.(**)").should().beFreeOfCycles().check(ours);
  }

  @Test
  void packagesAreNamedForWhatTheyDo() {
    ArchRule rule =
        noClasses()
            .should()
            .resideInAnyPackage(
                "..util..",
                "..common..",
                "..helper..",
                "..base..",
                "..impl..",
                "..dto..",
                "..service..")
            .because("such a name says nothing about what is inside");
    rule.check(ours);
  }

  @Test
  void noInterfaceHasASingleImplementation() {
    classes()
        .that()
        .areInterfaces()
        .should(
            new ArchCondition<>("be implemented by none (lambdas, libraries) or several") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                int count = type.getAllSubclasses().size();
                events.add(
                    new SimpleConditionEvent(
                        type,
                        count != 1,
                        type.getName() + " has " + count + " implementation: use the class"));
              }
            })
        .check(ours);
  }
}

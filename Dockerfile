# One image for the three services and the simulator; the command says which:
# producer | detail-worker | sink | simulator. They share nine tenths of their libraries, are built
# and released together, and one image means one digest to check.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# What only `up` needs stays out: the embedded broker and database.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -pl quickstart -am package dependency:copy-dependencies \
      -Dmaven.test.skip=true -Dspotless.check.skip -Dmdep.analyze.skip \
      -DincludeScope=runtime -DoutputDirectory=/app/lib \
      -DexcludeGroupIds=org.scala-lang,io.zonky.test,io.zonky.test.postgres \
      -DexcludeArtifactIds=kafka_2.13,kafka-server,scala-logging_2.13 \
 && cp quickstart/target/ordem-quickstart-*.jar /app/lib/
# Unpacked once, and not into the memory of each container: below /tmp they would be that.
RUN mkdir /app/native && cd /app/native \
 && case $(uname -m) in x86_64) name=linux64 zstd=amd64 ;; *) name=linux-$(uname -m) zstd=$(uname -m) ;; esac \
 && jar xf /app/lib/rocksdbjni-*.jar "librocksdbjni-$name.so" \
 && [ -s "librocksdbjni-$name.so" ] \
 && jar xf /app/lib/zstd-jni-*.jar "linux/$zstd" \
 && mv "linux/$zstd"/libzstd-jni-*.so libzstd-jni.so && rm -r linux

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 ordem \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /tmp ordem \
 && install -d -o 10001 -g 10001 -m 0755 /secrets /state \
      /made/admin /made/kafka /made/postgres /made/producer /made/detail-worker /made/sink
COPY --chmod=0755 .docker/ordem /app/ordem
COPY --from=build /app/native /app/native
COPY --from=build /app/lib /app/lib
RUN --mount=source=.docker/classes.gz,target=/classes.gz zcat /classes.gz | /app/ordem make-archive
USER 10001:10001
# What an idle process of many threads holds of memory is half as much.
ENV MALLOC_ARENA_MAX=2
WORKDIR /tmp
ENTRYPOINT ["/app/ordem"]
CMD ["--help"]

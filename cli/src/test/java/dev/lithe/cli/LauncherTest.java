package dev.lithe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a tree of its own (with a blank in its name), beside a JDK and a Maven that only say how they
/// were called.
class LauncherTest {
    @TempDir
    Path folder;

    private Path tree;
    private Path jdk;
    private Path tools;

    private record Started(int exitCode, String out, String err) {
        /// The JVM's arguments, one a line.
        List<String> arguments() {
            return out.lines().toList();
        }
    }

    @BeforeEach
    void makeTree() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
        tree = Files.createDirectories(folder.resolve("my tree"));
        Files.createDirectories(tree.resolve("build"));
        for (String name : List.of("lithe", "build/java-home.sh")) {
            Files.copy(CliRun.ROOT.resolve(name), tree.resolve(name));
        }
        Files.createDirectories(tree.resolve("cli/src/main"));
        Files.writeString(tree.resolve("pom.xml"), "");
        jdk = folder.resolve("jdk-25");
        Files.createDirectories(jdk);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        script(jdk.resolve("bin/javac"), "exit 0");
        script(
                jdk.resolve("bin/java"),
                "for a; do case $a in -XX:AOTCacheOutput=*) echo cache >\"${a#*=}\"; exit 0;; esac; done",
                "for a; do echo \"$a\"; done",
                "exit ${EXIT:-0}");
        script(
                tree.resolve("mvnw"),
                "cd \"${0%/*}\"",
                "echo built >>builds.txt",
                "if [ -n \"${BREAK:-}\" ]; then echo '[ERROR] it does not compile'; exit 1; fi",
                "mkdir -p cli/target/lib",
                "echo jar >cli/target/lithe.jar",
                "echo jar >cli/target/lib/other.jar");
        tools = Files.createDirectories(folder.resolve("tools"));
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Started start(String... args) throws IOException, InterruptedException {
        return start(tree.resolve("lithe"), Map.of(), args);
    }

    private Started start(Path launcher, Map<String, String> environment, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
        command.addAll(Arrays.asList(args));
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(tools.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "JAVA_HOME", jdk.toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Started(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    private long builds() throws IOException {
        try (Stream<String> lines = Files.lines(tree.resolve("builds.txt"))) {
            return lines.count();
        }
    }

    @Test
    void buildsOnceAndPassesTheArgumentsOn() throws IOException, InterruptedException {
        Started first = start("inspect", "a b", "--json", "*");
        assertThat(first.err()).isEqualTo("Building Lithe (once)..." + System.lineSeparator());
        assertThat(first.arguments()).endsWith("dev.lithe.cli.Main", "inspect", "a b", "--json", "*");
        assertThat(first.arguments())
                .contains("-cp", tree.resolve("cli/target/lithe.jar").toString());
        assertThat(first.arguments()).anyMatch(a -> a.startsWith("-XX:AOTCache=") && a.contains("my tree"));
        assertThat(start("inspect").err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceHasChanged() throws IOException, InterruptedException {
        start("--version");
        Path source = Files.writeString(tree.resolve("cli/src/main/New.java"), "");
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 2000));
        assertThat(start("--version").err()).contains("its sources have changed");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void saysThatTheBuildFailedAndStartsNothing() throws IOException, InterruptedException {
        Started failed = start(tree.resolve("lithe"), Map.of("BREAK", "yes"), "--version");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).isEmpty();
        assertThat(failed.err()).contains("it does not compile").contains("build.log");
        assertThat(start("--version").exitCode()).isZero();
    }

    @Test
    void keepsTheExitCode() throws IOException, InterruptedException {
        assertThat(start(tree.resolve("lithe"), Map.of("EXIT", "3"), "evaluate").exitCode())
                .isEqualTo(3);
    }

    @Test
    void worksThroughALink() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(tools.resolve("lithe"), Path.of("../my tree/lithe"));
        assertThat(start(link, Map.of(), "--version").arguments()).endsWith("--version");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void setsTheJvmUpForTheWorkAtHand() throws IOException, InterruptedException {
        String quick = "-XX:TieredStopAtLevel=1";
        String vectors = "--add-modules=jdk.incubator.vector";
        assertThat(start("convert", "m", "-o", "o").arguments()).contains(quick).doesNotContain(vectors);
        assertThat(start("convert", "m", "-o", "o", "--calibration", "d").arguments())
                .doesNotContain(quick, vectors);
        assertThat(start("demo").arguments()).doesNotContain(quick, vectors);
        assertThat(start("benchmark", "m").arguments()).contains(vectors).doesNotContain(quick);
        Path large = tools.resolve("large.tflite");
        Files.write(large, new byte[4_000_000]);
        assertThat(start("--threads", "2", "run", "large.tflite").arguments()).contains(vectors);
        assertThat(start("inspect", "large.tflite").arguments()).contains(quick);
        assertThat(start("run", "m", "--kernels", "simd").arguments()).contains(vectors);
        assertThat(start("demo", "--kernels=simd").arguments()).contains(vectors);
        assertThat(start("benchmark", "m", "--kernels", "reference").arguments())
                .doesNotContain(quick, vectors);
        assertThat(start("run", "--kernels=reference", "large.tflite").arguments())
                .doesNotContain(quick, vectors);
    }

    @Test
    void takesMoreOptionsForTheJvm() throws IOException, InterruptedException {
        assertThat(start(tree.resolve("lithe"), Map.of("LITHE_JAVA_OPTIONS", "-Xmx8g -Xss16m"), "demo")
                        .arguments())
                .contains("-Xmx8g", "-Xss16m");
    }

    @Test
    void takesOverTheLockOfABuildThatWasKilled() throws IOException, InterruptedException {
        Path lock = Files.createDirectories(tree.resolve("target/launcher/building"));
        Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
        gone.waitFor();
        Files.writeString(lock.resolve("pid"), Long.toString(gone.pid()));
        assertThat(start("--version").exitCode()).isZero();
        assertThat(builds()).isEqualTo(1);
        assertThat(lock).doesNotExist();
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws IOException, InterruptedException {
        Path mvnw = tree.resolve("mvnw");
        script(mvnw, "sleep 1", Files.readString(mvnw));
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh", tree.resolve("lithe").toString(), "--version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("JAVA_HOME", jdk.toString());
        List<Process> both = List.of(builder.start(), builder.start());
        for (Process process : both) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void startsWithoutACacheWhereTrainingFails() throws IOException, InterruptedException {
        script(
                jdk.resolve("bin/java"),
                "for a; do case $a in -XX:AOTCacheOutput=*) exit 1;; esac; done",
                "for a; do echo \"$a\"; done");
        for (int i = 0; i < 2; i++) {
            Started started = start("inspect");
            assertThat(started.arguments()).endsWith("inspect").noneMatch(a -> a.startsWith("-XX:AOTCache="));
        }
    }

    @Test
    void saysWhatToInstallWhereThereIsNoJdk() throws IOException, InterruptedException {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path usual = Path.of("/usr/lib/jvm");
        boolean installed = Files.isDirectory(usual);
        if (installed) {
            try (Stream<Path> homes = Files.list(usual)) {
                installed = homes.anyMatch(home -> home.getFileName().toString().contains("25"));
            }
        }
        Started started = start("--version");
        if (installed) {
            assertThat(started.err()).doesNotContain("no JDK 25");
        } else {
            assertThat(started.exitCode()).isEqualTo(1);
            assertThat(started.err()).contains("no JDK 25 found").contains("JAVA_HOME");
        }
    }
}

# Sourced by ./mvnw and ./lithe: finds a JDK 25 (or newer) and exports JAVA_HOME.
# Prints one sentence on standard error and exits with 1 where there is none.

lithe_java_release() {
    # The major release of the JDK in $1, or nothing. Reads the `release` file: starting a JVM would cost 40 ms.
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

lithe_find_java() {
    for lithe_home in \
        "${JAVA_HOME:-}" \
        /usr/lib/jvm/*25* \
        "${HOME:-}"/.sdkman/candidates/java/25* \
        "${HOME:-}"/.jdks/*25* \
        /opt/*jdk*25* \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
        [ -n "$lithe_home" ] || continue
        lithe_release=$(lithe_java_release "$lithe_home")
        if [ -n "$lithe_release" ] && [ "$lithe_release" -ge 25 ]; then
            JAVA_HOME=$lithe_home
            export JAVA_HOME
            return 0
        fi
    done
    echo "lithe: no JDK 25 found in JAVA_HOME, /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt or /Library/Java: install one (for example Temurin 25) or set JAVA_HOME to it." >&2
    exit 1
}

lithe_find_java
